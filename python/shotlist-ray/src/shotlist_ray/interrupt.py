"""Ctrl-C and SIGTERM have workers stop and keep what they have; a second one ends the command at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType


class Interrupt:
    """Takes signals while a run goes on."""

    def __init__(self) -> None:
        self._stop: Callable[[], None] | None = None
        self._number = 0
        self._before: dict[int, object] = {}

    @property
    def is_asked(self) -> bool:
        return self._number != 0

    @property
    def code(self) -> int:
        """The exit code that the signal deserves; 0 without one."""
        return 128 + self._number if self._number else 0

    def set_stopper(self, stop: Callable[[], None]) -> None:
        """Says what has workers stop; at once, when a signal came before."""
        self._stop = stop
        if self.is_asked:
            stop()

    def __enter__(self) -> Interrupt:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if self.is_asked:
            os._exit(128 + number)
        self._number = number
        print("Stopping: workers keep what they have; once more ends the command at once.", file=sys.stderr)
        if self._stop:
            # Ray is not to be called where a signal may have interrupted Ray.
            threading.Thread(target=self._stop, daemon=True).start()
