#!/usr/bin/env python3
"""Prints what the library calls itself: the release, and the commit where the sources are a git checkout of their own.

usage: version.py RELEASE FOLDER   '3.2.0-01ae6833' if FOLDER is the top of a checkout, and '3.2.0' if it comes from a tarball, if
git is missing or does not trust the folder, or if the folder merely lies inside another project's checkout.
"""
import os
import subprocess
import sys


def git(folder, *arguments):
    """One line of git's answer; nothing if it has none. A hook's environment must not lead git to another repository."""
    environment = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
    try:
        run = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, env=environment)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def version(release, folder):
    top = git(folder, "rev-parse", "--show-toplevel")
    if not top or not os.path.samefile(top, folder):
        return release
    commit = git(folder, "log", "-1", "--format=%h", "--abbrev=8")
    return f"{release}-{commit}" if commit else release


if __name__ == "__main__":
    print(version(*sys.argv[1:]))
