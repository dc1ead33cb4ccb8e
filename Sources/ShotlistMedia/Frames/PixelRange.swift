internal import CLibAV

/// The range of a picture's values, which old formats of JPEG's kind have in their name and others tell beside it.
enum PixelRange {
    /// Whether values go from 0 to 255 and not from 16 to 235.
    static func isFull(_ picture: AVFrame) -> Bool {
        picture.color_range == AVCOL_RANGE_JPEG || plain(AVPixelFormat(picture.format)).rawValue != picture.format
    }

    /// The format without the range in its name: swscale renames it, too, and would prepare anew for every picture.
    static func plain(_ format: AVPixelFormat) -> AVPixelFormat {
        switch format {
        case AV_PIX_FMT_YUVJ420P: AV_PIX_FMT_YUV420P
        case AV_PIX_FMT_YUVJ422P: AV_PIX_FMT_YUV422P
        case AV_PIX_FMT_YUVJ444P: AV_PIX_FMT_YUV444P
        case AV_PIX_FMT_YUVJ440P: AV_PIX_FMT_YUV440P
        case AV_PIX_FMT_YUVJ411P: AV_PIX_FMT_YUV411P
        default: format
        }
    }
}
