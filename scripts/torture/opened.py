"""Reads what strace saw: which files were opened, what was written to, and who was called."""
import os
import re

OPENS = {"open", "openat", "openat2", "creat"}
STARTS = {"execve", "execveat"}
TALKS = {"connect", "sendto", "sendmsg", "bind"}
CHANGES = {"mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat",
           "symlink", "symlinkat", "truncate", "chmod", "fchmodat", "mknod", "mknodat"}
# Hexadecimal texts, so that no name can look like something else; long ones whole; the paths of open files beside their
# numbers.
OPTIONS = ["-f", "-qq", "-y", "-xx", "-s", "8192", "-e", "signal=none", "-e",
           "trace=" + ",".join(sorted(OPENS | STARTS | TALKS | CHANGES | {"socket", "chdir"}))]
# A path, and before it the folder from which it counts, which has a number.
PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)(?:<((?:\\x[0-9a-f]{2}|[^>"\\])*)>)?, )?"((?:\\x[0-9a-f]{2})*)"')
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)$")
# A socket of this machine alone, such as that of the C library's name service, which is asked who owns a file.
LOCAL = re.compile(r'sa_family=AF_UNIX, sun_path="((?:\\x[0-9a-f]{2})*)"')
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")
# What goes to nobody by name goes to the other end of a pair of sockets, or of one that a call to `connect` tells of.
NAMELESS = re.compile(r"MSG_\w+, NULL, 0\b|, 0, NULL, 0\b|msg_name=NULL")
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
# What libraries read now and then: what their process has used, and how the letters of a stream's name are written.
OF_LIBRARIES = re.compile(r"/proc/\d+/stat|/usr/lib/[\w-]+/gconv/(gconv-modules[\w.-]*|[\w-]+\.so)")
UNFINISHED = " <unfinished ...>"


def text(hexadecimal):
    """A name as strace prints it with -xx; bytes that are no text are kept as Python keeps them in names."""
    raw = re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match.group(1), 16)), hexadecimal)
    return raw.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def whole_lines(lines):
    """Lines of a trace; a call that another process's call came between is joined with its end."""
    begun = {}
    for line in lines:
        line = line.rstrip("\n")
        process = line.split(" ", 1)[0]
        resumed = RESUMED.match(line)
        if line.endswith(UNFINISHED):
            begun[process] = line.removesuffix(UNFINISHED)
        elif resumed:
            yield begun.pop(process, "") + resumed.group(2)
        else:
            yield line
    yield from begun.values()


def calls(path, folder):
    """Each call of a trace as (name, path, whether it writes, the whole line); a relative path whose folder is not in
    the trace counts from `folder`."""
    with open(path, errors="replace") as lines:
        for line in whole_lines(lines):
            found = CALL.match(line)
            if not found:
                continue
            name, rest = found.groups()
            if name in TALKS or name == "socket":
                local = LOCAL.search(rest)
                yield name, text(local.group(1)) if local else "", False, line.strip()
                continue
            writes = name in CHANGES or name in OPENS and bool(WRITES.search(rest))
            # A rename has two paths, and both count; what follows the path of a program are its arguments.
            for below, hexadecimal in PATH.findall(rest):
                yield name, os.path.normpath(os.path.join(folder, text(below), text(hexadecimal))), writes, line.strip()
                if name not in CHANGES:
                    break


def plain(path):
    """A path without numbers, such as those of processes."""
    return re.sub(r"\d+", "N", path)


def within(path, folder):
    return path == str(folder) or path.startswith(f"{folder}/")


class Rules:
    """What a run may open: what a run over a harmless file opened, its inputs, and what is below its own folders."""

    def __init__(self, program, own, folder):
        self.program, self.own, self.folder = str(program), own, str(folder)
        self.known = set()

    def is_own(self, path):
        return any(within(path, folder) for folder in self.own)

    def judge(self, trace, inputs, learning=False):
        """What a run did that it may not, each a sentence. `inputs` are the files and folders that it was given. While
        learning, the run is over a harmless file, and what it reads is what every run may read."""
        wrong, started = set(), 0
        for name, path, writes, line in calls(trace, self.folder):
            if name == "socket":
                # One that was refused was asked for, too.
                if "AF_UNIX" not in line:
                    wrong.add(f"a socket was made: {line[:120]}")
            elif name in TALKS:
                if name.startswith("send") and NAMELESS.search(line):
                    continue
                if learning and path:
                    self.known.add(plain(path))
                elif not path or plain(path) not in self.known:
                    wrong.add(f"{name} was called: {path or line[:160]!r}")
            elif name in STARTS:
                started += 1
                # The first start is ours; the program may start itself as a worker.
                if started > 1 and path not in (self.program, "/proc/self/exe"):
                    wrong.add(f"a program was started: {path!r}")
            elif writes:
                # The last has a process that reads videos ended before others when memory runs out.
                if not self.is_own(path) and path not in ("/dev/null", "/dev/tty", "/proc/self/oom_score_adj"):
                    wrong.add(f"{name} would write outside the output: {path!r}")
            elif self.is_own(path) or path in inputs or OF_LIBRARIES.fullmatch(path):
                continue
            elif learning:
                self.known.add(plain(path))
            elif plain(path) not in self.known:
                wrong.add(f"{name} outside of what was given: {path!r}")
        return sorted(wrong)
