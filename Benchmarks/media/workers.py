"""Programs that answer questions, one line with another, until they are ended."""
import json
import pathlib
import subprocess

from captioning import process


class Worker:
    """A process that is ended with the block that it is used in."""

    def __init__(self, command):
        self.name = " ".join(pathlib.Path(str(word)).name for word in command)
        self.process = process.start(command, subprocess.PIPE, None, subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        process.end(self.process)

    def ask(self, question, limit=1800):
        """The answer, which must come well within `limit` seconds."""
        answer = b""
        with process.Watchdog(self.process, limit) as dog:
            try:
                self.process.stdin.write(f"{question}\n".encode())
                self.process.stdin.flush()
                answer = self.process.stdout.readline()
            except BrokenPipeError:
                pass
        if dog.bit:
            process.fail(f"'{self.name}' had no answer after {limit} s and was ended.")
        if not answer:
            process.end(self.process)
            process.fail(f"'{self.name}' ended with code {self.process.returncode} when it was asked: {question}")
        return json.loads(answer)

    def tree_mb(self):
        """The memory that it and the processes that it has started hold now: what they share counts once."""
        total = 0
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                # What follows the name, which may hold anything, is the state, then the parent.
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if self.process.pid in (parent, int(folder.name)):
                    rollup = (folder / "smaps_rollup").read_text()
                    total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            except (OSError, IndexError, ValueError):
                # It has ended meanwhile.
                continue
        return total / 1024

    def peak_mb(self):
        """The most memory that it has held so far (the kernel's VmHWM)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1024
