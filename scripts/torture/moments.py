"""When a run is killed.

A round is one output: its runs are killed at a few moments, one after the other, then it is resumed to its end. Moments
are of several kinds, since most of a run's time is spent where little can go wrong:

    share    after a share of the whole work, evenly spread over it
    early    within the first 300 ms of a process
    ledger   up to 50 ms after the process has opened the ledger, which a resume then reads
    edge     up to 3 ms after an event of the trace: as an answer is asked for, as one is committed
    stop     SIGTERM instead of SIGKILL, after a share of the work: the run has 10 s to end by itself
    twice    the same with a second SIGTERM, which ends it at once
"""
import dataclasses
import os
import random
import signal
import time

SHARES = {"share": 45, "early": 20, "ledger": 15, "edge": 15, "stop": 3, "twice": 2}
KILLS = {"share", "early", "ledger", "edge"}


@dataclasses.dataclass
class Moment:
    kind: str
    # Of the whole work.
    share: float
    # Seconds after what it waits for.
    delay: float
    # Which event of the trace.
    event: int


def draw(seed, number):
    """The moments of a round, in their order."""
    dice = random.Random(f"{seed} kills {number}")
    # Up to a little over 1, so that some fall where the last records are written.
    shares = sorted(dice.uniform(0, 1.03) for _ in range(dice.randint(1, 5)))
    found = []
    for share in shares:
        kind = dice.choices(list(SHARES), list(SHARES.values()))[0]
        delay = {"early": dice.uniform(0, 0.3), "ledger": 0.05 * dice.random() ** 2,
                 "edge": dice.uniform(0, 0.003), "twice": dice.uniform(0, 0.3)}.get(kind, 0)
        found.append(Moment(kind, share, delay, dice.randint(1, 12)))
    return found


def has_ledger_open(pid):
    """Whether a process has a file of a ledger open."""
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    for name in names:
        try:
            if "/.shotlist/ledger" in os.readlink(f"{folder}/{name}"):
                return True
        except OSError:
            continue
    return False


def wait_for(moment, run, trace, known, before):
    """Waits until the moment has come; tells whether the run still runs, and what kind it was in the end.

    `known` is what an undisturbed run took, `before` the share of the work that was done when this run began."""
    limit = 60 + 10 * known["seconds"]
    if moment.kind == "early":
        pause(run, moment.delay)
        return run.code is None, "early"
    if moment.kind == "ledger":
        deadline = time.monotonic() + 10
        while run.code is None and not has_ledger_open(run.pid) and time.monotonic() < deadline:
            time.sleep(0.0005)
        pause(run, moment.delay)
        # A program that opens no ledger is killed all the same, but not said to have been killed there.
        return run.code is None, "ledger" if time.monotonic() < deadline else "share"
    if moment.kind == "edge" and trace.size():
        start = trace.size()
        # An event has some 150 bytes; its exact number does not matter.
        if run.wait(limit, lambda: trace.size() > start + 150 * (moment.event - 1), step=0.0005):
            pause(run, moment.delay)
        return run.code is None, "edge"
    # Starting takes a resume as long as any run; what it has to do is what is left.
    left = max(0.0, moment.share - before)
    pause(run, 0.1 + left * known["seconds"])
    return run.code is None, "share" if moment.kind == "edge" else moment.kind


def pause(run, seconds):
    """Sleeps, but not longer than the run runs."""
    deadline = time.monotonic() + seconds
    while run.code is None and (rest := deadline - time.monotonic()) > 0:
        time.sleep(min(rest, 0.02))


def strike(moment, kind, run):
    """Ends the run in the moment's way; gives what was wrong with how it ended."""
    if kind in KILLS:
        run.kill()
        return []
    asked = time.monotonic()
    run.signal(signal.SIGTERM)
    if kind == "twice":
        pause(run, moment.delay)
        again = time.monotonic()
        run.signal(signal.SIGTERM)
        run.wait(run.seconds + 30)
        took = time.monotonic() - again
        return [f"a second SIGTERM took {took:.1f} s to end the run"] if took > 2 else []
    run.wait(run.seconds + 40)
    took = time.monotonic() - asked
    wrong = [f"SIGTERM took {took:.1f} s to end the run, more than 10"] if took > 10 else []
    # A process that has hardly begun may not have said yet that it will stop by itself.
    accepted = (0, 130, -signal.SIGTERM) if run.seconds < 1 else (0, 130)
    if not run.hung and run.code not in accepted:
        wrong.append(f"SIGTERM ended the run with code {run.code}, not 130")
    return wrong
