"""Becomes the program that is named behind the parent's process id, and ends when the parent does.

A worker's standard input ends with its actor, too; but then it finishes what it has, and by that time the task is with
another worker. It is a program of its own, since code between fork and exec is not safe beside other threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)
    os.execv(command[0], command)


main()
