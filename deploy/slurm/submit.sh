#!/usr/bin/env bash
# Scores a pair of videos as an array of Slurm jobs, and merges what they leave.
#
#   deploy/slurm/submit.sh SHARDS FOLDER REPORT.json -r REFERENCE -d DISTORTED [further options of vmaf]
#
# FOLDER, on a file system that all nodes share, receives the parts. Submitting again after a failure costs nothing for the shards that are done.
# VMAF names the command where it is not in PATH; SBATCH_* variables and the lines of both scripts choose partition, memory and GPUs.
set -euo pipefail
if [ $# -lt 7 ]; then
    echo "Usage: $0 SHARDS FOLDER REPORT.json -r REFERENCE -d DISTORTED [options]" >&2
    exit 1
fi
here=$(cd "$(dirname "$0")" && pwd)
shards=$1 parts=$2 report=$3
shift 3

mkdir -p "$parts"
export VMAF_SHARDS=$shards
array=$(sbatch --parsable --array=0-$((shards - 1)) --output="$parts/%a.log" "$here/shard.sbatch" "$parts" "$@")
sbatch --parsable --dependency=afterok:"$array" --kill-on-invalid-dep=yes --output="$parts/merge.log" "$here/merge.sbatch" "$parts" "$report"
