"""The tables, and the ratios of the last line."""
import json
import statistics

# Part, what it is held against, the clips, the name of its ratio.
COMPARED = [("nemo_single", "NeMo Curator", "single", "vs_nemo_single_window"),
            ("nemo_many", "NeMo Curator", "many", "vs_nemo_many_windows"),
            ("floor", "the floor", "single", "vs_floor"),
            ("ffmpeg", "two ffmpeg commands a clip", "single", "vs_ffmpeg"),
            ("isolation", "the same in one process", "single", "isolation")]
# Ours over theirs, since nobody is to be faster than these.
COSTS = ("vs_floor", "isolation")


def answers(store, part):
    return [result for result in store.parts.get(part, {}).values() if result]


def ratio(name, answer, ours="ours"):
    """Theirs over ours; of what nobody is to be faster than, ours over theirs."""
    theirs, ours = answer["theirs"]["seconds"], answer[ours]["seconds"]
    return ours / theirs if name in COSTS else theirs / ours


def ratios(store):
    return {name: round(statistics.median(ratio(name, answer) for answer in answers(store, part)), 3)
            for part, _, _, name in COMPARED if answers(store, part)}


def middle(found, side, figure="seconds"):
    return statistics.median(answer[side][figure] for answer in found)


def compared(store):
    yield "| Held against | Clips | Theirs | Shotlist | Ratio (each pair) |"
    yield "| --- | --- | --- | --- | --- |"
    for part, title, clips, name in COMPARED:
        found = answers(store, part)
        if found:
            each = [ratio(name, answer) for answer in found]
            yield (f"| {title} | `{clips}`, {found[0]['ours']['clips']} | {middle(found, 'theirs'):.2f} s | "
                   f"{middle(found, 'ours'):.2f} s | `{name}` {statistics.median(each):.2f} "
                   f"({', '.join(f'{one:.2f}' for one in each)}) |")
        if found and "prep_seconds" in found[0]["theirs"]:
            yield (f"| of theirs | | {middle(found, 'theirs', 'prep_seconds'):.2f} s frames, "
                   f"{middle(found, 'theirs', 'preview_seconds'):.2f} s previews | | |")
        if found and "in_8_bits" in found[0]:
            each = [ratio(name, answer, "in_8_bits") for answer in found]
            yield (f"| the same, frames in 8 bits as the floor's | | | {middle(found, 'in_8_bits'):.2f} s | "
                   f"{statistics.median(each):.2f} |")


def lengths(found):
    yield "| Seconds of a clip | Windows | NeMo Curator, seconds a minute | Shotlist, seconds a minute | Ratio |"
    yield "| --- | --- | --- | --- | --- |"
    for length, row in found.items():
        yield (f"| {length} | {row['windows']:g} | {row['theirs']:.2f} | {row['ours']:.2f} | "
               f"{row['theirs'] / row['ours']:.1f} |")


def codecs(found):
    yield "| Codec | Size | The floor | Shotlist | Ratio (each pair) |"
    yield "| --- | --- | --- | --- | --- |"
    for name, row in found.items():
        codec, height = name.split()
        yield (f"| {codec} | {height}p | {row['floor']:.2f} s | {row['ours']:.2f} s | "
               f"{statistics.median(row['ratios']):.2f} ({', '.join(f'{one:.2f}' for one in row['ratios'])}) |")


def linear(found):
    yield "| Clips | Milliseconds a clip |"
    yield "| --- | --- |"
    for count, seconds in found.items():
        yield f"| {count} | {seconds * 1000:.1f} |"


def memory(found):
    yield (f"memory: {found['peak_mb']} MB at most for {found['video_seconds']} s of 2160p, {found['windows']} windows, "
           f"in {found['seconds']:.0f} s")


def loads(store):
    return [result["busy"] for part in store.parts.values() for result in part.values() if "busy" in result]


def show(store):
    if any(answers(store, part) for part, *_ in COMPARED):
        print("\n".join(compared(store)))
    for part, table in (("lengths", lengths), ("codecs", codecs), ("linear", linear), ("memory", memory)):
        for result in answers(store, part):
            print("\n" + "\n".join(table({name: value for name, value in result.items() if name != "busy"})))
    if max(loads(store), default=0) > 0.1:
        print(f"other work used up to {max(loads(store)):.0%} of the machine before a measurement: the figures are not "
              "to be kept")
    last = {"suite": "media", "ratios": ratios(store)}
    for result in answers(store, "memory"):
        last["peak_mb"] = result["peak_mb"]
    print(json.dumps(last), flush=True)
