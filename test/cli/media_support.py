"""What the tests with compressed files share: clips that FFmpeg makes, and their frames as Y4M."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import support
from support import CliTest, run

FFMPEG = shutil.which("ffmpeg")
FEATURES = ["--feature", "psnr", "--precision", "max"]
FRAMES = 10


def ffmpeg(*arguments):
    subprocess.run([FFMPEG, "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def source(size, count=FRAMES):
    """Arguments for a clip that moves, with noise on it. FFmpeg's source rounds sizes to even ones, and is cropped to odd ones."""
    even = "x".join(str(int(side) + int(side) % 2) for side in size.split("x"))
    crop = "" if size == even else f",crop={size.replace('x', ':')}:0:0:exact=1"
    return ["-f", "lavfi", "-i", f"testsrc2=size={even}:rate=25,noise=alls=12:allf=t:all_seed=7{crop}", "-frames:v", count]


def encode(path, size, pixels, *arguments, count=FRAMES):
    ffmpeg(*source(size, count), "-pix_fmt", pixels, *arguments, path)


def decode(path, out, *arguments):
    """What FFmpeg decodes, frame by frame, as Y4M."""
    arguments = ["-flags", "unaligned", "-i", path, "-fps_mode", "passthrough", *arguments, "-strict", "-1", "-f"]
    ffmpeg(*arguments, "yuv4mpegpipe", out)
    with open(out, "rb") as y4m:
        header = y4m.readline()
    deep, odd = re.search(rb" C(4..)p\d\d", header), re.match(rb"YUV4MPEG2 W(\d*[13579]) H(\d+)", header)
    if deep and odd and deep[1] != b"444":
        ffmpeg(*arguments, "rawvideo", out)
        frame_wide_y4m(out, header, *(int(side) for side in odd.groups()), both=deep[1] == b"420")


def frame_wide_y4m(path, header, w, h, both):
    """Makes Y4M of raw samples of 16 bits, of an odd width: FFmpeg 5.1 loses half of the last sample of each row of subsampled chroma."""
    with open(path, "rb") as raw:
        samples = raw.read()
    frame = 2 * (w * h + 2 * ((w + 1) // 2) * ((h + 1) // 2 if both else h))
    with open(path, "wb") as y4m:
        y4m.write(header + b"".join(b"FRAME\n" + samples[start:start + frame] for start in range(0, len(samples), frame)))


X264 = ["-c:v", "libx264", "-crf", "30", "-threads", "1"]
X265 = ["-c:v", "libx265", "-crf", "30", "-x265-params", "log-level=none:pools=1:frame-threads=1"]
VP9 = ["-c:v", "libvpx-vp9", "-crf", "40", "-b:v", "0", "-cpu-used", "8", "-deadline", "realtime"]
VP9_ALTREF = ["-c:v", "libvpx-vp9", "-crf", "40", "-b:v", "0", "-cpu-used", "5", "-auto-alt-ref", "1", "-lag-in-frames", "8"]
AOM = ["-c:v", "libaom-av1", "-crf", "40", "-cpu-used", "8", "-threads", "1"]
SVT = ["-c:v", "libsvtav1", "-crf", "45", "-preset", "12", "-svtav1-params", "lp=1"]
MPEG2 = ["-c:v", "mpeg2video", "-q:v", "6"]
PRORES = ["-c:v", "prores_ks", "-profile:v"]
FFV1 = ["-c:v", "ffv1", "-slicecrc", "1"]


@unittest.skipUnless(FFMPEG and support.MEDIA, "ffmpeg is not installed, or the command was built without its libraries")
class MediaTest(CliTest):
    @classmethod
    def setUpClass(cls):
        shared = tempfile.TemporaryDirectory()
        cls.addClassCleanup(shared.cleanup)
        cls.shared_folder = shared.name

    def clip(self, name, size, pixels, *arguments, count=FRAMES):
        """A file that all tests of the class have; encoded once."""
        path = os.path.join(self.shared_folder, name)
        if not os.path.exists(path):
            encode(path, size, pixels, *arguments, count=count)
        return path

    def h264(self, name="h264.mp4", *arguments, count=FRAMES):
        return self.clip(name, "96x80", "yuv420p", *X264, *arguments, count=count)

    def as_y4m(self, path, *arguments):
        """The path of a file's frames as Y4M; decoded once."""
        y4m = os.path.join(self.shared_folder, os.path.basename(path) + ".y4m")
        if not os.path.exists(y4m):
            decode(path, y4m, *arguments)
        return y4m

    def report(self, reference, distorted, *arguments):
        result = run("-r", reference, "-d", distorted, *FEATURES, "--csv", "-o", "-", *arguments)
        self.check(result, 0)
        return result.out
