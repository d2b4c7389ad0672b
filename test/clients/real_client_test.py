#!/usr/bin/env python3
"""Builds a program that others wrote against an installation of this build, and compares what it makes: libaom's encoder, the smallest such program in Debian 12.

usage: real_client_test.py BUILD_FOLDER
Skipped where Debian's sources or the tools that build them can't be had.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from building import meson, run

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    build_folder = pathlib.Path(sys.argv[1])
    missing = [tool for tool in ("cmake", "ninja", "apt-get", "dpkg-source", "pkg-config", "perl") if not shutil.which(tool)]
    if missing:
        print(f"skipped: {', '.join(missing)} not there (Debian: cmake ninja-build dpkg-dev pkg-config perl)")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch) / "root"
        run(*meson(build_folder), "install", "--no-rebuild", cwd=build_folder, env={**os.environ, "DESTDIR": str(root)})
        pc, = root.rglob("libvmaf.pc")
        prefix = root / [line for line in pc.read_text().splitlines() if line.startswith("prefix=")][0].split("=/")[1]
        environment = {**os.environ, "PKG_CONFIG_SYSROOT_DIR": str(root)}
        environment.pop("PYTHONPATH", None)
        return subprocess.run([sys.executable, ROOT / "scripts/clients/main.py", "--prefix", prefix, "--work", pathlib.Path(scratch) / "work", "--client", "libaom",
                               "--release", "bookworm", "--linkage", "shared", "--every", "3"], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
