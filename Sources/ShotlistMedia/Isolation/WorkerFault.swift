#if os(Linux)
    import Foundation
    import Glibc

    /// A fault that a test puts into processes that read files: `SHOTLIST_WORKER_FAULT` holds one or more, with commas
    /// between them, as `KIND:NAME`, `KIND:NAME:PLACE` or `KIND:NAME:window:FRAME`.
    ///
    /// NAME is the file's, without its folder. KIND is `crash`, `hang`, `memory`, `abort` or `network`; with `-once` it
    /// meets only the first try. PLACE is `probe`, `open`, `window` (the default), `write` or `mp4`; with a FRAME it is
    /// only the window that begins there.
    struct WorkerFault {
        enum Place: String {
            case probe, open, window, write, mp4
        }

        private let kind: Substring
        private let name: Substring
        private let place: Place
        private let frame: Int?

        /// The faults that the environment asks for.
        static let asked: [WorkerFault] = {
            let text = ProcessInfo.processInfo.environment["SHOTLIST_WORKER_FAULT"] ?? ""
            return text.split(separator: ",").compactMap { word in
                let parts = word.split(separator: ":")
                guard parts.count >= 2, let place = Place(rawValue: parts.count > 2 ? String(parts[2]) : "window")
                else { return nil }
                return WorkerFault(
                    kind: parts[0], name: parts[1], place: place, frame: parts.count > 3 ? Int(parts[3]) : nil)
            }
        }()

        /// Has the fault that is asked for here.
        static func strike(_ path: String, _ place: Place, frame: Int? = nil, isAlone: Bool) {
            guard !asked.isEmpty else { return }
            let name = URL(filePath: path).lastPathComponent
            for fault in asked where fault.name == name && fault.place == place {
                guard !(fault.kind.hasSuffix("-once") && isAlone), fault.frame == nil || fault.frame == frame else {
                    continue
                }
                fault.strike()
            }
        }

        private func strike() {
            switch kind.split(separator: "-").first {
            case "crash": kill(SIGSEGV, "a fault was asked for")
            case "abort": kill(SIGABRT, "an abort was asked for")
            case "hang": while true { sleep(1) }
            case "memory":
                let size = 64 << 20
                var pieces: [UnsafeMutableRawPointer] = []
                while let more = malloc(size) {
                    memset(more, 1, size)
                    pieces.append(more)
                }
                let ones = pieces.reduce(0) { $0 + Int($1.load(as: UInt8.self)) }
                kill(SIGABRT, "memory has run out after \(ones) pieces")
            case "network":
                let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                kill(SIGABRT, made < 0 ? "a connection was refused" : "a connection was possible")
            default: break
            }
        }

        private func kill(_ signal: Int32, _ words: String) {
            FileHandle.standardError.write(Data((words + "\n").utf8))
            Glibc.signal(signal, SIG_DFL)
            raise(signal)
        }
    }
#endif
