#!/usr/bin/env python3
"""A project that has the library as its subproject: is configured, compiles against the library's headers, and would link the library.

usage: check_subproject.py SOURCE_ROOT BUILD_FOLDER PROJECT CLIENT.c [--whole]
--whole builds library and client and runs it, which takes minutes.
"""
import pathlib
import shutil
import sys
import tempfile

from building import meson, run


def main():
    source, build_folder, project, client = sys.argv[1:5]
    with tempfile.TemporaryDirectory() as scratch:
        root, build = pathlib.Path(scratch, "outer"), pathlib.Path(scratch, "build")
        shutil.copytree(project, root)
        shutil.copy(client, root / "client.c")
        (root / "subprojects").mkdir()
        (root / "subprojects/libvmaf").symlink_to(source)
        options = [f"-Dlibvmaf:{option}=false" for option in ("enable_cuda", "enable_tools")]
        run(*meson(build_folder), "setup", build, root, "--force-fallback-for=libvmaf", *options)
        if "--whole" in sys.argv:
            run("ninja", "-C", build, "client")
            print(run(build / "client"), end="")
            return 0
        run("ninja", "-C", build, "client.p/client.c.o")
        link = run("ninja", "-C", build, "-t", "commands", "client").splitlines()[-1]
        linked = [word for word in link.split() if "subprojects/libvmaf/src/libvmaf." in word]
        print("links", *linked)
        return not linked


if __name__ == "__main__":
    sys.exit(main())
