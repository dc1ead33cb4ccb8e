#!/usr/bin/env python3
"""How fast `shotlist merge` is, and what it takes: ledgers of shards that tell of as many windows as are asked for, merged.

usage: merge_rate.py SHOTLIST FOOTAGE FOLDER [--windows 1000000] [--shards 4]

A real run over a short video is made in shards; then the rows of its ledgers are written many times over, under other names of
videos and clips, with the videos' own records beside them. Clips' files, previews and records are not there: merging does not look
at them, unless two shards tell of one clip. The last line is JSON.
"""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid

FLAGS = [
    "--generate-captions", "--captioning-algorithm", "demo", "--captioning-window-size", "10",
    "--captioning-remainder-threshold", "4", "--captioning-max-output-tokens", "8",
    "--fixed-stride-split-duration", "0.4", "--fixed-stride-min-clip-length-s", "0.2", "--transcode-encoder", "copy",
]


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def grow(ledger: pathlib.Path, records: pathlib.Path | None, copies: int) -> None:
    """Writes what a ledger tells of its video `copies` times more."""
    db = sqlite3.connect(ledger)
    db.executescript("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA foreign_keys=OFF")
    rows = {table: db.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("sources", "contents", "clips", "windows", "answers")}
    names = {table: columns(db, table) for table in rows}
    most = {table: max((row[0] for row in found), default=0) for table, found in rows.items()}
    record = records.read_bytes() if records else b""
    inserts = {table: f"INSERT INTO {table} VALUES ({','.join('?' * len(names[table]))})" for table in rows}
    for copy in range(1, copies + 1):
        def moved(table: str, row: tuple, **others: object) -> list:
            new = dict(zip(names[table], row))
            new["id"] += copy * most[table]
            for key, target in (("source", "sources"), ("content", "contents"), ("clip", "clips"),
                                ("window", "windows"), ("answer", "answers")):
                if key in new and new[key] is not None:
                    new[key] += copy * most[target]
            return [others.get(name, new[name]) for name in names[table]]
        for row in rows["sources"]:
            found = dict(zip(names["sources"], row))
            path, relative = f"videos/{copy}.mp4", f"{copy}.mp4"
            db.execute(inserts["sources"], moved("sources", row, path=path, relative_path=relative))
            if records:
                text = record.replace(f'"video": "{found["path"]}"'.encode(), f'"video": "{path}"'.encode())
                (records.parent / f"{relative}.json").write_bytes(text)
        db.executemany(inserts["contents"], [moved("contents", row) for row in rows["contents"]])
        clips = []
        for row in rows["clips"]:
            old = dict(zip(names["clips"], row))["uuid"]
            new = uuid.UUID(bytes=hashlib.sha1(old + copy.to_bytes(8)).digest()[:16]).bytes
            clips.append(moved("clips", row, uuid=new))
        db.executemany(inserts["clips"], clips)
        db.executemany(inserts["windows"], [moved("windows", row) for row in rows["windows"]])
        db.executemany(inserts["answers"], [moved("answers", row) for row in rows["answers"]])
    db.commit()
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shotlist")
    parser.add_argument("footage")
    parser.add_argument("folder")
    parser.add_argument("--windows", type=int, default=1_000_000)
    parser.add_argument("--shards", type=int, default=4)
    given = parser.parse_args()
    program = str(pathlib.Path(given.shotlist).resolve())
    folder = pathlib.Path(given.folder)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "videos").mkdir(parents=True)
    shutil.copy(given.footage, folder / "videos/0.mp4")
    for number in range(1, given.shards + 1):
        subprocess.run(
            [program, "run", "--video-dir", "videos", "--output-path", "out", *FLAGS,
             "--shard", f"{number}/{given.shards}"], cwd=folder, check=True, capture_output=True)
    out = folder / "out"
    windows = len(list((out / "metas/v0").iterdir()))
    copies = given.windows // windows
    own = out / "processed_videos/0.mp4.json"
    for number in range(1, given.shards + 1):
        ledger = out / f".shotlist/shards/{number}-of-{given.shards}/.shotlist/ledger.sqlite"
        grow(ledger, own if number == 1 else None, copies)
    parts = sum(path.stat().st_size for path in out.glob(".shotlist/shards/*/.shotlist/ledger.sqlite"))
    began = time.monotonic()
    merging = subprocess.Popen([program, "merge", "out"], cwd=folder, stdout=sys.stderr)
    _, status, used = os.wait4(merging.pid, 0)
    seconds = time.monotonic() - began
    total = windows * (copies + 1)
    print(json.dumps({
        "windows": total, "videos": copies + 1, "shards": given.shards, "code": os.waitstatus_to_exitcode(status),
        "seconds": round(seconds, 2), "windows_per_second": round(total / seconds),
        "peak_mb": round(used.ru_maxrss / 1024),
        "part_bytes": parts, "ledger_bytes": (out / ".shotlist/ledger.sqlite").stat().st_size,
    }))


if __name__ == "__main__":
    main()
