#!/usr/bin/env python3
"""Measure captioning against the same engine with nothing else to wait for, and against what else could do the work.

usage: captioning.py SHOTLIST [--quick] [--parts A,B...] [--resume] [--repeats N] [--tiny]
(scripts/bench-captioning.sh does the set-up)

Parts that are compared, in this order and the next repeat in the other: ours, ceiling, server_video, server_unstamped,
server_images, stage2, prompts, mtmd_cli, transformers. Parts that are measured once: batches, memory, mmcache.

--quick     8 windows instead of 16, once instead of twice, and without batches and mmcache
--parts     only these; a part that is compared needs `ours` from this call or, with --resume, from an earlier one
--resume    keep what an earlier call measured with the same program
--tiny      try the suite itself on a tiny model; the ratios mean nothing

Environment: SHOTLIST_BENCH_QUICK=1, SHOTLIST_BENCH_PARTS, SHOTLIST_BENCH_RESUME=1 say the same.
The last line is JSON. Benchmarks/captioning/ has the parts, docs/benchmarks.md what they mean.
"""
import argparse
import os
import pathlib
import signal
import sys

from captioning import batches, cache, ceiling, footage, memory, ours, process, report, server, setting, single, store

COMPARED = ("ours", "ceiling", "server_video", "server_unstamped", "server_images", "stage2", "prompts", "mtmd_cli",
            "transformers")
ONCE = ("batches", "memory", "mmcache")


def arguments():
    environment = os.environ.get
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--quick", action="store_true", default=environment("SHOTLIST_BENCH_QUICK") == "1")
    parser.add_argument("--parts", default=environment("SHOTLIST_BENCH_PARTS", ""))
    parser.add_argument("--resume", action="store_true", default=environment("SHOTLIST_BENCH_RESUME") == "1")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--tiny", action="store_true")
    return parser.parse_args()


def chosen(options):
    known = COMPARED + ONCE
    parts = [part for part in options.parts.split(",") if part]
    unknown = [part for part in parts if part not in known]
    if unknown:
        process.fail(f"there is no part '{unknown[0]}'. There are: {', '.join(known)}")
    return parts or [part for part in known if not (options.quick and part in ("batches", "mmcache"))]


def measure(part, which, results):
    def tokens():
        if not results.get("prompt_tokens"):
            results.put("prompt_tokens", {"tokens": ours.prompt_tokens(which)})
        return results.get("prompt_tokens")["tokens"]

    work = {"ours": lambda: ours.plain(which), "ceiling": lambda: ceiling.measure(which, tokens()),
            "server_video": lambda: server.with_video(which),
            "server_unstamped": lambda: server.with_unstamped_video(which), "server_images": lambda: server.with_images(which),
            "stage2": lambda: ours.second_pass(which), "prompts": lambda: ours.three_prompts(which),
            "mtmd_cli": lambda: single.mtmd_cli(which), "transformers": lambda: single.transformers(which, tokens()),
            "batches": lambda: batches.measure(which), "memory": lambda: memory.measure(which),
            "mmcache": lambda: cache.measure(which)}
    return work[part]()


def run(parts, which, results):
    compared = [part for part in COMPARED if part in parts]
    plan = [(part, repeat) for repeat in range(results.repeats) for part in (compared if repeat % 2 == 0 else compared[::-1])]
    for part, repeat in [*plan, *((part, 0) for part in ONCE if part in parts)]:
        if results.get(part, repeat):
            process.say(f"{part}, repeat {repeat + 1}: kept from before")
            continue
        load = process.announce(f"{part}, repeat {repeat + 1}")
        result = measure(part, which, results)
        if part in COMPARED:
            result["busy"] = load
            process.say(f"  {result['seconds']:.1f} s for {result['windows']} windows")
        results.put(part, result, repeat)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench-captioning: ended"))
    parts = chosen(options)
    which = setting.Setting(options.program, quick=options.quick, tiny=options.tiny, windows=8 if options.quick else 16)
    results = store.Store(which.results, which.key, options.repeats or (1 if options.quick else 2))
    if options.resume:
        results.load()
    needs = {"stage2": "--captioning-stage2-caption", "prompts": "--captioning-prompt ", "mmcache": "--captioning-use-mmcache"}
    ours.need(which, *(flag for part, flag in needs.items() if part in parts))
    which.folder.mkdir(parents=True, exist_ok=True)
    footage.make(which.folder, which.deps / "footage", which.program)
    setting.prepare(which)
    run(parts, which, results)
    rates = results.get("batches")
    if rates and not options.tiny:
        alone = results.get("ceiling")
        batches.draw(setting.ROOT / "docs" / "batch-throughput.svg", rates,
                     which.windows * which.output / alone["seconds"] if alone else None)
    report.show(results)


main()
