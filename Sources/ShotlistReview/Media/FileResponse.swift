internal import HTTPTypes
internal import Hummingbird
import NIOCore
import NIOPosix

/// A file as an answer, or the part of it that was asked for.
enum FileResponse {
    /// Bytes that are read and sent at a time.
    private static let piece = 1 << 18

    /// Makes the answer; the file is read as the client takes it.
    static func of(_ file: OutputFile, type: String, to request: Request) -> Response {
        var headers = HTTPFields()
        headers.set("Content-Type", type)
        headers.set("Accept-Ranges", "bytes")
        headers.set("ETag", file.tag)
        // A run that goes on may draw it anew.
        headers.set("Cache-Control", "private, no-cache")
        if request.headers.text("If-None-Match") == file.tag {
            return Response(status: .notModified, headers: headers)
        }
        let condition = request.headers.text("If-Range")
        let isSame = condition == nil || condition == file.tag
        switch ByteRange(isSame ? request.headers.text("Range") : nil, size: file.size) {
        case .all:
            return Response(status: .ok, headers: headers, body: body(of: file, 0..<file.size))
        case .part(let part):
            headers.set("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound)/\(file.size)")
            return Response(
                status: .partialContent, headers: headers,
                body: body(of: file, part.lowerBound..<(part.upperBound + 1)))
        case .unsatisfiable:
            headers.set("Content-Range", "bytes */\(file.size)")
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
    }

    private static func body(of file: OutputFile, _ range: Range<Int>) -> ResponseBody {
        guard !range.isEmpty else { return ResponseBody() }
        return ResponseBody(contentLength: range.count) { writer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let (start, count) = (offset, min(piece, range.upperBound - offset))
                let bytes = try await NIOThreadPool.singleton.runIfActive { try file.read(at: start, upTo: count) }
                // Less than was promised: the connection must end, or the client would wait.
                guard !bytes.isEmpty else { throw Shortened() }
                try await writer.write(ByteBuffer(bytes: bytes))
                offset += bytes.count
            }
            try await writer.finish(nil)
        }
    }

    /// The file became shorter while it was sent.
    private struct Shortened: Error {}
}
