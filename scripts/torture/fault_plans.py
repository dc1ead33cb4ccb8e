"""Which calls are made to fail, and with what."""
import random

CALLS = ("write", "fsync", "rename", "open", "ftruncate", "mkdir")
# What each call fails with; `short` writes half.
FAULTS = {"write": ("ENOSPC", "EIO", "short"), "fsync": ("EIO", "ENOSPC"), "rename": ("EIO", "ENOSPC", "EROFS"),
          "open": ("ENOSPC", "EIO", "EROFS"), "ftruncate": ("ENOSPC", "EIO"), "mkdir": ("ENOSPC", "EIO", "EROFS")}
# Whose calls: all, or those on the ledger and its journals.
FOCUSES = {"all": "", "ledger": "/.shotlist/ledger"}
# once: one call fails; stay: all from one on; some: one in so many.
MODES = ("once", "once again", "stay", "some")
# Calls without which nothing can be written.
NEEDED = ("write", "rename", "open")


def draw(seed, counts):
    """What the shim is told in each case, by the case's name; a short suite takes the first of them. `counts` says how
    often a run makes each call, by focus."""
    found = {}
    for focus, name in FOCUSES.items():
        for call in CALLS:
            count = counts[focus][call]
            for fault in FAULTS[call]:
                for mode in MODES if count else ():
                    case = f"{focus} {call} {fault} {mode}"
                    dice = random.Random(f"{seed} faults {case}")
                    found[case] = {
                        "NAME": name, "CALL": call, "FAULT": fault, "SEED": dice.randint(1, 1 << 30),
                        "FIRST": 1 if mode == "some" else dice.randint(1, count),
                        "TIMES": 1 if mode.startswith("once") else 0,
                        "EVERY": max(2, min(50, count // 5)) if mode == "some" else 1}
    order = sorted(found)
    random.Random(f"{seed} faults").shuffle(order)
    return {case: found[case] for case in order}


def must_hurt(plan):
    """Whether a run under a plan cannot end well, unless the shim does not work."""
    stays = plan["TIMES"] == 0 and plan["EVERY"] == 1
    return stays and plan["CALL"] in NEEDED and plan["FAULT"] != "short" and not plan["NAME"]
