// The least that frames and previews cost: the libraries that Shotlist calls, in a loop that does nothing else.
//
//     media_floor THREADS
//
// For each line of its input, the path of a plan (floor/plan.h), it works on the plan's clips one after another and
// answers with a line of JSON. A clip is opened once and decoded once, on THREADS threads; the model's frames become
// RGB at the source's size, the preview's frames RGB of 240 lines; each window's preview is encoded on THREADS threads
// and put together. Memory is kept from window to window and from clip to clip.
//
// Frames are counted as they come out of the decoder, which is their place in files of a constant rate without edits.

#include "floor/clip.h"

#include <libavutil/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void answer(struct work *work, const char *path)
{
    struct plan plan = read_plan(path);
    work->windows = work->frames = work->preview_bytes = 0;
    double start = now();
    for (int index = 0; index < plan.count; index++)
        do_clip(work, &plan.clips[index]);
    double seconds = now() - start;
    printf("{\"clips\": %d, \"windows\": %ld, \"frames\": %ld, \"preview_bytes\": %ld, \"seconds\": %.6f}\n",
           plan.count, work->windows, work->frames, work->preview_bytes, seconds);
    fflush(stdout);
    free_plan(&plan);
}

int main(int count, char **words)
{
    struct work work = {0};
    work.threads = count == 2 ? atoi(words[1]) : 0;
    if (work.threads < 1 || work.threads > 16) {
        fprintf(stderr, "usage: media_floor THREADS   (1 to 16)\n");
        return 64;
    }
    av_log_set_level(AV_LOG_ERROR);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        line[strcspn(line, "\n")] = 0;
        answer(&work, line);
    }
    free(line);
    return 0;
}
