// One clip: opened once, decoded once.
#pragma once

#include "pictures.h"
#include "plan.h"

// What goes on from clip to clip.
struct work {
    int threads;
    struct pictures model, preview;
    long windows, frames, preview_bytes;
};

// Makes the frames and the previews of a clip's windows, and adds them to the counts of `work`.
void do_clip(struct work *work, const struct clip *clip);
