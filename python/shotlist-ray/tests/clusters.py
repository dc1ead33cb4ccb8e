"""Several Ray nodes as processes on this machine, and the command beside them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ray._private import services
from ray.cluster_utils import Cluster

from conftest import environment

#: Seconds that a run of these tests may take, at most, on a machine with other work to do.
PATIENCE = 400


@contextlib.contextmanager
def cluster(*cpus: int, **more: Any) -> Iterator[Cluster]:
    """A head without processors, and a node for each number of them."""
    os.environ.update(environment())
    # Without these Ray would send what it counts to its makers, and keep workers ready that nobody asked for.
    os.environ.update({"RAY_USAGE_STATS_ENABLED": "0", "RAY_enable_worker_prestart": "0"})
    # A machine with other work to do takes long to start what Ray waits for.
    os.environ.update({
        "RAY_worker_register_timeout_seconds": "300", "RAY_health_check_timeout_ms": "60000",
        "RAY_DASHBOARD_STARTUP_TIMEOUT_S": "300"})
    services.get_node = _patient_node
    # The default address of nodes in this class is another than that at which their processes listen.
    made = Cluster(
        initialize_head=True,
        head_node_args={"node_ip_address": "127.0.0.1", "num_cpus": 0, "include_dashboard": False} | more)
    try:
        for count in cpus:
            add(made, count)
        yield made
    finally:
        made.shutdown()  # type: ignore[no-untyped-call]


_get_node = services.get_node


def _patient_node(*arguments: Any, **more: Any) -> Any:
    """Finds a node that has just been started. Ray itself gives it half a minute."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return _get_node(*arguments, **more)  # type: ignore[no-untyped-call]
        except RuntimeError:
            if time.monotonic() > deadline:
                raise


def add(made: Cluster, cpus: int) -> Any:
    return made.add_node(node_ip_address="127.0.0.1", num_cpus=cpus)


def kill(made: Cluster, node: Any) -> None:
    """Kills a node's processes, as a machine dies."""
    made.remove_node(node, allow_graceful=False)


class Command:
    """`shotlist-ray run`, while it goes on.

    Args:
        made: the cluster.
        folder: the folder in which it is given.
        arguments: its flags.
    """

    def __init__(self, made: Cluster, folder: Path, arguments: Sequence[str]) -> None:
        self._log = open(folder / "command.log", "a+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shotlist_ray", "run", "--ray-address", made.address, *arguments], cwd=folder,
            env=environment(), stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT)

    def wait(self, seconds: float = PATIENCE) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the command did not end:\n{self.log()}") from None

    def wait_until(self, what: Callable[[], bool], seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None, f"the command ended:\n{self.log()}"
            assert time.monotonic() < deadline, f"it did not come to pass:\n{self.log()}"
            time.sleep(0.05)

    def log(self) -> str:
        self._log.flush()
        self._log.seek(0)
        return self._log.read()
