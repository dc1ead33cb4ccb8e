import Foundation
internal import Hummingbird
import ShotlistCore

/// Who changes something, as the page of that browser says: `X-Shotlist-Person`, percent-encoded UTF-8.
///
/// It is a name and no proof: whoever may change captions may give any.
enum ReviewerName {
    static let field = "X-Shotlist-Person"
    /// The most bytes of the field: 200 characters, each of four bytes of three.
    private static let mostBytes = 2400

    /// The name; nil without one, for the server's own.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is too long, or no such text. What is no name of one line
    ///   the catalog refuses.
    static func of(_ request: Request) throws(ShotlistError) -> String? {
        guard let text = request.headers.text(field), !text.isEmpty else { return nil }
        guard text.utf8.count <= mostBytes, let name = text.removingPercentEncoding else {
            throw ShotlistError(
                .invalidArgument, "The name in \(field) is too long, or not percent-encoded.",
                remedy: "Give a name of up to 200 characters.")
        }
        return name
    }
}
