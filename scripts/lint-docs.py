#!/usr/bin/env python3
"""Name the public declarations of Sources without a documentation comment.

swift-format's own rule cannot see that a declaration fulfils a protocol, whose comment Swift shows for it; here names
that a protocol of this package or of the standard library asks for need none.

usage: lint-docs.py FILE.swift ...     exits with 1 when something is undocumented
"""
import pathlib
import re
import sys

KINDS = "func|var|let|init|struct|enum|class|actor|protocol|typealias|subscript|case"
WORDS = r"(?:(?:static|final|mutating|nonmutating|consuming|borrowing|nonisolated|override|convenience|indirect) )*"
PUBLIC = re.compile(rf"^\s*(?:@\w+(?:\([^)]*\))? )*public {WORDS}({KINDS})\b *([^\s(:<]*)")
REQUIREMENT = re.compile(rf"^\s+(?:mutating |static )*(func|var|init) *([^\s(:<]*)")
STANDARD = {"==", "hash", "description", "encode", "rawValue", "allCases", "id", "init(from", "<"}


def requirements(files):
    """Names that the public protocols in `files` ask for."""
    names = set(STANDARD)
    for lines in files.values():
        inside = False
        for line in lines:
            inside = inside or line.startswith("public protocol ")
            found = REQUIREMENT.match(line) if inside else None
            if found:
                names.add(found.group(2) or found.group(1))
            if line.startswith("}"):
                inside = False
    return names


def undocumented(lines, inherited):
    """Line number and text of each public declaration without a comment of its own or of a protocol's."""
    for number, line in enumerate(lines):
        found = PUBLIC.match(line)
        if not found:
            continue
        name = found.group(2) or found.group(1)
        before = number - 1
        while before >= 0 and lines[before].strip().startswith("@"):
            before -= 1
        has_comment = before >= 0 and lines[before].strip().startswith("///")
        fulfils = name in inherited or "init(from" in line
        if not has_comment and not fulfils:
            yield number + 1, line.strip()


def main():
    files = {name: pathlib.Path(name).read_text().splitlines() for name in sys.argv[1:]}
    inherited = requirements(files)
    found = [(name, *where) for name, lines in files.items() for where in undocumented(lines, inherited)]
    for name, number, text in found:
        print(f"{name}:{number}: no documentation comment: {text}", file=sys.stderr)
    sys.exit(bool(found))


main()
