#!/usr/bin/env python3
"""Records golden values of butteraugli: runs libjxl's butteraugli_main on generated clips and keeps what it prints.

usage: testdata/record_butteraugli.py TOOL VERSION MAKE_CLIPS [CLIP...]

TOOL is the program or a script that runs it, such as one that calls that of Debian trixie's libjxl-devtools with its own libraries; VERSION, such as 0.11.2, is written
into the files, as the program doesn't tell it. MAKE_CLIPS is build/testdata/make_clips. The planes of 4:4:4 are taken as G, B and R, that of 4:0:0 as all three, full range,
sRGB.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
from array import array

HERE = pathlib.Path(__file__).resolve().parent
RGB = ["rgb_least8", "rgb_narrow8", "rgb_halved8", "rgb_noise8", "rgb_flat8", "rgb_ramp8", "rgb_ramp10", "rgb_dark12", "rgb_cuts8", "rgb_extremes8"]
CLIPS = [*RGB, "texture8_444", "texture16_444", "chroma8_444", "odd16_444", "noise16_444", "sky16_444", "grey8", "grey10"]
BRIGHT = ["rgb_cuts8", "rgb_dark12"]  # also at another luminance of white
TARGETS = [80, 250]


def listed(make_clips):
    """Clip -> (w, h, chroma, bits, frames)."""
    clips = {}
    for line in subprocess.run([make_clips, "--list"], check=True, text=True, capture_output=True).stdout.splitlines():
        name, w, h, chroma, bits, frames = line.split()
        clips[name] = int(w), int(h), chroma, int(bits), int(frames)
    return clips


def write_pictures(folder, clip, side, size):
    """A PPM for each frame of a clip's file."""
    w, h, chroma, bits, frames = size
    samples = array("H" if bits > 8 else "B", (folder / f"{clip}_{side}.yuv").read_bytes())
    planes = 1 if chroma == "400" else 3
    for frame in range(frames):
        start = frame * planes * w * h
        green, blue, red = (samples[start + min(p, planes - 1) * w * h :][: w * h] for p in range(3))
        pixels = array(samples.typecode, bytes(3 * w * h * samples.itemsize))
        for c, plane in enumerate((red, green, blue)):
            pixels[c::3] = plane
        if bits > 8 and sys.byteorder == "little":
            pixels.byteswap()
        (folder / f"{side}{frame}.ppm").write_bytes(b"P6\n%d %d\n%d\n" % (w, h, (1 << bits) - 1) + pixels.tobytes())


def record(tool, version, folder, clip, frames, grey, target):
    options = [("range", "full")]
    if not grey:
        options.insert(0, ("matrix", "gbr"))
    if target != 80:
        options.insert(0, ("intensity_target", target))
    suffix = "".join(f"_{name}_{value}" for name, value in options)
    lines = []
    for frame in range(frames):
        run = subprocess.run([tool, f"{folder}/ref{frame}.ppm", f"{folder}/dis{frame}.ppm", "--intensity_target", str(target)],
                             text=True, capture_output=True)
        found = re.fullmatch(r"(\S+)\n3-norm: (\S+)\n", run.stdout)
        if run.returncode or not found:
            sys.exit(f"record_butteraugli: {clip} failed: {run.stderr.strip()}")
        lines += [f"{frame} butteraugli{suffix} {found[1]}", f"{frame} butteraugli_3norm{suffix} {found[2]}"]
    header = (f"# Made by testdata/record_butteraugli.py from libjxl {version}.\n# clip: {clip}\n# models: -\n# collections: -\n"
              f"# extractors: butteraugli={':'.join(f'{name}:{value}' for name, value in options)}\n")
    name = clip + ".butteraugli" + ("" if target == 80 else f"_{target}")
    (HERE / "golden" / f"{name}.txt").write_text(header + "\n".join(sorted(lines, key=lambda line: line.split()[1])) + "\n")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    tool, version, make_clips, *wanted = sys.argv[1:]
    clips = listed(make_clips)
    for clip in (clip for clip in CLIPS if not wanted or clip in wanted):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            subprocess.run([make_clips, name, clip], check=True)
            for side in ("ref", "dis"):
                write_pictures(folder, clip, side, clips[clip])
            for target in TARGETS if clip in BRIGHT else TARGETS[:1]:
                record(tool, version, folder, clip, clips[clip][4], clips[clip][2] == "400", target)


if __name__ == "__main__":
    main()
