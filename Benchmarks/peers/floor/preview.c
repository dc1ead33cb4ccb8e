#include "preview.h"

#include "common.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <webp/encode.h>
#include <webp/mux.h>

enum { QUALITY = 50, METHOD = 6 };

struct drawing {
    const struct pictures *pictures;
    WebPMemoryWriter *files;
    atomic_int next;
};

static void draw(const struct picture *from, WebPMemoryWriter *file)
{
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, QUALITY) || !WebPPictureInit(&picture))
        die("it is of another version than the one built against", "libwebp");
    config.method = METHOD;
    picture.width = from->width;
    picture.height = from->height;
    WebPMemoryWriterInit(file);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = file;
    if (!WebPPictureImportRGB(&picture, from->rgb, from->stride) || !WebPEncode(&config, &picture))
        die("a picture could not be encoded", "libwebp");
    WebPPictureFree(&picture);
}

// Draws pictures for as long as there are any that nobody draws.
static void *draw_on(void *argument)
{
    struct drawing *drawing = argument;
    int index;
    while ((index = atomic_fetch_add(&drawing->next, 1)) < drawing->pictures->count)
        draw(&drawing->pictures->items[index], &drawing->files[index]);
    return NULL;
}

static size_t assembled(const WebPMemoryWriter *files, const struct list *durations)
{
    WebPMux *mux = WebPMuxNew();
    if (!mux)
        die("not enough memory", "libwebpmux");
    for (int index = 0; index < durations->count; index++) {
        WebPMuxFrameInfo info = {0};
        info.bitstream.bytes = files[index].mem;
        info.bitstream.size = files[index].size;
        info.id = WEBP_CHUNK_ANMF;
        info.duration = durations->items[index];
        info.dispose_method = WEBP_MUX_DISPOSE_NONE;
        info.blend_method = WEBP_MUX_NO_BLEND;
        if (WebPMuxPushFrame(mux, &info, 1) != WEBP_MUX_OK)
            die("a picture was not taken", "libwebpmux");
    }
    WebPMuxAnimParams parameters = {0xFF000000, 0};
    WebPData data;
    WebPDataInit(&data);
    if (WebPMuxSetAnimationParams(mux, &parameters) != WEBP_MUX_OK || WebPMuxAssemble(mux, &data) != WEBP_MUX_OK)
        die("the pictures could not be put together", "libwebpmux");
    size_t size = data.size;
    WebPDataClear(&data);
    WebPMuxDelete(mux);
    return size;
}

size_t draw_preview(const struct pictures *pictures, const struct list *durations, int threads)
{
    struct drawing drawing = {pictures, calloc((size_t)pictures->count, sizeof(WebPMemoryWriter)), 0};
    if (!drawing.files)
        die("not enough memory", "a preview");
    pthread_t helpers[16];
    int started = 0;
    while (started < threads - 1 && started < pictures->count - 1) {
        if (pthread_create(&helpers[started], NULL, draw_on, &drawing) != 0)
            die("a thread could not be started", "a preview");
        started++;
    }
    draw_on(&drawing);
    for (int index = 0; index < started; index++)
        pthread_join(helpers[index], NULL);
    size_t size = assembled(drawing.files, durations);
    for (int index = 0; index < pictures->count; index++)
        WebPMemoryWriterClear(&drawing.files[index]);
    free(drawing.files);
    return size;
}
