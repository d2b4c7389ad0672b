#!/usr/bin/env python3
"""Compiles one .cu file into a fat binary, and writes the assembly file that embeds it as vmaf_cuda_image_NAME.

The assembly file is an output of the same build step, so that the object is made again whenever the image is."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

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


def with_clang(args, cubins, ptx):
    """clang makes PTX alone, from its own builtins and without NVIDIA's headers; ptxas and fatbinary finish it if there."""
    arch = ptx[0]
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder) / "kernels.ptx"
        run([args.clang, "-x", "cuda", "-std=c++20", "-O3", "-ffp-contract=off", "--cuda-device-only", "-nocudainc",
             "-nocudalib", f"--cuda-gpu-arch=sm_{arch}", "-Xclang", "-target-feature", "-Xclang", "+ptx70",
             "-Wno-unknown-cuda-version", "-S", "-MD", "-MF", args.depfile, "-MT", args.image, "-o", text, args.source]
            + [f"-I{folder}" for folder in args.include])
        pathlib.Path(args.image).write_bytes(text.read_bytes() + b"\0")


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
    compile_image = with_nvcc if args.nvcc else with_clang
    compile_image(args, args.cubins.split(",") if args.cubins else [], args.ptx.split(",") if args.ptx else [])
    image = pathlib.Path(args.image).resolve()
    pathlib.Path(args.assembly).write_text(EMBED.format(symbol=f"vmaf_cuda_image_{args.name}", image=image))


if __name__ == "__main__":
    main()
