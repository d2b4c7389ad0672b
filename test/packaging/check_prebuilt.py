#!/usr/bin/env python3
"""Kernel images that a tarball carries are used as long as their sources are as they were, and refused with the way out when one has changed.

usage: check_prebuilt.py SOURCE_ROOT BUILD_FOLDER   BUILD_FOLDER has the image of psnr's kernels
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from building import meson, run

NAME = "psnr"
CHANGED = "src/metric/psnr/psnr_math.h", "prebuilt_kernels/psnr.fatbin", "src/cuda/compiler/compile_kernels.py"
WAY_OUT = "-Dprebuilt_kernels=false"


def refusal(*command):
    """What a command says that must fail."""
    result = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if not result.returncode:
        sys.exit(f"{' '.join(map(str, command))} should have failed:\n{result.stdout}")
    return result.stdout


def expect(text, *parts):
    missing = [part for part in parts if part not in " ".join(text.split())]
    if missing:
        sys.exit(f"{missing} expected in:\n{text}")


def main():
    root, build_folder = map(pathlib.Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as scratch:
        source, build = pathlib.Path(scratch, "libvmaf"), pathlib.Path(scratch, "build")
        keep = {"include", "meson.build", "meson_options.txt", "scripts", "src", "testdata"}
        shutil.copytree(root, source, ignore=lambda folder, names: set(names) - keep if pathlib.Path(folder) == root else [])
        script = source / "scripts/prebuilt_kernels.py"
        collect = [sys.executable, script, "collect", root, build_folder, "--toolkit", "a toolkit", "--cubins", "", "--ptx", "75", "--only", NAME]
        run(*collect, env={**os.environ, "MESON_DIST_ROOT": str(source)})

        setup = [*meson(build_folder), "setup", "-Denable_tests=false", "-Denable_tools=false", "-Denable_cuda=true", "-Dprebuilt_kernels=true"]
        expect(run(*setup, build, source), "prebuilt by a toolkit", "PTX for compute_75")
        run("ninja", "-C", build, f"src/cuda/{NAME}_image.S")
        if (build / f"src/cuda/{NAME}.fatbin").read_bytes() != (source / f"prebuilt_kernels/{NAME}.fatbin").read_bytes():
            sys.exit("the build took another image")
        expect(refusal("ninja", "-C", build, "src/cuda/vif_image.S"), "vif.cu", "no prebuilt image", WAY_OUT)

        for file in CHANGED:
            kept = (source / file).read_bytes()
            (source / file).write_bytes(kept + b"\n")
            expect(refusal("ninja", "-C", build, f"src/cuda/{NAME}_image.S"), file, WAY_OUT)
            expect(refusal(sys.executable, script, "check", source), file, WAY_OUT)
            (source / file).write_bytes(kept)
        (source / CHANGED[0]).write_bytes(b"// another\n")
        expect(refusal(*setup, pathlib.Path(scratch, "again"), source), CHANGED[0], WAY_OUT)
    print(f"used once, refused after changes of {', '.join(CHANGED)}")


if __name__ == "__main__":
    sys.exit(main())
