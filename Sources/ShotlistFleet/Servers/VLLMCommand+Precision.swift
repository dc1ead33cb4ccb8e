extension VLLMCommand {
    /// How the weights are kept, and what further arguments may change of answers, for the record: a caption of another
    /// quantisation is another caption. Nil for weights as published, without such arguments.
    package var precision: String? {
        let kept: String? =
            switch weights {
            case .asPublished: nil
            case .fp8, .modelOptFP8: "fp8"
            case .modelOptFP4: "nvfp4"
            }
        let shaping = shapingArguments
        if shaping.isEmpty { return kept }
        return ([kept ?? "as published"] + shaping).joined(separator: " ")
    }

    /// The further arguments with their values, but those that only change how fast vLLM is, or who may ask it.
    private var shapingArguments: [String] {
        var shaping: [String] = []
        var isShaping = true
        for word in further {
            if word.hasPrefix("-") {
                let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
                isShaping = !Self.harmless.contains(name.replacing("_", with: "-"))
            }
            if isShaping { shaping.append(word) }
        }
        return shaping
    }

    /// Flags of vLLM 0.33.0 that leave answers as they are. One that is not listed costs captions that are made anew; one
    /// that is listed by mistake would keep old ones.
    private static let harmless: Set = [
        "--api-key", "--host", "--port", "--uvicorn-log-level", "--disable-log-stats", "--enable-log-requests",
        "--no-enable-log-requests", "--disable-uvicorn-access-log", "--api-server-count", "--tensor-parallel-size",
        "-tp",
        "--pipeline-parallel-size", "-pp", "--data-parallel-size", "-dp", "--distributed-executor-backend",
        "--gpu-memory-utilization", "--max-num-seqs", "--max-num-batched-tokens", "--max-model-len",
        "--enable-prefix-caching", "--no-enable-prefix-caching", "--enable-chunked-prefill",
        "--no-enable-chunked-prefill",
        "--cpu-offload-gb", "--swap-space", "--block-size", "--enforce-eager", "--no-enforce-eager", "--download-dir",
        "--mm-processor-cache-gb", "--mm-processor-cache-type", "--mm-encoder-tp-mode", "--allowed-local-media-path",
    ]
}
