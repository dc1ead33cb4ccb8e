"""What Ray's dashboard, and whoever collects Ray's metrics, is told of workers."""

from __future__ import annotations

import threading

from ray.util import metrics

from .protocol import Heartbeat


class WorkerMetrics:
    """Counts of one actor, whose workers come one after another. Each series has the tag `host`."""

    def __init__(self, host: str) -> None:
        tags = {"tag_keys": ("host",)}
        self._windows = metrics.Counter("shotlist_windows", description="Windows that workers have done.", **tags)
        self._tokens = metrics.Counter("shotlist_tokens", description="Tokens of captions.", **tags)
        self._started = metrics.Counter("shotlist_workers_started", description="Workers that were started.", **tags)
        self._tasks = metrics.Gauge("shotlist_tasks_under_way", description="Tasks that workers have begun.", **tags)
        for metric in (self._windows, self._tokens, self._started, self._tasks):
            metric.set_default_tags({"host": host})
        self._guard = threading.Lock()
        self._told: dict[str, tuple[int, int]] = {}

    def take(self, worker: str, beat: Heartbeat) -> None:
        """Counts what a worker has done since its last heartbeat."""
        with self._guard:
            if worker not in self._told:
                # One is at work at a time; those before it have told all.
                self._told = {worker: (0, 0)}
                self._started.inc()
            windows, tokens = self._told[worker]
            self._told[worker] = max(beat.windows, windows), max(beat.tokens, tokens)
            new_windows, new_tokens = self._told[worker][0] - windows, self._told[worker][1] - tokens
        # A counter takes no nothing.
        if new_windows:
            self._windows.inc(new_windows)
        if new_tokens:
            self._tokens.inc(new_tokens)
        self._tasks.set(len(beat.tasks))
