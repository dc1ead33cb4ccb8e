"""A Ray of this machine, for one measurement: no other's is joined, and nothing of it is left."""
import contextlib
import logging
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import ray
from ray.data import DataContext

import shotlist_ray


@contextlib.contextmanager
def started(cpus):
    """Ray as `shotlist-ray run` starts it, without its dashboard; it has so many processors to give."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Usage is told to nobody; a machine that is busy may take long to start what Ray waits for.
    os.environ.update({"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_register_timeout_seconds": "300"})
    # Paths of sockets have at most 107 bytes, and Ray adds some seventy.
    folder = tempfile.mkdtemp(prefix="sl-ray-", dir="/tmp")
    try:
        ray.init(
            address="local", num_cpus=cpus, include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING,
            runtime_env={"py_modules": [str(pathlib.Path(shotlist_ray.__file__).parent)]}, _temp_dir=folder)
        context = DataContext.get_current()
        context.enable_progress_bars = context.enable_operator_progress_bars = False
        context.print_on_execution_start = False
        yield
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
