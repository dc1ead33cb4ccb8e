"""What the suite prints for people, and what of it is in the last line."""
import statistics

TITLES = {"process": "one process", "one": "Ray, one worker", "two": "Ray, two workers"}
#: Seconds that a task must take on one thread, for the ratios to be about what they say.
TASK_SECONDS = 10


def rounds(told, quick):
    print(f"{told['tasks']} tasks of {told['video_seconds']} s of video each, {told['windows']} windows; a task takes "
          f"{task_seconds(told):.1f} s of one thread")
    if task_seconds(told) < TASK_SECONDS and not quick:
        print(f"THESE TASKS ARE SHORTER THAN {TASK_SECONDS} s: the machine was not quiet when their length was chosen")
    print(f"{'':18} {'seconds':>9} {'fixed part':>11} {'core of Ray busy':>17}   (medians of {len(told['seconds']['one'])})")
    for side, seconds in told["seconds"].items():
        fixed = f"{statistics.median(told['fixed'][side]):.2f}" if side in told["fixed"] else ""
        busy = "" if side == "two" else f"{statistics.median(told['beside'][side]):.1f}"
        print(f"{TITLES[side]:18} {statistics.median(seconds):9.2f} {fixed:>11} {busy:>17}   {_each(seconds)}")
    for name, ratios in told["ratios"].items():
        print(f"{name:12} {statistics.median(ratios):.3f}   {_each(ratios, 3)}")
    print(f"captions that differ between runs: {told['different']}", flush=True)


def task_seconds(told):
    """Seconds of a task on one thread: of the side with one thread, without its fixed part."""
    side = "process" if "process" in told["seconds"] else "one"
    return (statistics.median(told["seconds"][side]) - statistics.median(told["fixed"][side])) / told["tasks"]


def beside(told):
    """What stands beside the ratios in the last line."""
    last = {
        "task_seconds": round(task_seconds(told), 1), "tasks": told["tasks"],
        "seconds": {side: round(statistics.median(seconds), 2) for side, seconds in told["seconds"].items()},
        "fixed_seconds": {side: round(statistics.median(seconds), 2) for side, seconds in told["fixed"].items()}}
    if "growing" in told["ratios"]:
        last["overhead_growing"] = round(statistics.median(told["ratios"]["growing"]), 3)
    return last


def handing_out(told):
    print(f"{told['tasks']:,} tasks in {told['seconds']:.1f} s: {told['before_first']:.1f} until the first was answered, "
          f"{told['answering']:.1f} until the last ({rate(told):.0f} a second), {told['together']:.1f} to bring results "
          f"together, {told['reading']:.1f} to read them; the driver held {told['peak_mb']:.0f} MB at most "
          f"({told['before_mb']:.0f} before; {told['own_mb']:.0f} its own, {told['shared_mb']:.0f} shared with Ray's store)",
          flush=True)


def rate(told):
    return (told["tasks"] - 1) / told["answering"]


def drivers(told):
    small, large = told[0], told[-1]
    return {
        "tasks_per_second": {str(one["tasks"]): round(rate(one), 1) for one in told},
        "tasks_per_second_whole": {str(one["tasks"]): round(one["tasks"] / one["seconds"], 1) for one in told},
        "driver_mb": {str(one["tasks"]): round(one["peak_mb"]) for one in told},
        "driver_kb_per_task": round(
            (large["peak_mb"] - small["peak_mb"]) * 1024 / (large["tasks"] - small["tasks"]), 2)}


def _each(numbers, digits=2):
    return f"({', '.join(f'{number:.{digits}f}' for number in numbers)})"
