#!/usr/bin/env python3
"""The last step of 'meson install': lets the loader know the library, and says what else its users must set, if anything.

usage: after_install.py LIBDIR   Renews the loader's cache where it may (root); never fails an installation.
"""
import os
import pathlib
import shutil
import subprocess
import sys

SONAME = "libvmaf.so.3"
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def output(program, *arguments):
    """Standard output of a program; None if it is missing or fails."""
    path = shutil.which(program, path=SYSTEM_PATH)
    if not path:
        return None
    run = subprocess.run([path, *arguments], capture_output=True, text=True)
    return run.stdout if run.returncode == 0 else None


def same(path, other):
    return os.path.realpath(path) == os.path.realpath(other)


def loader_advice(libdir):
    """What programs that link the shared library need, if the loader takes another or none."""
    if not (libdir / SONAME).exists():
        return None
    if os.geteuid() == 0:
        output("ldconfig")
    cache = output("ldconfig", "-p")
    known = [line.split(" => ")[1] for line in (cache or "").splitlines() if line.split()[:1] == [SONAME]]
    if cache is None or (known and same(known[0], libdir / SONAME)):
        return None
    found = f"the loader takes {known[0]} for programs that link libvmaf" if known else f"the loader does not know {libdir}"
    return f"{found}. As root: echo {libdir} >/etc/ld.so.conf.d/libvmaf.conf && ldconfig; or set LD_LIBRARY_PATH={libdir}"


def pkg_config_advice(libdir):
    """What pkg-config needs, if it finds another libvmaf.pc or none."""
    if not shutil.which("pkg-config"):
        return None
    folder = (output("pkg-config", "--variable=pcfiledir", "libvmaf") or "").strip()
    if folder and same(folder, libdir / "pkgconfig"):
        return None
    found = f"pkg-config finds the libvmaf of {folder}" if folder else f"pkg-config does not search {libdir}/pkgconfig"
    return f"{found}. Set PKG_CONFIG_PATH={libdir}/pkgconfig"


def main():
    libdir = pathlib.Path(sys.argv[1])
    for advice in (loader_advice(libdir), pkg_config_advice(libdir)):
        if advice:
            print(f"note: {advice}")


if __name__ == "__main__":
    main()
