#!/usr/bin/env bash
# Installs what is missing, builds and runs all tests: the release build; then, with clang, AddressSanitizer and
# UndefinedBehaviorSanitizer, short runs of the fuzzers among the tests; then what uses threads under ThreadSanitizer.
# Ends with the style figures, the reasons of skipped tests and a line 'N passed, N failed, N skipped'.
#
#   VMAF_TEST_SANITIZERS=0 scripts/test.sh    the release build alone
#   VMAF_TEST_CI=1 scripts/test.sh            what .ci/run asks for: also a debug build by GCC, which like that of clang must compile without a
#                                             warning, and the gates: formatting, lint, the record of the last run on a GPU
set -uo pipefail
. "$(dirname "$0")/common.sh"

ci=${VMAF_TEST_CI:-0}
sanitizers=${VMAF_TEST_SANITIZERS:-1}
count_tests_at_exit

install_packages "${build_packages[@]}" "${test_packages[@]}"
install_offered "${browser_packages[@]}"
[ "$sanitizers" = 0 ] && [ "$ci" = 0 ] || install_clang
[ "$ci" = 0 ] || install_packages "${lint_packages[@]}"
find_meson
find_compiler

# $1: build folder, $2: Meson options, others: arguments of 'meson test', whose tests alone are built where they name some.
build_and_test() {
    local folder=$1 options=$2 targets started=$SECONDS built
    shift 2
    say "$folder: $options"
    folders+=("$folder")
    rm -f "$folder"/meson-logs/testlog*
    # shellcheck disable=SC2086
    configure "$folder" $options && targets=$(python3 scripts/test_targets.py "$folder" "$@") && ninja -C "$folder" $targets || {
        status=1
        return
    }
    built=$SECONDS
    "$meson" test -C "$folder" --no-rebuild --print-errorlogs "$@" || status=1
    times+=("$folder: built in $((built - started)) s, tested in $((SECONDS - built)) s")
}

# Kernels for this machine's GPU alone, or for one that stands for all: the tests need no more. Without the CUDA toolkit clang
# compiles them: the CUDA path is tested on every machine, on the stand-in for the driver where there is no GPU.
kernel_options() {
    local arch
    if ! command -v nvcc >/dev/null && [ ! -x /usr/local/cuda/bin/nvcc ]; then
        install_packages clang >&2
        echo '-Denable_cuda=true -Denable_nvcc=false'
        return
    fi
    arch=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d .)
    echo "-Denable_cuda=true -Dgpu_archs=${arch:-90}"
}

# Runs its arguments in a shell where CC and CXX are clang.
with_clang() { CC=clang CXX=clang++ "$@"; }

export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
sanitized='--buildtype=debugoptimized -Denable_tests=true -Db_lundef=false'
line_numbers='-Dcpp_args=-g1'  # which is what reports name
# C clients may hand in any number as an enumerator, and a launch knows a kernel by its address alone.
clang_line_numbers="-Dcpp_args=['-g1','-fno-sanitize=enum','-fno-sanitize=function']"
# ThreadSanitizer needs a memory layout that newer kernels randomise away.
fixed_layout=()
setarch "$(uname -m)" -R true 2>/dev/null && fixed_layout=(--wrapper "setarch $(uname -m) -R")
# Vector code is one text: where a build is not about it, or can't run them, the others cover the longest vectors.
short_vectors='-Denable_avx512=false'
runnable_vectors=$(grep -qw avx512f /proc/cpuinfo 2>/dev/null || echo "$short_vectors")
times=()

[ "$ci" = 0 ] || gate formatting scripts/format.sh --check

# A compiler that warns of more than those of CI is no failure of a user's run.
no_warnings=-Dwerror=$([ "$ci" = 1 ] && echo true || echo false)

kernels=$(kernel_options)
build_and_test build "--buildtype=release -Denable_tests=true $kernels"

# The static library alone, by clang here and by GCC in the debug build; the release has both.
if [ "$sanitizers" = 1 ]; then
    with_clang build_and_test build-asan \
        "$sanitized $clang_line_numbers $kernels $no_warnings $runnable_vectors -Ddefault_library=static -Denable_fuzzers=true -Db_sanitize=address,undefined" --timeout-multiplier 4
    build_and_test build-tsan "$sanitized $line_numbers $short_vectors -Denable_cuda=false -Db_sanitize=thread" --timeout-multiplier 4 "${fixed_layout[@]}" --suite threads
fi

if [ "$ci" = 1 ]; then
    build_and_test build-debug "--buildtype=debug --libdir=lib64 -Denable_asm=false -Dwerror=true -Ddefault_library=static -Denable_cuda=false" \
        --timeout-multiplier 4 install 'cli cli_test'
    gate lint scripts/tidy.sh build
    gate 'GPU record' python3 scripts/gpu_verification.py check --strict build
fi

say 'style'
python3 scripts/style_report.py
say 'time'
printf '%s\n' "${times[@]}"
