#!/usr/bin/env bash
# Installs what is missing, builds and runs all tests: the release build, then AddressSanitizer with UndefinedBehaviorSanitizer,
# then the tests with threads under ThreadSanitizer. Ends with the style figures and a line 'N passed, N failed'.
set -uo pipefail
. "$(dirname "$0")/common.sh"

count_tests_at_exit

install_packages "${build_packages[@]}" "${test_packages[@]}"
find_meson
find_compiler

# $1: build folder, $2: Meson options, others: arguments of 'meson test'.
build_and_test() {
    local folder=$1 options=$2
    shift 2
    say "$folder: $options"
    folders+=("$folder")
    rm -f "$folder"/meson-logs/testlog*
    # shellcheck disable=SC2086
    configure "$folder" $options && ninja -C "$folder" && "$meson" test -C "$folder" --no-rebuild --print-errorlogs "$@" || status=1
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

export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
sanitized='--buildtype=debugoptimized -Dcpp_args=-g1 -Denable_tests=true -Db_lundef=false'  # -g1: lines, which is what reports name
# ThreadSanitizer needs a memory layout that newer kernels randomise away.
fixed_layout=()
setarch "$(uname -m)" -R true 2>/dev/null && fixed_layout=(--wrapper "setarch $(uname -m) -R")

kernels=$(kernel_options)
build_and_test build "--buildtype=release -Denable_tests=true $kernels"
if [ "${VMAF_TEST_SANITIZERS:-1}" = 1 ]; then
    build_and_test build-asan "$sanitized $kernels -Db_sanitize=address,undefined" --timeout-multiplier 4
    build_and_test build-tsan "$sanitized -Denable_cuda=false -Db_sanitize=thread" --timeout-multiplier 4 "${fixed_layout[@]}" --suite threads
fi

say 'style'
python3 scripts/style_report.py
