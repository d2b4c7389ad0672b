#!/usr/bin/env python3
"""Prints figures of the project's style: lengths of functions and files, uses of #if on a backend, cloned lines."""
import collections
import json
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUFFIXES = {".c", ".cpp", ".h", ".cu", ".cuh"}
FUNCTION_LIMIT, FILE_LIMIT, CLONE_RUN = 60, 500, 6


def sources(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)


def spread(values):
    values = sorted(values)
    return f"median {values[len(values) // 2]}, p90 {values[len(values) * 9 // 10]}, max {values[-1]}"


def function_lengths(files):
    """(lines, where) of every function, or None without Universal Ctags."""
    if not shutil.which("ctags"):
        return None
    run = subprocess.run(["ctags", "--output-format=json", "--fields=+ne", "--kinds-C++=f", "--kinds-C=f", "--langmap=C++:+.cu.cuh",
                          "-f", "-", "-L", "-"], input="\n".join(map(str, files)), text=True, capture_output=True)
    if run.returncode:
        return None
    tags = [json.loads(line) for line in run.stdout.splitlines()]
    return [(tag["end"] - tag["line"] + 1, f"{pathlib.Path(tag['path']).relative_to(ROOT)}:{tag['line']} {tag['name']}")
            for tag in tags if "end" in tag]


def backend_conditionals(files):
    """Preprocessor conditionals on the backend outside the places that may have them."""
    pattern = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b.*(CUDA|HAVE_|ENABLE_)(?!\w*_H$)")
    allowed = (ROOT / "src/api", ROOT / "src/cuda", ROOT / "src/metric/registry.cpp", ROOT / "src/base/host_device.h")
    return [f"{path.relative_to(ROOT)}:{number}" for path in files if not any(path.is_relative_to(place) for place in allowed)
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1) if pattern.match(line)]


def cloned_share(files):
    """Share of lines that lie in runs of CLONE_RUN or more lines which occur twice, blank and short lines aside."""
    runs, lengths = collections.defaultdict(list), {}
    for path in files:
        lines = [(n, re.sub(r"\s+", "", line)) for n, line in enumerate(path.read_text(errors="replace").splitlines())]
        lines = [(n, line) for n, line in lines if len(line) > 3 and not line.startswith(("//", "#include", "/*", "*"))]
        lengths[path] = len(lines)
        for i in range(len(lines) - CLONE_RUN + 1):
            runs[tuple(line for _, line in lines[i:i + CLONE_RUN])].append((path, i))
    cloned = {(path, i + k) for places in runs.values() if len(places) > 1 for path, i in places for k in range(CLONE_RUN)}
    return 100 * len(cloned) / max(1, sum(lengths.values()))


def main():
    files = [path for path in sources("src", "include", "tools") if "builtin" not in path.parts]
    lines = {path: len(path.read_text(errors="replace").splitlines()) for path in files}
    print(f"files: {len(files)}, {sum(lines.values())} lines; lines per file: {spread(lines.values())}")
    for path, length in lines.items():
        if length > FILE_LIMIT:
            print(f"  over {FILE_LIMIT} lines: {path.relative_to(ROOT)} {length}")
    lengths = function_lengths(files)
    if lengths:
        over = sorted((item for item in lengths if item[0] > FUNCTION_LIMIT), reverse=True)
        print(f"functions: {len(lengths)}; lines per function: {spread(n for n, _ in lengths)}; over {FUNCTION_LIMIT}: {len(over)}")
        for length, where in over:
            print(f"  {where}: {length} lines")
    else:
        print("functions: not measured, Universal Ctags is not installed")
    conditionals = backend_conditionals(files)
    print(f"conditionals on a backend outside src/api, src/cuda and the registry: {len(conditionals)} {' '.join(conditionals)}".rstrip())
    print(f"cloned lines (runs of {CLONE_RUN}): {cloned_share(files):.1f}%")


if __name__ == "__main__":
    main()
