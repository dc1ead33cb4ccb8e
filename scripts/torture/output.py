"""Compares what two runs wrote."""
import hashlib
import json
import pathlib

# Keys of records that tell of a run's work and not of what came out: times, attempts, and how many tokens an earlier
# question had left in the engine, which a run that was killed in between does not have. The same with a pass before.
WORK = {"seconds", "prompt_seconds", "output_seconds", "attempts", "reused_prompt_tokens"}
WORK |= {before + key for before in ("stage1_", "enhancement_") for key in WORK}
# Below the output: files that are compared by their bytes, and records that are compared without `WORK`.
BYTES, RECORDS = ("clips/", "previews/"), ("metas/", "processed_videos/", "processed_clip_chunks/")
# What a run keeps for itself may differ; that nothing is there beside what an undisturbed run keeps is looked at.
OWN = ".shotlist/"
# SQLite's files beside a ledger.
JOURNALS = ("-wal", "-shm")


def plain(value):
    """A record's value without the keys of `WORK`, at any depth."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in WORK}
    return [plain(item) for item in value] if isinstance(value, list) else value


def files(folder):
    """The paths of all files below a folder, as text; a name that is no text keeps its bytes."""
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*")
                  if path.is_symlink() or not path.is_dir())


def record(path):
    """A JSON file's content, or None when it is not whole."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def windows(folder):
    """The windows that stand in the records, as `<clip>/<start>_<end>`; one that stands twice is twice in it."""
    found = []
    for path in sorted((folder / "metas" / "v0").glob("*.json")):
        meta = record(path) or {}
        found += [f"{meta.get('span_uuid')}/{window.get('start_frame')}_{window.get('end_frame')}"
                  for window in meta.get("windows", [])]
    return found


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def bytes_of(folder):
    """What every file of the output is, for a run that must change nothing; not what a run keeps for itself."""
    return {name: digest(folder / name) for name in files(folder) if name.startswith(BYTES + RECORDS)}


def first_difference(one, other, where=""):
    """Where two records differ first, in words."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key):
                return first_difference(one.get(key), other.get(key), f"{where}.{key}" if where else key)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other)):
            if pair[0] != pair[1]:
                return first_difference(*pair, f"{where}[{number}]")
    return f"{where} is {str(other)[:80]!r}, not {str(one)[:80]!r}"


def compare(reference, folder):
    """What an output has lost, or has otherwise, and what is in it beside, each a list of sentences."""
    wanted, found = files(reference), files(folder)
    lost = [f"{name} is missing" for name in wanted if name not in set(found) and not name.startswith(OWN)]
    for name in sorted({*wanted} & {*found}):
        if name.startswith(BYTES) and digest(reference / name) != digest(folder / name):
            lost.append(f"{name} has other bytes")
        if name.startswith(RECORDS):
            one, other = plain(record(reference / name)), plain(record(folder / name))
            if one != other:
                lost.append(f"{name}: {first_difference(one, other)}")
    stands = windows(folder)
    lost += [f"window {name} is in no record" for name in sorted({*windows(reference)} - {*stands})]
    if record(folder / "summary.json") is None:
        lost.append("summary.json is not whole")
    beside = [name for name in found if name not in set(wanted)
              and not (name.startswith(OWN) and name.endswith(JOURNALS))]
    beside += [f"window {name} stands twice" for name in sorted({name for name in stands if stands.count(name) > 1})]
    return {"lost": lost, "beside": beside}


def broken(folder):
    """Files that have their names and are not whole, right after a kill."""
    bad = []
    for name in files(folder):
        if name.startswith(OWN):
            continue
        path = folder / name
        if name.endswith(".tmp") or pathlib.PurePath(name).name.startswith("."):
            continue  # a temporary file may be left until the next run
        if name.endswith(".json") and record(path) is None:
            bad.append(name)
        if name.endswith(".webp"):
            head = path.read_bytes()
            if head[:4] != b"RIFF" or int.from_bytes(head[4:8], "little") + 8 != len(head):
                bad.append(name)
        if name.endswith(".mp4") and not whole_mp4(path.read_bytes()):
            bad.append(name)
    return bad


def whole_mp4(data):
    """Whether the boxes of an mp4 file fill it, and its index is among them."""
    at, kinds = 0, set()
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8:at + 16], "big")
        if size < 8:
            return False
        kinds.add(kind)
        at += size
    return at == len(data) and b"moov" in kinds
