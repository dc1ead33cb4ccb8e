import ShotlistExport
import TestReaders

extension Checkout {
    /// What writes Parquet files: the readers' Python has pyarrow, too.
    static func parquet() throws -> ParquetTool {
        ParquetTool(python: try python(), script: root.appending(path: "scripts/export/parquet.py").path)
    }
}
