#!/usr/bin/env python3
"""Checks deploy/kubernetes as far as that goes without a cluster.

The files against Kubernetes' own schemas (strictly: no unknown field), that their numbers fit together, and what the shards'
container does: its command is run here with a program that stands in for shotlist.

usage: python3 scripts/scale/check-kubernetes.py     needs kubernetes-validate (PyPI), which brings the schemas and PyYAML
       SHOTLIST=PATH ...                             also holds the server's arguments against `PATH serve-command qwen`
The last line is JSON: {"checks": N, "failed": N, "schema": VERSION}.
"""
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import kubernetes_validate
import yaml

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
# The oldest that these files are for (native sidecars and backoffLimitPerIndex are on by default), and the newest known.
OLDEST = "1.29"
STAND_IN = """#!/usr/bin/env bash
printf '%s\\n' "$@" >"$SEEN"
trap 'echo TERM >>"$SEEN"; kill $sleeping; exit 130' TERM
if [ "$BEHAVE" = wait ]; then sleep 60 & sleeping=$!; wait $sleeping; fi
exit "$BEHAVE"
"""
checks = failed = 0


def same(what, found, wanted):
    global checks, failed
    checks += 1
    if found == wanted:
        print(f"right: {what}")
    else:
        failed += 1
        print(f"WRONG: {what}: found {found!r}, wanted {wanted!r}")


def versions():
    known = [v for v in kubernetes_validate.utils.all_versions() if v.startswith("1.")]
    minor = sorted({int(v.split(".")[1]) for v in known})
    return [f"1.{m}" for m in minor if m >= int(OLDEST.split(".")[1])]


def schemas(name, document):
    for version in versions():
        try:
            kubernetes_validate.validate(document, version, strict=True)
            found = "valid"
        except kubernetes_validate.ValidationError as error:
            found = error.message
        same(f"{name} is valid for Kubernetes {version}", found, "valid")


def container_runs(container):
    """What the shards' container does with the run's exit codes and with the signal that ends a pod."""
    environment = {one["name"]: one["value"] for one in container["env"]}
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "shotlist")
        program.write_text(STAND_IN)
        program.chmod(0o755)
        seen = pathlib.Path(folder, "seen")

        def start(behave, index):
            seen.unlink(missing_ok=True)
            given = dict(os.environ, **environment, JOB_COMPLETION_INDEX=str(index), SEEN=str(seen), BEHAVE=str(behave))
            given["PATH"] = f"{folder}:{given['PATH']}"
            return subprocess.Popen(container["command"] + container["args"], env=given)

        for index in (0, int(environment["SHARDS"]) - 1):
            same(f"index {index} ends with 0", start(0, index).wait(20), 0)
            words = seen.read_text().split("\n")
            same(f"index {index} is shard {index + 1}", words[:3], ["run", "--shard", f"{index + 1}/{environment['SHARDS']}"])
            same("the flags come whole", words[3:-1], container["args"][2:])
        for code, wanted in ((2, 0), (1, 1), (64, 64), (75, 75)):
            same(f"a run's {code} is the pod's {wanted}", start(code, 3).wait(20), wanted)
        pod = start("wait", 3)
        for _ in range(200):
            if seen.exists() and seen.read_text().endswith("\n"):
                break
            time.sleep(0.05)
        time.sleep(0.5)
        pod.send_signal(signal.SIGTERM)
        same("a pod that is ended says so to the run, and waits for it", (pod.wait(20), seen.read_text().split()[-1]), (130, "TERM"))


def main():
    job = yaml.safe_load((FOLDER / "job.yaml").read_text())
    merge = yaml.safe_load((FOLDER / "merge.yaml").read_text())
    schemas("job.yaml", job)
    schemas("merge.yaml", merge)

    pod = job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    shards = next(one["value"] for one in container["env"] if one["name"] == "SHARDS")
    same("SHARDS is the number of completions", int(shards), job["spec"]["completions"])
    same("shards and merge use one image", merge["spec"]["template"]["spec"]["containers"][0]["image"], container["image"])
    output = [one for one in container["args"] if one.startswith("--output-path=")]
    same("the merge is of the shards' output", merge["spec"]["template"]["spec"]["containers"][0]["command"],
         ["shotlist", "merge", output[0].split("=", 1)[1]])
    for which, spec in (("job.yaml", pod), ("merge.yaml", merge["spec"]["template"]["spec"])):
        there = {one["name"] for one in spec["volumes"]}
        used = {m["name"] for c in spec["containers"] + spec.get("initContainers", []) for m in c["volumeMounts"]}
        same(f"{which} mounts the volumes that it has", used, there)
    container_runs(container)
    program = os.environ.get("SHOTLIST")
    if program:
        line = shlex.split(subprocess.run([program, "serve-command", "qwen"], capture_output=True, text=True, check=True).stdout)
        server = pod["initContainers"][0]["args"]
        same("the server is started as `shotlist serve-command qwen` says", server[:len(line) - 2], line[2:])
    print(json.dumps({"checks": checks, "failed": failed, "schema": versions()[-1]}))
    return failed != 0


sys.exit(main())
