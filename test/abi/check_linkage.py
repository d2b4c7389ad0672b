#!/usr/bin/env python3
"""What distributions look at, and programs that are linked statically.

usage: check_linkage.py SOURCE_ROOT BUILD_ROOT CC CXX CLIENT.c
The shared library, the command and programs linked with the archive (as usual, with everything bound at the start, static, static-PIE) have no
text relocations and no executable stack, and what the loader has written is made read-only. The programs print the same. A static command scores on
the CPU where the backend is its own choice, and refuses CUDA at once, with the reason: a library that it loaded would bring a second C library along, and crash.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from building import run

HARDENED = ["-Wl,-z,relro,-z,now,-z,text"]
LINKS = {"usual": [], "bound": HARDENED, "static": ["-static"], "static PIE": ["-static-pie"]}
SIZE = 64, 48


def check_segments(path):
    segments = run("readelf", "-lW", path)
    stack = re.search(r"GNU_STACK .*", segments)
    if not stack or re.search(r"\bRWE\b", stack[0]):
        sys.exit(f"{path}: the stack is executable: {stack and stack[0]}")
    if "GNU_RELRO" not in segments:
        sys.exit(f"{path}: nothing is made read-only after the loader has written it")
    if "TEXTREL" in run("readelf", "-dW", path):
        sys.exit(f"{path}: the loader has to write into the code")


def archive(build):
    found = list(build.glob("src/libvmaf.a"))
    return found and found[0]


def check_clients(source, build, cc, client, scratch):
    printed = {}
    for kind, flags in LINKS.items():
        program = scratch / kind.replace(" ", "_")
        run(*cc, "-std=c99", "-O1", "-fPIE", *(["-pie"] if kind == "bound" else []), f"-I{source / 'include'}", f"-I{build / 'include'}", client,
            "-o", program, *flags, archive(build), "-lstdc++", "-lm", "-pthread", "-ldl")
        check_segments(program)
        printed[kind] = run(program)
    if len(set(printed.values())) != 1:
        sys.exit(f"one client, several answers: {printed}")
    print(f"linked {', '.join(LINKS)}: {printed['static']}", end="")


def check_command(source, build, cxx, scratch):
    command, without_media = scratch / "vmaf", []  # FFmpeg's libraries, and those for JPEG and conversions, are shared ones
    for absent in ("input/media/absent.cpp", "input/convert/absent.cpp", "report/html/jpeg_absent.cpp"):
        without_media.append(scratch / f"{len(without_media)}.o")
        run(*cxx, "-std=c++20", "-DVMAF_HAVE_MEDIA=0", "-DVMAF_HAVE_ZIMG=0", "-DVMAF_HAVE_JPEG=0", *(f"-I{source / folder}" for folder in ("tools", "src", "include")), "-c", source / "tools" / absent, "-o",
            without_media[-1])
    run(*cxx, *(build / "tools/vmaf.p").glob("*.o"), "-o", command, "-static", build / "tools/libvmaf_tool_parts.a", *without_media, archive(build), "-pthread", "-ldl")
    check_segments(command)
    clip = scratch / "clip.yuv"
    clip.write_bytes(bytes(i * 7 % 200 + 16 for i in range(SIZE[0] * SIZE[1] * 3 // 2)) * 2)
    call = [command, "-r", clip, "-d", clip, "-w", str(SIZE[0]), "-h", str(SIZE[1]), "-p", "420", "-b", "8", "--json", "-o", scratch / "report.json", "-q"]
    run(*call)
    frames = len(json.loads((scratch / "report.json").read_text())["frames"])
    print(f"static command, --backend auto: {frames} frames")
    if "CUDA" not in run(command, "--help"):
        return frames != 2
    started = time.monotonic()
    refused = subprocess.run([*call, "--backend", "cuda"], text=True, capture_output=True, env={**os.environ, "VMAF_CUDA_LIBRARY": "libm.so.6"})
    seconds = time.monotonic() - started
    print(f"static command, --backend cuda: returns {refused.returncode} after {seconds:.3f} s: {refused.stderr.strip()}")
    return frames != 2 or refused.returncode != 3 or seconds > 2 or "linked statically" not in refused.stderr


def main():
    source, build, cc, cxx, client = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3].split(), sys.argv[4].split(), sys.argv[5]
    for path in [*build.glob("src/libvmaf.so.*.*.*"), *build.glob("tools/vmaf")]:
        if path.is_file():
            check_segments(path)
    if not archive(build):
        print("skipped: the build has no static library")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        check_clients(source, build, cc, client, pathlib.Path(scratch))
        return check_command(source, build, cxx, pathlib.Path(scratch)) if (build / "tools/vmaf").exists() else 0


if __name__ == "__main__":
    sys.exit(main())
