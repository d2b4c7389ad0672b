#!/usr/bin/env bash
# Formats C, C++ and CUDA files as .clang-format says; --check changes nothing, and fails if something would change.
#
#   scripts/format.sh [--check] [FILE...]     without files: the whole tree
#
# Versions of clang-format differ: the tree is formatted with 14, which Debian 12 and Ubuntu 22.04 and 24.04 have.
set -euo pipefail
cd "$(dirname "$0")/.."

version=14
formatter=$(command -v "clang-format-$version" || command -v clang-format || true)
if [ -z "$formatter" ] || ! "$formatter" --version | grep -q "version $version\."; then
    echo "clang-format $version is needed: install clang-format-$version" >&2
    exit 1
fi

mode=(-i)
if [ "${1:-}" = --check ]; then
    mode=(--dry-run -Werror --ferror-limit=2)
    shift
fi
files=("$@")
if [ ${#files[@]} = 0 ]; then
    mapfile -d '' files < <(find include src test testdata tools -regextype egrep -regex '.*\.(c|cpp|h|cu|cuh)' -print0 | sort -z)
fi
printf '%s\0' "${files[@]}" | xargs -0 -n 20 -P "$(nproc)" "$formatter" "${mode[@]}"
