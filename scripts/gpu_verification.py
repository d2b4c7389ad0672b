#!/usr/bin/env python3
"""Keeps testdata/gpu_verification.json: which state of the CUDA sources was last run on a real GPU, and with what result.

    gpu_verification.py check [--strict] [BUILD]   is the record of the sources as they are? 0: yes, or the record says why nothing
                                                   could run; 77 (Meson: skipped), with --strict 1: no, and what changed
    gpu_verification.py check --release [BUILD]    the same, but only a run on a GPU counts
    gpu_verification.py record BUILD REPORTS       writes the record from what scripts/gpu_verify.sh left in the folder REPORTS
    gpu_verification.py excuse BUILD WHY           writes into the record that no GPU could be had for the sources as they are, and why
    gpu_verification.py tree                       prints one hash of all sources, which ties a run on another machine to this tree

The sources are what the compilers say: every file of the project that a kernel or a host file of the engine includes, from the
dependency files of BUILD, a folder in which the library is built with CUDA. Without BUILD only recorded files and new ones that a
kernel's or the engine's name gives away are looked at.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORD = ROOT / "testdata" / "gpu_verification.json"
NOT_VERIFIED = 77  # meson: skipped
LISTED = 20  # changed files that are named
REPORTS = ("cuda_tests", "kernel_backend_tests")
# Files that make GPU code or drive it; what they include follows from the compilers' dependency files.
STEMS = ("src/cuda/**/*.cpp", "src/cuda/**/*.cu", "src/metric/**/*.cu", "src/metric/**/*_cuda.cpp")


def stems():
    return {path.relative_to(ROOT) for pattern in STEMS for path in ROOT.glob(pattern)}


def dependencies(build):
    """For each compiled file of the build, the project's files among its dependencies."""
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True, capture_output=True, text=True).stdout
    for block in listing.split("\n\n"):
        lines = block.splitlines()
        paths = (pathlib.Path(os.path.normpath(build / line.strip())) for line in lines[1:])
        yield {path.relative_to(ROOT) for path in paths if path.is_relative_to(ROOT) and not path.is_relative_to(build)}


def sources(build):
    """Every file of the project that runs on the GPU or is compiled into what drives it, and the kernels' compiler."""
    roots, found = stems(), set()
    for files in dependencies(build):
        if files & roots:
            found |= files
    if not roots <= found:
        missing = ", ".join(map(str, sorted(roots - found)))
        sys.exit(f"{build} is not a whole build with CUDA; build the library there first. Not compiled: {missing}")
    return found | {path.relative_to(ROOT) for pattern in ("*.py", "*.h") for path in (ROOT / "src/cuda/compiler").glob(pattern)}


def hashes(files):
    def digest(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else "missing"
    return {str(path): digest(ROOT / path) for path in sorted(files)}


def git(*arguments):
    run = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
    return run.stdout.strip() if run.returncode == 0 else ""


def changes(recorded, build):
    """Names of files that differ from those in `recorded`, and of files that it lacks."""
    actual = hashes({pathlib.Path(name) for name in recorded} | (sources(build) if build else stems()))
    return sorted(name for name in actual if recorded.get(name) != actual[name])


def last_run(record):
    return f"last run: {record['date']} on {record['gpu']['name']}"


def check(build, strict, release):
    refused = 1 if strict or release else NOT_VERIFIED
    if not RECORD.exists():
        print("no GPU has verified these sources yet: run scripts/gpu_verify.sh on a machine with one")
        return refused
    record = json.loads(RECORD.read_text())
    changed = changes(record["sources"], build)
    if not changed:
        print(f"verified, {last_run(record)}")
        return 0
    excuse = record.get("not_run")
    if excuse and not release:
        changed = changes(excuse["sources"], build)
        if not changed:
            print(f"not run on a GPU since commit {excuse['since']}: {excuse['why']} ({last_run(record)})")
            return 0
    print(f"{len(changed)} files changed since the record was written: run scripts/gpu_verify.sh on a machine with a GPU and commit "
          "testdata/gpu_verification.json")
    for name in changed[:LISTED]:
        print("  changed:", name)
    if len(changed) > LISTED:
        print(f"  and {len(changed) - LISTED} more")
    return refused


def summary(shards):
    """What came of a program's tests, of which each of the GoogleTest reports `shards` holds a part."""
    counts = {"tests": 0, "failures": 0, "skipped": 0, "passed": []}
    for case in (case for report in shards for suite in report["testsuites"] for case in suite["testsuite"]):
        counts["tests"] += 1
        counts["failures"] += bool(case.get("failures"))
        counts["skipped"] += case.get("result") == "SKIPPED"
        if case.get("result") == "COMPLETED" and not case.get("failures"):
            counts["passed"].append(case["classname"] + "." + case["name"])
    counts["passed"].sort()
    return counts


def tree():
    """One hash of everything that the GPU's tests are made of."""
    files = sorted(path for folder in ("src", "include", "test") for path in (ROOT / folder).rglob("*")
                   if path.is_file() and "__pycache__" not in path.parts)
    whole = hashlib.sha256()
    for path in files:
        whole.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def write(record):
    RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    print("wrote", RECORD.relative_to(ROOT))
    return 0


def record(build, reports):
    programs = {name: summary([json.loads(path.read_text()) for path in sorted(reports.glob(f"{name}.*json"))]) for name in REPORTS}
    failed = [name for name, counts in programs.items() if counts["failures"]]
    empty = [name for name, counts in programs.items() if counts["tests"] == counts["skipped"]]
    if failed or empty:
        print("not recorded; failed:", failed, "nothing ran:", empty)
        return 1
    if (reports / "tree").read_text().strip() != tree():
        print(f"not recorded: {reports} is of a run of other sources than these")
        return 1
    name, driver, capability = (reports / "gpu.csv").read_text().splitlines()[0].split(", ")
    today = datetime.date.today().isoformat()
    return write({"gpu": {"name": name, "driver": driver, "compute_capability": capability}, "date": today, "programs": programs,
                  "commit": git("log", "-1", "--format=%h"), "sources": hashes(sources(build))})


def excuse(build, why):
    record = json.loads(RECORD.read_text())
    changed = changes(record["sources"], build)
    if not changed:
        print("nothing to excuse: the record is of the sources as they are")
        return 1
    verified = record.get("commit") or git("log", "-1", "--format=%h", "--", str(RECORD))
    later = git("log", "--reverse", "--format=%h", f"{verified}..HEAD", "--", *changed).splitlines()
    since = (later or [git("log", "-1", "--format=%h")])[0]
    return write({**record, "not_run": {"since": since, "why": why, "sources": hashes(sources(build))}})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    checking = commands.add_parser("check")
    checking.add_argument("--strict", action="store_true")
    checking.add_argument("--release", action="store_true")
    checking.add_argument("build", nargs="?", type=pathlib.Path)
    for name, last in (("record", pathlib.Path), ("excuse", str)):
        command = commands.add_parser(name)
        command.add_argument("build", type=pathlib.Path)
        command.add_argument("reports" if name == "record" else "why", type=last)
    commands.add_parser("tree")
    args = parser.parse_args()
    build = args.build.resolve() if getattr(args, "build", None) else None
    if args.what == "check":
        return check(build, args.strict, args.release)
    if args.what == "tree":
        return print(tree())
    return record(build, args.reports) if args.what == "record" else excuse(build, args.why)


if __name__ == "__main__":
    sys.exit(main())
