#!/usr/bin/env python3
"""Counts the test cases of Meson test runs, says why cases were skipped, and prints 'N passed, N failed, N skipped' as the last line.

usage: count_tests.py STATUS [--gate=NAME=RESULT...] BUILD_FOLDER...
STATUS is that of the run so far: if it is not 0, at least one failure is counted. A gate whose result is 0 has passed.
GoogleTest programs count each case; other tests count as one.
"""
import collections
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

FAILURES = ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS")


class Counts:
    def __init__(self):
        self.passed, self.failed, self.reasons = 0, 0, collections.Counter()

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {sum(self.reasons.values())} skipped"

    def add(self, other):
        self.passed, self.failed, self.reasons = self.passed + other.passed, self.failed + other.failed, self.reasons + other.reasons


def first_line(text):
    """The sentence of a text that has a reason: GoogleTest puts the place before it."""
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    lines = [line for line in lines if not line.lower().startswith("skipped") and not line.split(":")[-1].isdigit()]
    return lines[0] if lines else "no reason given"


def reason(case):
    """Why a case was skipped; None if it ran."""
    if case.get("status") == "notrun":
        return "disabled: " + case.get("name", "")
    skipped = case.find("skipped")
    if skipped is None:
        return None
    return first_line(skipped.get("message") or skipped.text or case.findtext("system-out"))


def cases_of(folder):
    counts = Counts()
    for junit in folder.glob("meson-logs/testlog*.junit.xml"):  # a wrapper's name becomes part of the log's
        for case in ElementTree.parse(junit).getroot().iter("testcase"):
            why = reason(case)
            if case.find("failure") is not None or case.find("error") is not None:
                counts.failed += 1
            elif why is None:
                counts.passed += 1
            else:
                counts.reasons[why] += 1
    return counts


def count(folder):
    """Counts of one folder's run; a program that ended without a report of its cases is one case, and so is a folder without a run."""
    logs = [log for log in folder.glob("meson-logs/testlog*.json")]
    counts = cases_of(folder)
    results = [json.loads(line)["result"] for log in logs for line in log.read_text().splitlines() if line]
    counts.failed = max(counts.failed, sum(result in FAILURES for result in results), int(not logs))
    return counts


def main():
    status, arguments = int(sys.argv[1]), sys.argv[2:]
    total = Counts()
    for argument in arguments:
        if argument.startswith("--gate="):
            name, result = argument.removeprefix("--gate=").rsplit("=", 1)
            total.passed, total.failed = total.passed + (result == "0"), total.failed + (result != "0")
            print(f"{name}: {'passed' if result == '0' else 'FAILED'}")
        else:
            counts = count(pathlib.Path(argument))
            print(f"{argument}: {counts}")
            total.add(counts)
    for why, times in total.reasons.most_common():
        print(f"skipped {times}: {why}")
    total.failed = max(total.failed, int(status != 0))
    print(total)


if __name__ == "__main__":
    main()
