#!/usr/bin/env python3
"""Installs the build into a scratch prefix and builds C programs there, as a user of the library would.

usage: check_install.py BUILD_FOLDER CC CLIENT.c [CLIENT.c...]
Every client is compiled as C99 and linked by the C compiler through pkg-config, against the shared library and with --static
against the archive alone. The first client, strict C99, is run both ways and must print the same.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def run(*command, **options):
    result = subprocess.run(command, text=True, capture_output=True, **options)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))} returned {result.returncode}:\n{result.stdout}{result.stderr}")
    return result.stdout


def pkg_config(root, *arguments):
    (pc,) = root.rglob("libvmaf.pc")
    prefix = next(line[7:] for line in pc.read_text().splitlines() if line.startswith("prefix="))
    return run("pkg-config", f"--define-variable=prefix={root}{prefix}", *arguments, "libvmaf",
               env={**os.environ, "PKG_CONFIG_PATH": str(pc.parent)}).split()


def build(cc, dialect, root, client, *extra):
    """Links `client` against the installation below `root`."""
    flags = pkg_config(root, "--cflags", "--libs", *extra)
    run(*cc.split(), *dialect, "-O1", client, "-o", root / pathlib.Path(client).stem, *flags)


def main():
    build_folder, cc, *clients = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        shared, static = pathlib.Path(scratch, "shared"), pathlib.Path(scratch, "static")
        run("ninja", "-C", build_folder, "install", env={**os.environ, "DESTDIR": str(shared)})
        shutil.copytree(shared, static, symlinks=True)
        for library in list(static.rglob("libvmaf.so*")):
            library.unlink()
        (archive,) = static.rglob("libvmaf.a")
        (library,) = shared.rglob("libvmaf.so")
        for client in clients:
            dialect = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"] if client == clients[0] else ["-std=gnu99"]
            build(cc, dialect, shared, client)
            build(cc, dialect, static, client, "--static")
        name = pathlib.Path(clients[0]).stem
        texts = [run(shared / name, env={**os.environ, "LD_LIBRARY_PATH": str(library.parent)}), run(static / name)]
        print(f"shared: {texts[0]}static: {texts[1]}archive: {archive.stat().st_size} bytes, clients built: {len(clients)}")
        return texts[0] != texts[1]


if __name__ == "__main__":
    sys.exit(main())
