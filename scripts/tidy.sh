#!/usr/bin/env bash
# Runs clang-tidy with the checks of .clang-tidy, which the tree keeps clean.
#
#   scripts/tidy.sh BUILD [--all | FILE...]   BUILD: a build folder, for the compiler's options. Without files: those of src/ and tools/
#                                             that differ from the commit before the last, headers by the sources beside them;
#                                             --all, or where there is no commit to compare with: every source
set -euo pipefail
cd "$(dirname "$0")/.."

build=${1:?usage: scripts/tidy.sh BUILD [--all | FILE...]}
shift
tidy=$(command -v clang-tidy-14 || command -v clang-tidy || true)
[ -n "$tidy" ] || { echo 'clang-tidy is needed: install clang-tidy' >&2; exit 1; }

# Names of changed files, committed or not; fails where git can't tell.
changed() {
    [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$PWD" ] && git rev-parse -q --verify HEAD~1 >/dev/null || return 1
    git diff --name-only --diff-filter=d HEAD~1 -- src tools
    git ls-files --others --exclude-standard -- src tools
}

# The sources among the lines of standard input, and for a header NAME.h, NAME-inl.h or NAME_math.h the sources NAME*.cpp.
sources() {
    local file stem
    while read -r file; do
        case $file in
        *.cpp) echo "$file" ;;
        *.h)
            stem=${file%.h}
            stem=${stem%-inl}
            find "$(dirname "$file")" -maxdepth 1 -name "$(basename "${stem%_math}")*.cpp"
            ;;
        esac
    done | sort -u
}

# Those that the build compiles: others have no options to run with.
compiled() { grep -F -x -f <(python3 -c '
import json, os, sys
for entry in json.load(open(sys.argv[1] + "/compile_commands.json")):
    print(os.path.relpath(os.path.normpath(os.path.join(entry["directory"], entry["file"]))))' "$build") || true; }

if [ "${1:-}" = --all ]; then
    files=$(find src tools -name '*.cpp')
elif [ $# -gt 0 ]; then
    files=$(printf '%s\n' "$@")
else
    files=$(changed) || files=$(find src tools -name '*.cpp')
fi
mapfile -t checked < <(sources <<<"$files" | grep -v '^src/model/builtin/svm_' | compiled)
echo "$("$tidy" --version | grep -o 'LLVM version.*'): ${#checked[@]} files"
[ ${#checked[@]} = 0 ] && exit 0
printf '%s\0' "${checked[@]}" | xargs -0 -n 1 -P "$(nproc)" "$tidy" --quiet -p "$build" 2> >(grep -v 'warnings generated' >&2)
