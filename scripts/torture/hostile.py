"""Files that are made to hurt: each alone and all together, without a network and watched by strace. None may have
another file opened, anyone called, or the run ended."""
import pathlib
import shutil
import sys
import urllib.parse

import damaged
import output
import process
import shotlist
from opened import OPTIONS, Rules
from setting import DONE, ROOT, SOME_FAILED

PART = "hostile"
MAKER = ROOT / "scripts" / "hostile" / "make.py"
EXTENSIONS = {".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"}
# Seconds that a run over one hostile file and a whole one may take, under strace.
LIMIT = 120
# The unit of the run over all of them; no file has this name.
ALL = "all/together"


def is_impossible(folder):
    """Why this part cannot be run here; None when it can."""
    if not MAKER.exists():
        return f"{MAKER.relative_to(ROOT)} is missing"
    if not shutil.which("strace"):
        return "strace is not installed, so that nobody sees what is opened. On Debian: apt-get install -y strace"
    if not apart(folder):
        return "this machine allows no network name space (unshare --net), so that a connection could get out"
    if process.run(["strace", "-f", "-qq", "-e", "trace=none", "true"], folder / "strace", 20).code != 0:
        return "this machine lets strace watch no program (ptrace)"
    return None


def apart(folder):
    """What runs a command without a network."""
    for words in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if process.run([*words, "true"], folder / "apart", 20).code == 0:
            return words
    return []


def listed(place):
    """The files of the manifest, and whether each must be refused. Names are written as in addresses."""
    found = {}
    for line in (place / "manifest.tsv").read_text().splitlines():
        name, _, outcome = line.split("\t")[:3]
        found[urllib.parse.unquote(name)] = all(way.strip().startswith("refused") for way in outcome.split("|"))
    missing = [name for name in found if not (place / name).is_file()]
    if missing or not found:
        process.fail(f"hostile: the manifest names {missing[:1]}, which is not there")
    return found


class Watched:
    def __init__(self, setting, store):
        self.setting, self.store, self.folder = setting, store, setting.part(PART)
        self.place = self.folder / f"files-{setting.seed}"
        self.out, self.alone = self.folder / "out", self.folder / "alone"
        self.apart = apart(self.folder)
        # Files that are there are kept. They name others by whole paths, and so they are made in their place.
        process.tool([sys.executable, "-B", MAKER, self.place, setting.deps / "footage" / "bikes.mp4", setting.seed],
                     limit=1200)
        self.rules = Rules(setting.program, [self.out, setting.temporary], pathlib.Path.cwd())
        self.sound = setting.deps / "footage" / "carphone_pristine.mp4"

    def run(self, videos, limit=LIMIT):
        """A run over a folder, and what strace saw of it."""
        shutil.rmtree(self.out, ignore_errors=True)
        trace = self.folder / "trace.txt"
        command = shotlist.command(self.setting, videos, self.out, *damaged.PREVIEWS)
        return process.run([*self.apart, "strace", *OPTIONS, "-o", trace, "--", *command], self.folder / "run", limit,
                           shotlist.environment(self.setting)), trace

    def learn(self):
        """A run over a harmless file says what any run opens."""
        shutil.copy(self.sound, shotlist.empty(self.alone) / damaged.SOUND)
        one, trace = self.run(self.alone)
        wrong = shotlist.troubles(one)["failures"] + self.rules.judge(trace, self.inputs(self.alone), learning=True)
        if not self.rules.known:
            wrong.append("strace saw nothing")
        if wrong:
            process.fail(f"hostile: a run over a harmless file is not sound: {'; '.join(wrong[:3])}")

    def inputs(self, folder):
        """The paths that a run over a folder is given."""
        return {str(folder), *(str(path) for path in folder.rglob("*"))}

    def judge(self, one, trace, videos, refused):
        """Holds a run against what it may do; `refused` are the names that must have been refused."""
        result = shotlist.troubles(one, (DONE, SOME_FAILED))
        result.update(seconds=round(one.seconds, 1), peak_mb=one.peak >> 20, code=one.code)
        result["opened"] = self.rules.judge(trace, self.inputs(videos))
        if one.code in (DONE, SOME_FAILED):
            result["failures"] += damaged.recorded(self.out, videos)
            result["failures"] += [f"{name} is not whole" for name in output.broken(self.out)]
            failed = (output.record(self.out / "summary.json") or {}).get("failed_videos", {})
            result["failures"] += [f"{name!r} was not refused" for name in refused if str(videos / name) not in failed]
        result["failures"] += shotlist.left_over(self.setting)
        return result

    def one(self, name, is_refused):
        """A run over one hostile file and a whole one. Nothing else is in the folder, so that a file that it names is
        seen to be asked for."""
        target = shotlist.empty(self.alone) / pathlib.PurePath(name).name
        if target.suffix.lower() not in EXTENSIONS:
            target = target.with_name(target.name + ".mp4")
        shutil.copy(self.place / name, target, follow_symlinks=False)
        shutil.copy(self.sound, self.alone / damaged.SOUND)
        run, trace = self.run(self.alone)
        return {**self.judge(run, trace, self.alone, [target.name] if is_refused else []), "alone": True}

    def together(self, names):
        """A run over all of them, by their own names."""
        folder = shotlist.empty(self.folder / "together")
        taken = [name for name in names if pathlib.PurePath(name).suffix.lower() in EXTENSIONS]
        for name in taken:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.place / name, folder / name, follow_symlinks=False)
        shutil.copy(self.sound, folder / damaged.SOUND)
        run, trace = self.run(folder, LIMIT + 20 * len(names))
        return self.judge(run, trace, folder, [name for name in taken if names[name]])


def measure(setting, store):
    why = is_impossible(setting.part(PART))
    if why:
        process.say(f"hostile: skipped: {why}")
        store.put(PART, "skipped", {"crashes": 0, "hangs": 0, "failures": [f"skipped: {why}"], "opened": []})
        return
    if store.get(PART, "skipped"):
        store.put(PART, "skipped", {})
    watched = Watched(setting, store)
    names = listed(watched.place)
    watched.learn()
    for number, (name, is_refused) in enumerate(names.items(), 1):
        result = store.get(PART, name) or store.put(PART, name, watched.one(name, is_refused))
        wrong = result["failures"] + result["opened"]
        process.say(f"{number} of {len(names)} hostile files: {name!r}" + (f"; {wrong[0]}" if wrong else ""))
    result = store.get(PART, ALL) or store.put(PART, ALL, watched.together(names))
    process.say("all hostile files together: " + ("; ".join((result["failures"] + result["opened"])[:2]) or "sound"))
    shutil.rmtree(watched.out, ignore_errors=True)
