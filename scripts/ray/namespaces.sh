#!/usr/bin/env bash
# Runs shotlist-ray over hosts that are network namespaces of this machine, joined by a bridge: each has an address of its
# own, and Ray's processes talk over them. In the middle one host's processes are killed and another joins. Then every
# window must be there, done once.
#
# usage: scripts/ray/namespaces.sh             (as root; 60 stand-ins for videos, and one for the program)
#        scripts/ray/namespaces.sh PROGRAM     (with that program and the demo model over 210 clips; the output is held
#                                               against that of one process)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$(cd "$here/../../python/shotlist-ray" && pwd)
python=$("$here/environment.sh")
# Its own script names the environment as it was called while it was made.
ray=("$python" -m ray.scripts.scripts)
program=${1:+$(realpath "$1")}
count=60
[ "$(id -u)" = 0 ] || {
    echo "namespaces.sh: only root may make network namespaces" >&2
    exit 1
}

work=$(mktemp -d)
name=slray$$
bridge=slr$$
export PYTHONPATH=$package/src RAY_USAGE_STATS_ENABLED=0 RAY_enable_worker_prestart=0
# A token of this user's, which Ray makes for itself, would have the head ask the other hosts for it.
export RAY_AUTH_MODE=disabled
hosts=()

# Only what runs in our own namespaces is ended.
end_host() {
    local pids
    pids=$(ip netns pids "$name-$1" 2>/dev/null || true)
    [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
}

tidy() {
    local host
    for host in "${hosts[@]}"; do
        end_host "$host"
        ip netns delete "$name-$host" 2>/dev/null || true
    done
    ip link delete "$bridge" 2>/dev/null || true
    rm -rf "$work"
}
trap tidy EXIT

ip link add "$bridge" type bridge
ip addr add 10.213.7.254/24 dev "$bridge"
ip link set "$bridge" up

make_host() {
    ip netns add "$name-$1"
    hosts+=("$1")
    ip link add "$bridge-$1" type veth peer name eth0 netns "$name-$1"
    ip link set "$bridge-$1" master "$bridge" up
    ip -n "$name-$1" addr add "10.213.7.$1/24" dev eth0
    ip -n "$name-$1" link set eth0 up
    ip -n "$name-$1" link set lo up
}

on_host() {
    local host=$1
    shift
    ip netns exec "$name-$host" "$@"
}

# Each host has a temporary folder of its own: Ray finds by it who is on the same machine.
start_ray() {
    local host=$1
    shift
    on_host "$host" "${ray[@]}" start "$@" --node-ip-address "10.213.7.$host" --object-store-memory 150000000 \
        --disable-usage-stats >"$work/ray-$host.log" 2>&1 </dev/null || {
        cat "$work/ray-$host.log" >&2
        exit 1
    }
}

wait_for() {
    local seconds=$1 what=$2 i
    for ((i = 0; i < seconds * 4; i++)); do
        eval "$what" && return
        kill -0 "$run" 2>/dev/null || break
        sleep 0.25
    done
    echo "namespaces.sh: it did not come to pass: $what" >&2
    cat "$work/run.log" >&2
    exit 1
}

# What both kinds of work tell: who has begun, how far they are, and whether all is right in the end.
if [ -n "$program" ]; then
    workers() { find "$work/out/.shotlist/workers" -name ledger.sqlite 2>/dev/null | wc -l; }
    done_so_far() { find "$work/out/metas/v0" -name '*.json' ! -name '.*' 2>/dev/null | wc -l; }
    prepare() {
        "$python" "$package/tests/alone.py" make "$work" "$program" >/dev/null
        mapfile -t flags < <("$python" "$package/tests/alone.py" flags)
    }
    check() {
        "$python" "$package/tests/alone.py" compare "$work" out || return 1
        echo "namespaces.sh: $(done_so_far) clips by $(workers) workers on hosts of their own, one killed and one added:" \
            "what one process makes"
    }
else
    program=$work/shotlist
    workers() { find "$work/out/.shotlist/workers" -name asked.txt 2>/dev/null | wc -l; }
    done_so_far() { cat "$work"/out/.shotlist/workers/*/asked.txt 2>/dev/null | wc -l; }
    prepare() {
        local i
        mkdir -p "$work/v"
        for ((i = 0; i < count; i++)); do
            echo '{"windows": 3, "seconds": 0.2}' >"$work/v/$(printf %03d "$i").mp4"
        done
        printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$python" "$package/tests/fake_worker.py" >"$program"
        chmod +x "$program"
        flags=(--video-dir v --generate-captions)
    }
    check() {
        local once records
        once=$(cat out/.shotlist/workers/*/asked.txt | sort | uniq -u | wc -l)
        records=$(find out/windows -type f ! -name '.*' | wc -l)
        if [ "$records" != $((count * 3)) ] || [ "$once" != $((count * 3)) ]; then
            echo "namespaces.sh: $records records and $once windows that were done once, of $((count * 3))" >&2
            return 1
        fi
        echo "namespaces.sh: $records windows by $(workers) workers on hosts of their own, one killed and one added; each" \
            "done once"
    }
fi

for host in 1 2 3 4; do make_host "$host"; done
prepare
start_ray 1 --head --port 6379 --num-cpus 0 --include-dashboard false --temp-dir "$work/ray-1"
start_ray 2 --address 10.213.7.1:6379 --num-cpus 1 --temp-dir "$work/ray-2"
start_ray 3 --address 10.213.7.1:6379 --num-cpus 1 --temp-dir "$work/ray-3"

cd "$work"
on_host 1 "$python" -m shotlist_ray run --ray-address 10.213.7.1:6379 --output-path out "${flags[@]}" \
    --shotlist "$program" --ray-task-bytes 1 >"$work/run.log" 2>&1 </dev/null &
run=$!
wait_for 240 '[ "$(workers)" -ge 2 ] && [ "$(done_so_far)" -ge 20 ]'
end_host 2
start_ray 4 --address 10.213.7.1:6379 --num-cpus 1 --temp-dir "$work/ray-4"
wait_for 240 '[ "$(workers)" -ge 3 ]'
code=0
wait "$run" || code=$?
if [ "$code" != 0 ] || ! check; then
    cat "$work/run.log" >&2
    echo "namespaces.sh: the command ended with $code" >&2
    exit 1
fi
