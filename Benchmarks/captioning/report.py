"""The table, and the ratios of the last line."""
import json
import statistics

# Part, its title, the name of its ratio. Peers' time over ours; for our own runs, theirs over the plain one's.
PEERS = [("ceiling", "the engine alone (ceiling)", "of_ceiling"),
         ("server_images", "llama-server, frames as images", "vs_llama_server_images"),
         ("server_video", "llama-server, frames as a video", "vs_llama_server_video"),
         ("server_unstamped", "llama-server, frames as a video without times", "vs_llama_server_video_unstamped"),
         ("mtmd_cli", "llama-mtmd-cli, a process a window", "vs_mtmd_cli"),
         ("transformers", "transformers, batched", "vs_transformers")]
OWN = [("stage2", "Shotlist with a second pass", "stage2_time"),
       ("prompts", "Shotlist with three prompts", "three_prompts_time")]


def per_window(result):
    return result["seconds"] / result["windows"]


def compared(store):
    """For each part beside ours: title, name, seconds a window, the ratio of each repeat."""
    for part, title, name in PEERS + OWN:
        pairs = store.pairs(part, "ours")
        if pairs:
            yield title, name, [per_window(result) for result, _ in pairs], [
                per_window(result) / per_window(ours) for result, ours in pairs]


def ratios(store):
    found = {name: round(statistics.median(each), 3) for _, name, _, each in compared(store)}
    shares = [result["share"] for result in store.parts.get("stage2", {}).values()]
    if shares:
        found["stage2_prompt_tokens"] = round(statistics.median(shares), 4)
    cache = store.get("mmcache")
    if cache:
        found["mmcache_time"] = round(cache["seconds_without"] / cache["seconds_with"], 2)
    return found


def table(store):
    ours = list(store.parts.get("ours", {}).values())
    if ours:
        seconds = statistics.median(map(per_window, ours))
        rate = statistics.median(result["output_tokens"] / result["seconds"] for result in ours)
        yield "| What runs | Seconds a window | Ratio (each repeat) |"
        yield "| --- | --- | --- |"
        yield f"| Shotlist | {seconds:.2f} | {rate:.2f} caption tokens a second |"
    for title, name, seconds, each in compared(store):
        spread = ", ".join(f"{ratio:.2f}" for ratio in each)
        yield f"| {title} | {statistics.median(seconds):.2f} | `{name}` {statistics.median(each):.2f} ({spread}) |"


def notes(store):
    for result in store.parts.get("ceiling", {}).values():
        yield (f"ceiling: {result['vision']:.1f} s of pairs, {result['prompt']:.1f} s of prompts, "
               f"{result['output']:.1f} s of answers for {result['windows']} windows")
    for result in store.parts.get("mtmd_cli", {}).values():
        yield f"llama-mtmd-cli: {result['loading'] / result['windows']:.2f} s of a window are loading the model"
    for result in store.parts.get("transformers", {}).values():
        yield f"transformers: {result['dtype']} is faster (a small batch: {result['tried']})"
    for name, result in (store.get("memory") or {}).items():
        yield (f"memory: {result['windows']} windows ({name}) in {result['seconds']:.0f} s: {result['second_quarter']} MB in the "
               f"second quarter, {result['last_quarter']} MB in the last, {result['peak']} MB at most")
    cache = store.get("mmcache")
    if cache:
        yield (f"mmcache: {cache['reused']} of {cache['reused'] + cache['encoded']} pairs taken from the cache, "
               f"{cache['seconds_without']:.1f} s without it, {cache['seconds_with']:.1f} s with it")
    for size, rate in (store.get("batches") or {}).items():
        yield f"batch {size}: {rate:.2f} caption tokens a second"
    # The memory part has results by number of windows, none of them a measurement by itself.
    loads = [result["busy"] for part in store.parts.values() for result in part.values() if "busy" in result]
    if loads and max(loads) > 0.1:
        yield f"other work used up to {max(loads):.0%} of the machine before a measurement: the figures are not to be kept"


def show(store):
    for line in [*table(store), *notes(store)]:
        print(line)
    print(json.dumps({"suite": "captioning", "ratios": ratios(store)}), flush=True)
