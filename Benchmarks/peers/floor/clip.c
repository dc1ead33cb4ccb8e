#include "clip.h"

#include "common.h"
#include "preview.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <math.h>

enum { PREVIEW_HEIGHT = 240 };

// How far a clip is.
struct progress {
    struct work *work;
    const struct clip *clip;
    // The frame that comes out next, and the window that it belongs to.
    int number, window;
    struct SwsContext *whole, *small;
};

static int is_next(const struct list *wanted, const struct pictures *taken, int number)
{
    return taken->count < wanted->count && wanted->items[taken->count] == number;
}

static void end_window(struct progress *at, const struct window *window)
{
    struct work *work = at->work;
    if (work->model.count != window->model.count || work->preview.count != window->preview.count ||
        window->durations.count != window->preview.count)
        die("frames of a window are missing", at->clip->path);
    work->windows++;
    work->frames += work->model.count;
    work->preview_bytes += (long)draw_preview(&work->preview, &window->durations, work->threads);
    work->model.count = work->preview.count = 0;
    at->window++;
}

static void take(struct progress *at, const AVFrame *frame)
{
    int number = at->number++;
    if (at->window == at->clip->count)
        return;
    struct work *work = at->work;
    const struct window *window = &at->clip->windows[at->window];
    if (is_next(&window->model, &work->model, number))
        convert(&at->whole, frame, SWS_BILINEAR, next_picture(&work->model, frame->width, frame->height));
    if (is_next(&window->preview, &work->preview, number)) {
        int width = (int)lround((double)frame->width * PREVIEW_HEIGHT / frame->height / 2) * 2;
        convert(&at->small, frame, SWS_BICUBIC, next_picture(&work->preview, width < 2 ? 2 : width, PREVIEW_HEIGHT));
    }
    if (number == window->end)
        end_window(at, window);
}

// Gives the decoder a packet, or with NULL tells it that none will follow, and takes what comes out.
static void decode(struct progress *at, AVCodecContext *decoder, const AVPacket *packet, AVFrame *frame)
{
    if (avcodec_send_packet(decoder, packet) < 0)
        die("a packet cannot be decoded", at->clip->path);
    while (avcodec_receive_frame(decoder, frame) >= 0)
        take(at, frame);
}

static AVFormatContext *open_file(const char *path, int *video)
{
    AVFormatContext *file = NULL;
    if (avformat_open_input(&file, path, NULL, NULL) < 0 || avformat_find_stream_info(file, NULL) < 0)
        die("it cannot be opened", path);
    *video = av_find_best_stream(file, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (*video < 0)
        die("it has no pictures", path);
    for (unsigned index = 0; index < file->nb_streams; index++)
        if ((int)index != *video)
            file->streams[index]->discard = AVDISCARD_ALL;
    return file;
}

static AVCodecContext *open_decoder(const AVStream *stream, int threads, const char *path)
{
    const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
    AVCodecContext *decoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!decoder || avcodec_parameters_to_context(decoder, stream->codecpar) < 0)
        die("there is no decoder for it", path);
    decoder->pkt_timebase = stream->time_base;
    decoder->thread_count = threads;
    decoder->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
    if (avcodec_open2(decoder, codec, NULL) < 0)
        die("its decoder cannot be opened", path);
    return decoder;
}

void do_clip(struct work *work, const struct clip *clip)
{
    struct progress at = {work, clip, 0, 0, NULL, NULL};
    int video;
    AVFormatContext *file = open_file(clip->path, &video);
    AVCodecContext *decoder = open_decoder(file->streams[video], work->threads, clip->path);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    if (!packet || !frame)
        die("not enough memory", clip->path);
    while (av_read_frame(file, packet) >= 0) {
        if (packet->stream_index == video)
            decode(&at, decoder, packet, frame);
        av_packet_unref(packet);
    }
    decode(&at, decoder, NULL, frame);
    if (at.window != clip->count)
        die("it ends before its last window", clip->path);
    sws_freeContext(at.whole);
    sws_freeContext(at.small);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&file);
}
