import Foundation
internal import HTTPTypes
internal import Hummingbird
import NIOCore
import ShotlistCore

/// JSON in and out.
enum JSONBody {
    /// An answer; it is in no cache.
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        var headers = HTTPFields()
        headers.set("Content-Type", "application/json; charset=utf-8")
        headers.set("Cache-Control", "no-store")
        let buffer = ByteBuffer(bytes: try encoder.encode(value))
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: buffer))
    }

    /// What a request says.
    ///
    /// - Parameter most: the most bytes that are read.
    static func read<Value: Decodable>(_ type: Value.Type, of request: Request, most: Int) async throws -> Value {
        // A form of another site cannot say this type, whatever the browser's other checks miss.
        guard request.headers.text("Content-Type")?.hasPrefix("application/json") == true else {
            throw HTTPError(.unsupportedMediaType)
        }
        let buffer = try await request.body.collect(upTo: most)
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch {
            throw ShotlistError(
                .invalidArgument, "What was sent cannot be read as a change.", remedy: "Load the page again.")
        }
    }
}
