#!/usr/bin/env python3
"""Stands in for the program: speaks the worker's protocol, and misbehaves where it is told to.

A video is a file of JSON: `windows` (1), `seconds` of each window (0), `duration`, `fault`: `die` (each time it comes to the
video), `die-once`, `fail` (the worker cannot go on), `unreadable`, `hang`. The variable FAKE_WORKER has the whole process be
of another version (`version`), say nothing (`silent`, `silent-later`), say something else (`garbage`), answer everything with
`cancelled` and end (`cancelling`), or end at once (`ends`).

Each window that it does is a file below OUTPUT/windows and, before that, a line in its ledger's folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

MODE = os.environ.get("FAKE_WORKER", "")
STOPPING = threading.Event()
SAYING = threading.Lock()


def say(**message: Any) -> None:
    with SAYING:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    part.write_text(text)
    part.rename(path)


def die() -> None:
    print("the decoder met something", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGSEGV)
    # The signal is another thread's, and this one might get far before that one runs.
    time.sleep(3600)


class FakeWorker:
    def __init__(self, output: Path, name: str, heartbeat: float) -> None:
        self.output, self.name, self.heartbeat = output, name, heartbeat
        self.ledger = output / ".shotlist/workers" / name
        self.ledger.mkdir(parents=True)
        self.began = time.monotonic()
        self.guard = threading.Lock()
        self.windows, self.count = 0, 0
        self.tasks: list[str] = []
        self.threads: list[threading.Thread] = []

    def beat(self) -> None:
        while True:
            time.sleep(self.heartbeat)
            with self.guard:
                tasks, windows = list(self.tasks), self.windows
            say(type="heartbeat", tasks=tasks, windows=windows, tokens=windows * 7, seconds=time.monotonic() - self.began)

    def video(self, part: dict[str, Any]) -> dict[str, Any]:
        path = part["path"]
        result = {"path": path, "status": "done", "clips": 0, "windows": 0, "kept_windows": 0}
        try:
            about = json.loads(Path(path).read_text())
        except (OSError, ValueError) as error:
            return result | {"status": "failed", "reason": "unreadable", "message": f"'{path}': {error}"}
        fault = about.get("fault")
        key = hashlib.sha256(path.encode()).hexdigest()[:16]
        once = self.output / ".shotlist" / f"once-{key}"
        if fault == "unreadable":
            return result | {"status": "failed", "reason": "unreadable", "message": f"'{path}' is no video."}
        if fault == "hang":
            time.sleep(3600)
        for window in range(about.get("windows", 1)):
            if not part.get("from", 0) <= window < part.get("to", 1 << 30):
                continue
            if STOPPING.is_set():
                return result | {"status": "open"}
            record = self.output / "windows" / key / str(window)
            result["windows"] += 1
            if record.exists():
                result["kept_windows"] += 1
                continue
            time.sleep(about.get("seconds", 0))
            if fault == "die":
                die()
            with self.guard, open(self.ledger / "asked.txt", "a") as ledger:
                ledger.write(f"{path} {window}\n")
            whole(record, f"{path} {window}")
            self.windows += 1
            if fault == "die-once" and not once.exists():
                once.touch()
                die()
        if "from" not in part and "to" not in part:
            whole(self.output / "processed_videos" / (path.replace("/", "_") + ".json"), json.dumps(result["windows"]))
        return result | {"clips": result["windows"]}

    def do(self, task: dict[str, Any], slots: threading.Semaphore) -> None:
        with slots:
            with self.guard:
                self.tasks.append(task["id"])
            say(type="started", id=task["id"])
            began = time.monotonic()
            videos = [self.video(part) for part in task["videos"]]
            with self.guard:
                self.tasks.remove(task["id"])
                self.count += 1
            about = {"windows": sum(video["windows"] for video in videos), "statuses": {}}
            if any("fail.mp4" in video["path"] for video in videos):
                say(type="done", id=task["id"], status="failed", seconds=0, videos=videos, counts={}, code="disk_full",
                    message="The disk is full.", remedy="Make room.")
                return
            status = "cancelled" if any(video["status"] == "open" for video in videos) else "done"
            say(type="done", id=task["id"], status=status, seconds=time.monotonic() - began, videos=videos, counts=about)

    def run(self) -> int:
        if MODE == "ends":
            print("error: no such command 'worker'", file=sys.stderr)
            return 64
        if MODE == "silent":
            time.sleep(3600)
        if MODE == "garbage":
            print("Welcome!", flush=True)
        say(type="hello", protocol=2 if MODE == "version" else 1, version="0.9.0", name=self.name, host=socket.gethostname(),
            pid=os.getpid(), at_once=2)
        if MODE != "silent-later":
            threading.Thread(target=self.beat, daemon=True).start()
        slots = threading.Semaphore(2)
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] == "drain" or STOPPING.is_set():
                break
            if MODE == "silent-later":
                time.sleep(3600)
            if MODE == "cancelling":
                say(type="done", id=message["id"], status="cancelled", seconds=0, videos=[], counts={})
                say(type="bye", reason="stopped", tasks=0)
                return 0
            if "--no-such-flag" in message["arguments"]:
                say(type="error", id=message["id"], code="invalid_argument", message="There is no flag --no-such-flag.",
                    remedy="`shotlist help run` lists them.")
                continue
            self.threads.append(threading.Thread(target=self.do, args=(message, slots), daemon=True))
            self.threads[-1].start()
        self.end("drained")
        return 0

    def end(self, reason: str) -> None:
        for thread in self.threads:
            thread.join()
        say(type="bye", reason=reason, tasks=self.count)


def stop(*_: Any) -> None:
    if STOPPING.is_set():
        os._exit(1)
    STOPPING.set()
    raise _Wake


class _Wake(Exception):
    """Wakes the main thread out of its reading."""


def worker(options: dict[str, str]) -> int:
    fake = FakeWorker(Path(options["--output-path"]), options["--name"], float(options["--heartbeat"]))
    signal.signal(signal.SIGTERM, stop)
    try:
        return fake.run()
    except _Wake:
        fake.end("stopped")
        return 0


def main() -> int:
    command, *rest = sys.argv[1:]
    if command == "worker":
        return worker(dict(zip(rest[::2], rest[1::2])))
    if command == "probe":
        print(json.dumps({"duration": json.loads(Path(rest[0]).read_text()).get("duration", 1)}))
        return 0
    if command == "merge":
        output = Path(rest[0])
        whole(output / "summary.json", json.dumps({"videos": len(list((output / "processed_videos").glob("*.json")))}))
        return int(os.environ.get("FAKE_MERGE", "0"))
    return 64


if __name__ == "__main__":
    sys.exit(main())
