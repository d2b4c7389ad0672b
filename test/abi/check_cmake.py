#!/usr/bin/env python3
"""Installs the build, and builds C programs that find it by CMake's find_package(libvmaf); skipped where there is no cmake.

usage: check_cmake.py BUILD_FOLDER CMAKE_PROJECT CC CLIENT.c
The installation has been moved from where it was meant to be. Shared and static, as far as the build has them, the program prints the same.
"""
import os
import pathlib
import shutil
import sys
import tempfile

from building import run
from check_install import install, without

NOT_RUN = 77  # meson: skipped


def main():
    build_folder, project, cc, client = sys.argv[1:]
    if not shutil.which("cmake"):
        print("cmake is not installed: find_package(libvmaf) was not tried")
        return NOT_RUN
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch, "moved")
        install(build_folder, root)
        (config,) = root.rglob("libvmaf-config.cmake")
        build = pathlib.Path(scratch, "build")
        environment = {**without(os.environ, "CMAKE_PREFIX_PATH"), "CC": cc}
        run("cmake", "-S", project, "-B", build, f"-Dlibvmaf_DIR={config.parent}", f"-DCLIENT={client}", env=environment)
        run("cmake", "--build", build, env=environment)
        programs = sorted(path for path in build.glob("client*") if path.is_file())
        printed = {run(program, env=without(os.environ, "LD_LIBRARY_PATH")) for program in programs}
        print(f"{', '.join(program.name for program in programs)}: {' and '.join(printed)}", end="")
        return not programs or len(printed) != 1


if __name__ == "__main__":
    sys.exit(main())
