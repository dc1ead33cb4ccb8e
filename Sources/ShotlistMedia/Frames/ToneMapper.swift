internal import CLibAV
import ShotlistCore

/// Makes pictures of high dynamic range ones of standard range, with a graph of FFmpeg's filters.
///
/// Unchecked because of the graph: ``ToneMapping`` lends a mapper to one thread at a time.
final class ToneMapper: @unchecked Sendable {
    /// What the pictures are made for.
    enum Target {
        /// Planes of green, blue and red, 8 bits each.
        case rgb
        /// 8-bit 4:2:0 with BT.709's matrix.
        case video

        /// libav's filters from the light on the scene to the target's pixels.
        var filters: String {
            let mapped =
                "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709"
            return switch self {
            case .rgb: mapped + ",format=gbrp"
            case .video: mapped + ":m=bt709:r=tv,format=yuv420p"
            }
        }
    }

    /// What a graph is made for; another kind of picture needs another.
    struct Kind: Hashable {
        let target: Target
        let width, height, format: Int32

        init(_ picture: AVFrame, for target: Target) {
            self.target = target
            (width, height, format) = (picture.width, picture.height, picture.format)
        }
    }

    /// What it is made for now.
    private(set) var kind: Kind?
    private var graph: UnsafeMutablePointer<AVFilterGraph>?
    private var entry: UnsafeMutablePointer<AVFilterContext>?
    private var exit: UnsafeMutablePointer<AVFilterContext>?

    deinit { avfilter_graph_free(&graph) }

    /// `frame`, which has a high dynamic range, in standard range.
    func map(_ frame: DecodedFrame, for target: Target) throws(ShotlistError) -> DecodedFrame {
        let source = try frame.sharingPixels()
        // What the file does not say is what such videos have; without it zscale knows no way.
        if source.pointer.pointee.color_primaries == AVCOL_PRI_UNSPECIFIED {
            source.pointer.pointee.color_primaries = AVCOL_PRI_BT2020
        }
        if source.pointer.pointee.colorspace == AVCOL_SPC_UNSPECIFIED {
            source.pointer.pointee.colorspace = AVCOL_SPC_BT2020_NCL
        }
        if source.pointer.pointee.color_range == AVCOL_RANGE_UNSPECIFIED {
            source.pointer.pointee.color_range = AVCOL_RANGE_MPEG
        }
        try prepare(for: Kind(source.pointer.pointee, for: target))
        let mapped = try DecodedFrame()
        var status = av_buffersrc_add_frame_flags(entry, source.pointer, 0)
        if status >= 0 { status = av_buffersink_get_frame(exit, mapped.pointer) }
        try check(status)
        mapped.pointer.pointee.pts = frame.pointer.pointee.pts
        return mapped
    }

    private func prepare(for kind: Kind) throws(ShotlistError) {
        guard kind != self.kind else { return }
        avfilter_graph_free(&graph)
        self.kind = nil
        guard avfilter_get_by_name("zscale") != nil else {
            throw ShotlistError(
                .notAvailable,
                "A video of high dynamic range cannot be shown: this build of FFmpeg has no filter 'zscale'.",
                remedy: "Use an FFmpeg built with zimg, or convert the video to standard range.")
        }
        guard let graph = avfilter_graph_alloc() else { throw LibAVStatus.outOfMemory("A frame cannot be mapped") }
        self.graph = graph
        graph.pointee.nb_threads = 1
        let format = "video_size=\(kind.width)x\(kind.height):pix_fmt=\(kind.format):time_base=1/1000:pixel_aspect=1/1"
        try check(
            avfilter_graph_create_filter(&entry, avfilter_get_by_name("buffer"), "in", format, nil, graph))
        try check(
            avfilter_graph_create_filter(&exit, avfilter_get_by_name("buffersink"), "out", nil, nil, graph))
        var (first, last) = (avfilter_inout_alloc(), avfilter_inout_alloc())
        defer {
            avfilter_inout_free(&first)
            avfilter_inout_free(&last)
        }
        guard let begin = first, let end = last else { throw LibAVStatus.outOfMemory("A frame cannot be mapped") }
        begin.pointee.name = av_strdup("in")
        begin.pointee.filter_ctx = entry
        end.pointee.name = av_strdup("out")
        end.pointee.filter_ctx = exit
        try check(avfilter_graph_parse_ptr(graph, kind.target.filters, &last, &first, nil))
        try check(avfilter_graph_config(graph, nil))
        self.kind = kind
    }

    private func check(_ status: Int32) throws(ShotlistError) {
        try LibAVStatus.check(
            status, .decodeFailed, "A frame of high dynamic range cannot be mapped to standard range",
            remedy: "Convert the video to standard range.")
    }
}
