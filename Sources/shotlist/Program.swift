import Dispatch
import Foundation
import ShotlistMedia

/// Where the program begins.
@main
enum Program {
    /// Becomes a process that reads videos when it was started as one, or one that watches a run, or else the command.
    ///
    /// It is not `async`: before such a `main` begins there are threads, and a process that has some cannot leave the
    /// network.
    static func main() {
        MediaWorkerProcess.runIfAsked()
        #if os(Linux)
            RunSupervisor.superviseIfAsked()
            RunSupervisor.endWithWatcher()
        #endif
        Task {
            await Shotlist.main(nil)
            exit(0)
        }
        dispatchMain()
    }
}
