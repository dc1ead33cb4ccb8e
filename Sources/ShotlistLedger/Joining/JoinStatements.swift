/// What SQLite is asked to take the tables of `part` into those of `main`.
///
/// Rows of a part get other numbers in the new file. A temporary table for each kind of row says which: `s` settings, `o` origins,
/// `r` runs, `so` sources, `co` contents, `c` clips, `w` windows, `a` answers; `old` is the number in the part, `new` the one here.
/// A row that both have by its names is one row: so a part may be taken in twice.
enum JoinStatements {
    private static let dropped = ["s", "o", "r", "so", "co", "c", "w", "a"]
        .map { "DROP TABLE IF EXISTS temp.\($0);" }.joined(separator: "\n")

    /// Everything up to the clips' numbers; `c.taken` says whose clip counts, as far as that needs no look at the output.
    static let beforeClips =
        dropped + """

            INSERT OR IGNORE INTO main.settings (hash, json) SELECT hash, json FROM part.settings;
            UPDATE main.settings SET json = (SELECT json FROM part.settings p WHERE p.hash = main.settings.hash)
            WHERE json = '{}' AND hash IN (SELECT hash FROM part.settings WHERE json <> '{}');
            CREATE TEMP TABLE s (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
            INSERT INTO s SELECT p.id, m.id FROM part.settings p JOIN main.settings m ON m.hash = p.hash;

            INSERT OR IGNORE INTO main.origins (json) SELECT json FROM part.origins;
            CREATE TEMP TABLE o (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
            INSERT INTO o SELECT p.id, m.id FROM part.origins p JOIN main.origins m ON m.json = p.json;

            CREATE TEMP TABLE r (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
            INSERT INTO r SELECT p.id, max(m.id) FROM part.runs p JOIN s ON s.old = p.settings
                JOIN main.runs m ON m.started = p.started AND m.ended IS p.ended AND m.settings = s.new
                    AND m.program = p.program GROUP BY p.id;
            INSERT INTO r SELECT p.id, p.id + (SELECT coalesce(max(id), 0) FROM main.runs) FROM part.runs p
                WHERE p.id NOT IN (SELECT old FROM r);
            INSERT INTO main.runs (id, started, ended, ending, program, settings, captions, previews, clip_files)
                SELECT r.new, p.started, p.ended, p.ending, p.program, s.new, captions.new, previews.new, files.new
                FROM part.runs p JOIN r ON r.old = p.id JOIN s ON s.old = p.settings
                LEFT JOIN s AS captions ON captions.old = p.captions
                LEFT JOIN s AS previews ON previews.old = p.previews
                LEFT JOIN s AS files ON files.old = p.clip_files
                WHERE true ORDER BY p.id
                ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, ending = excluded.ending;

            INSERT OR IGNORE INTO main.sources (path, relative_path, size, modified, status, updated)
                SELECT path, relative_path, size, modified, 'open', updated FROM part.sources;
            CREATE TEMP TABLE so (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
            CREATE UNIQUE INDEX temp.so_new ON so (new);
            INSERT INTO so SELECT p.id, m.id FROM part.sources p JOIN main.sources m ON m.path = p.path;

            INSERT INTO main.contents (source, fingerprint)
                SELECT so.new, p.fingerprint FROM part.contents p JOIN so ON so.old = p.source
                WHERE NOT EXISTS (
                    SELECT 1 FROM main.contents m WHERE m.source = so.new AND m.fingerprint = p.fingerprint);
            CREATE TEMP TABLE co (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
            INSERT INTO co SELECT p.id, m.id FROM part.contents p JOIN so ON so.old = p.source
                JOIN main.contents m ON m.source = so.new AND m.fingerprint = p.fingerprint;

            INSERT OR IGNORE INTO main.listings (source)
                SELECT so.new FROM part.listings p JOIN so ON so.old = p.source;

            UPDATE main.sources SET status = 'open', reason = NULL, reason_text = NULL, done_settings = NULL, records = NULL,
                records_bytes = NULL, records_sha256 = NULL
            WHERE id IN (
                SELECT m.id FROM so JOIN part.sources p ON p.id = so.old JOIN main.sources m ON m.id = so.new
                JOIN co ON co.old = p.content
                WHERE p.updated >= m.updated AND m.content IS NOT NULL AND m.content <> co.new);
            UPDATE main.sources SET (content, plan, size, modified, relative_path) = (
                SELECT co.new, s.new, p.size, p.modified, p.relative_path
                FROM so JOIN part.sources p ON p.id = so.old LEFT JOIN co ON co.old = p.content
                LEFT JOIN s ON s.old = p.plan WHERE so.new = main.sources.id)
            WHERE id IN (
                SELECT m.id FROM so JOIN part.sources p ON p.id = so.old JOIN main.sources m ON m.id = so.new
                WHERE p.content IS NOT NULL AND (m.content IS NULL OR p.updated >= m.updated));

            CREATE TEMP TABLE c (
                old INTEGER PRIMARY KEY, new INTEGER NOT NULL, fresh INTEGER NOT NULL, taken INTEGER NOT NULL);
            CREATE INDEX temp.c_new ON c (new);

            """

    /// Whose clip counts. Of one whose record is the same in both the part's counts when it is done under the settings asked for,
    /// and the other one under others; what is not done in `main` may be so since a file was found missing.
    static let clips = """
        INSERT INTO c SELECT p.id, m.id, 0,
                coalesce(p.record_sha256 IS NOT NULL AND (m.record_sha256 IS NULL OR (p.record_sha256 = m.record_sha256
                    AND p.done_settings = (SELECT id FROM part.settings WHERE hash = :all)
                    AND m.done_settings <> (SELECT id FROM main.settings WHERE hash = :all))), 0)
            FROM part.clips p JOIN co ON co.old = p.content
            JOIN main.clips m ON m.uuid = p.uuid AND m.content = co.new AND m.first_frame = p.first_frame;
        """

    /// Clips that only the part knows.
    static let freshClips = """
        INSERT INTO c SELECT p.id, p.id + (SELECT coalesce(max(id), 0) FROM main.clips), 1, 1 FROM part.clips p
            WHERE p.id NOT IN (SELECT old FROM c);

        """

    /// Clips of which both have a record, and not the same.
    static let disputed = """
        SELECT p.id AS id, p.uuid AS uuid, p.record_sha256 AS sha
        FROM temp.c JOIN part.clips p ON p.id = c.old JOIN main.clips m ON m.id = c.new
        WHERE c.fresh = 0 AND c.taken = 0 AND p.record_sha256 <> m.record_sha256
        """

    private static let ofClip = """
        frames, start_seconds, end_seconds, place, clips_in_video, file_bytes, file_sha256, file_width, file_height,
            file_framerate, file_frames, file_codec, file_warnings, errors, status, reason, reason_text, record_bytes,
            record_sha256
        """

    /// The hash of a clip's file: of one that the part knows by its size alone the one that is known.
    private static let knownHash = """
        iif(p.file_sha256 = x'' AND p.file_bytes = main.clips.file_bytes, main.clips.file_sha256, p.file_sha256)
        """

    private static let ofWindow = "preview_bytes, preview_sha256, preview_reason, preview_reason_text"

    /// Clips, windows and answers, and what is known of sources then.
    static let afterClips = """
        INSERT INTO main.clips (id, uuid, content, first_frame, \(ofClip), plan, file_settings, done_settings)
            SELECT c.new, p.uuid, co.new, p.first_frame, \(ofClip), plans.new, files.new, dones.new
            FROM part.clips p JOIN c ON c.old = p.id JOIN co ON co.old = p.content
            LEFT JOIN s AS plans ON plans.old = p.plan LEFT JOIN s AS files ON files.old = p.file_settings
            LEFT JOIN s AS dones ON dones.old = p.done_settings
            WHERE c.fresh = 1;
        UPDATE main.clips SET (\(ofClip), plan, file_settings, done_settings) = (
            SELECT \(qualified(ofClip).replacing("p.file_sha256", with: knownHash)), plans.new, files.new, dones.new
            FROM c JOIN part.clips p ON p.id = c.old
            LEFT JOIN s AS plans ON plans.old = p.plan LEFT JOIN s AS files ON files.old = p.file_settings
            LEFT JOIN s AS dones ON dones.old = p.done_settings
            WHERE c.new = main.clips.id)
        WHERE id IN (SELECT new FROM c WHERE taken = 1 AND fresh = 0);

        CREATE TEMP TABLE w (old INTEGER PRIMARY KEY, new INTEGER NOT NULL, taken INTEGER NOT NULL);
        CREATE INDEX temp.w_new ON w (new);
        INSERT INTO w SELECT p.id, m.id, c.taken FROM part.windows p JOIN c ON c.old = p.clip
            JOIN main.windows m ON m.clip = c.new AND m.first_frame = p.first_frame AND m.last_frame = p.last_frame;
        INSERT INTO w SELECT p.id, p.id + (SELECT coalesce(max(id), 0) FROM main.windows), c.taken
            FROM part.windows p JOIN c ON c.old = p.clip WHERE p.id NOT IN (SELECT old FROM w);
        INSERT INTO main.windows (id, clip, first_frame, last_frame, in_plan)
            SELECT w.new, c.new, p.first_frame, p.last_frame, 0 FROM part.windows p JOIN w ON w.old = p.id
            JOIN c ON c.old = p.clip WHERE NOT EXISTS (SELECT 1 FROM main.windows m WHERE m.id = w.new);
        UPDATE main.windows SET in_plan = 0 WHERE clip IN (SELECT new FROM c WHERE taken = 1);

        CREATE TEMP TABLE a (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
        CREATE INDEX temp.a_new ON a (new);
        INSERT INTO a SELECT p.id, min(m.id) FROM part.answers p JOIN w ON w.old = p.window JOIN s ON s.old = p.settings
            JOIN main.answers m ON m.window = w.new AND m.settings = s.new AND m.outcome = p.outcome
                AND m.status = p.status AND (m.made = p.made OR p.run IS NULL OR m.run IS NULL)
            GROUP BY p.id;
        UPDATE main.answers SET (run, attempt, made) = (
            SELECT r.new, p.attempt, p.made FROM a JOIN part.answers p ON p.id = a.old JOIN r ON r.old = p.run
            WHERE a.new = main.answers.id LIMIT 1)
        WHERE run IS NULL AND id IN (
            SELECT a.new FROM a JOIN part.answers p ON p.id = a.old WHERE p.run IS NOT NULL);
        INSERT INTO a SELECT p.id, p.id + (SELECT coalesce(max(id), 0) FROM main.answers) FROM part.answers p
            WHERE p.id NOT IN (SELECT old FROM a) AND p.window IN (SELECT old FROM w);
        INSERT INTO main.answers (id, window, settings, run, attempt, made, status, reason, origins, outcome)
            SELECT a.new, w.new, s.new, r.new, p.attempt, p.made, p.status, p.reason, o.new, p.outcome
            FROM part.answers p JOIN a ON a.old = p.id JOIN w ON w.old = p.window JOIN s ON s.old = p.settings
            LEFT JOIN r ON r.old = p.run LEFT JOIN o ON o.old = p.origins
            WHERE true ORDER BY p.id
            ON CONFLICT (id) DO NOTHING;

        UPDATE main.windows SET (in_plan, answer, preview_settings, \(ofWindow)) = (
            SELECT p.in_plan, a.new, s.new, \(qualified(ofWindow))
            FROM w JOIN part.windows p ON p.id = w.old LEFT JOIN a ON a.old = p.answer
            LEFT JOIN s ON s.old = p.preview_settings WHERE w.new = main.windows.id)
        WHERE id IN (SELECT new FROM w WHERE taken = 1);
        INSERT OR REPLACE INTO main.picks (window, answer)
            SELECT w.new, a.new FROM part.picks p JOIN w ON w.old = p.window JOIN a ON a.old = p.answer
            JOIN main.windows m ON m.id = w.new AND m.answer = a.new;

        UPDATE main.clips SET file_sha256 = (
            SELECT p.file_sha256 FROM c JOIN part.clips p ON p.id = c.old WHERE c.new = main.clips.id)
        WHERE file_sha256 = x'' AND id IN (
            SELECT c.new FROM c JOIN part.clips p ON p.id = c.old JOIN main.clips m ON m.id = c.new
            WHERE p.file_sha256 <> x'' AND p.file_bytes = m.file_bytes);
        UPDATE main.windows SET preview_sha256 = (
            SELECT p.preview_sha256 FROM w JOIN part.windows p ON p.id = w.old WHERE w.new = main.windows.id)
        WHERE preview_sha256 = x'' AND id IN (
            SELECT w.new FROM w JOIN part.windows p ON p.id = w.old JOIN main.windows m ON m.id = w.new
            WHERE p.preview_sha256 <> x'' AND p.preview_bytes = m.preview_bytes);

        UPDATE main.sources SET status = 'open', done_settings = NULL, reason = NULL, reason_text = NULL
        WHERE content IN (SELECT m.content FROM c JOIN main.clips m ON m.id = c.new WHERE c.taken = 1);
        UPDATE main.sources SET status = 'open', done_settings = NULL, reason = NULL, reason_text = NULL
        WHERE status = 'failed' AND id IN (
            SELECT m.id FROM so JOIN part.sources p ON p.id = so.old JOIN main.sources m ON m.id = so.new
            WHERE p.status <> 'failed' AND p.updated >= m.updated);
        UPDATE main.sources SET (status, reason, reason_text, records, records_bytes, records_sha256, done_settings) = (
            SELECT p.status, p.reason, p.reason_text, p.records, p.records_bytes, p.records_sha256, s.new
            FROM so JOIN part.sources p ON p.id = so.old LEFT JOIN s ON s.old = p.done_settings
            WHERE so.new = main.sources.id)
        WHERE id IN (
            SELECT m.id FROM so JOIN part.sources p ON p.id = so.old JOIN main.sources m ON m.id = so.new
            WHERE p.updated >= m.updated
                AND ((p.status = 'done' AND p.records IS NOT NULL) OR (p.status = 'failed' AND NOT EXISTS (
                    SELECT 1 FROM main.clips WHERE clips.content = m.content AND clips.record_bytes IS NOT NULL))));
        UPDATE main.sources SET updated = max(updated, (
            SELECT p.updated FROM so JOIN part.sources p ON p.id = so.old WHERE so.new = main.sources.id))
        WHERE id IN (SELECT new FROM so);

        """ + dropped

    /// The same columns, as those of the part.
    private static func qualified(_ columns: String) -> String {
        columns.split(separator: ",").map { "p." + $0.trimmed }.joined(separator: ", ")
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
