internal import ShotlistDatabase

/// The tables of a ledger.
///
/// Ids of rows stand for long texts wherever thousands of rows share them (settings, origins of answers), and hashes are
/// kept as bytes: a window takes some 600 bytes with everything that belongs to it. All tables check the types of what
/// they are given (STRICT).
enum LedgerSchema {
    /// `SHOT`, by which an SQLite file is known to be a ledger.
    static let applicationID: UInt32 = 0x5348_4f54
    /// The version that this program writes and the newest that it reads, kept as SQLite's `user_version`.
    static let version = 1

    /// Makes the tables of ``version`` in an empty file.
    static let statements = """
        -- What every version keeps and reads: `program` is what wrote the ledger last.
        CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        -- Settings by their hash (WorkKey), once each.
        CREATE TABLE settings (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, json TEXT NOT NULL) STRICT;

        -- Runs, the last one with the highest id, whatever the clock said. Times are milliseconds since 1970. A run
        -- without an end was killed, or goes on.
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            started INTEGER NOT NULL,
            ended INTEGER,
            ending TEXT,
            program TEXT NOT NULL,
            settings INTEGER NOT NULL REFERENCES settings,
            captions INTEGER REFERENCES settings,
            previews INTEGER REFERENCES settings,
            clip_files INTEGER REFERENCES settings
        ) STRICT;

        -- Videos by path. `content` is what the file holds now; `plan` the settings by which it is cut; `records` how many
        -- records were written of it, with the size and hash of all together; `forced` the run that began to do everything of
        -- it anew, before which no answer counts.
        CREATE TABLE sources (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL UNIQUE,
            relative_path TEXT NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            content INTEGER REFERENCES contents,
            plan INTEGER REFERENCES settings,
            status TEXT NOT NULL,
            reason TEXT,
            reason_text TEXT,
            records INTEGER,
            records_bytes INTEGER,
            records_sha256 BLOB,
            done_settings INTEGER REFERENCES settings,
            forced INTEGER REFERENCES runs,
            updated INTEGER NOT NULL
        ) STRICT;

        -- Everything that a source ever held, by fingerprint. Clips belong to a content and so do their windows and
        -- answers: when a source changes, what was said of the old one does not count for the new one and is not lost.
        CREATE TABLE contents (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources, fingerprint BLOB NOT NULL
        ) STRICT;
        CREATE INDEX contents_of_source ON contents (source);

        -- Clips. Their ids are made of rounded times, so that two ways of cutting may give one id to clips that begin
        -- a frame apart: the first frame is part of the name. `plan` is that by which the clip was last announced;
        -- clips of another are what an earlier run made of the video.
        CREATE TABLE clips (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL,
            content INTEGER NOT NULL REFERENCES contents,
            first_frame INTEGER NOT NULL,
            frames INTEGER NOT NULL,
            start_seconds REAL NOT NULL,
            end_seconds REAL NOT NULL,
            plan INTEGER REFERENCES settings,
            place INTEGER NOT NULL,
            clips_in_video INTEGER NOT NULL,
            file_settings INTEGER REFERENCES settings,
            file_bytes INTEGER,
            file_sha256 BLOB,
            file_width INTEGER,
            file_height INTEGER,
            file_framerate REAL,
            file_frames INTEGER,
            file_codec TEXT,
            file_warnings TEXT,
            errors TEXT,
            status TEXT,
            reason TEXT,
            reason_text TEXT,
            record_bytes INTEGER,
            record_sha256 BLOB,
            done_settings INTEGER REFERENCES settings,
            UNIQUE (uuid, content, first_frame)
        ) STRICT;
        CREATE INDEX clips_of_content ON clips (content, place);

        -- Windows, by their frames counted from the clip's first. `answer` is the current one. A preview that has
        -- settings and no bytes was tried and failed.
        CREATE TABLE windows (
            id INTEGER PRIMARY KEY,
            clip INTEGER NOT NULL REFERENCES clips,
            first_frame INTEGER NOT NULL,
            last_frame INTEGER NOT NULL,
            in_plan INTEGER NOT NULL,
            answer INTEGER REFERENCES answers,
            preview_settings INTEGER REFERENCES settings,
            preview_bytes INTEGER,
            preview_sha256 BLOB,
            preview_reason TEXT,
            preview_reason_text TEXT,
            UNIQUE (clip, first_frame, last_frame)
        ) STRICT;

        -- Who answered, and to which prompt: lists that answers share.
        CREATE TABLE origins (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE) STRICT;

        -- Every answer that a window ever got, failures included. Nothing is deleted here: it is the captions' history.
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY,
            window INTEGER NOT NULL REFERENCES windows,
            settings INTEGER NOT NULL REFERENCES settings,
            run INTEGER REFERENCES runs,
            attempt INTEGER NOT NULL,
            made INTEGER NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            origins INTEGER REFERENCES origins,
            outcome TEXT NOT NULL
        ) STRICT;
        CREATE INDEX answers_of_window ON answers (window, settings);

        """ + leases + additions

    /// Runs that work on the output now, and which of them has which video. A number is given once, so that it tells of two
    /// runs which came later; a row outlives its run when that is killed, and its lock does not. Ledgers that were made
    /// before there were leases get the tables when they are opened.
    static let leases = """
        CREATE TABLE IF NOT EXISTS workers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            lock TEXT NOT NULL,
            settings INTEGER NOT NULL REFERENCES settings,
            policy TEXT NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS leases (
            source INTEGER PRIMARY KEY REFERENCES sources, worker INTEGER NOT NULL REFERENCES workers
        ) STRICT;
        """
}
