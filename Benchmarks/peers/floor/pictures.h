// RGB pictures, made of decoded frames as Sources/ShotlistMedia/FrameConverter.swift does.
#pragma once

#include <libavutil/frame.h>
#include <libswscale/swscale.h>
#include <stdint.h>

struct picture {
    int width, height, stride;
    size_t room;
    uint8_t *rgb;
};

// The pictures of one window; their memory serves the next one again.
struct pictures {
    int count, made;
    struct picture *items;
};

// One more picture, without content.
struct picture *next_picture(struct pictures *pictures, int width, int height);

// Fills a picture from a frame; `context` is made for the first frame and serves all others like it.
void convert(struct SwsContext **context, const AVFrame *frame, int flags, struct picture *picture);
