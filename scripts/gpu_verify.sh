#!/bin/sh
# Runs the GPU's tests on a real GPU and writes testdata/gpu_verification.json.
#
#   scripts/gpu_verify.sh [BUILD]     BUILD: an existing build folder, which is used as it is; without it one is made
#   VMAF_GPU_REPORTS=DIR              where the reports go (a temporary folder). Where the GPU's machine has the tests alone and no
#                                     whole build, bring DIR back and run there: scripts/gpu_verification.py record BUILD DIR
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-}
reports=${VMAF_GPU_REPORTS:-$(mktemp -d)}
mkdir -p "$reports"

nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv,noheader >"$reports/gpu.csv" || { echo "no GPU here" >&2; exit 1; }
cat "$reports/gpu.csv"
python3 "$root/scripts/gpu_verification.py" tree >"$reports/tree"
if [ -z "$build" ]; then
    build=$root/build-gpu
    [ -d "$build" ] || meson setup "$build" "$root" -Denable_cuda=true
    ninja -C "$build" test/cuda/cuda_tests test/backend/kernel_backend_tests
fi

unset LD_LIBRARY_PATH  # the emulator must not stand in for the driver
shards=8 # of each program, all at once: most of the time goes into the scalar code that kernels are compared with
programs="cuda/cuda_tests backend/kernel_backend_tests"
running=
for program in $programs; do
    for shard in $(seq 0 $((shards - 1))); do
        report=$reports/$(basename "$program").$shard
        GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard "$build/test/$program" --gtest_output="json:$report.json" >"$report.log" 2>&1 &
        running="$running $!"
    done
done
status=0
for process in $running; do wait "$process" || status=1; done
for program in $programs; do
    for shard in $(seq 0 $((shards - 1))); do
        log=$reports/$(basename "$program").$shard.log
        tail -n 1 "$log"
        grep -E '^\[  FAILED|Failure' "$log" | head -n 20 || true
    done
done
[ "$status" -eq 0 ] || { echo "failures: see $reports" >&2; exit 1; }
python3 "$root/scripts/gpu_verification.py" record "$build" "$reports"
