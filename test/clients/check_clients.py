#!/usr/bin/env python3
"""Installs the build below WORK and runs clients on it, as scripts/test_clients.sh does: what a program of others makes must not change.

usage: check_clients.py SOURCE_ROOT BUILD_ROOT WORK OPTION...     the options are those of scripts/clients/main.py
Ends with 77, which is 'skipped', where the client's source or its compiler can't be had. A client that was built in WORK is not built again.
"""
import pathlib
import re
import subprocess
import sys

from building import meson, run


def install(build, folder):
    """The build's installation, which pkg-config finds where it lies."""
    run(*meson(build), "install", "-C", build, "--no-rebuild", "--destdir", folder)
    (pc,) = folder.rglob("libvmaf.pc")
    text = pc.read_text()
    prefix = folder / re.search(r"^prefix=/(.*)$", text, re.M)[1]
    pc.write_text(re.sub(r"^prefix=.*$", f"prefix={prefix}", text, flags=re.M))
    return prefix


def main():
    source, build, work, *options = sys.argv[1:]
    work = pathlib.Path(work)
    work.mkdir(parents=True, exist_ok=True)
    prefix = install(build, work / "installed")
    return subprocess.run([sys.executable, f"{source}/scripts/clients/main.py", "--prefix", prefix, "--work", work, *options], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
