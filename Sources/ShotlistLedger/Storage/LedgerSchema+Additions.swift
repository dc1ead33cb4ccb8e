internal import GRDB
internal import ShotlistDatabase

extension LedgerSchema {
    /// Tables that came later and change nothing of those before them, so that the version stays: a program that does not
    /// know them works on. Ledgers that were made before get them when they are opened for writing.
    static let additions = """

        -- Windows whose current answer someone asked for on purpose. A row counts as long as that is the current answer.
        CREATE TABLE IF NOT EXISTS picks (
            window INTEGER PRIMARY KEY REFERENCES windows, answer INTEGER NOT NULL REFERENCES answers
        ) STRICT;

        -- What is known of runs beside their settings: whether they were of selected windows alone, and by which command
        -- they were started (a JSON array of its arguments, and the folder).
        CREATE TABLE IF NOT EXISTS run_notes (
            run INTEGER PRIMARY KEY REFERENCES runs, selects INTEGER NOT NULL, folder TEXT, arguments TEXT
        ) STRICT;

        -- Which sources the last run found, in a ledger of a share of an output: those that are gone are not missed.
        CREATE TABLE IF NOT EXISTS listings (source INTEGER PRIMARY KEY REFERENCES sources) STRICT;
        """
}

extension Database {
    /// Whether the ledger has the first tables of ``LedgerSchema/additions``: an older one that is only read has not.
    var hasAdditions: Bool {
        get throws {
            try number("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('picks', 'run_notes')")
                == 2
        }
    }

    /// The number of the last run that was not of selected windows alone; nil without any.
    func lastWholeRun() throws -> Int64? {
        let isWhole = try hasAdditions ? "WHERE id NOT IN (SELECT run FROM run_notes WHERE selects = 1)" : ""
        return try number("SELECT id FROM runs \(isWhole) ORDER BY id DESC LIMIT 1")
    }
}
