"""What came out, in words, and as the JSON of the last line."""
import collections
import json

# Kinds of sentences in results, and what they say of what they name.
WRONG = {"lost": "", "beside": " is left over", "twice": " was captioned twice", "opened": "", "failures": ""}
MOST_SENTENCES = 60


def results(store, part, beginning="", key=None):
    """The results of a part, those whose name begins so, or that have a key."""
    return [result for unit, result in store.parts.get(part, {}).items()
            if unit.startswith(beginning) and (key is None or key in result)]


def total(found, key):
    """The sum of a count, or of the lengths of a list, over results."""
    values = [result.get(key) or 0 for result in found]
    return sum(len(value) if isinstance(value, list) else value for value in values)


def most(found, key):
    return max(result[key] for result in found)


def of_kills(store):
    rounds = results(store, "kills", "round-")
    if not rounds:
        return {}
    kinds = collections.Counter(moment["kind"] for result in rounds for moment in result["moments"])
    print(f"kills, in {len(rounds)} rounds: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
          + f"; at most {most(rounds, 'in_flight')} windows were begun and not committed when a run ended")
    # Where nothing is traced it is not known.
    twice = total(rounds, "twice") if all(result["traced"] for result in rounds) else None
    return {"kills": total(rounds, "kills"), "stops": total(rounds, "stops"), "lost": total(rounds, "lost"),
            "beside": total(rounds, "beside"), "captioned_twice": twice}


def of_faults(store):
    cases = results(store, "faults", key="injected")
    if not cases:
        return {}
    codes = collections.Counter(result["code"] for result in cases)
    ways = ", ".join(f"{count} ended with {code}" for code, count in codes.most_common())
    print(f"faults, {len(cases)} runs: {ways}; {total(cases, 'paused')} waited for room, "
          f"{total(cases, 'retried')} needed --retry-failed, "
          f"{sum(not result['injected'] for result in cases)} never met their fault")
    return {"faults": len(cases), "faults_lost": total(cases, "lost"), "faults_beside": total(cases, "beside")}


def of_damaged(store):
    folders = results(store, "damaged", key="files")
    if not folders:
        return {}
    print(f"damaged: {total(folders, 'refused')} of {total(folders, 'files')} files were refused; at most "
          f"{most(folders, 'peak_mb')} MB and {most(folders, 'seconds')} s a folder")
    for result in folders:
        for name, way in result.get("culprits", []):
            print(f"  {name}: {way}")
    return {"damaged_files": total(folders, "files")}


def of_hostile(store):
    files = results(store, "hostile", key="code")
    alone = [result for result in files if result.get("alone")]
    if not alone:
        return {}
    print(f"hostile: at most {most(files, 'peak_mb')} MB, and {most(alone, 'seconds')} s a file")
    return {"hostile_files": len(alone), "opened": total(files, "opened")}


def of_many(store):
    found = store.parts.get("many", {})
    if "resume" not in found:
        return {}
    resume = found["resume"]
    last = {"windows": resume["windows"], "resume_begins_s": resume["begin_seconds"],
            "ledger_bytes_a_window": resume["ledger_bytes_a_window"], "quarters_mb": resume["quarters_mb"]}
    if "nothing_left" in found:
        last["nothing_left_s"] = found["nothing_left"]["seconds"]
    if "one_more" in found:
        last["one_more_begins_s"] = found["one_more"]["begin_seconds"]
    return {"many": last}


def sentences(store):
    """Everything that is wrong."""
    return [f"{part}, {unit}: {sentence}{ending}" for part, units in store.parts.items()
            for unit, result in units.items() for key, ending in WRONG.items() for sentence in result.get(key, [])]


def show(store, quick, seed):
    """Prints it all; tells whether all is well."""
    # Those that are always asked for are there even when their part was not run.
    last = {"suite": "torture", "kills": 0, "lost": 0, "captioned_twice": 0, "damaged_files": 0, "hostile_files": 0,
            "crashes": 0, "hangs": 0}
    for part in (of_kills, of_faults, of_damaged, of_hostile, of_many):
        last.update(part(store))
    everything = [result for units in store.parts.values() for result in units.values()]
    wrong = sentences(store)
    for sentence in wrong[:MOST_SENTENCES]:
        print(f"wrong: {sentence}")
    if len(wrong) > MOST_SENTENCES:
        print(f"wrong: and {len(wrong) - MOST_SENTENCES} more, which are in {store.path.name}")
    last.update(crashes=total(everything, "crashes"), hangs=total(everything, "hangs"), wrong=len(wrong),
                parts=sorted(store.parts), quick=quick, seed=seed)
    print(json.dumps(last), flush=True)
    return not wrong and not last["crashes"] and not last["hangs"]
