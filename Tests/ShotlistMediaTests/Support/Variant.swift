import Testing

/// The files of the corpus, each with what has made other readers slip by a frame or show wrong colours;
/// `scripts/corpus/manifest.tsv` says what is odd about each.
enum Variant: String, CaseIterable, CustomTestStringConvertible {
    case footage = "footage.mkv"
    case bikes = "bikes.mkv"

    case bFrames = "bframes.mp4"
    case bFramesMKV = "bframes.mkv"
    case bFramesAVI = "bframes.avi"
    case noBFrames = "nobframes.mp4"
    case openGOP = "opengop.mp4"
    case openGOPMKV = "opengop.mkv"
    case openGOPTS = "opengop.ts"
    case openGOPAVI = "opengop.avi"
    case intraRefresh = "refresh.mp4"
    case mpeg4AVI = "mpeg4.avi"
    case plainAVI = "plain.avi"
    case mpeg2TS = "mpeg2.ts"
    case hevc = "hevc.mp4"
    case hevcOpenGOP = "hevc_opengop.mp4"
    case hevcOpenGOPMKV = "hevc_opengop.mkv"
    case hevcOpenGOPTS = "hevc_opengop.ts"
    case hevcLayers = "hevc_layers.mp4"
    case hevcCRA = "hevc_cra.mkv"
    case hevcCRATS = "hevc_cra.ts"

    case offset = "offset.mp4"
    case offsetTS = "offset.ts"
    case offsetFragments = "offset_frag.mp4"
    case clockWraps = "wrap.ts"
    case negativeTimes = "negative.mp4"
    case editList = "editlist.mp4"
    case editListEnds = "editlist_end.mp4"
    case variableRate = "vfr.mp4"
    case variableRateMKV = "vfr.mkv"
    case rate1 = "rate1.mp4"
    case rate120 = "rate120.mp4"
    case oneFrame = "one.mp4"
    case threeFrames = "three.mp4"
    case countTooHighAVI = "count_high.avi"
    case countTooLowAVI = "count_low.avi"
    case countWrongMKV = "count.mkv"
    case countTooHigh = "count.mp4"

    case rotated90 = "rot90.mp4"
    case rotated180 = "rot180.mp4"
    case rotated270 = "rot270.mp4"
    case pixelRatio = "sar.mp4"
    case interlaced = "interlaced.mp4"
    case interlacedMPEG2 = "interlaced_mpeg2.ts"
    case twoSizes = "two_sizes.ts"
    case fullRange = "full.mp4"
    case bt709 = "bt709.mp4"
    case tenBit = "ten.mp4"
    case tenBitVP9 = "ten.webm"
    case yuv422 = "yuv422.mp4"
    case yuv422TenBit = "yuv422ten.mp4"
    case yuv444 = "yuv444.mp4"
    case yuv444TenBit = "yuv444ten.mp4"
    case odd444 = "odd444.mp4"
    case oddVP9 = "odd.webm"
    case oddAVI = "odd.avi"
    case narrow = "narrow.mp4"
    case narrowInterlaced = "narrow_interlaced.mp4"

    case bt2020 = "bt2020.mp4"
    case hdr10 = "hdr10.mp4"
    case pq = "pq.mkv"
    case hlg = "hlg.mp4"

    case alphaProRes = "alpha_prores.mov"
    case alphaPNG = "alpha_png.mov"
    case alphaQTRLE = "alpha_qtrle.mov"

    case vp8 = "vp8.webm"
    case hiddenVP9 = "altref.webm"
    case av1 = "av1.mp4"
    case av1MKV = "av1_aom.mkv"
    case proRes = "prores.mov"
    case mjpeg = "mjpeg.mov"

    case brokenAVI = "broken.avi"
    case broken = "broken.mp4"
    case brokenMKV = "broken.mkv"
    case brokenTS = "broken.ts"
    case brokenKey = "broken_key.mp4"
    case brokenHEVC = "broken_hevc.mp4"
    case gapTS = "gap.ts"

    var testDescription: String { rawValue }

    /// Files whose light a standard screen cannot show.
    static let highDynamicRange: [Variant] = [.hdr10, .pq, .hlg]
    /// Files whose pictures are two fields each.
    static let interlacedOnes: [Variant] = [.interlaced, .interlacedMPEG2, .narrowInterlaced]
    /// Files with transparent pixels.
    static let transparent: [Variant] = [.alphaProRes, .alphaPNG, .alphaQTRLE]
    /// Files with a hole in the middle.
    static let damaged: [Variant] = [.broken, .brokenMKV, .brokenTS, .brokenKey, .brokenHEVC, .gapTS]
    /// Files whose frames all come out, and are PyAV's.
    static let wholeAndStandard = allCases.filter {
        !highDynamicRange.contains($0) && !damaged.contains($0) && $0 != .brokenAVI
    }
}
