import Foundation
import ShotlistCore

/// A file of addresses, one a line.
enum EndpointsFile {
    /// The addresses of the options and of their file, each once.
    ///
    /// - Throws: ``ShotlistError``: `unreadable` for a file that cannot be read, `invalid_argument` for a line that is no
    ///   address, and when there is none at all.
    static func all(_ options: FleetOptions) throws(ShotlistError) -> [Endpoint] {
        var all = options.endpoints
        if let path = options.endpointsFile { all += try read(path) }
        var seen: Set<Endpoint> = []
        all = all.filter { seen.insert($0).inserted }
        guard !all.isEmpty else {
            throw ShotlistError(
                .invalidArgument, "No server is named.",
                remedy: "Give --endpoint URL, any number of times, or --endpoints-file FILE with an address a line.")
        }
        return all
    }

    private static func read(_ path: String) throws(ShotlistError) -> [Endpoint] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ShotlistError(
                .unreadable, "The file of endpoints '\(path)' cannot be read.",
                remedy: "See that it is there, with an address a line.")
        }
        var endpoints: [Endpoint] = []
        // By any line end: "\r\n" is one character, and not "\n".
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let address = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            guard !address.isEmpty else { continue }
            do {
                endpoints.append(try Endpoint(address))
            } catch {
                throw ShotlistError(
                    error.code, "Line \(number + 1) of '\(path)': \(error.message)", remedy: error.remedy)
            }
        }
        return endpoints
    }
}
