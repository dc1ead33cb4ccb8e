// Which frames to take of which clips: what Benchmarks/Sources/MediaBench/FloorPlan.swift writes.
#pragma once

struct list {
    int count, *items;
};

struct window {
    // Frames counted from the file's first, both included.
    int start, end;
    // Frames for the model and for the preview, ascending, and for how many milliseconds each of the latter is shown.
    struct list model, preview, durations;
};

struct clip {
    char *path;
    int count;
    struct window *windows;
};

struct plan {
    int count;
    struct clip *clips;
};

struct plan read_plan(const char *path);
void free_plan(struct plan *plan);
