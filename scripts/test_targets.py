#!/usr/bin/env python3
"""Prints what ninja must build for a choice of tests; nothing, which means everything, if the choice is all.

usage: test_targets.py BUILD_FOLDER [ARGUMENT OF 'meson test'...]   Names of tests and --suite choose; other options are passed over.
"""
import json
import pathlib
import sys

WITH_VALUE = {"--timeout-multiplier", "--wrapper", "--logbase"}


def choice(arguments):
    """(names, suites) that the arguments of 'meson test' select."""
    names, suites, words = set(), set(), iter(arguments)
    for word in words:
        if word == "--suite":
            suites.add(next(words))
        elif word in WITH_VALUE:
            next(words)
        elif not word.startswith("-"):
            names.add(word)
    return names, suites


def relative(path, folder):
    path = pathlib.Path(path)
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else None


def targets(folder, names, suites):
    tests = json.loads((folder / "meson-info/intro-tests.json").read_text())
    outputs = {target["id"]: target["filename"] for target in json.loads((folder / "meson-info/intro-targets.json").read_text())}
    found = set()
    for test in tests:
        if test["name"] in names or suites & {suite.split(":")[-1] for suite in test["suite"]}:
            found |= {relative(path, folder) for path in [test["cmd"][0]] + sum((outputs[id] for id in test["depends"]), [])}
    return sorted(found - {None})


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    names, suites = choice(sys.argv[2:])
    if not names | suites:
        return
    chosen = targets(folder, names, suites)
    if not chosen:
        sys.exit(f"{folder.name} has no tests {', '.join(sorted(names | suites))}")
    print(" ".join(chosen))


if __name__ == "__main__":
    main()
