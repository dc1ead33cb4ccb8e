#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// Macros with casts and function-like macros do not reach Swift; these constants stand for them.
static const int shotlist_averror_eof = AVERROR_EOF;
static const int shotlist_averror_invaliddata = AVERROR_INVALIDDATA;
static const int shotlist_averror_exit = AVERROR_EXIT;
static const int shotlist_averror_eagain = AVERROR(EAGAIN);
static const int shotlist_averror_eacces = AVERROR(EACCES);
static const int shotlist_averror_enomem = AVERROR(ENOMEM);
static const int64_t shotlist_nopts = AV_NOPTS_VALUE;
