#!/usr/bin/env python3
"""Stands in for `shotlist run` in check.py: eight clips of three windows, a ledger, a trace, and one fault of its own.

STAND_IN says which: nothing for none; `twice` captions windows again, `lost` loses previews, `beside` leaves temporary files,
`half` lets a file have its name before it is whole, `ends` says after a kill that all is done when it is not."""
import json
import os
import pathlib
import random
import signal
import sys
import time

FAULT = os.environ.get("STAND_IN", "")
OUT = pathlib.Path(sys.argv[sys.argv.index("--output-path") + 1])
stops = []


def stop(*_):
    stops.append(True)
    if len(stops) > 1:
        os._exit(130)


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    other = path.with_name(f".{path.name}.{os.getpid() if FAULT == 'beside' else 0}.tmp")
    (path if FAULT == "half" else other).write_bytes(data[:len(data) // 2])
    time.sleep(0.02 if FAULT in ("half", "beside") else 0.001)
    other.write_bytes(data)
    os.replace(other, path)


def webp(count):
    return b"RIFF" + (count + 4).to_bytes(4, "little") + b"WEBP" + bytes(count)


def main():
    signal.signal(signal.SIGTERM, stop)
    (OUT / ".shotlist").mkdir(parents=True, exist_ok=True)
    if FAULT != "beside":
        for path in list(OUT.rglob("*.tmp")):
            path.unlink()
    ledger = open(OUT / ".shotlist" / "ledger.txt", "a+")
    ledger.seek(0)
    done = dict(line.rstrip("\n").split("\t") for line in ledger if line.endswith("\n") and "\t" in line)
    name = os.environ.get("SHOTLIST_TRACE")
    trace = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if name else None
    resumes, dice = bool(done), random.Random()

    def tell(event, window):
        if trace is not None:
            line = json.dumps({"event": event, "window": window, "settings": "s", "time": time.time()})
            os.write(trace, (line + "\n").encode())

    for clip in range(7 if FAULT == "ends" and resumes else 8):
        for start in (0, 2, 4):
            window = f"clip{clip}/{start}_{start + 1}"
            if stops:
                sys.exit(130)
            if window in done and not (FAULT == "twice" and dice.random() < 0.2):
                continue
            tell("engine_begin", window)
            time.sleep(0.05)
            preview = OUT / "previews" / f"{window}.webp"
            put(preview, webp(100 + 3 * clip + start))
            if FAULT == "lost" and resumes and dice.random() < 0.3:
                preview.unlink()
            done[window] = str(time.time())
            ledger.write(f"\n{window}\t{done[window]}\n")
            ledger.flush()
            tell("committed", window)
        windows = [{"start_frame": start, "end_frame": start + 1, "seconds": done[f"clip{clip}/{start}_{start + 1}"]}
                   for start in (0, 2, 4)]
        put(OUT / "metas" / "v0" / f"clip{clip}.json",
            json.dumps({"span_uuid": f"clip{clip}", "windows": windows}).encode())
    put(OUT / "summary.json", b"{}")


main()
