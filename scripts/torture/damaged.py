"""Runs over thousands of damaged files: none may end the run, hold it up, or be passed over in silence."""
import shutil

import damaged_files
import output
import process
import shotlist
from damaged_files import SOUND
from setting import DONE, SOME_FAILED

PART = "damaged"
PREVIEWS = ["--generate-previews", "--preview-target-height", "96"]
# What a folder is run with, in turn.
OPTIONS = [[], ["--transcode-encoder", "copy"], ["--no-upload-clips", "--splitting-algorithm", "none"],
           ["--fixed-stride-split-duration", "1", "--fixed-stride-min-clip-length-s", "0",
            "--captioning-window-size", "16", "--captioning-remainder-threshold", "4"]]


def recorded(out, folder):
    """What a run must have said of each file of a folder, and has not, in sentences."""
    summary = output.record(out / "summary.json") or {}
    reasons = {**(summary.get("failed_records") or {}), **(summary.get("failed_videos") or {})}
    missing = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        record = out / "processed_videos" / f"{name}.json"
        if reasons.get(str(path), "").strip():
            continue
        try:
            if output.record(record) is None:
                missing.append(f"{name!r} is in no whole record, and no reason is given")
        except OSError as error:
            missing.append(f"{name!r} can have no record ({error.strerror}), and no reason is given")
    return missing


def previews_of(out, name):
    """What the previews of a video are, by clip and file."""
    found = {}
    for path in sorted((out / "metas" / "v0").glob("*.json")):
        meta = output.record(path) or {}
        if str(meta.get("source_video", "")).endswith("/" + name):
            for file in sorted((out / "previews" / str(meta.get("span_uuid"))).glob("*.webp")):
                found[f"{meta.get('duration_span')} {file.name}"] = output.digest(file)
    return found


class Folders:
    def __init__(self, setting):
        self.setting, self.folder = setting, setting.part(PART)
        self.out, self.expected = self.folder / "out", {}

    def run(self, videos, out, options, limit):
        shutil.rmtree(out, ignore_errors=True)
        command = shotlist.command(self.setting, videos, out, *PREVIEWS, *options)
        return process.run(command, self.folder / "run", limit, shotlist.environment(self.setting))

    def sound(self, options):
        """The previews of the whole file, by a run over it alone."""
        key = " ".join(options)
        if key not in self.expected:
            alone, out = shotlist.empty(self.folder / "sound"), self.folder / "sound-out"
            shutil.copy(self.setting.deps / "footage" / "carphone_pristine.mp4", alone / SOUND)
            one = self.run(alone, out, options, 120)
            self.expected[key] = previews_of(out, SOUND)
            if one.code != DONE or not self.expected[key]:
                process.fail(f"damaged: a run over a whole file ended with {one.code}")
        return self.expected[key]

    def play(self, videos, number):
        """A run over one folder."""
        options = OPTIONS[number % len(OPTIONS)]
        count = sum(1 for path in videos.iterdir()) - 1
        one = self.run(videos, self.out, options, 60 + 8 * count)
        result = shotlist.troubles(one, (DONE, SOME_FAILED))
        result.update(files=count, seconds=round(one.seconds, 1), peak_mb=one.peak >> 20, code=one.code)
        if result["failures"]:
            result["culprits"] = self.culprits(videos, options)
            for key, way in (("crashes", "crash"), ("hangs", "hang")):
                result[key] = max(result[key], sum(found == way for _, found in result["culprits"]))
            return result
        result["failures"] += recorded(self.out, videos)
        if previews_of(self.out, SOUND) != self.sound(options):
            result["failures"].append("the whole file beside the damaged ones has other previews")
        result["failures"] += [f"{name} is not whole" for name in output.broken(self.out)]
        result["failures"] += shotlist.left_over(self.setting)
        summary = output.record(self.out / "summary.json") or {}
        result["refused"] = len(summary.get("failed_videos") or {})
        return result

    def culprits(self, videos, options, most_seconds=900):
        """Which files of a folder crash a run or hold it up when they are alone; no longer than `most_seconds`."""
        found, spent = [], 0.0
        for path in sorted(videos.iterdir()):
            if spent > most_seconds:
                found.append(("more were not tried", "unknown"))
                break
            one = self.run(path, self.out, options, 30)
            spent += one.seconds
            way = "hang" if one.hung else "greedy" if one.greedy else "crash" if one.code < 0 else None
            if way:
                found.append((path.name, way))
                process.say(f"  {videos.name}/{path.name}: {way}")
        return found


def measure(setting, store):
    count, size = setting.either((2016, 84), (120, 60))
    folders = Folders(setting)
    place, groups = damaged_files.make(setting, folders.folder, count, size)
    for number, group in enumerate(groups):
        unit = f"{count} {group}"
        result = store.get(PART, unit) or store.put(PART, unit, folders.play(place / group, number))
        refused, wrong = result.get("refused", 0), "; ".join(result["failures"][:1])
        process.say(f"{(number + 1) * size} of {count} damaged files, {result['seconds']} s, {refused} refused"
                    + (f"; {wrong}" if wrong else ""))
    shutil.rmtree(folders.out, ignore_errors=True)
