#include "pictures.h"

#include "common.h"

#include <stdlib.h>

struct picture *next_picture(struct pictures *pictures, int width, int height)
{
    if (pictures->count == pictures->made) {
        pictures->items = grown(pictures->items, pictures->made + 1, sizeof *pictures->items);
        pictures->items[pictures->made++] = (struct picture){0};
    }
    struct picture *picture = &pictures->items[pictures->count++];
    picture->width = width;
    picture->height = height;
    // Rows are padded, as swscale's fast paths like them.
    picture->stride = (width + 63) / 64 * 192;
    size_t room = (size_t)picture->stride * (size_t)height + 64;
    if (picture->room < room) {
        free(picture->rgb);
        picture->rgb = aligned_alloc(64, room);
        picture->room = room;
        if (!picture->rgb)
            die("not enough memory", "a picture");
    }
    return picture;
}

// swscale does not look at what the frame says of its colours; it must be told.
static void set_colours(struct SwsContext *context, const AVFrame *frame)
{
    int *inverse, *table, from, to, brightness, contrast, saturation;
    if (sws_getColorspaceDetails(context, &inverse, &from, &table, &to, &brightness, &contrast, &saturation) < 0)
        return;
    if (frame->color_range == AVCOL_RANGE_JPEG)
        from = 1;
    sws_setColorspaceDetails(
        context, sws_getCoefficients(frame->colorspace), from, table, to, brightness, contrast, saturation);
}

void convert(struct SwsContext **context, const AVFrame *frame, int flags, struct picture *picture)
{
    if (!*context) {
        *context = sws_getContext(frame->width, frame->height, frame->format, picture->width, picture->height,
                                  AV_PIX_FMT_RGB24, flags, NULL, NULL, NULL);
        if (!*context)
            die("frames cannot be turned into RGB", "swscale");
        set_colours(*context, frame);
    }
    uint8_t *planes[4] = {picture->rgb};
    int strides[4] = {picture->stride};
    int lines =
        sws_scale(*context, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, planes, strides);
    if (lines != picture->height)
        die("a frame could not be turned into RGB", "swscale");
}
