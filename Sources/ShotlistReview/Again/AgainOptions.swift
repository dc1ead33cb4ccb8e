/// Which options of a recorded command line go into one that a review starts.
///
/// An output may have come from elsewhere, and with it the command line in its ledger. So only options pass that shape
/// what a run asks and how fast it is. None starts a program, opens a model's file by its path, takes a key along, or listens
/// on a port. Models come from where the last run had them, unless that is in the output that is reviewed.
enum AgainOptions {
    /// What becomes of an option.
    enum Fate: Sendable {
        /// It goes along, with its value.
        case passes
        /// It goes along, and has no value.
        case passesAlone
        /// It is left out, with its value: this run has another one, or needs none.
        case leftOut
        /// It is left out, and has no value.
        case leftOutAlone
        /// With it a run is not started here, for this reason.
        case refused(String)
    }

    /// By the option's name.
    static let fates: [String: Fate] = {
        var fates: [String: Fate] = [:]
        for name in passing { fates["--" + name] = .passes }
        for name in passingAlone { fates["--" + name] = .passesAlone }
        for name in leftOut { fates["--" + name] = .leftOut }
        for name in leftOutAlone { fates["--" + name] = .leftOutAlone }
        for name in servers { fates["--" + name] = .refused("it starts a server") }
        for name in keys { fates["--" + name] = .refused("it takes a key along") }
        for name in files { fates["--" + name] = .refused("it names a file or a folder to be opened") }
        return fates
    }()

    /// Why a value of an option that passes does not; nil when it does.
    static func refusal(of name: String, _ value: String) -> String? {
        switch name {
        case "--engine" where value != "embedded" && value != "openai": "it starts a server"
        case "--media-isolation" where value != "processes": "videos are read in processes of their own here"
        default: nil
        }
    }

    private static let passing = [
        // Input, clips and windows
        "video-dir", "video-limit", "splitting-algorithm", "fixed-stride-split-duration",
        "fixed-stride-min-clip-length-s", "limit-clips", "transcode-encoder", "transcode-encoder-threads",
        "captioning-window-size", "captioning-remainder-threshold", "captioning-sampling-fps", "captioning-min-pixels",
        "captioning-max-pixels",
        // Captions
        "captioning-algorithm", "captioning-prompt-variant", "captioning-preprocess-dtype", "captioning-batch-size",
        "captioning-max-output-tokens", "captioning-weights", "model-dir", "gpu-layers", "device",
        "captioning-stage2-prompt-text", "captioning-prompt", "captioning-seed", "captioning-retry-flagged",
        // Enhanced captions
        "enhance-captions-algorithm", "enhance-captioning-prompt-variant", "enhance-captions-prompt-text",
        "enhance-captions-batch-size", "enhance-captions-max-output-tokens", "enhance-captions-weights",
        "enhance-captions-placement", "enhance-endpoint", "enhance-endpoint-model",
        // Servers that are there
        "engine", "endpoint", "endpoint-model", "endpoint-dialect", "endpoint-media", "endpoint-jpeg-quality",
        "endpoint-requests", "endpoint-timeout", "endpoint-give-up",
        // Previews
        "preview-target-fps", "preview-target-height", "preview-compression-level", "preview-quality",
        // Limits and the machine
        "max-width", "max-height", "max-pixels", "max-frame-bytes", "max-duration", "max-frames", "max-frame-rate",
        "max-streams", "max-index-bytes", "max-probe-bytes", "max-probe-packets", "max-empty-packets",
        "max-undecoded-packets", "media-isolation", "media-timeout", "media-memory", "min-free-space", "disk-wait",
        "threads", "decoder", "restarts",
    ]

    private static let passingAlone = [
        "generate-captions", "generate-previews", "no-upload-clips", "captioning-model-does-preprocess",
        "captioning-use-fp8-weights", "captioning-stage2-caption", "captioning-use-mmcache",
        "captioning-use-vllm-mmcache", "enhance-captions", "enhance-captions-use-fp8-weights",
    ]

    private static let leftOut = [
        "output-path", "output-clip-path", "on-existing", "only-windows", "captioning-prompt-text", "log-format",
        "metrics-port", "metrics-host", "metrics-linger",
    ]

    private static let leftOutAlone = ["retry-failed", "force", "join", "verbose"]

    private static let servers = ["vllm-program", "vllm-argument"]
    private static let keys = ["api-key-env", "api-key-file"]
    private static let files = [
        "model-file", "captioning-model-path", "captioning-projector-path", "enhance-captions-model-path",
        "endpoints-file", "endpoint-media-dir", "work-dir",
    ]
}
