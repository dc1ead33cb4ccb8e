#include "plan.h"

#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct list numbers(char *text)
{
    struct list list = {0, NULL};
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        list.items = grown(list.items, list.count + 1, sizeof *list.items);
        list.items[list.count++] = atoi(word);
    }
    return list;
}

static void add_clip(struct plan *plan, const char *path)
{
    plan->clips = grown(plan->clips, plan->count + 1, sizeof *plan->clips);
    plan->clips[plan->count++] = (struct clip){strdup(path), 0, NULL};
}

static void add_window(struct clip *clip, const char *range)
{
    clip->windows = grown(clip->windows, clip->count + 1, sizeof *clip->windows);
    struct window *window = &clip->windows[clip->count++];
    *window = (struct window){0};
    if (sscanf(range, "%d %d", &window->start, &window->end) != 2)
        die("a window has no two ends", clip->path);
}

// The clip and the window that a line is about are the last ones.
static int add(struct plan *plan, const char *word, char *rest)
{
    if (strcmp(word, "clip") == 0) {
        add_clip(plan, rest);
        return 1;
    }
    struct clip *clip = plan->count > 0 ? &plan->clips[plan->count - 1] : NULL;
    if (clip && strcmp(word, "window") == 0) {
        add_window(clip, rest);
        return 1;
    }
    struct window *window = clip && clip->count > 0 ? &clip->windows[clip->count - 1] : NULL;
    struct list *list = !window                        ? NULL
                        : strcmp(word, "model") == 0   ? &window->model
                        : strcmp(word, "preview") == 0 ? &window->preview
                        : strcmp(word, "durations") == 0 ? &window->durations
                                                         : NULL;
    if (!list || list->count > 0)
        return 0;
    *list = numbers(rest);
    return 1;
}

struct plan read_plan(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        die("the plan cannot be read", path);
    struct plan plan = {0, NULL};
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *rest = strchr(line, ' ');
        if (rest)
            *rest++ = 0;
        if (!rest || !add(&plan, line, rest))
            die("a line of the plan cannot be understood", path);
    }
    free(line);
    fclose(file);
    return plan;
}

void free_plan(struct plan *plan)
{
    for (struct clip *clip = plan->clips; clip < plan->clips + plan->count; clip++) {
        for (struct window *window = clip->windows; window < clip->windows + clip->count; window++) {
            free(window->model.items);
            free(window->preview.items);
            free(window->durations.items);
        }
        free(clip->windows);
        free(clip->path);
    }
    free(plan->clips);
}
