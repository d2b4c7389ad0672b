#!/usr/bin/env python3
"""Keeps testdata/gpu_verification.json: which state of the CUDA sources was last run on a real GPU, and with what result.

    gpu_verification.py check            0 if the record is of the sources as they are; 1 and the changed files if not
    gpu_verification.py record REPORT... writes the record from GoogleTest JSON reports of a run on a GPU
"""
import argparse
import datetime
import hashlib
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORD = ROOT / "testdata" / "gpu_verification.json"
NOT_YET = 77  # meson: skipped


def sources():
    """What runs on the GPU or drives it, and the arithmetic that both sides share."""
    files = [p for p in (ROOT / "src/cuda").rglob("*") if p.is_file()]
    files += [p for name in ("*_cuda.*", "*.cu", "*.cuh", "*_math.h") for p in (ROOT / "src/metric").rglob(name)]
    files += (ROOT / "src/base").glob("*.h")
    return sorted(p for p in files if p.suffix in {".h", ".cpp", ".cu", ".cuh", ".py"})


def hashes():
    return {str(p.relative_to(ROOT)): hashlib.sha256(p.read_bytes()).hexdigest()[:16] for p in sources()}


def check():
    if not RECORD.exists():
        print("no GPU has verified these sources yet: run scripts/gpu_verify.sh on a machine with one")
        return NOT_YET
    recorded, actual = json.loads(RECORD.read_text())["sources"], hashes()
    changed = sorted(name for name in recorded.keys() | actual.keys() if recorded.get(name) != actual.get(name))
    for name in changed:
        print("changed since the last run on a GPU:", name)
    if changed:
        print("run scripts/gpu_verify.sh on a machine with a GPU and commit testdata/gpu_verification.json")
    return 1 if changed else 0


def gpu():
    query = ["nvidia-smi", "--query-gpu=name,driver_version,compute_cap", "--format=csv,noheader"]
    name, driver, capability = subprocess.run(query, check=True, capture_output=True, text=True).stdout.splitlines()[0].split(", ")
    return {"name": name, "driver": driver, "compute_capability": capability}


def summary(report):
    counts = {"tests": 0, "failures": 0, "skipped": 0, "passed": []}
    for suite in report["testsuites"]:
        for case in suite["testsuite"]:
            counts["tests"] += 1
            counts["failures"] += bool(case.get("failures"))
            counts["skipped"] += case.get("result") == "SKIPPED"
            if case.get("result") == "COMPLETED" and not case.get("failures"):
                counts["passed"].append(case["classname"] + "." + case["name"])
    return counts


def record(reports):
    programs = {path.stem: summary(json.loads(path.read_text())) for path in map(pathlib.Path, reports)}
    failed = [name for name, counts in programs.items() if counts["failures"]]
    empty = [name for name, counts in programs.items() if counts["tests"] == counts["skipped"]]
    if failed or empty:
        print("not recorded; failed:", failed, "nothing ran:", empty)
        return 1
    today = datetime.date.today().isoformat()
    RECORD.write_text(json.dumps({"gpu": gpu(), "date": today, "programs": programs, "sources": hashes()}, indent=1, sort_keys=True) + "\n")
    print("wrote", RECORD)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "record"])
    parser.add_argument("reports", nargs="*")
    args = parser.parse_args()
    return check() if args.what == "check" else record(args.reports)


if __name__ == "__main__":
    sys.exit(main())
