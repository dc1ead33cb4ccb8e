"""How busy a simulated fleet is kept, and how much memory the client takes for it."""
import time

from . import programs as running

SERVERS, PLACES = 64, 16
# Each server's queue has room for as many again: there is always a question when a place becomes free.
REQUESTS = 2 * PLACES


def measure(programs, frames, warm_up, seconds, with_failures):
    """What the servers counted between the warm-up and the time when the load begins to run out, and what the load took."""
    reports = []
    with running.Servers(programs, SERVERS, "simulate", 1) as servers:
        if with_failures:
            servers.tell("faults")

        def warm():
            time.sleep(warm_up)
            servers.tell("start")

        load = running.load(
            programs, servers.endpoints, frames, when_running=warm, when_draining=lambda: reports.append(servers.tell("report")),
            seconds=warm_up + seconds, in_flight=SERVERS * REQUESTS, requests_per_endpoint=REQUESTS, echoes=True, timeout=60)
    if not reports:
        running.fail("the load was over before its time.")
    return reports[0], load


def memory(programs, frames, pixels, in_flight, waves):
    """The load with as many requests on the way, each with frames that were encoded for it."""
    # A question is held until all others have been encoded and sent.
    with running.Servers(programs, SERVERS, "hold", 60) as servers:
        servers.tell("start")
        load = running.load(programs, servers.endpoints, frames, windows=waves * in_flight, in_flight=in_flight,
                            requests_per_endpoint=in_flight // SERVERS, pixels=pixels, echoes=True)
        report = servers.tell("report")
    if report["most"] < in_flight:
        running.fail(f"only {report['most']} of {in_flight} requests were on the way at once.")
    return load
