#!/usr/bin/env bash
# Submits a run in shards to Slurm, and the merge that follows it.
#
# usage: deploy/slurm/submit.sh SHARDS [OPTION OF SBATCH ...] -- FLAG OF SHOTLIST RUN ...
#
#   deploy/slurm/submit.sh 64 --partition=gpu --time=12:00:00 -- --video-dir /data/videos --output-path /data/shots \
#       --generate-captions --engine vllm --model-dir /local/models
#
# The same line again goes on where an earlier one stopped. `--array=3,7` among the options submits these two alone.
# Environment:
#   SHOTLIST            the program (shotlist), on every node under this path
#   SHOTLIST_REQUEUES   how often a shard that was stopped may go back into the queue (20)
#   SHOTLIST_MERGE      options of sbatch for the merge, such as '--partition=cpu --time=4:00:00'
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    sed -n '/^# usage:/,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2
    exit 64
}

shards=${1:-}
[[ $shards =~ ^[1-9][0-9]*$ ]] || usage
shift
options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options+=("$1")
    shift
done
[ "${1:-}" = -- ] || usage
shift

output=
flags=("$@")
for ((i = 0; i < ${#flags[@]}; i++)); do
    case ${flags[i]} in
    --output-path | --output-clip-path) output=${flags[i + 1]:-} ;;
    --output-path=* | --output-clip-path=*) output=${flags[i]#*=} ;;
    --shard | --shard=*)
        echo "submit.sh gives each task its own --shard: leave it out" >&2
        exit 64
        ;;
    esac
done
[ -n "$output" ] || {
    echo "there is no --output-path among the flags of the run" >&2
    exit 64
}

export SHOTLIST_SHARDS=$shards
array=$(sbatch --parsable --array="1-$shards" "${options[@]}" "$here/shotlist.sbatch" "${flags[@]}")
array=${array%%;*}
read -r -a merging <<<"${SHOTLIST_MERGE:-}"
# afterany, not afterok: a shard in which a video failed ends with 2, and is done. The merge itself refuses what is not.
merge=$(sbatch --parsable --dependency="afterany:$array" "${merging[@]}" "$here/merge.sbatch" "$output")
echo "array $array (shards 1 to $shards), merge ${merge%%;*}"
