#!/usr/bin/env python3
"""Kernel images that a release tarball carries, so that CUDA can be built without a CUDA compiler.

    prebuilt_kernels.py collect SOURCE BUILD --toolkit T --cubins A,B --ptx A    a script of 'meson dist': makes the images of BUILD and puts
                                                                    them into the tarball, below MESON_DIST_ROOT
    prebuilt_kernels.py check SOURCE                                are the images of these sources? Prints toolkit, machine code, PTX
    prebuilt_kernels.py embed SOURCE SOURCE_FILE IMAGE ASSEMBLY --name NAME --depfile FILE    a step of the build, in place of compile_kernels.py

The folder prebuilt_kernels/ of SOURCE holds NAME.fatbin for every .cu file, and manifest.json: the toolkit, the compute capabilities, and for
each image its own hash and those of all files of the project that the compiler read for it. An image is used only if all of them are as
they were.
"""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

FOLDER = "prebuilt_kernels"
COMPILER = "src/cuda/compiler/compile_kernels.py"  # its flags are part of what an image is made from
WAY_OUT = ("Install nvcc, whose images then take their place, or clang with -Denable_nvcc=false; take the sources of the tarball as they are; or leave "
           "the images alone with -Dprebuilt_kernels=false.")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"


def ninja(build, *arguments):
    return subprocess.run(["ninja", "-C", build, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def sources_of(image, source, build):
    """What the compiler read of the project for an image, by its dependency file."""
    lines = ninja(build, "-t", "deps", image).splitlines()[1:]
    paths = (pathlib.Path(os.path.normpath(build / line.strip())) for line in lines if line.strip())
    return sorted({str(path.relative_to(source)) for path in paths if path.is_relative_to(source) and not path.is_relative_to(build)} | {COMPILER})


def collect(args):
    """Fails if the tarball, which is made from a commit, has other sources than the images."""
    dist = pathlib.Path(os.environ["MESON_DIST_ROOT"])
    source, build = args.source.resolve(), args.build.resolve()
    targets = [line.split(":")[0] for line in ninja(build, "-t", "targets", "all").splitlines()]
    images = sorted(target for target in targets if target.endswith(".fatbin") and args.only in ("", pathlib.Path(target).stem))
    print(f"making the {len(images)} images of kernels that the tarball carries", flush=True)
    subprocess.run(["ninja", "-C", build, *images], check=True)
    folder = dist / FOLDER
    folder.mkdir()
    manifest = {"toolkit": args.toolkit, "machine_code": args.cubins.split(",") if args.cubins else [],
                "ptx": args.ptx.split(",") if args.ptx else [], "sources": {}, "images": {}}
    for image in images:
        name = pathlib.Path(image).stem
        shutil.copyfile(build / image, folder / f"{name}.fatbin")
        files = sources_of(image, source, build)
        manifest["images"][name] = {"sha256": digest(build / image), "sources": files}
        manifest["sources"].update({file: digest(source / file) for file in files})
    other = [file for file, sha256 in manifest["sources"].items() if digest(dist / file) != sha256]
    if other:
        sys.exit(f"not the sources of the commit that the tarball is made of: {', '.join(other)}. Commit them first.")
    write(dist, manifest)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{FOLDER}/: {len(images)} images from {len(manifest['sources'])} sources, {size / 1e6:.1f} MB")


def write(source, manifest):
    (source / FOLDER / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def read(source):
    try:
        return json.loads((source / FOLDER / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        sys.exit(f"{FOLDER}/manifest.json can't be read: {error}. {WAY_OUT}")


def changes(source, manifest, name):
    """What of an image is not as it was: its own file, or sources that it was made from."""
    image = manifest["images"][name]
    changed = [file for file in image["sources"] if digest(source / file) != manifest["sources"][file]]
    return ([f"{FOLDER}/{name}.fatbin"] if digest(source / FOLDER / f"{name}.fatbin") != image["sha256"] else []) + changed


def refuse(changed):
    sys.exit(f"the prebuilt kernels are not of these sources; changed since they were made: {', '.join(changed)}. {WAY_OUT}")


def check(args):
    manifest = read(args.source)
    changed = sorted({file for name in manifest["images"] for file in changes(args.source, manifest, name)})
    if changed:
        refuse(changed)
    print(manifest["toolkit"], ",".join(manifest["machine_code"]), ",".join(manifest["ptx"]), sep="\n")


def embed(args):
    sys.path.insert(0, str((args.source / COMPILER).parent))
    sys.dont_write_bytecode = True
    from compile_kernels import EMBED

    manifest = read(args.source)
    if args.name not in manifest["images"]:
        sys.exit(f"{args.cu}: there is no prebuilt image of it. {WAY_OUT}")
    changed = changes(args.source, manifest, args.name)
    if changed:
        refuse(changed)
    prebuilt = args.source / FOLDER / f"{args.name}.fatbin"
    shutil.copyfile(prebuilt, args.image)
    args.assembly.write_text(EMBED.format(symbol=f"vmaf_cuda_image_{args.name}", image=args.image.resolve()))
    # A source that changes later leads back here.
    read_files = [prebuilt, args.source / FOLDER / "manifest.json"] + [args.source / file for file in manifest["images"][args.name]["sources"]]
    escaped = [str(file).replace(" ", "\\ ") for file in read_files]
    args.depfile.write_text(f"{args.image}: {' '.join(escaped)}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    positional = {"collect": ("source", "build"), "check": ("source",), "embed": ("source", "cu", "image", "assembly")}
    for what, names in positional.items():
        command = commands.add_parser(what)
        for name in names:
            command.add_argument(name, type=pathlib.Path)
        for option in {"collect": ("--toolkit", "--cubins", "--ptx"), "embed": ("--name",)}.get(what, ()):
            command.add_argument(option, required=True)
        if what == "collect":
            command.add_argument("--only", default="", help="the name of one image, for tests")
        if what == "embed":
            command.add_argument("--depfile", type=pathlib.Path, required=True)
    args = parser.parse_args()
    {"collect": collect, "check": check, "embed": embed}[args.what](args)


if __name__ == "__main__":
    main()
