"""Counts what the sanitizers found.

usage: report.py FOLDER TESTS_CODE RUN_CODE CLIPS

FOLDER/logs/found.PID holds what each process's sanitizers said, FOLDER/logs/tests.txt and run.txt what the programs said,
FOLDER/out is the output of the run. The last line is JSON:
{"suite":"sanitize","tests":..,"failed_tests":..,"clips":..,"address":..,"undefined":..,"leaks":..,"leak_checks_failed":..}.
The exit code is 1 unless the tests passed, the run ended well with so many clips, and nothing was found.
"""

import json
import pathlib
import re
import sys


def count(pattern, texts):
    return sum(len(re.findall(pattern, text)) for text in texts)


def main():
    folder, tests_code, run_code, wanted = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:5])
    logs = folder / "logs"
    texts = [path.read_text(errors="replace") for path in sorted(logs.glob("found*"))]
    said = [(logs / name).read_text(errors="replace") for name in ("tests.txt", "run.txt")]
    texts += said
    summary = folder / "out" / "summary.json"
    clips = json.loads(summary.read_text()).get("clips", 0) if summary.exists() else 0
    ran = re.findall(r"Test run with (\d+) tests?", said[0])
    result = {
        "suite": "sanitize",
        "tests": int(ran[-1]) if ran else 0,
        "failed_tests": count(r"(?m)^. Test .* failed after", said[:1]),
        "clips": clips,
        "address": count(r"ERROR: AddressSanitizer", texts),
        "undefined": count(r": runtime error: ", texts),
        "leaks": count(r"(?m)^(?:Direct|Indirect) leak of", texts),
        "leak_checks_failed": count(r"LeakSanitizer has encountered a fatal error", texts),
    }
    found = any(result[key] for key in ("address", "undefined", "leaks", "leak_checks_failed"))
    for name, code in (("the tests", tests_code), ("the run", run_code)):
        if code:
            print(f"sanitize: {name} ended with {code}; see {logs}", file=sys.stderr)
    print(json.dumps(result))
    return 0 if not found and not tests_code and not run_code and clips == wanted and result["tests"] else 1


if __name__ == "__main__":
    sys.exit(main())
