#!/usr/bin/env python3
"""Records golden values of xpsnr: runs FFmpeg's filter of that name on generated clips as rawvideo and keeps what it prints.

usage: testdata/record_xpsnr.py FFMPEG MAKE_CLIPS [CLIP...]

FFMPEG is the program, of release 7.1 or later, whose version is written into the files; MAKE_CLIPS is build/testdata/make_clips. The
filter's first input is the reference. Its averages over the clip, of four decimals, stand in a comment. A program for this alone:

    configure --disable-everything --disable-autodetect --disable-doc --enable-filter=xpsnr,metadata,format,null,settb,fps
              --enable-decoder=rawvideo,wrapped_avframe --enable-demuxer=rawvideo --enable-muxer=null --enable-encoder=wrapped_avframe
              --enable-protocol=file,pipe
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SIZES = ["vga8", "vga10", "wvga8", "wvga10", "hd8", "hd10", "fullhd8", "fullhd10"]
# Above 8 bit the filter misreads padded rows and, from 32768 on, samples; rows of rawvideo are not padded. It rounds odd chroma sizes up.
FORMATS = ["texture8", "texture8_444", "texture8_422", "texture12_422", "grey8", "grey10", "dark10", "cuts8", "same8", "noise8"]
LARGE = [("uhd8", 24), ("uhd8", 60), ("uhd10", 30), ("uhd10", 60), ("dci8", 50)]
CASES = [(clip, fps) for clip in SIZES for fps in (24, 30, 60)] + LARGE + [(clip, fps) for clip in FORMATS for fps in (25, 60)]
PLANES = {"y": "y", "u": "cb", "v": "cr"}


def listed(make_clips):
    """Clip -> (size, FFmpeg's pixel format)."""
    clips = {}
    for line in subprocess.run([make_clips, "--list"], check=True, text=True, capture_output=True).stdout.splitlines():
        name, w, h, chroma, bits, _ = line.split()
        base = "gray" if chroma == "400" else f"yuv{chroma}p"
        clips[name] = f"{w}x{h}", base + ("" if bits == "8" else f"{bits}le")
    return clips


def record(ffmpeg, version, folder, clip, size, pixels, fps):
    video = ["-f", "rawvideo", "-pix_fmt", pixels, "-video_size", size, "-framerate", str(fps), "-i"]
    run = subprocess.run([ffmpeg, "-hide_banner", *video, f"{folder}/{clip}_ref.yuv", *video, f"{folder}/{clip}_dis.yuv", "-lavfi",
                          "[0][1]xpsnr,metadata=print:file=-", "-f", "null", "-"], text=True, capture_output=True)
    averages = re.search(r"XPSNR +(y: .*)", run.stderr)
    if run.returncode or not averages:
        sys.exit(f"record_xpsnr: {clip} at {fps} failed: {run.stderr.strip()}")
    values = {}
    frame = None
    for line in run.stdout.splitlines():
        if found := re.match(r"frame:(\d+)", line):
            frame = int(found[1])
        elif found := re.match(r"lavfi\.xpsnr\.xpsnr\.([yuv])=(.*)", line):
            values.setdefault(PLANES[found[1]], []).append(f"{frame} xpsnr_{PLANES[found[1]]} {found[2]}")
    header = (f"# Made by testdata/record_xpsnr.py from FFmpeg {version}.\n# clip: {clip}\n# models: -\n# collections: -\n"
              f"# extractors: xpsnr=fps:{fps}\n# averages over the clip: {' '.join(averages[1].split())}\n")
    (HERE / "golden" / f"{clip}.xpsnr_{fps}.txt").write_text(header + "\n".join(sum(values.values(), [])) + "\n")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    ffmpeg, make_clips, *wanted = sys.argv[1:]
    version = subprocess.run([ffmpeg, "-version"], check=True, text=True, capture_output=True).stdout.split()[2]
    clips = listed(make_clips)
    for clip in sorted({clip for clip, _ in CASES if not wanted or clip in wanted}):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([make_clips, folder, clip], check=True)
            for _, fps in (case for case in CASES if case[0] == clip):
                record(ffmpeg, version, folder, clip, *clips[clip], fps)


if __name__ == "__main__":
    main()
