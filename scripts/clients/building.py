"""What the builds of the clients share."""
import os
import pathlib
import subprocess

JOBS = os.environ.get("JOBS", str(os.cpu_count()))


class Prefix:
    """An install prefix of a libvmaf."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        found = sorted(self.path.glob("lib*/**/libvmaf.so.3"))
        if not found:
            raise SystemExit(f"{path}: no libvmaf.so.3 below lib; give the install prefix of a libvmaf (meson install)")
        self.lib = found[0].parent
        self.archive = self.lib / "libvmaf.a"
        self.archive_libraries = [str(self.archive), "-lstdc++", "-lm", "-pthread", "-ldl"]

    def build_environment(self):
        return dict(os.environ, PKG_CONFIG_PATH=str(self.lib / "pkgconfig"), LD_LIBRARY_PATH=str(self.lib))

    def run_environment(self, **more):
        return dict(os.environ, LD_LIBRARY_PATH=str(self.lib), **more)


def run(command, cwd=None, env=None):
    result = subprocess.run([str(part) for part in command], cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} (in {cwd}) returned {result.returncode}:\n{result.stdout[-3000:]}")
    return result.stdout


def check_linkage(program, linkage, prefix):
    """Fails if a program would not run on the library that it is about to test."""
    lines = [line for line in run(["ldd", program], env=prefix.run_environment()).splitlines() if "libvmaf" in line]
    if linkage == "static" and lines or linkage == "shared" and not any(str(prefix.lib) in line for line in lines):
        raise SystemExit(f"{program}: meant to be {linkage} on {prefix.lib}, but the loader says {lines}")
