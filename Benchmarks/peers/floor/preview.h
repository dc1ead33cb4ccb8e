// Animated WebP files, as Sources/ShotlistMedia/WebPEncoder.swift makes them.
#pragma once

#include "pictures.h"
#include "plan.h"

// Draws the preview of one window on so many threads, 1 to 16, and tells its bytes.
size_t draw_preview(const struct pictures *pictures, const struct list *durations, int threads);
