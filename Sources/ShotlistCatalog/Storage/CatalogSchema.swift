internal import ShotlistDatabase

/// The tables of a catalog.
///
/// Those of edits are the only copy of what people did: they have a version, and are made and changed by steps alone. Those
/// of the index are made again from the records when ``indexVersion`` or the checks' settings are others. What was chosen of
/// the checks is in `about`, and so it stays.
enum CatalogSchema {
    /// `SHRV`, by which an SQLite file is known to be a catalog.
    static let applicationID: Int64 = 0x5348_5256
    /// The version of the edits' tables, kept as SQLite's `user_version`.
    ///
    /// Since 2 a review's state has what it judges, ``ReviewState/seen``.
    static let version = 2
    /// The version of the index and of the rules of the checks.
    static let indexVersion = 5

    /// Times are milliseconds since 1970. `state` and `before`, `after` are a `ReviewState` as JSON.
    static let edits = """
        CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        -- What people made of a window. `version` grows with each change and never goes back.
        CREATE TABLE reviews (
            id INTEGER PRIMARY KEY,
            clip TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            state TEXT NOT NULL,
            person TEXT NOT NULL,
            at INTEGER NOT NULL,
            version INTEGER NOT NULL,
            UNIQUE (clip, first, last)
        ) STRICT;

        -- What one person did at once. `kind` is edit, bulk or undo; `state` 0: it holds, 1: it was taken back, 2: it holds
        -- and cannot be taken back any more, as others went on from it.
        CREATE TABLE batches (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person TEXT NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            state INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX batches_by_person ON batches (person, state, id);

        CREATE TABLE changes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            batch INTEGER NOT NULL REFERENCES batches,
            review INTEGER NOT NULL REFERENCES reviews,
            before TEXT NOT NULL,
            after TEXT NOT NULL
        ) STRICT;
        CREATE INDEX changes_by_batch ON changes (batch);
        CREATE INDEX changes_by_review ON changes (review, id);
        """

    /// What is looked at for filters and orders is in `windows`; the rest of a window is one text of JSON.
    static let index = """
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            hash INTEGER NOT NULL UNIQUE,
            name TEXT NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            problem TEXT
        ) STRICT;
        CREATE INDEX records_with_problem ON records (name) WHERE problem IS NOT NULL;

        CREATE TABLE sources (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL UNIQUE,
            relative_path TEXT NOT NULL,
            is_known INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE windows (
            id INTEGER PRIMARY KEY,
            record INTEGER NOT NULL,
            clip TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            path TEXT NOT NULL,
            start REAL NOT NULL,
            duration REAL NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            status TEXT NOT NULL,
            model TEXT,
            tokens INTEGER,
            seconds REAL,
            clip_duration REAL NOT NULL,
            -- When the answer was written, in seconds since 1970.
            written REAL NOT NULL,
            preview INTEGER NOT NULL,
            clip_file INTEGER NOT NULL,
            own_flags INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            length INTEGER NOT NULL,
            words INTEGER NOT NULL,
            decision INTEGER NOT NULL,
            rating INTEGER NOT NULL,
            edited INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            UNIQUE (clip, first, last)
        ) STRICT;
        CREATE INDEX windows_by_record ON windows (record);
        -- In the order of videos, with all that filters look at: most pages, counts and facets read nothing else.
        CREATE INDEX windows_by_path ON windows (
            path, start, first, id, flags, status, decision, rating, edited, preview, length, words, tokens, duration, seconds,
            width, height, model, clip_duration, written
        );
        CREATE INDEX windows_by_length ON windows (length);
        CREATE INDEX windows_by_tokens ON windows (tokens);
        CREATE INDEX windows_by_seconds ON windows (seconds);
        CREATE INDEX windows_by_rating ON windows (rating);
        CREATE INDEX windows_by_changed ON windows (changed);
        CREATE INDEX windows_by_status ON windows (status);
        CREATE INDEX windows_by_written ON windows (written);
        CREATE INDEX windows_without_media ON windows (id) WHERE preview = 0 OR clip_file = 0;

        -- `best` is the model's caption that counts when nobody edited it; `earlier` what the record tells of before.
        CREATE TABLE details (
            window INTEGER PRIMARY KEY,
            best TEXT,
            facts TEXT NOT NULL,
            earlier TEXT
        ) STRICT;

        CREATE TABLE tagged (
            tag TEXT NOT NULL,
            window INTEGER NOT NULL,
            PRIMARY KEY (tag, window)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tagged_by_window ON tagged (window);

        -- Windows whose reviews were changed many at a time, and that the rest of the index does not follow yet.
        CREATE TABLE unshown (window INTEGER PRIMARY KEY) STRICT;

        -- Pieces of MinHash signatures: windows that share one may say nearly the same.
        CREATE TABLE shingles (
            band INTEGER NOT NULL,
            window INTEGER NOT NULL,
            PRIMARY KEY (band, window)
        ) STRICT, WITHOUT ROWID;

        -- `shown`: the caption that counts. `rest`: the model's others. `about`: note, tags and path.
        CREATE VIRTUAL TABLE texts USING fts5 (
            shown, rest, about, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
        );
        """

    /// The index's tables; those of edits have other names.
    static let indexTables = ["records", "sources", "windows", "details", "tagged", "unshown", "shingles", "texts"]

    /// Drops the index alone.
    static let dropIndex = indexTables.map { "DROP TABLE IF EXISTS \($0);" }.joined(separator: "\n")
}
