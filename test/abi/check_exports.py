#!/usr/bin/env python3
"""Checks what a shared library shows the world: soname, needed libraries, exported symbols; and what it leaves alone of the process.

usage: check_exports.py LIBRARY DEBIAN_SYMBOLS HEADER...   Every function that the headers declare must be exported, and nothing but vmaf_*; Debian's list of
symbols has the same. The library installs no handler of signals and none that runs at exit.
"""
import re
import subprocess
import sys

NEEDED = {"libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
SONAME = "libvmaf.so.3"
LEFT_ALONE = {"atexit", "on_exit", "at_quick_exit", "signal", "bsd_signal", "sigaction", "sigprocmask", "pthread_sigmask", "exit", "_exit", "quick_exit"}


def output(*command):
    return subprocess.run(command, check=True, text=True, capture_output=True).stdout


def dynamic_entries(library, tag):
    return set(re.findall(rf"\({tag}\).*\[(.*)\]", output("readelf", "-dW", library)))


def declared(header):
    with open(header, encoding="ascii") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    return set(re.findall(r"\b(vmaf_\w+)\s*\(", text))


def main():
    library, debian, headers = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(debian, encoding="ascii") as file:
        packaged = set(re.findall(r"^ (vmaf_\w+)@", file.read(), flags=re.M))
    used = {line.split()[-1].split("@")[0] for line in output("nm", "-D", "--undefined-only", library).splitlines()}
    exported = {line.split()[-1].split("@")[0] for line in output("nm", "-D", "--defined-only", library).splitlines()}
    wanted = set().union(*map(declared, headers))
    problems = [f"exports {name}" for name in sorted(exported) if not name.startswith("vmaf_")]
    problems += [f"does not export {name}" for name in sorted(wanted - exported)]
    problems += [f"exports {name}, which no header declares" for name in sorted(exported - wanted) if name.startswith("vmaf_")]
    problems += [f"exports {name}, which {debian} lacks, or the other way round" for name in sorted(exported ^ packaged)]
    problems += [f"calls {name}(), which is the program's" for name in sorted(used & LEFT_ALONE)]
    problems += [f"needs {name}" for name in sorted(dynamic_entries(library, "NEEDED") - NEEDED)]
    if dynamic_entries(library, "SONAME") != {SONAME}:
        problems.append(f"has another soname than {SONAME}")
    for problem in problems:
        print(f"{library} {problem}")
    print(f"{len(exported)} symbols exported, {len(wanted)} functions declared")
    return bool(problems) or not wanted


if __name__ == "__main__":
    sys.exit(main())
