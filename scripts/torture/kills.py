"""Runs that are killed at random moments and resumed: nothing may be lost, and nothing captioned twice."""
import shutil

import footage
import moments
import output
import process
import shotlist
import trace

PART = "kills"
# Outputs of so many rounds that failed are kept.
MOST_KEPT = 5
# A resume that is not killed any more should be the last; a few more are tried before the round is given up.
LAST_TRIES = 3


class Rounds:
    def __init__(self, setting, store):
        self.setting, self.folder = setting, setting.part(PART)
        self.out, self.trace = self.folder / "out", trace.Trace(self.folder / "trace.jsonl")
        self.videos = footage.small(setting, setting.either(12, 4))
        self.reference, self.known = shotlist.undisturbed(setting, store, PART, self.videos, self.folder)
        self.limit = 60 + 10 * self.known["seconds"]

    def start(self):
        self.trace.begin_run()
        command = shotlist.command(self.setting, self.videos, self.out, *shotlist.CAPTIONS)
        return process.Run(command, self.folder / "run", shotlist.environment(self.setting, self.trace))

    def to_the_end(self, result):
        """A run that is not disturbed; tells whether it ended well."""
        with shotlist.watched(self.start()) as run:
            run.wait(self.limit)
        wrong = shotlist.troubles(run)
        shotlist.add(result, wrong)
        result["last_seconds"] = round(run.seconds, 3)
        return not wrong["failures"]

    def play(self, number, most):
        """One round with at most `most` kills."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.trace = trace.Trace(self.trace.path)
        result = {"moments": [], "crashes": 0, "hangs": 0, "failures": [], "kills": 0, "stops": 0}
        guess = 0.0
        for moment in moments.draw(self.setting.seed, number):
            if result["kills"] >= most or self.ends_before(moment, guess, result):
                break
            if moment.kind != "early":
                guess = max(guess, min(moment.share, 1.0))
        for _ in range(LAST_TRIES):
            if self.to_the_end(result):
                break
        self.judge(result)
        if number % 10 == 0 and not result["failures"]:
            self.run_again(result)
        if result["lost"] or result["beside"] or result["twice"] or result["failures"]:
            self.keep(number)
        return result

    def ends_before(self, moment, guess, result):
        """One run that is killed, unless it ends before; tells whether it ended by itself. `guess` is the share of the
        work that is done, for a program that traces nothing."""
        before = self.trace.committed() / self.known["windows"] or guess
        with shotlist.watched(self.start()) as run:
            alive, kind = moments.wait_for(moment, run, self.trace, self.known, before)
            seconds = run.seconds
            if alive:
                result["failures"] += moments.strike(moment, kind, run)
        if not alive or run.hung:
            shotlist.add(result, shotlist.troubles(run))
            return True
        if run.left:
            result["failures"].append(f"{len(run.left)} processes outlived a run that was killed ({kind})")
        result["kills" if kind in moments.KILLS else "stops"] += 1
        result["moments"].append({"kind": kind, "seconds": round(seconds, 3), "share_before": round(before, 3)})
        result["failures"] += [f"{name} is not whole after a kill" for name in output.broken(self.out)]
        return False

    def judge(self, result):
        """Holds the output against that of an undisturbed run, and the trace against what is promised."""
        runs = self.trace.runs()
        result.update(output.compare(self.reference, self.out), **trace.judge(runs), traced=any(runs))
        result["beside"] += shotlist.left_over(self.setting)
        if not result["traced"]:
            result["failures"].append("the program wrote no trace, so that it is not known what was captioned twice")
        elif result["committed"] < self.known["windows"]:
            # A kill between a commit and its lines hides some; the engine is then not asked again.
            hidden = self.known["windows"] - result["committed"]
            if hidden > result["kills"] * 6:
                result["failures"].append(f"the trace lacks {hidden} of the windows that were committed")
        if result["again"]:
            result["failures"].append(f"{len(result['again'])} windows were begun twice in one run")

    def run_again(self, result):
        """Once more, with nothing left to do: no window is asked, no file changes."""
        before, last = output.bytes_of(self.out), result["last_seconds"]
        self.to_the_end(result)
        result["nothing_left_seconds"], result["last_seconds"] = result["last_seconds"], last
        after = output.bytes_of(self.out)
        changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        if changed:
            result["failures"].append(f"a run with nothing left to do changed {len(changed)} files, {changed[0]} first")
        asked = {window for kind, window, _ in self.trace.runs()[-1] if kind == "engine_begin"}
        result["twice"] = sorted(asked.union(result["twice"]))

    def keep(self, number):
        """Keeps the output of a round that failed."""
        place = self.folder / f"failed-{number}"
        if len(list(self.folder.glob("failed-*"))) < MOST_KEPT and not place.exists() and self.out.exists():
            shutil.copytree(self.out, place / "out", symlinks=True)
            for file in (self.trace.path, self.folder / "run.err"):
                if file.exists():
                    shutil.copy(file, place)
            process.say(f"round {number} failed; its output is kept in {place}")


def measure(setting, store):
    wanted = setting.kills or setting.either(200, 10)
    rounds = Rounds(setting, store)
    process.say(f"an undisturbed run takes {rounds.known['seconds']:.1f} s for {rounds.known['windows']} windows")
    kills = 0
    # Most rounds have some kills; were there none at all, this would not go on for ever.
    for number in range(4 * wanted + 10):
        if kills >= wanted:
            break
        unit = f"round-{number}"
        result = store.get(PART, unit) or store.put(PART, unit, rounds.play(number, wanted - kills))
        kills += result["kills"]
        wrong = result["lost"] + result["beside"] + result["failures"] + result["twice"]
        process.say(f"{kills} of {wanted} kills" + (f"; round {number}: {wrong[0]}" if wrong else ""))
    if kills < wanted:
        store.put(PART, "count", {"failures": [f"only {kills} of {wanted} kills came about"]})
    shutil.rmtree(rounds.out, ignore_errors=True)
