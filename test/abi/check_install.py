#!/usr/bin/env python3
"""Installs the build into a scratch folder, starts its command there and builds C programs, as a user of the library would.

usage: check_install.py BUILD_FOLDER README.md CC CLIENT.c [CLIENT.c...]
Every client is compiled as C99 and linked by the C compiler through pkg-config, which sees this installation alone: against the
shared library, and against the archive alone (with --static where the build has both), as far as the build has them. The first client, strict C99, is run both
ways and must print the same. Headers are found by both names that clients use, and the README's lines for linking do what they say.
"""
import os
import pathlib
import re
import shutil
import sys
import tempfile

from building import meson, run

INCLUDES = ["libvmaf.h", "libvmaf/libvmaf.h", "libvmaf_ext.h", "libvmaf/model.h"]
STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]


def without(environment, *names):
    return {name: value for name, value in environment.items() if name not in names}


class Installation:
    """What `meson install` put below `root`, seen through pkg-config."""

    def __init__(self, root, *kind):
        self.root, self.kind = root, kind
        (pc,) = root.rglob("libvmaf.pc")
        self.environment = {**os.environ, "PKG_CONFIG_LIBDIR": str(pc.parent), "PKG_CONFIG_SYSROOT_DIR": str(root),
                            "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1", "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"}
        self.environment = without(self.environment, "PKG_CONFIG_PATH")
        self.libdir = pc.parent.parent

    def pkg_config(self, *arguments):
        return run("pkg-config", *arguments, "libvmaf", env=self.environment).split()

    def build(self, cc, dialect, client):
        flags = self.pkg_config("--cflags", "--libs", *self.kind)
        program = self.root / pathlib.Path(client).stem
        run(*cc.split(), *dialect, "-O1", client, "-o", program, *flags)
        return program

    def check_includes(self, cc):
        names = INCLUDES + ["libvmaf_cuda.h"] * len(list(self.root.rglob("libvmaf_cuda.h")))
        for name in names:
            source = self.root / "include.c"
            source.write_text(f"#include <{name}>\n#include <libvmaf.h>\nint main(void) {{ return !vmaf_version(); }}\n")
            self.build(cc, STRICT, source)
        return len(names)

    def check_command(self, version):
        """The command, if there is one, starts where it lies: nothing was told to the loader."""
        commands = [path for path in self.root.rglob("vmaf") if path.is_file()]
        if not commands:
            return
        (command,) = commands
        said = run(command, "--version", env=without(os.environ, "LD_LIBRARY_PATH")).strip()
        if not said.startswith(version):
            sys.exit(f"{command} --version prints {said}, but libvmaf.pc has {version}")

    def check_readme(self, readme, client):
        """Lines like `cc player.c ... # static`: only a static link does without the shared library at run time."""
        lines = re.findall(r"^ +(cc player\.c .*?) *# (shared|static)$", pathlib.Path(readme).read_text(), flags=re.M)
        if sorted(kind for _, kind in lines) != ["shared", "static"]:
            sys.exit(f"{readme} must have one line for each kind of link, not {lines}")
        shutil.copy(client, self.root / "player.c")
        for line, kind in lines:
            run("sh", "-e", "-c", line, cwd=self.root, env=self.environment)
            needed = "libvmaf.so" in run("readelf", "-d", self.root / "a.out")
            if needed != (kind == "shared"):
                sys.exit(f"{readme}: '{line}' does not make a {kind} link")

    def build_clients(self, cc, clients):
        """What the first of them prints."""
        for client in clients:
            program = self.build(cc, STRICT if client == clients[0] else ["-std=gnu99"], client)
            first = program if client == clients[0] else first
        return run(first, env={**os.environ, "LD_LIBRARY_PATH": str(self.libdir)})


def install(build_folder, root):
    run(*meson(build_folder), "install", "--no-rebuild", cwd=build_folder, env={**os.environ, "DESTDIR": str(root)})


def installations(build_folder, scratch):
    """One for each kind of library: the shared one with both there, the static one without the shared library."""
    whole = pathlib.Path(scratch, "whole")
    install(build_folder, whole)
    found = [Installation(whole)] if list(whole.rglob("libvmaf.so")) else []
    if list(whole.rglob("libvmaf.a")):
        static = pathlib.Path(scratch, "static")
        shutil.copytree(whole, static, symlinks=True)
        for library in list(static.rglob("libvmaf.so*")):
            library.unlink()
        found.append(Installation(static, *["--static"] * len(found)))
    return found


def main():
    build_folder, readme, cc, *clients = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        kinds = installations(build_folder, scratch)
        (version,) = kinds[0].pkg_config("--modversion")
        kinds[0].check_command(version)
        if len(kinds) == 2:
            kinds[0].check_readme(readme, clients[0])
        texts = set()
        for kind in kinds:
            includes = kind.check_includes(cc)
            texts.add(kind.build_clients(cc, clients))
            print(f"{' '.join(kind.kind) or 'linked'}: {includes} includes, {len(clients)} clients; the first prints: {list(texts)[-1]}", end="")
        return len(texts) != 1


if __name__ == "__main__":
    sys.exit(main())
