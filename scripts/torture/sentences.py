"""What a run that a disk has failed must have said."""
import output
from setting import DONE, FAILED, SOME_FAILED

# Words of a sentence about a disk that is full or cannot be written to.
DISK = ("disk", "space", "room", "full")


def complaints(text):
    """The sentences in which the program says why it ended."""
    return [line for line in text.splitlines() if line.startswith("shotlist: ")]


def speaks_of_disk(text):
    return any(word in line.lower() for line in text.splitlines() for word in DISK)


def counted_failures(summary):
    """How many things a summary says have failed."""
    numbers = [summary.get(key) or 0 for key in ("clips_with_errors", "previews_failed", "enhancements_failed")]
    numbers += [len(summary.get(key) or {}) for key in ("failed_videos", "failed_records")]
    return sum(numbers) + (summary.get("statuses") or {}).get("error", 0)


def judge(run, out, reference):
    """What is wrong with how a run ended that met a fault. It may end

    with 0: then all is there, as if nothing had been;
    with 1: then one sentence says why, and it is the last;
    with 2: then the summary counts what failed."""
    text = run.said()
    if run.code == DONE:
        different = output.compare(reference, out)
        wrong = different["lost"] + different["beside"]
        return [f"a run that met a fault ended with 0, but {one}" for one in wrong[:2]]
    if run.code == SOME_FAILED:
        summary = output.record(out / "summary.json")
        counted = bool(summary) and counted_failures(summary) > 0
        return [] if counted else ["a run ended with 2, but its summary counts no failure"]
    if run.code == FAILED:
        found = complaints(text)
        last = text.strip().splitlines()[-1:]
        if len(found) != 1 or last != found:
            return [f"a run ended with 1, but {len(found)} sentences say why: {' / '.join(found)[:300]}"]
        if not found[0].rstrip().endswith(".") or len(found[0]) > 600:
            return [f"this is no sentence: {found[0][:300]}"]
    return []
