"""Errors: sentences for the person who must act, as those of the program are."""

from __future__ import annotations

#: What is wrong with the command itself; the program ends with 64 for these.
_USAGE = {"invalid_argument", "unknown_variant", "not_available", "pipeline_mismatch", "unknown_device", "filter_invalid"}
#: No server could be asked; a later run may do better.
_NO_SERVERS = {"endpoints_down", "storage_unreachable"}


class ShotlistRayError(Exception):
    """What stops a run, with what to do about it.

    It is sent between processes, so that it is made of its arguments alone.

    Args:
        code: a word that programs can go by: one of the worker's protocol or of the command.
        message: what failed, on what, and why: a sentence.
        remedy: what to do about it: a sentence, or nothing.
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(code, message, remedy)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        # Some of the program's messages end as its parser of flags has them.
        end = "" if not self.remedy or self.message.endswith((".", "!", "?")) else "."
        return f"{self.message}{end} {self.remedy}".strip()

    @property
    def exit_code(self) -> int:
        """The code with which the command ends, as `shotlist run` does."""
        if self.code in _USAGE:
            return 64
        if self.code in _NO_SERVERS:
            return 75
        return 130 if self.code == "cancelled" else 1


class FlagError(ShotlistRayError):
    """A flag that this command cannot carry out."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__("invalid_argument", message, remedy)
        # Made again, on the other side of a pipe, of what the subclass takes.
        self.args = (message, remedy)


class WorkerStopped(Exception):
    """A worker was told to stop before it had done its task; another goes on with it from there."""


class WorkerDied(Exception):
    """A worker's process ended, or said nothing for too long, with a task in it. The text says which."""
