#!/usr/bin/env bash
# Builds the library for 64-bit Arm with Debian's cross compiler and runs it under qemu-user: every metric on NEON, then on SVE with
# vectors of 128 and of 512 bits, against the scalar code; the recorded values; runs with threads. Installs what is missing.
# Ends with a line 'N passed, N failed'.
set -uo pipefail
. "$(dirname "$0")/common.sh"

folder=build-arm
count_tests_at_exit
folders=("$folder")

install_packages "${build_packages[@]}" libgtest-dev g++-aarch64-linux-gnu qemu-user
find_meson

# $1: name of the run, $2: QEMU's name of the processor, $3: the instruction sets that it must have, others: the tests.
run_on() {
    local name=$1 processor=$2 sets=$3
    shift 3
    say "$name: $* on QEMU's $processor, $sets"
    QEMU_CPU=$processor VMAF_TEST_SETS=$sets "$meson" test -C "$folder" --no-rebuild --print-errorlogs --timeout-multiplier 4 \
        --logbase "testlog-$name" "$@" || status=1
}

say "$folder: $(aarch64-linux-gnu-g++ --version | head -n 1)"
rm -f "$folder"/meson-logs/testlog*
[ -f "$folder/meson-private/coredata.dat" ] ||
    "$meson" setup "$folder" --cross-file scripts/aarch64-linux-gnu.ini --buildtype=release -Ddefault_library=static \
        -Denable_cuda=false -Denable_tools=false -Denable_tests=true || exit 1
ninja -C "$folder" test/backend/backend_tests test/golden/golden_tests_static test/golden/determinism_tests || exit 1

run_on neon cortex-a72 'scalar neon' backend 'golden static' determinism
run_on sve128 max,sve-default-vector-length=16 'scalar neon sve' backend
run_on sve512 max,sve-default-vector-length=64 'scalar neon sve' backend 'golden static'
