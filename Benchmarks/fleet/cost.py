"""What a window costs a client, ours and the one that most scripts use, before a server that answers at once."""
import pathlib
import statistics

from . import programs as running

PEER = pathlib.Path(__file__).with_name("openai_client.py")


def ours(programs, endpoint, frames, windows, in_flight, warm_up):
    return running.load(programs, [endpoint], frames, windows=windows, in_flight=in_flight, requests_per_endpoint=in_flight,
                        warm_up=warm_up)


def theirs(python, endpoint, frames, windows, in_flight, warm_up):
    with running.Program([python, "-B", PEER, endpoint, frames, windows, in_flight, warm_up]) as program:
        return program.line()


def measure(programs, python, frames, windows, in_flight, repeats):
    """Milliseconds of a core for each window and windows a second, of both sides; they run in turn."""
    results = {"ours": [], "theirs": []}
    warm_up = 4 * in_flight
    with running.Servers(programs, 1, "at-once") as servers:
        endpoint = servers.endpoints[0]
        turns = [("ours", lambda: ours(programs, endpoint, frames, windows, in_flight, warm_up)),
                 ("theirs", lambda: theirs(python, endpoint, frames, windows, in_flight, warm_up))]
        for repeat in range(repeats):
            for side, ask in turns if repeat % 2 == 0 else reversed(turns):
                result = ask()
                if result["windows"] != windows:
                    running.fail(f"{side}: {result['windows']} of {windows} windows were answered.")
                results[side].append({"ms": 1000 * result["cpu_seconds"] / windows, "rate": windows / result["wall_seconds"]})
    return results


def middle(results, side, figure):
    return statistics.median(result[figure] for result in results[side])


def ratios(results, figure="ms"):
    return [theirs[figure] / ours[figure] for ours, theirs in zip(results["ours"], results["theirs"], strict=True)]
