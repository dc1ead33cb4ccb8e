"""Workers and their keeper, with real processes that misbehave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shotlist_ray.errors import ShotlistRayError, WorkerDied, WorkerStopped
from shotlist_ray.keeper import DEATHS, Keeper
from shotlist_ray.protocol import Heartbeat, Task, VideoPart
from shotlist_ray.worker import Worker, WorkerOptions, find_program

from conftest import asked, environment, is_running, written

Make = Callable[..., str]


def options(program: str, **more: float) -> WorkerOptions:
    return WorkerOptions("out", os.getcwd(), program, **{"heartbeat": 0.1, "silence": 20, "patience": 60} | more)


def task(*paths: str, id: str = "", arguments: tuple[str, ...] = ()) -> Task:
    return Task(id or "-".join(paths), tuple(VideoPart(path) for path in paths), arguments)


def wait_until(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def test_a_worker_does_tasks_and_drains(program: Make, video: Make, folder: Path) -> None:
    beats: list[Heartbeat] = []
    worker = Worker(options(program()), beats.append)
    done = worker.run(task(video("a.mp4", windows=2), video("b.mp4", fault="unreadable")))
    assert [(one.status, one.windows, one.reason) for one in done.videos] == [("done", 2, None), ("failed", 0, "unreadable")]
    wait_until(lambda: any(beat.windows == 2 for beat in beats))
    worker.close()
    assert not worker.is_alive and not is_running(worker.pid)
    assert set(asked(folder / "out").values()) == {1}


def test_a_worker_has_several_tasks_at_once(program: Make, video: Make) -> None:
    worker = Worker(options(program()))
    with ThreadPoolExecutor(5) as threads:
        done = list(threads.map(worker.run, [task(video(f"{index}.mp4", seconds=0.1)) for index in range(5)]))
    assert [one.status for one in done] == ["done"] * 5
    worker.close()


def test_a_task_that_is_refused_harms_no_other(program: Make, video: Make) -> None:
    worker = Worker(options(program()))
    with pytest.raises(ShotlistRayError, match="There is no flag --no-such-flag. `shotlist help run`"):
        worker.run(task(video("a.mp4"), arguments=("--no-such-flag",)))
    assert worker.run(task("a.mp4")).status == "done"
    worker.close()


@pytest.mark.parametrize(
    ("mode", "words"),
    [("version", "speaks version 2 of the protocol"), ("ends", "it ended with 64; it said last: error: no such command"),
     ("garbage", "that is no answer"), ("silent", "did not say its first line within 2 s")])
def test_a_worker_that_cannot_begin_is_told(mode: str, words: str, program: Make) -> None:
    with pytest.raises(ShotlistRayError, match=words):
        Worker(options(program(mode), patience=2 if mode == "silent" else 60))


def test_a_node_without_the_program_is_named(folder: Path) -> None:
    with pytest.raises(ShotlistRayError, match="has no program 'no-such-program' in its PATH. Install shotlist there"):
        find_program("no-such-program", str(folder))
    with pytest.raises(ShotlistRayError, match=f"has no program '{folder}/bin/shotlist'"):
        find_program("bin/shotlist", str(folder))


def test_silence_is_death(program: Make, video: Make) -> None:
    worker = Worker(options(program("silent-later"), silence=1))
    with pytest.raises(WorkerDied, match="it said nothing for"):
        worker.run(task(video("a.mp4")))
    assert not is_running(worker.pid)


def test_a_task_goes_on_after_a_death_and_no_window_is_lost(program: Make, video: Make, folder: Path) -> None:
    keeper = Keeper(options(program()))
    outcome = keeper.do(task(video("a.mp4", windows=4, fault="die-once")))
    assert outcome.done.videos[0].kept_windows == 1
    assert len(written(folder / "out")) == 4 and max(asked(folder / "out").values()) == 1
    keeper.close()


def test_a_task_that_kills_workers_is_told_as_failed_and_others_are_done(program: Make, video: Make) -> None:
    keeper = Keeper(options(program()))
    tasks = [task(video("bad.mp4", windows=10, fault="die"))]
    tasks += [task(video(f"{index}.mp4", windows=2, seconds=0.05)) for index in range(6)]
    with ThreadPoolExecutor(3) as threads:
        bad, *others = list(threads.map(keeper.do, tasks))
    assert (bad.done.videos[0].status, bad.done.videos[0].reason) == ("failed", "worker_died")
    assert f"Workers died {DEATHS} times over it." in (bad.done.videos[0].message or "")
    assert "SIGSEGV; it said last: the decoder met something" in (bad.done.videos[0].message or "")
    assert [one.done.videos[0].status for one in others] == ["done"] * 6
    keeper.close()


def test_a_worker_that_cannot_go_on_says_why(program: Make, video: Make) -> None:
    keeper = Keeper(options(program()))
    with pytest.raises(ShotlistRayError, match="cannot go on: The disk is full. Make room.") as error:
        keeper.do(task(video("fail.mp4")))
    assert error.value.code == "disk_full"
    keeper.close()


def test_a_worker_that_somebody_stops_is_followed_by_another(program: Make, video: Make, folder: Path) -> None:
    keeper = Keeper(options(program()))
    with ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(keeper.do, task(video("a.mp4", windows=20, seconds=0.1)))
        wait_until(lambda: bool(asked(folder / "out")))
        assert keeper._current
        os.kill(keeper._current.pid, signal.SIGTERM)
        assert outcome.result().done.status == "done"
    assert set(asked(folder / "out").values()) == {1} and len(written(folder / "out")) == 20
    keeper.close()


def test_workers_that_are_stopped_over_and_over_are_no_endless_loop(program: Make, video: Make) -> None:
    with pytest.raises(WorkerStopped):
        Keeper(options(program("cancelling"))).do(task(video("a.mp4")))


def test_a_keeper_that_stops_says_what_it_did_not_come_to(program: Make, video: Make, folder: Path) -> None:
    keeper = Keeper(options(program()))
    with ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(keeper.do, task(video("a.mp4", windows=200, seconds=0.1)))
        wait_until(lambda: bool(asked(folder / "out")))
        keeper.stop()
        assert outcome.result(30).done.status == "cancelled"
    assert keeper.do(task("a.mp4")).done.status == "cancelled"
    keeper.close()


def test_nothing_outlives_the_process_that_has_the_worker(program: Make, video: Make, folder: Path) -> None:
    video("a.mp4", windows=10_000, seconds=0.05)
    script = (
        "import os, threading\n"
        "from shotlist_ray.worker import Worker, WorkerOptions\n"
        "from shotlist_ray.protocol import Task, VideoPart\n"
        f"worker = Worker(WorkerOptions('out', os.getcwd(), {program()!r}, 0.2))\n"
        "print(worker.hello.pid, flush=True)\n"
        "worker.run(Task('a', (VideoPart('a.mp4'),)))\n")
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment())
    assert holder.stdout
    pid = int(holder.stdout.readline())
    wait_until(lambda: bool(asked(folder / "out")))
    holder.kill()
    holder.wait()
    holder.stdout.close()
    wait_until(lambda: not is_running(pid), 10)


def test_threads_end_with_workers(program: Make, video: Make) -> None:
    before = threading.active_count()
    Worker(options(program())).close()
    wait_until(lambda: threading.active_count() <= before, 10)
