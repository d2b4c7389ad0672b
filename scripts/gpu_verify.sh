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
status=0
shards=8 # of each program, at once: most of the time goes into the scalar code that kernels are compared with
for program in cuda/cuda_tests backend/kernel_backend_tests; do
    name=$(basename "$program")
    running=
    for shard in $(seq 0 $((shards - 1))); do
        GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard "$build/test/$program" \
            --gtest_output="json:$reports/$name.$shard.json" >"$reports/$name.$shard.log" 2>&1 &
        running="$running $!"
    done
    for process in $running; do wait "$process" || status=1; done
    for shard in $(seq 0 $((shards - 1))); do
        tail -n 1 "$reports/$name.$shard.log"
        grep -E '^\[  FAILED|Failure' "$reports/$name.$shard.log" | head -n 20 || true
    done
done
[ "$status" -eq 0 ] || { echo "failures: see $reports" >&2; exit 1; }
python3 "$root/scripts/gpu_verification.py" record "$build" "$reports"
