import Foundation
import ShotlistCore

#if os(Linux)
    internal import CConfinement
    import Glibc
#endif

/// This program as a process that reads files for another.
public enum MediaWorkerProcess {
    /// The argument by which it is told so.
    static let argument = "media-worker"

    /// Becomes such a process, and does not return, when the program was started as one; else it does nothing.
    ///
    /// A program that uses ``MediaIsolation/processes(_:)`` calls it first of all in a `main` that is not `async`: a
    /// process that has threads cannot leave the network.
    public static func runIfAsked() {
        #if os(Linux)
            let isAsked =
                CommandLine.arguments.count == 2 && CommandLine.arguments[1] == argument
                && getenv(WorkerProcess.variable) != nil
            if isAsked { run() }
        #endif
    }

    #if os(Linux)
        private static func run() -> Never {
            let socket = MessageSocket(descriptor: WorkerProcess.socketDescriptor, isConfined: true)
            do throws(SocketEnd) {
                guard case .begin(let settings) = try socket.receive(MediaRequest.self, within: nil) else { exit(1) }
                LargeBuffers.shareHeaps()
                guard let memory = SharedMemory(writingTo: WorkerProcess.memoryDescriptor) else {
                    try socket.send(MediaAnswer.failed(ErrorWords(refused("shared memory", errno))))
                    exit(1)
                }
                let answer = Result { () throws(ShotlistError) in try confine(settings) }
                switch answer {
                case .failure(let error):
                    try socket.send(MediaAnswer.failed(ErrorWords(error)))
                    exit(1)
                case .success(let confinement):
                    let line = WorkerLine(socket)
                    try line.answer(.begun(confinement))
                    let duty = WorkerDuty(memory, isAlone: settings.isAlone)
                    while true {
                        let request = try socket.receive(MediaRequest.self, within: nil)
                        line.begin()
                        try line.answer(duty.answer(request))
                    }
                }
            } catch {
                // Whoever asks is gone. Threads that still work must not meet what an orderly end has taken down.
                _exit(0)
            }
        }

        /// Gives up what reading files does not need.
        private static func confine(_ settings: WorkerSettings) throws(ShotlistError) -> Confinement {
            let usesCard = settings.usesCard
            shotlist_die_first()
            // It is one layer more; that no connection can be made is seen to below.
            let network = shotlist_leave_network()
            // Each thread has a stack and a share of a heap.
            let space = settings.memory + settings.threads * (24 << 20)
            let files = usesCard ? max(1024, settings.openFiles) : settings.openFiles
            try check(
                shotlist_limit(usesCard ? 0 : UInt64(space), UInt64(files), UInt64(settings.fileBytes)), "its limits")
            try check(shotlist_no_new_rights(), "to stay without new rights")
            let folder = shotlist_write_only_below(settings.folder, usesCard ? 1 : 0)
            // A card's library may need what is refused from here on.
            _ = settings.decoder.device
            try check(shotlist_refuse_calls(), "a filter of system calls")
            return Confinement(
                refusesConnections: shotlist_can_connect() == 0, networkProblem: words(network),
                folderProblem: words(folder))
        }

        private static func check(_ status: Int32, _ what: String) throws(ShotlistError) {
            if status != 0 { throw refused(what, status) }
        }

        private static func refused(_ what: String, _ status: Int32) -> ShotlistError {
            ShotlistError(.notAvailable, "the system refuses it \(what) (\(String(cString: strerror(status))))")
        }

        private static func words(_ status: Int32) -> String? {
            status == 0 ? nil : String(cString: strerror(status))
        }
    #endif
}
