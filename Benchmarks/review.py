#!/usr/bin/env python3
"""Measure `shotlist review` over an output of 100,000 windows, as a page asks for it: over HTTP, one question at a time.

    first_view_s  from starting the program to the first page of the list, with its index made before
    index_s       from starting it without an index to one of all windows (no ratio: it happens once)
    search_ms     median of searches of one to three words: the count and the first page
    filter_ms     median of filters by status, check, decision, video and length: the count and the first page
    edits_per_s   captions edited a second by four who do nothing else, each edit on the disk
    rss_mb        the most memory of the program, indexing included

usage: review.py SHOTLIST      with SHOTLIST_BENCH_QUICK set: 5,000 windows
The last line is JSON: {"suite": "review", "ratios": {...}}.
"""
import http.client
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

QUICK = bool(os.environ.get("SHOTLIST_BENCH_QUICK"))
WINDOWS = 5_000 if QUICK else 100_000
OF_CLIP = 4
WORDS = ("a red blue green old young small large dog cat horse child woman man car train boat house street field river "
         "mountain walks runs jumps stands turns falls rises slowly quickly under over behind before rain sun snow light "
         "dark morning evening camera pans tilts follows through across bright quiet busy empty crowded window door "
         "bridge tree flower grass stone water smoke fire").split()


def clip_of(number):
    return str(uuid.UUID(int=(5 << 76) | (1 << 63) | number))


def key_of(window):
    first = window % OF_CLIP * 48
    return f"{clip_of(window // OF_CLIP)}/{first}_{first + 47}"


def write_output(folder):
    """Records as a run writes them, of captions of 20 to 60 words."""
    records = folder / "metas" / "v0"
    records.mkdir(parents=True)
    chance = random.Random(8)
    for number in range(WINDOWS // OF_CLIP):
        windows = []
        for index in range(OF_CLIP):
            caption = " ".join(chance.choices(WORDS, k=chance.randint(20, 60))).capitalize() + "."
            failed = chance.random() < 0.02
            window = {
                "start_frame": index * 48, "end_frame": index * 48 + 47, "status": "error" if failed else "success",
                "flags": ["repeating"] if chance.random() < 0.05 else [], "seconds": round(chance.uniform(1, 9), 3),
                "prompt_tokens": 900, "output_tokens": chance.randint(20, 90), "model_id": "bench",
                "frame_indices": list(range(index * 48, index * 48 + 48, 12)),
            }
            if not failed:
                window["qwen_caption"] = caption
            windows.append(window)
        record = {
            "span_uuid": clip_of(number), "source_video": f"videos/{number % 500:03}.mp4",
            "duration_span": [number // 500 * 8.0, number // 500 * 8.0 + 8.0], "width_source": 1280, "height_source": 720,
            "framerate_source": 24.0, "source_num_frames": 192, "windows": windows, "valid": True,
        }
        (records / f"{clip_of(number)}.json").write_text(json.dumps(record))


class Review:
    """The program, serving an output."""

    def __init__(self, program, folder):
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [program, "review", str(folder), "--no-browser", "--name", "bench"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if "http://" not in line:
            raise SystemExit(f"bench: the review did not start: {line!r}")
        self.port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))
        self.page = Page(self)

    def peak_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def wait_for_index(self):
        for _ in range(3000):
            news = self.page.get("/api/news")
            if "toIndex" not in news and self.page.get("/api/count")["count"] == WINDOWS:
                return time.perf_counter() - self.began
            time.sleep(0.2)
        raise SystemExit("bench: the index was not made within ten minutes")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Page:
    """A connection of a page."""

    def __init__(self, review):
        self.connection = http.client.HTTPConnection("127.0.0.1", review.port, timeout=60)
        self.token = self.get("/api/session")["token"]

    def get(self, path):
        return self.answer("GET", path, None, {})

    def post(self, path, body):
        fields = {"Content-Type": "application/json", "X-Shotlist-Session": self.token}
        return self.answer("POST", path, json.dumps(body), fields)

    def answer(self, method, path, body, fields):
        self.connection.request(method, path, body, fields)
        response = self.connection.getresponse()
        data = response.read()
        if response.status != 200:
            raise SystemExit(f"bench: {path}: {response.status} {data[:200]!r}")
        return json.loads(data)

    def look(self, query):
        """Milliseconds until a list is counted and its first page is there."""
        began = time.perf_counter()
        self.get(f"/api/count?{query}")
        self.get(f"/api/windows?{query}&limit=100")
        return (time.perf_counter() - began) * 1000


def edits_a_second(review, seconds):
    done = [0] * 4
    until = time.perf_counter() + seconds

    def edit(worker):
        page = Page(review)
        for window in range(worker, WINDOWS, 4):
            if time.perf_counter() >= until:
                return
            text = f"Edited by worker {worker}, window {window}."
            page.post(f"/api/windows/{key_of(window)}/change", {"expecting": 0, "field": "caption", "value": text})
            done[worker] += 1

    threads = [threading.Thread(target=edit, args=(worker,)) for worker in range(4)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def measure(program, folder):
    write_output(folder)
    first = Review(program, folder)
    index = first.wait_for_index()
    peak = first.peak_mb()
    first.stop()
    review = Review(program, folder)
    review.page.get("/api/windows?limit=100")
    view = time.perf_counter() - review.began
    review.wait_for_index()
    chance = random.Random(9)
    searches = ["q=" + "%20".join(chance.sample(WORDS, chance.randint(1, 3))) for _ in range(10 if QUICK else 60)]
    filters = ["status=error", "flag=repeating", "decision=none", "source=videos%2F007.mp4", "length=100-150",
               "status=success&flag=repeating", "rating=5", "edited=1", "tokens=20-30&sort=length&desc=1"] * 3
    search = statistics.median(review.page.look(query) for query in searches)
    found = statistics.median(review.page.look(query) for query in filters)
    edits = edits_a_second(review, 2 if QUICK else 10)
    peak = max(peak, review.peak_mb())
    review.stop()
    print(f"windows      {WINDOWS}, an index of them made in {index:.1f} s")
    ratios = {"first_view_s": round(view, 3), "search_ms": round(search, 2), "filter_ms": round(found, 2),
              "edits_per_s": round(edits, 1), "rss_mb": round(peak, 1)}
    for name, value in ratios.items():
        print(f"{name:12} {value}")
    print(json.dumps({"suite": "review", "ratios": ratios, "index_s": round(index, 2), "windows": WINDOWS}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="shotlist-bench-review-") as place:
        measure(sys.argv[1], pathlib.Path(place))
