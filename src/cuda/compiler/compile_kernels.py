#!/usr/bin/env python3
"""Compiles one .cu file into a fat binary, and writes the assembly file that embeds it as vmaf_cuda_image_NAME.

The assembly file is an output of the same build step, so that the object is made again whenever the image is."""
import argparse
import pathlib
import subprocess
import sys

EMBED = """\
    .section .rodata
    .balign 16
    .globl {symbol}
    .hidden {symbol}
    .type {symbol}, %object
{symbol}:
    .incbin "{image}"
    .size {symbol}, . - {symbol}
    .section .note.GNU-stack,"",%progbits
"""


def run(command):
    result = subprocess.run([str(word) for word in command])
    if result.returncode:
        sys.exit(result.returncode)


def with_nvcc(args, cubins, ptx):
    command = [args.nvcc, "-std=c++20", "-O3", "--fmad=false", "--expt-relaxed-constexpr", "-fatbin", "-lineinfo",
               "-Werror", "all-warnings", "-MD", "-MF", args.depfile, "-o", args.image, args.source]
    command += [f"-gencode=arch=compute_{arch},code=sm_{arch}" for arch in cubins]
    command += [f"-gencode=arch=compute_{arch},code=compute_{arch}" for arch in ptx]
    run(command + [f"-I{folder}" for folder in args.include])


def with_clang(args, ptx):
    """PTX for one architecture, from clang's own builtins: needs nothing of NVIDIA's, and the driver compiles it when it loads it."""
    vocabulary = pathlib.Path(__file__).with_name("clang_vocabulary.h")
    run([args.clang, "-x", "cuda", "-std=c++20", "-O3", "-ffp-contract=off", "-fms-extensions", "--cuda-device-only", "-nocudainc",
         "-nocudalib", f"--cuda-gpu-arch=sm_{ptx[0]}", "-Xclang", "-target-feature", "-Xclang", "+ptx70", "-Wno-unknown-cuda-version",
         "-Wno-pass-failed", "-include", vocabulary, "-S", "-MD", "-MF", args.depfile, "-MT", args.image, "-o", args.image, args.source]
        + [f"-I{folder}" for folder in args.include])
    with open(args.image, "ab") as image:
        image.write(b"\0")  # the driver takes PTX as a string


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nvcc")
    parser.add_argument("--clang")
    parser.add_argument("--cubins", default="", help="compute capabilities to make machine code for, comma-separated")
    parser.add_argument("--ptx", default="", help="compute capabilities to keep PTX for")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--depfile", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("source")
    parser.add_argument("image")
    parser.add_argument("assembly")
    args = parser.parse_args()
    ptx = args.ptx.split(",") if args.ptx else []
    if args.nvcc:
        with_nvcc(args, args.cubins.split(",") if args.cubins else [], ptx)
    else:
        with_clang(args, ptx)
    image = pathlib.Path(args.image).resolve()
    pathlib.Path(args.assembly).write_text(EMBED.format(symbol=f"vmaf_cuda_image_{args.name}", image=image))


if __name__ == "__main__":
    main()
