"""How the program is run, what may come of a run, and the output of one that nothing disturbs."""
import contextlib
import os
import shutil

import output
import process
from setting import DONE, DOCUMENTED, SOME_FAILED

# Clips of 62 frames, windows of 25, 25 and 12. The demo model takes the likeliest token; one window is asked at a time.
CAPTIONS = ["--generate-captions", "--captioning-algorithm", "demo", "--captioning-batch-size", "1",
            "--generate-previews", "--preview-target-height", "96", "--fixed-stride-split-duration", "2.5",
            "--captioning-window-size", "25", "--captioning-remainder-threshold", "12"]


def command(setting, videos, folder, *options):
    return [setting.program, "run", "--video-dir", videos, "--output-path", folder, *options]


def environment(setting, trace=None, **more):
    """What the program finds in its environment: no hub, a place of its own for temporary files, where to trace to."""
    found = {"HF_HUB_OFFLINE": "1", "TMPDIR": str(setting.temporary), **more}
    if trace:
        found["SHOTLIST_TRACE"] = str(trace.path)
    return found


@contextlib.contextmanager
def watched(run):
    """Ends a run with the block, however that ends, and takes down which processes outlived it."""
    try:
        yield run
    finally:
        run.left = run.close()


def empty(folder):
    """A folder without what was in it before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def left_over(setting):
    """What the program left in its place for temporary files, which is emptied."""
    found = sorted(os.listdir(setting.temporary))
    empty(setting.temporary)
    return [f"{name} is left in TMPDIR" for name in found]


def troubles(run, accepted=(DONE,)):
    """What is wrong with how a run ended, as counts and sentences."""
    found = {"crashes": 0, "hangs": 0, "failures": []}
    last = (run.said().strip().splitlines() or [""])[-1][:300]
    if run.hung:
        found["hangs"] = 1
        found["failures"].append(f"a run was not done after {run.seconds:.0f} s and was killed; it said last: {last}")
    elif run.greedy:
        found["failures"].append(f"a run held {run.peak >> 20} MB and was killed")
    elif run.code < 0 or "Fatal error" in run.said():
        found["crashes"] = 1
        found["failures"].append(f"a run crashed (code {run.code}): {last}")
    elif run.code not in accepted:
        kind = "code" if run.code in DOCUMENTED else "a code that is not documented,"
        found["failures"].append(f"a run ended with {kind} {run.code}: {last}")
    if run.left:
        found["failures"].append(f"{len(run.left)} processes outlived a run by more than {process.GRACE} s")
    return found


def add(total, other):
    """Adds the troubles of one more run."""
    for key, value in other.items():
        total[key] += value


def mend(where, result):
    """Runs the same command without faults, and once more for what it says has failed; then all must be there.

    `where` has `start(options)`, `out`, `reference`, `limit` and `setting`."""
    for options in ((), ("--retry-failed",)):
        with watched(where.start(options)) as run:
            run.wait(where.limit)
        if not options and run.code == SOME_FAILED:
            result["retried"] = True
            continue
        add(result, troubles(run))
        break
    result.update(output.compare(where.reference, where.out))
    result["beside"] += left_over(where.setting)
    return result


def undisturbed(setting, store, part, videos, folder):
    """The output of a run that nothing disturbs, as `<part>/reference`, and what is known of the run. It is made twice,
    so that it is known to come out the same."""
    reference = folder / "reference"
    known = store.get(part, "undisturbed")
    if known and reference.exists():
        return reference, known
    shutil.rmtree(reference, ignore_errors=True)
    out, seconds = folder / "out", []
    for which in ("first", "second"):
        shutil.rmtree(out, ignore_errors=True)
        one = process.run(command(setting, videos, out, *CAPTIONS), folder / which, 600, environment(setting))
        wrong = troubles(one)["failures"]
        if wrong:
            process.fail(f"{part}: an undisturbed run is not sound: {'; '.join(wrong)}")
        seconds.append(one.seconds)
        if which == "first":
            os.replace(out, reference)
    different = output.compare(reference, out)
    if different["lost"] or different["beside"]:
        process.fail(f"{part}: two undisturbed runs differ, so that nothing can be compared: "
                     f"{'; '.join((different['lost'] + different['beside'])[:3])}")
    shutil.rmtree(out)
    left_over(setting)
    known = {"seconds": min(seconds), "windows": len(output.windows(reference))}
    return reference, store.put(part, "undisturbed", known)
