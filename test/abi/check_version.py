#!/usr/bin/env python3
"""Checks the version that a build gets, from the same sources in every place where people build them.

usage: check_version.py SOURCE_ROOT BUILD_FOLDER RELEASE
A copy without the tests is configured once; its folder is then a tarball's, a folder in another project's checkout, a checkout of
its own, and one that belongs to somebody git does not trust. The version is what the build writes.
"""
import os
import pathlib
import re
import shutil
import sys
import tempfile

from building import meson, run

NOT_RUN = 77  # meson: skipped
# Settings of the machine must not decide: the user's trust in all folders, for one.
ISOLATED = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def make_repository(folder):
    """A checkout with one commit; gives the commit's name."""
    git = ["git", "-C", folder, "-c", "user.name=nobody", "-c", "user.email=nobody@example.com"]
    run(*git, "init", "--quiet", env=ISOLATED)
    run(*git, "commit", "--quiet", "--allow-empty", "--message", "sources", env=ISOLATED)
    return run(*git, "log", "-1", "--format=%h", "--abbrev=8", env=ISOLATED).strip()


def built_version(source, environment=ISOLATED):
    run("ninja", "-C", source / "build", "src/vmaf_version.h", env=environment)
    return re.search(r'kVersion\[\] = "(.*)"', (source / "build/src/vmaf_version.h").read_text()).group(1)


def main():
    root, build_folder, release = pathlib.Path(sys.argv[1]), *sys.argv[2:]
    if not shutil.which("git"):
        print("git is not installed: nothing to tell a checkout from a tarball by")
        return NOT_RUN
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch, "outer", "libvmaf")
        keep = {"include", "meson.build", "meson_options.txt", "scripts", "src", "testdata"}
        shutil.copytree(root, source, ignore=lambda folder, names: set(names) - keep if pathlib.Path(folder) == root else [])
        run(*meson(build_folder), "setup", source / "build", source, "-Denable_tests=false", "-Denable_tools=false", "-Denable_cuda=false")
        versions = {"a tarball": (built_version(source), release)}
        make_repository(source.parent)
        versions["another project's checkout"] = (built_version(source), release)
        commit = make_repository(source)
        versions["a checkout"] = (built_version(source), f"{release}-{commit}")
        distrust = {**ISOLATED, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
        versions["a checkout of somebody git does not trust"] = (built_version(source, distrust), release)
    for place, (said, expected) in versions.items():
        print(f"{'ok' if said == expected else 'WRONG'}: {place}: {said}, expected {expected}")
    return any(said != expected for said, expected in versions.values())


if __name__ == "__main__":
    sys.exit(main())
