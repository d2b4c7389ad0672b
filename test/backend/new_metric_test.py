#!/usr/bin/env python3
"""Runs scripts/new_metric in a copy of the tree, builds what it made into the tests of a build folder, and runs these.

usage: new_metric_test.py SOURCE_ROOT BUILD_FOLDER HAVE_SIMD HAVE_CUDA
The copy is configured as the build folder is, which shows that the lines for Meson are right. Only the new metric's objects are compiled
there; everything else comes from the build folder, whose tests are linked again with them.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from building import meson, run

NAME = "trial_of_a_metric"
CLASS = "TrialOfAMetric"
METRIC = "tried_by_name"
REFUSED = {"psnr": "src/metric/psnr/psnr.cpp", "vif_cuda": "src/metric/registry.cpp", "Upper": "lower-case", "two__bars": "single underscores",
           "cuda": "namespace", "class": "word of the language", "model": "docs/numerics/model.md", NAME: NAME}


def check_refusals(tree):
    before = run("git", "hash-object", "src/metric/registry.cpp", "src/metric/meson.build", "docs/numerics.md", cwd=tree)
    for name, reason in REFUSED.items():
        result = subprocess.run([tree / "scripts/new_metric", name], text=True, capture_output=True)
        if result.returncode == 0 or f"'{name}' can't be" not in result.stderr or reason not in result.stderr:
            sys.exit(f"new_metric {name}: returned {result.returncode} and said: {result.stderr}")
    if run("git", "hash-object", "src/metric/registry.cpp", "src/metric/meson.build", "docs/numerics.md", cwd=tree) != before:
        sys.exit("a refused name changed the tree")


def information(build, kind):
    return json.loads((build / f"meson-info/intro-{kind}.json").read_text())


def configure(tree, build):
    """Configures the copy with the build folder's compilers and options; gives the new folder."""
    options = [f"-D{option['name']}={','.join(option['value']) if isinstance(option['value'], list) else str(option['value']).lower()}"
               for option in information(build, "buildoptions") if option["section"] == "user" or option["name"] in ("buildtype", "werror")]
    compilers = {source["language"]: " ".join(source["compiler"]) for target in information(build, "targets")
                 for source in target["target_sources"] if source.get("compiler") and source.get("language") in ("c", "cpp")}
    environment = {**os.environ, "CC": compilers["c"], "CXX": compilers["cpp"]}
    run(*meson(build), "setup", tree / "build", tree, *options, "-Denable_tools=false", "-Ddefault_library=static", env=environment)
    return tree / "build"


def new_objects(copy):
    """Compiles what the script made, and the registry; gives the objects' paths, which are relative to the folder."""
    outputs = [line.split(":")[0] for line in run("ninja", "-C", copy, "-t", "targets", "all").splitlines()]
    objects = [path for path in outputs if path.endswith(".o") and (NAME in path or path.endswith("metric_registry.cpp.o"))]
    said = run("ninja", "-C", copy, "-j1", *objects)
    if "warning" in said:
        sys.exit(said)
    return objects


class Linker:
    """Links programs of the build folder again, with other objects ahead of theirs."""

    def __init__(self, build):
        self.build = build
        entries = json.loads(run("ninja", "-C", build, "-t", "compdb", "-x", "cpp_LINKER", "cpp_LINKER_RSP"))
        self.commands = {entry["output"]: entry["command"] for entry in entries}

    def link(self, program, objects, output):
        command = self.commands[program].replace(f" -o {program} ", f" -o {output} {' '.join(map(str, objects))} ", 1)
        run("sh", "-c", command, cwd=self.build)
        return output


def run_tests(program, *arguments, at_least, **options):
    said = run(program, "--gtest_brief=1", *arguments, **options)
    count = int(said.split(" tests from ")[0].split()[-1])
    print(f"{program.name} {' '.join(arguments)}: {count} tests passed")
    if count < at_least:
        sys.exit(said)


def main():
    root, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    parts = [part for part, there in zip(("simd", "cuda"), sys.argv[3:]) if there == "true"]
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        tree = scratch / "tree"
        shutil.copytree(root, tree, ignore=lambda folder, names: [name for name in names if pathlib.Path(folder) == root and (
            name.startswith("build") or name in (".git", "out"))])
        print(run(tree / "scripts/new_metric", NAME, "--name", METRIC, "--with", ",".join(parts)))
        check_refusals(tree)
        if shutil.which("clang-format-14"):
            run(tree / "scripts/format.sh", "--check", *[path for folder in (tree / "src/metric", tree / "test/metric")
                                                        for path in folder.rglob(f"{NAME}*") if path.is_file()], tree / "src/metric/registry.cpp")
        else:
            print("clang-format-14 is not installed: formatting not checked")

        copy = configure(tree, build)
        objects = new_objects(copy)
        library = [copy / path for path in objects if path.startswith("src/")]
        linker = Linker(build)
        unit = [copy / path for path in objects if path.startswith("test/unit_tests.p")]
        run_tests(linker.link("test/unit_tests", library + unit, scratch / "unit_tests"), at_least=100)
        run_tests(scratch / "unit_tests", f"--gtest_filter={CLASS}*", at_least=4)
        run_tests(linker.link("test/backend/backend_tests", library, scratch / "backend_tests"), f"--gtest_filter=*{METRIC}*", at_least=10)
        if "cuda" in parts:
            emulated = [copy / path for path in objects if path.startswith("test/cuda/emulator")]
            linker.link("test/cuda/emulator/libcuda.so.1", emulated, scratch / "libcuda.so.1")
            run_tests(linker.link("test/backend/kernel_backend_tests", library, scratch / "kernel_backend_tests"), f"--gtest_filter=*{METRIC}*",
                      at_least=3, env={**os.environ, "LD_LIBRARY_PATH": str(scratch)})


if __name__ == "__main__":
    main()
