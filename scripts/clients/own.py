"""Small clients of this project, in the languages that libvmaf is called from."""
import os
import pathlib
import shutil
import subprocess

from building import run
from sources import Unavailable

NAME, PACKAGE = "own", None
RELEASES = "C", "C++", "Rust"
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test/clients"


def cases():
    """(name, arguments of the client)."""
    return [(" ".join(arguments), arguments) for arguments in [
        ("vmaf_v0.6.1", "-", "0", "8"), ("vmaf_v0.6.1", "-", "3", "10"), ("vmaf_v0.6.1neg", "psnr", "1", "8"), ("vmaf_float_v0.6.1", "-", "2", "8"),
        ("vmaf_4k_v0.6.1", "ciede", "2", "12"), ("vmaf_v0.6.1", "nonsense", "0", "8"), ("nonsense", "-", "0", "8"), ("vmaf_v0.6.1", "-", "0", "17")]]


def build(language, folder, prefix, linkage):
    program = folder / f"client-{language}-{linkage}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = prefix.build_environment()
    if language == "Rust":
        if not shutil.which("rustc"):
            raise Unavailable("rustc is not there (Debian's package rustc)")
        libraries = prefix.archive_libraries if linkage == "static" else [f"-L{prefix.lib}", "-lvmaf"]
        arguments = [part for library in libraries for part in ("-C", f"link-arg={library}")]
        run(["rustc", "-O", "-o", program, FOLDER / "client.rs", *arguments], env=environment)
        return program
    compiler, source = (os.environ.get("CC", "cc"), "client.c") if language == "C" else (os.environ.get("CXX", "c++"), "client.cpp")
    flags = run(["pkg-config", "--cflags", *([] if linkage == "static" else ["--libs"]), "libvmaf"], env=environment).split()
    run([*compiler.split(), "-O1", FOLDER / source, *flags, "-o", program, *(prefix.archive_libraries if linkage == "static" else [])], env=environment)
    return program


def run_case(program, case, scratch, environment):
    result = subprocess.run([str(program), *case[1]], text=True, capture_output=True, env=environment, timeout=300)
    lines = [line.rsplit(" ", 1) for line in result.stdout.splitlines()]
    return {"returned": result.returncode, "log": [[f"{number} {line[0]}", line[-1]] for number, line in enumerate(lines)]}
