import Foundation
import ShotlistCore

/// The script that writes Parquet files, and a Python with pyarrow that runs it: neither Debian 12 nor the Swift
/// packages here have Arrow.
public struct ParquetTool: Sendable, Hashable {
    /// The Python.
    public let python: String
    /// The script, `parquet.py`.
    public let script: String

    /// A Python with pyarrow, and the script.
    public init(python: String, script: String) {
        self.python = python
        self.script = script
    }

    /// Finds the tool beside the program, and in a checkout makes its environment where that is missing (150 MB).
    ///
    /// `SHOTLIST_EXPORT_PYTHON` names a Python that has pyarrow already; then none is made.
    ///
    /// - Parameter folder: the folder of `parquet.py`; in a checkout `environment.sh` is beside it.
    /// - Throws: ``ShotlistError``: `not_available`, which says what is missing; `cancelled`.
    public static func find(
        in folder: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> ParquetTool {
        try await Crew.stoppable { stop in try found(in: folder, environment, stop) }
    }

    private static func found(
        in folder: String?, _ environment: [String: String], _ stop: StopFlag
    ) throws(ShotlistError) -> ParquetTool {
        guard let folder else {
            throw missing(
                "The script that writes Parquet files is not beside the program.",
                "Run `make install`, or copy share/shotlist/export to where the program is.")
        }
        let script = "\(folder)/parquet.py"
        if let python = environment["SHOTLIST_EXPORT_PYTHON"], !python.isEmpty {
            return ParquetTool(python: python, script: script)
        }
        let maker = "\(folder)/environment.sh"
        guard access(maker, R_OK) == 0 else {
            throw missing(
                "Parquet files are written by Python's pyarrow, and no Python with it was named.",
                "Install it (`python3 -m venv DIR && DIR/bin/pip install pyarrow`), and set SHOTLIST_EXPORT_PYTHON to "
                    + "DIR/bin/python; or export as jsonl.")
        }
        let said = try ChildProcess.run("/bin/bash", [maker], stop)
        guard said.status == 0, let python = said.output.split(separator: "\n").last else {
            throw missing(
                "The environment that writes Parquet files could not be made: \(said.lastError).",
                "Run scripts/export/environment.sh by hand to see more, or name a Python that has pyarrow with "
                    + "SHOTLIST_EXPORT_PYTHON.")
        }
        return ParquetTool(python: String(python), script: script)
    }

    /// Makes a Parquet file of rows. Blocks.
    ///
    /// - Parameters:
    ///   - rows: a file with a JSON object a line.
    ///   - path: the file to write.
    ///   - stop: ends the script when it is set.
    func write(rows: String, to path: String, _ stop: StopFlag) throws(ShotlistError) {
        let said = try ChildProcess.run(python, [script, rows, path], stop)
        guard said.status == 0 else {
            throw ShotlistError(
                .writeFailed, "The file '\(path)' could not be written by pyarrow: \(said.lastError).",
                remedy: "See that '\(python)' has pyarrow and that the disk has room.")
        }
    }

    private static func missing(_ what: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.notAvailable, what, remedy: remedy)
    }
}

/// `captions.parquet` with a row for each clip, and `videos/`.
final class ParquetWriter: ExportWriter {
    private let rows: LinesWriter
    private let place: PartPlace
    private let tool: ParquetTool
    private let stop: StopFlag

    init(_ place: PartPlace, _ tool: ParquetTool, wholePaths: Bool, stop: StopFlag) throws(ShotlistError) {
        self.place = place
        self.tool = tool
        self.stop = stop
        rows = try LinesWriter(place, .jsonl(wholePaths: wholePaths))
    }

    func clipPath(of name: String) -> String? { rows.clipPath(of: name) }

    func add(_ row: ExportRow, file: String) throws(ShotlistError) { try rows.add(row, file: file) }

    func finish() throws(ShotlistError) {
        try rows.finish()
        let lines = "\(place.folder)/captions.jsonl"
        try tool.write(rows: lines, to: "\(place.folder)/captions.parquet", stop)
        guard unlink(lines) == 0 else { throw Trouble.last("remove", lines) }
    }
}
