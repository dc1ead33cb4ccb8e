import Foundation
import ShotlistStorage

/// A server that speaks enough S3 to list keys that no real one would keep, and to show one object without telling when
/// it was written. It takes nothing.
final class ListingServer {
    private let process = Process()
    private let input = Pipe()
    private let address: String

    /// - Parameters:
    ///   - keys: as they are in the listing, encoded. There is nothing under them.
    ///   - object: the path of what is there, and its content.
    init(keys: [String] = [], object: (path: String, content: String) = ("", "")) throws {
        let contents = keys.map { key in
            "<Contents><Key>\(key)</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;0&quot;</ETag>"
                + "<Size>8</Size></Contents>"
        }
        let listing =
            "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
            + "\(contents.joined())</ListBucketResult>"
        let program = """
            import http.server, os, sys, threading
            class Handler(http.server.BaseHTTPRequestHandler):
                def log_message(self, *_):
                    pass
                def do_GET(self):
                    isList = "list-type=2" in self.path
                    isThere = self.path == sys.argv[2]
                    none = "<Error><Code>NoSuchKey</Code></Error>"
                    body = sys.argv[1] if isList else sys.argv[3] if isThere else none
                    self.send_response(200 if isList or isThere else 404)
                    self.send_header("Content-Length", str(len(body.encode())))
                    self.send_header("ETag", '"0"')
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(body.encode())
                do_HEAD = do_GET
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            print(server.server_address[1], flush=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sys.stdin.read()
            os._exit(0)
            """
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, listing, object.path, object.content]
        // It ends when its input does, which the system closes with this process.
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        address = "http://127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    deinit { process.terminate() }

    /// A client of it.
    func client() throws -> S3Bucket {
        S3Bucket(
            settings: try S3Settings(environment: [
                "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
                "AWS_ENDPOINT_URL_S3": address, "AWS_CONFIG_FILE": "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "NO_PROXY": "127.0.0.1",
            ]))
    }
}
