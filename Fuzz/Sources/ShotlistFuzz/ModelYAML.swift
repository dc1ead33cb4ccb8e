import Foundation
import ShotlistCore
import ShotlistModels

/// Model files in YAML, and what is reckoned with what they tell.
enum ModelYAML {
    @Sendable static func read(_ bytes: Data) {
        Scratch.file("model.yaml", bytes) { path in
            attempt { try read(path) }
        }
    }

    private static func read(_ path: String) throws {
        let model = try ModelFile.read(path)
        guard let sizing = model.frameSizing else { return }
        for size in [PixelSize(width: 1, height: 1), PixelSize(width: 1920, height: 1080)] {
            attempt {
                let shown = try sizing.size(for: size, frames: 768)
                _ = (shown.area, sizing.visionTokens(of: shown, frames: 768))
            }
        }
        attempt { _ = try sizing.bounded(minimumPixels: 1, maximumPixels: 1 << 20) }
    }
}
