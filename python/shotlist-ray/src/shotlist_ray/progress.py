"""Lines that tell how far a run is, where nobody sees Ray's progress bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from .board import Progress

#: Seconds between two lines.
_INTERVAL = 10.0


class ProgressLines:
    """Writes a line every ten seconds, to what is no terminal.

    Args:
        stream: where to.
        clock: seconds, for tests.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._began = self._last = clock()

    def take(self, progress: Progress, done: float, total: float) -> None:
        """Takes what workers tell, and bytes of video that are done, and all of them."""
        now = self._clock()
        if self._stream.isatty() or now - self._last < _INTERVAL:
            return
        self._last = now
        passed = now - self._began
        rate = progress.windows / passed if passed > 0 else 0.0
        left = f"{_duration(passed * (total - done) / done)} left" if done > 0 else "time left not known yet"
        share = 100 * done / total if total > 0 else 0
        print(
            f"{progress.windows} windows, {rate:.1f} a second, {share:.0f} % of the videos, {left}; "
            f"{progress.workers} workers with {progress.under_way} tasks", file=self._stream, flush=True)


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
