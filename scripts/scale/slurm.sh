#!/usr/bin/env bash
# Tries deploy/slurm with Debian's Slurm: a cluster of one node, made for this and thrown away, on 127.0.0.1 alone.
#
#   scripts/scale/slurm.sh                        the cases below, with a program that stands in for shotlist
#   SHOTLIST=PATH scripts/scale/slurm.sh -- SHARDS FLAG OF SHOTLIST RUN ...
#                                                 one run in shards with the program PATH, and its merge
#
# Needs root, slurmctld, slurmd, slurm-client and munge. The node says that it has four GPUs; none is there. The last line of the
# first form is JSON: {"cases": N, "failed": N}. Nothing is kept, unless KEEP=1.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for need in slurmctld slurmd sbatch munged; do
    command -v "$need" >/dev/null || {
        echo "$need is not here: apt-get install slurmctld slurmd slurm-client munge" >&2
        exit 1
    }
done
[ "$(id -u)" = 0 ] || {
    echo "slurmd starts jobs as other users, and so this needs root" >&2
    exit 1
}

# A path of its own and a short one, since daemons put sockets below it; TMPDIR moves it.
place=$(mktemp -d "${TMPDIR:-/tmp}/shotlist-slurm.XXXXXX")
started=()
end() {
    local pid
    scancel --quiet --user=root 2>/dev/null
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null; done
    if [ "${KEEP:-0}" = 1 ]; then echo "kept: $place" >&2; else rm -rf "$place"; fi
}
trap end EXIT
trap 'exit 130' INT TERM

read -r control node <<<"$(python3 - <<'PYTHON'
import socket

sockets = [socket.socket() for _ in range(2)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in sockets])
PYTHON
)"
mkdir -p "$place"/{state,spool,log}
chmod 755 "$place"
dd if=/dev/urandom of="$place/munge.key" bs=1024 count=1 status=none
chmod 600 "$place/munge.key"
memory=$(awk '/^MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)

# Slurm's own defaults, but for what a single machine without control groups needs, and times that a test can wait for.
cat >"$place/slurm.conf" <<CONF
ClusterName=shotlist
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$control
SlurmdPort=$node
AuthType=auth/munge
AuthInfo=socket=$place/munge.socket
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$place/state
SlurmdSpoolDir=$place/spool
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd.pid
SlurmctldLogFile=$place/log/slurmctld
SlurmdLogFile=$place/log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=5
MinJobAge=3600
GresTypes=gpu
NodeName=localhost NodeAddr=127.0.0.1 CPUs=64 Boards=1 SocketsPerBoard=1 CoresPerSocket=64 ThreadsPerCore=1 RealMemory=$memory Gres=gpu:4
PartitionName=gpu Nodes=localhost Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONF
cat >"$place/gres.conf" <<CONF
NodeName=localhost Name=gpu File=/dev/tty[1-4]
CONF
export SLURM_CONF=$place/slurm.conf

munged --foreground --force --key-file "$place/munge.key" --socket "$place/munge.socket" --pid-file "$place/munge.pid" \
    --log-file "$place/log/munge" --seed-file "$place/munge.seed" >"$place/log/munged.out" 2>&1 &
started+=($!)
for _ in $(seq 50); do
    [ -S "$place/munge.socket" ] && break
    sleep 0.2
done
slurmctld -D -i -f "$place/slurm.conf" >"$place/log/slurmctld.out" 2>&1 &
started+=($!)
# config_overrides in place of what the machine has: 64 processors on two cores, for a test that computes nothing.
echo "SlurmdParameters=config_overrides" >>"$place/slurm.conf"
slurmd -D -N localhost -f "$place/slurm.conf" >"$place/log/slurmd.out" 2>&1 &
started+=($!)
for _ in $(seq 60); do
    state=$(sinfo --noheader --format=%t 2>/dev/null | head -n 1)
    [ "$state" = idle ] && break
    sleep 0.5
done
[ "${state:-}" = idle ] || {
    echo "the node did not come up: ${state:-no answer}" >&2
    tail -n 20 "$place"/log/* >&2
    exit 1
}

# Waits until a job and all its tasks have ended, for at most so many seconds. Prints task, state, code and restarts.
await() {
    local job=$1 seconds=$2 rows=
    for _ in $(seq $((seconds * 2))); do
        rows=$(scontrol show job "$job" --oneliner 2>/dev/null)
        if [ -n "$rows" ] && ! grep -Eq 'JobState=(PENDING|RUNNING|COMPLETING|CONFIGURING|REQUEUED|SUSPENDED)' <<<"$rows"; then
            sed -nE 's/.*ArrayTaskId=([0-9]+) .*JobState=([A-Z_]+) .*Restarts=([0-9]+) .*ExitCode=([0-9]+):[0-9]+.*/\1 \2 \4 \3/p' <<<"$rows" |
                sort -n
            return 0
        fi
        sleep 0.5
    done
    echo "job $job did not end in $seconds s:" >&2
    echo "$rows" >&2
    return 1
}

cd "$place" || exit 1

# shellcheck disable=SC2317
submitted() { # submits, and says which jobs: array and merge
    sed -nE 's/^array ([0-9]+) .* merge ([0-9]+)$/\1 \2/p' <<<"$1"
}

if [ "${1:-}" = -- ]; then
    shift
    shards=$1
    shift
    said=$("$root/deploy/slurm/submit.sh" "$shards" --cpus-per-task=1 --gres=none -- "$@") || exit
    echo "$said"
    read -r array merge <<<"$(submitted "$said")"
    echo "shard, state, code, restarts:"
    await "$array" "${SECONDS_AT_MOST:-1800}" || exit 1
    await "$merge" 300 >/dev/null || exit 1
    cat "$place"/shotlist-merge-*.log
    scontrol show job "$merge" --oneliner | sed -nE 's/.*JobState=([A-Z_]+) .*ExitCode=([0-9]+):.*/merge: \1, code \2/p'
    exit 0
fi

# What stands in for shotlist: it writes which shard it was and with what GPU, and does what the case has told it.
cat >"$place/stand-in" <<'STANDIN'
#!/usr/bin/env bash
command=$1
shift
shard= output=
while [ $# -gt 0 ]; do
    case $1 in
    --shard) shard=$2 ;;
    --output-path) output=$2 ;;
    /*) [ "$command" = merge ] && output=$1 ;;
    esac
    shift
done
if [ "$command" = merge ]; then
    for ((i = 1; i <= $(cat "$output/shards"); i++)); do
        [ -e "$output/done-$i" ] || {
            echo "shard $i is not finished" >&2
            exit 1
        }
    done
    echo merged >"$output/merged"
    exit 0
fi
echo "$shard ${CUDA_VISIBLE_DEVICES:-none} $$" >>"$output/began"
echo "${shard#*/}" >"$output/shards"
number=${shard%/*}
trap 'echo "$number" >>"$output/terms"; kill "$sleeping" 2>/dev/null; exit 130' TERM
[ -e "$output/fails-$number" ] && exit "$(cat "$output/fails-$number")"
if [ -e "$output/once-$number" ]; then
    code=$(cat "$output/once-$number")
    rm "$output/once-$number"
    exit "$code"
fi
if [ -e "$output/long-$number" ]; then
    rm "$output/long-$number"
    sleep 600 &
    sleeping=$!
    wait "$sleeping"
fi
touch "$output/done-$number"
[ -e "$output/partly-$number" ] && exit 2
exit 0
STANDIN
chmod 755 "$place/stand-in"
export SHOTLIST=${SHOTLIST:-$place/stand-in}

cases=0 failed=0
same() { # what, found, wanted
    cases=$((cases + 1))
    if [ "$2" = "$3" ]; then
        echo "right: $1"
    else
        failed=$((failed + 1))
        echo "WRONG: $1: found '$2', wanted '$3'"
    fi
}
go() { # output, shards, further options of sbatch: runs it and the merge to their ends
    local output=$1 shards=$2 said
    shift 2
    said=$("$root/deploy/slurm/submit.sh" "$shards" --cpus-per-task=1 "$@" -- --video-dir "$place" --output-path "$output" \
        --captioning-prompt-text "What's \"here\"?") || return
    read -r array merge <<<"$(submitted "$said")"
    tasks=$(await "$array" 480) || return
    await "$merge" 60 >/dev/null || return
    merge_state=$(scontrol show job "$merge" --oneliner | sed -nE 's/.*JobState=([A-Z_]+) .*ExitCode=([0-9]+):.*/\1 \2/p')
}
fresh() {
    rm -rf "$place/out"
    mkdir "$place/out"
    chmod 777 "$place/out"
}

fresh
go "$place/out" 6
same "six shards all end" "$(awk '{ print $2, $3 }' <<<"$tasks" | sort -u)" "COMPLETED 0"
same "each shard is begun once, as I/N" "$(awk '{ print $1 }' "$place/out/began" | sort -n | paste -sd' ')" "1/6 2/6 3/6 4/6 5/6 6/6"
same "each has one GPU of its own" "$(awk '{ print $2 }' "$place/out/began" | grep -vxc '[0-3]')" 0
same "the merge follows" "$merge_state $(cat "$place/out/merged")" "COMPLETED 0 merged"

fresh
touch "$place/out/partly-2"
go "$place/out" 3
same "a shard with failures says 2, and is not repeated" "$(sed -n 2p <<<"$tasks")" "2 FAILED 2 0"
same "the merge follows all the same" "$merge_state" "COMPLETED 0"

fresh
echo 64 >"$place/out/fails-1"
go "$place/out" 2
same "wrong flags are not tried again" "$(sed -n 1p <<<"$tasks")" "1 FAILED 64 0"
same "the merge says which shard is missing" "$merge_state $(cat "$place"/shotlist-merge-"$merge".log)" "FAILED 1 shard 1 is not finished"
rm "$place/out/fails-1"
go "$place/out" 2 --array=1
same "one shard alone is done again, still of two" "$(tail -n 1 "$place/out/began" | cut -d' ' -f1)" "1/2"
same "and then the merge is whole" "$merge_state" "COMPLETED 0"

fresh
echo 75 >"$place/out/once-2"
go "$place/out" 2
same "a shard without a server goes back into the queue" "$(sed -n 2p <<<"$tasks")" "2 COMPLETED 0 1"
same "the merge waited for it" "$merge_state" "COMPLETED 0"

fresh
touch "$place/out/long-1"
# Slurm looks at time limits twice a minute.
go "$place/out" 2 --time=3 --signal=TERM@120
same "before the time limit the run itself is asked to stop" "$(cat "$place/out/terms" 2>/dev/null)" 1
same "and goes on from the queue" "$(sed -n 1p <<<"$tasks") $merge_state" "1 COMPLETED 0 1 COMPLETED 0"

largest=$(scontrol show config | sed -nE 's/^MaxArraySize *= ([0-9]+)/\1/p')
same "Slurm's default takes arrays up to 1000" "$largest" 1001

echo "{\"cases\": $cases, \"failed\": $failed}"
[ "$failed" = 0 ]
