import ShotlistCore

/// Sizes of pictures as options have them: `832x480`.
enum PixelSizeText {
    /// A size of at least one pixel.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is none, naming the option.
    static func size(_ text: String, _ option: String) throws(ShotlistError) -> PixelSize {
        let sides = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], width > 0, height > 0 else {
            throw ShotlistError(
                .invalidArgument, "\(option) is '\(text.printable)', which is no size.",
                remedy: "Give columns and rows, such as 832x480.")
        }
        return PixelSize(width: width, height: height)
    }
}
