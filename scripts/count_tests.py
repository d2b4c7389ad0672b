#!/usr/bin/env python3
"""Counts the test cases of Meson test runs and prints 'N passed, N failed' as the last line.

usage: count_tests.py STATUS BUILD_FOLDER...   STATUS is that of the run so far: if it is not 0, at least one failure is counted.
GoogleTest programs count each case; other tests count as one.
"""
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def cases_of(suite):
    """(passed, failed, skipped) of one JUnit suite."""
    failed = sum(1 for case in suite.iter("testcase") if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in suite.iter("testcase") if case.find("skipped") is not None or case.get("status") == "notrun")
    return len(list(suite.iter("testcase"))) - failed - skipped, failed, skipped


def count(folder):
    """Counts of one folder's run; a program that ended without a report of its cases is one case."""
    logs = list(folder.glob("meson-logs/testlog*.json"))  # a wrapper's name becomes part of the log's
    if not logs:
        return 0, 1, 0
    totals = [0, 0, 0]
    for junit in folder.glob("meson-logs/testlog*.junit.xml"):
        for suite in ElementTree.parse(junit).getroot().iter("testsuite"):
            totals = [total + number for total, number in zip(totals, cases_of(suite))]
    results = [json.loads(line)["result"] for log in logs for line in log.read_text().splitlines() if line]
    crashed = sum(result in ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS") for result in results)
    totals[1] = max(totals[1], crashed)
    return totals


def main():
    status, folders = int(sys.argv[1]), [pathlib.Path(name) for name in sys.argv[2:]]
    passed = failed = skipped = 0
    for folder in folders:
        counts = count(folder)
        print(f"{folder}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped")
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
    print(f"{passed} passed, {max(failed, int(status != 0))} failed")


if __name__ == "__main__":
    main()
