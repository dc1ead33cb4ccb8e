#!/usr/bin/env python3
"""How a data set of up to a thousand million windows goes through a thousand GPUs, and what breaks first.

A discrete simulation: GPUs take work, nodes die and come back, what was with the engine is asked again. Beside it, arithmetic that
needs no simulation: files, bytes, inodes, ledgers, and at what size each limit is met. All numbers that go in are in costs.json,
each with its basis: measured, published, computed, stand-in (measured, but on something else than the real thing), assumed.
Costs that nobody knows yet are null there; the script refuses to run until each is given with --set, and says which were.

usage: python3 scripts/scale/simulate.py [--windows 1e6,1e7,1e8,1e9] [--gpus 1000] [--set NAME=VALUE ...] [--costs FILE] [--json]
       [--into docs/scale.md]
The last line is JSON. The same seed gives the same numbers.
"""
import argparse
import collections
import heapq
import json
import math
import pathlib
import random
import re
import sys

DAY = 86400.0
BASES = ("measured", "published", "computed", "stand-in", "assumed")


class Unknown(Exception):
    """Costs that are null and were not given."""


class Costs:
    """The numbers of costs.json, with what was given on the command line in their place."""

    def __init__(self, entries, given=None):
        self.entries = entries
        self.given = dict(given or {})
        strangers = sorted(set(self.given) - set(entries))
        if strangers:
            raise KeyError(f"no such cost: {', '.join(strangers)}")
        missing = sorted(name for name, one in entries.items() if one["value"] is None and name not in self.given)
        if missing:
            raise Unknown(missing)
        for name, one in entries.items():
            if one["value"] is not None and one["basis"] not in BASES:
                raise ValueError(f"{name}: '{one['basis']}' is no basis")

    def __getattr__(self, name):
        if name in self.given:
            return self.given[name]
        try:
            return self.entries[name]["value"]
        except KeyError:
            raise AttributeError(name) from None

    def basis(self, name):
        return "given" if name in self.given else self.entries[name]["basis"]


# Work that GPUs take: `windows` of it, after `before` seconds in which no window is answered.
Work = collections.namedtuple("Work", "windows before")


class Node:
    """When one node dies and is there again. All GPUs of the node share it."""

    def __init__(self, random_source, mean_life, away):
        self.random, self.mean_life, self.away = random_source, mean_life, away
        self.deaths = []

    def death(self, index):
        while len(self.deaths) <= index:
            start = self.deaths[-1] + self.away if self.deaths else 0.0
            self.deaths.append(start + (self.random.expovariate(1 / self.mean_life) if self.mean_life else math.inf))
        return self.deaths[index]


def run_pool(works, gpus, rate, *, nodes=None, gpus_per_node=8, load=0.0, in_flight=0, hand_out=0.0, spread=0.0, seed=0):
    """Gives works to GPUs, one at a time each, until all are done.

    rate: windows a second of one GPU. load: seconds until a GPU that begins, or is back, answers. in_flight: windows that are asked
    again after a death. hand_out: seconds of the one driver for each work. spread: sigma of the logarithm of how long a work takes.
    """
    source = random.Random(seed)
    free = [(load, gpu) for gpu in range(gpus)]
    heapq.heapify(free)
    next_death = [0] * gpus
    again = []  # what deaths gave back: when, in which order, work
    idle = []
    works = iter(works)
    driver = busy = end = repeated = waits = 0.0
    taken = deaths = given_back = 0
    while free:
        now, gpu = heapq.heappop(free)
        work = heapq.heappop(again)[2] if again and again[0][0] <= now else next(works, None)
        if work is None and again:
            heapq.heappush(free, (again[0][0], gpu))
            continue
        if work is None:
            idle.append(gpu)
            continue
        begin = now
        if hand_out:
            begin = driver = max(now, driver) + hand_out
            waits += begin - now
        pace = rate / (source.lognormvariate(-spread * spread / 2, spread) if spread else 1.0)
        asking = begin + work.before
        finish = asking + work.windows / pace
        if nodes:
            node = nodes[gpu // gpus_per_node]
            while node.death(next_death[gpu]) + node.away <= begin:
                next_death[gpu] += 1
            death = node.death(next_death[gpu])
            if death < finish:
                next_death[gpu] += 1
                deaths += death > begin
                asked = max(0.0, (death - asking) * pace)
                kept = max(0.0, asked - in_flight)
                repeated += asked - kept
                busy += max(0.0, death - asking)
                # What was opened before the death is known to the ledger.
                back = max(death, begin)
                given_back += 1
                heapq.heappush(again, (back, given_back, Work(work.windows - kept, max(0.0, asking - back))))
                if idle:
                    heapq.heappush(free, (back, idle.pop()))
                heapq.heappush(free, (death + node.away + load, gpu))
                continue
        taken += 1
        busy += finish - asking
        end = max(end, finish)
        heapq.heappush(free, (finish, gpu))
    return {"seconds": end, "busy": busy / (gpus * end) if end else 0.0, "taken": taken, "gpu_deaths": deaths,
            "repeated_windows": repeated, "driver_busy": (taken + given_back) * hand_out / end if end else 0.0,
            "mean_wait": waits / (taken + given_back) if taken else 0.0}


def pieces(windows, size, before=0.0):
    """Works of `size` windows, the last one smaller."""
    whole, rest = divmod(windows, size)
    for _ in range(int(whole)):
        yield Work(size, before)
    if rest:
        yield Work(rest, before)


def make_nodes(costs, gpus, seed):
    count = math.ceil(gpus / costs.gpus_per_node)
    life = costs.gpu_mean_life_hours * 3600 / costs.gpus_per_node if costs.gpu_mean_life_hours else 0
    return [Node(random.Random(f"{seed}/{node}"), life, costs.node_away_seconds) for node in range(count)]


def opening_seconds(costs, windows, readers):
    """What one shard needs to open every video of the input: to list them, and to read and probe them.

    readers: how many GPUs read from the storage at once.
    """
    videos = windows / costs.windows_per_video
    listing = videos / costs.listing_files_per_second
    probing = videos * costs.probe_seconds_per_video
    reading = windows * costs.video_bytes_per_window / min(costs.node_read_bytes_per_second / costs.gpus_per_node,
                                                          costs.storage_read_bytes_per_second / readers)
    return listing, max(probing, reading)


def shards_layout(costs, windows, gpus, seed, readers=None):
    """`shotlist run --shard I/N` over one folder, a shard for each GPU. Opening goes on beside captioning; the slower one counts."""
    source = random.Random(seed)
    share = windows / gpus
    listing, opening = opening_seconds(costs, windows, readers or gpus)
    works = []
    for _ in range(gpus):
        own = max(1.0, source.gauss(share, math.sqrt(share)))
        works.append(Work(own, listing + max(0.0, opening - own / costs.windows_per_second_per_gpu)))
    result = run_pool(works, gpus, costs.windows_per_second_per_gpu, nodes=make_nodes(costs, gpus, seed),
                      gpus_per_node=costs.gpus_per_node, load=costs.model_load_seconds, in_flight=costs.windows_in_flight, seed=seed)
    return result | {"opened_videos": gpus * windows / costs.windows_per_video,
                     "read_bytes": gpus * windows * costs.video_bytes_per_window}


def windows_per_task(costs, windows, gpus):
    """As shotlist-ray makes tasks: so many bytes of video, more where there would be too many tasks, at most so many videos; and four
    for each worker at least."""
    wanted = max(costs.task_bytes / costs.video_bytes_per_window, windows / costs.most_tasks)
    videos = min(costs.task_videos, math.ceil(wanted / costs.windows_per_video))
    return max(1.0, min(videos * costs.windows_per_video, windows / (4 * gpus)))


def workers_layout(costs, windows, gpus, seed, most_works=1_000_000):
    """One driver that lists the videos once and hands them out in tasks. Each video is opened once.

    Above `most_works` tasks one work stands for several of them, given out one after another to the same GPU.
    """
    each = windows_per_task(costs, windows, gpus)
    tasks = windows / each
    grain = max(1, math.ceil(tasks / most_works))
    result = run_pool(pieces(windows, each * grain), gpus, costs.windows_per_second_per_gpu,
                      nodes=make_nodes(costs, gpus, seed), gpus_per_node=costs.gpus_per_node, load=costs.model_load_seconds,
                      in_flight=costs.windows_in_flight, hand_out=grain / costs.driver_tasks_per_second,
                      spread=costs.video_spread / math.sqrt(max(1.0, each * grain / costs.windows_per_video)), seed=seed)
    return result | {"tasks": math.ceil(tasks), "windows_per_task": each, "grain": grain, "opened_videos": windows / costs.windows_per_video,
                     "read_bytes": windows * costs.video_bytes_per_window}


def storage(costs, windows):
    """Files, folders and bytes of an output with so many windows."""
    clips = windows / costs.windows_per_clip
    videos = windows / costs.windows_per_video
    chunks = videos * math.ceil(costs.windows_per_video * costs.seconds_per_window / 256)
    files = {"clips": clips, "metas/v0": clips, "previews": windows, "processed_videos": videos, "processed_clip_chunks": chunks}
    folders = clips
    ledger = windows * costs.ledger_bytes_per_window
    sizes = (clips * costs.clip_bytes, clips * costs.record_bytes, windows * costs.preview_bytes,
             videos * costs.video_record_bytes, chunks * costs.chunk_bytes)
    return {"files": sum(files.values()), "folders": folders, "inodes": sum(files.values()) + folders, "bytes": sum(sizes) + ledger,
            "clip_bytes": sizes[0], "preview_bytes": sizes[2], "record_bytes": sizes[1] + sizes[3] + sizes[4],
            "ledger_bytes": ledger, "largest_folder": clips, "input_bytes": windows * costs.video_bytes_per_window}


def merge_seconds(costs, windows):
    """Joining the ledgers, and writing the videos' records one after another."""
    videos = windows / costs.windows_per_video
    chunks = videos * math.ceil(costs.windows_per_video * costs.seconds_per_window / 256)
    return windows / costs.merge_windows_per_second, (videos + chunks) * costs.durable_file_seconds


def limits(costs, gpus):
    """What breaks, and from how many windows in one output on. Everything here grows with the windows."""
    per_day = sum(merge_seconds(costs, 1.0))
    shard_list, _ = opening_seconds(costs, 1.0, gpus)
    found = [
        ("entries of clips/ on ext4 without large_dir", costs.ext4_folder_entries * costs.windows_per_clip),
        ("inodes of one ext4 file system (2^32)", 2.0 ** 32 / storage(costs, 1.0)["inodes"]),
        ("an index for review takes more than a day", DAY * costs.review_windows_per_second),
        ("the merge takes more than a day", DAY / per_day),
        ("a shard's listing of the videos takes more than an hour", 3600 / shard_list),
        ("the driver's list of videos exceeds its memory",
         costs.driver_memory_bytes / costs.driver_bytes_per_video * costs.windows_per_video),
        ("one ledger in one SQLite file of 4 KiB pages (17.6 TB)", (2.0 ** 32 - 2) * 4096 / costs.ledger_bytes_per_window),
    ]
    return sorted(({"what": what, "windows": at} for what, at in found), key=lambda one: one["windows"])


def gpu_limits(costs):
    """What breaks with the number of GPUs (one shard or worker each), whatever the number of windows."""
    rate = costs.windows_per_second_per_gpu
    # The smallest tasks that there are, which are the most for the driver.
    tasks_each = rate / max(costs.windows_per_video, costs.task_bytes / costs.video_bytes_per_window)
    found = [
        ("shards over one folder read more than the storage gives",
         math.sqrt(costs.storage_read_bytes_per_second / (costs.video_bytes_per_window * rate))),
        ("shards over one folder read more than a node's network gives",
         costs.node_read_bytes_per_second / costs.gpus_per_node / (costs.video_bytes_per_window * rate)),
        ("shards over one folder probe for longer than they caption",
         costs.windows_per_video / (rate * costs.probe_seconds_per_video)),
        ("a Slurm array of the default size (MaxArraySize 1001)", 1000.0),
        ("an Indexed Job with a back-off for each index", 100000.0),
        ("the driver hands out tasks more slowly than GPUs end them", costs.driver_tasks_per_second / tasks_each),
    ]
    return sorted(({"what": what, "gpus": at} for what, at in found), key=lambda one: one["gpus"])


def plan(costs, windows, gpus, seed):
    """The run in parts: folders of the input with an output each, several at a time."""
    most = min(costs.windows_per_part, windows)
    parts = math.ceil(windows / most)
    group = max(1, int(costs.gpus_per_part))
    at_once = max(1, gpus // group)
    rounds = math.ceil(parts / at_once)
    shards = shards_layout(costs, most, group, seed, readers=gpus)
    servers = workers_layout(costs, most, group, seed)
    return {"parts": parts, "gpus_per_part": group, "at_once": at_once, "rounds": rounds, "windows_per_part": most,
            "shards_days": rounds * shards["seconds"] / DAY, "shards_busy": shards["busy"],
            "shards_read_bytes": parts * shards["read_bytes"], "one_run_days": rounds * servers["seconds"] / DAY,
            "one_run_busy": servers["busy"], "merge_seconds_per_part": sum(merge_seconds(costs, most)),
            "part": storage(costs, most)}


def perfect_days(costs, windows, gpus):
    """At NeMo Curator's published floor, if it grew with the GPUs without any loss."""
    clips = windows / costs.windows_per_clip
    return clips / (costs.nemo_clips_per_second / costs.nemo_gpus * gpus) / DAY


def short(number):
    """1.2e9 as 1.2 G."""
    for size, letter in ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size:
            return f"{number / size:.3g} {letter}"
    return f"{number:.3g}"


# What the result hangs on: one cost at a time, changed to this.
VARIATIONS = (
    ("videos of 20 s", {"windows_per_video": 2}),
    ("videos of an hour", {"windows_per_video": 360}),
    ("cards ten times as fast", {"windows_per_second_per_gpu": 1.0625}),
    ("video of 1 Mbit a second", {"video_bytes_per_window": 1.25e6}),
    ("cards that are lost ten times as often", {"gpu_mean_life_hours": 5068}),
)


def vary(entries, given, windows, gpus, seed):
    """The plan and one output under other costs."""
    rows = []
    for what, change in (("as above", {}), *VARIATIONS):
        costs = Costs(entries, given | change)
        by_gpus = gpu_limits(costs)
        rows.append({"what": what, "workers_days": workers_layout(costs, windows, gpus, seed)["seconds"] / DAY,
                     "plan_days": plan(costs, windows, gpus, seed)["one_run_days"],
                     "shards_days": shards_layout(costs, windows, gpus, seed)["seconds"] / DAY,
                     "first": limits(costs, gpus)[0], "second": limits(costs, gpus)[1], "first_by_gpus": by_gpus[0]})
    return rows


def tables(report, gpus):
    """Each table by name: its first row, and the others."""
    sizes = report["sizes"]
    p = report["plan"]
    return {
        "time": (("Windows", "The floor, days", f"Workers on {gpus} GPUs, days", "GPUs busy", "Tasks", "Windows asked again",
                  "GPUs lost", "Shards over one folder, days", "GPUs busy", "Read by shards, bytes"),
                 [(short(r["windows"]), f"{r['perfect_days']:.2f}", f"{r['workers']['seconds'] / DAY:.2f}",
                   f"{r['workers']['busy']:.3f}", short(r["workers"]["tasks"]), short(r["workers"]["repeated_windows"]),
                   str(r["workers"]["gpu_deaths"]), f"{r['shards']['seconds'] / DAY:.2f}", f"{r['shards']['busy']:.3f}",
                   short(r["shards"]["read_bytes"])) for r in sizes]),
        "storage": (("Windows", "Files", "Inodes", "Entries of `clips/`", "Bytes", "of these ledger", "of these records",
                     "Input, bytes", "Merge: ledgers", "Merge: records"),
                    [(short(r["windows"]), *(short(r["storage"][key]) for key in ("files", "inodes", "largest_folder", "bytes",
                      "ledger_bytes", "record_bytes", "input_bytes")),
                      f"{r['merge'][0] / 3600:.2f} h", f"{r['merge'][1] / 3600:.2f} h") for r in sizes]),
        "limits": (("In one output", "from so many windows on"),
                   [(one["what"], short(one["windows"])) for one in report["limits"]]),
        "gpus": (("On one output", "from so many GPUs on"), [(one["what"], short(one["gpus"])) for one in report["gpu_limits"]]),
        "plan": ((f"{short(sizes[-1]['windows'])} windows in {p['parts']} parts, {p['at_once']} at a time, {p['rounds']} rounds",
                  "Days", "GPUs busy", "Read, bytes"),
                 [(f"one run for each part, with its {p['gpus_per_part']} GPUs as servers", f"{p['one_run_days']:.1f}",
                   f"{p['one_run_busy']:.3f}", short(sizes[-1]["storage"]["input_bytes"])),
                  (f"{p['gpus_per_part']} shards for each part", f"{p['shards_days']:.1f}", f"{p['shards_busy']:.3f}",
                   short(p["shards_read_bytes"]))]),
        "part": (("A part", "Inodes", "Bytes", "of these ledger", "Merge of its shards"),
                 [(f"{short(p['windows_per_part'])} windows", short(p["part"]["inodes"]), short(p["part"]["bytes"]),
                   short(p["part"]["ledger_bytes"]), f"{p['merge_seconds_per_part'] / 3600:.1f} h")]),
        "variations": (("With", "The plan, days", "Workers, days", "Shards over one folder, days", "Breaks first, windows",
                        "Then, windows", "Shards wait for storage, GPUs"),
                       [(one["what"], f"{one['plan_days']:.1f}", f"{one['workers_days']:.1f}", f"{one['shards_days']:.1f}",
                         f"{short(one['first']['windows'])}", f"{short(one['second']['windows'])}: {one['second']['what']}",
                         short(one["first_by_gpus"]["gpus"])) for one in report["variations"]]),
    }


def plain(head, rows):
    widths = [max(len(str(row[column])) for row in [head, *rows]) for column in range(len(head))]
    return "".join("  ".join(str(cell).rjust(width) if column else str(cell).ljust(width)
                             for column, (cell, width) in enumerate(zip(row, widths))).rstrip() + "\n" for row in [head, *rows])


def markdown(head, rows):
    return "".join("| " + " | ".join(row) + " |\n" for row in [head, ["---"] * len(head), *rows])


def write_into(page, made):
    """Puts each table between its marks in a page: `<!-- simulation NAME -->` and `<!-- end -->`."""
    text = page.read_text()
    for name, (head, rows) in made.items():
        text, count = re.subn(rf"(<!-- simulation {name} -->\n).*?(<!-- end -->)",
                              lambda found: found[1] + markdown(head, rows) + found[2], text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{page} has {count} places for the table '{name}', not one")
    page.write_text(text)


def load_costs(path, given):
    return Costs(json.loads(pathlib.Path(path).read_text())["costs"], given)


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", default="1e6,1e7,1e8,1e9")
    parser.add_argument("--gpus", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--costs", default=str(here / "costs.json"))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", action="store_true", help="the last line alone")
    parser.add_argument("--into", metavar="PAGE", help="also put the tables into this page, docs/scale.md")
    options = parser.parse_args()
    try:
        costs = load_costs(options.costs, {name: float(value) for name, value in (one.split("=", 1) for one in options.set)})
    except Unknown as unknown:
        print("nobody has measured these yet; give each with --set NAME=VALUE, and say so with the result: "
              + ", ".join(unknown.args[0]), file=sys.stderr)
        return 64
    except (KeyError, ValueError) as error:
        print(error.args[0], file=sys.stderr)
        return 64
    sizes = [{"windows": windows, "perfect_days": perfect_days(costs, windows, options.gpus),
              "workers": workers_layout(costs, windows, options.gpus, options.seed),
              "shards": shards_layout(costs, windows, options.gpus, options.seed), "storage": storage(costs, windows),
              "merge": merge_seconds(costs, windows)} for windows in (int(float(one)) for one in options.windows.split(","))]
    report = {"sizes": sizes, "limits": limits(costs, options.gpus), "gpu_limits": gpu_limits(costs),
              "plan": plan(costs, sizes[-1]["windows"], options.gpus, options.seed),
              "variations": vary(costs.entries, costs.given, sizes[-1]["windows"], options.gpus, options.seed)}
    made = tables(report, options.gpus)
    if not options.json:
        print(plain(("Cost", "Value", "Unit", "Basis"), [(name, f"{getattr(costs, name):.6g}", one["unit"], costs.basis(name))
                                                         for name, one in costs.entries.items()]))
        for head, rows in made.values():
            print(plain(head, rows))
    if options.into:
        write_into(pathlib.Path(options.into), made)
    largest = sizes[-1]
    print(json.dumps({
        "gpus": options.gpus, "windows": largest["windows"], "breaks_first": report["limits"][0],
        "breaks_first_by_gpus": report["gpu_limits"][0], "floor_days": round(largest["perfect_days"], 2),
        "workers_days": round(largest["workers"]["seconds"] / DAY, 2), "shards_days": round(largest["shards"]["seconds"] / DAY, 2),
        "plan_days": round(report["plan"]["one_run_days"], 2), "plan_shards_days": round(report["plan"]["shards_days"], 2),
        "given": costs.given,
        "not_measured": sorted(name for name in costs.entries if costs.basis(name) in ("stand-in", "assumed", "given"))}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
