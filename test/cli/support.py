"""Common to the tests of the command: running it, and clips to run it on."""

import fcntl
import functools
import itertools
import os
import pty
import random
import re
import resource
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

VMAF = os.environ.get("VMAF", "vmaf")
MEDIA = os.environ.get("VMAF_MEDIA", "1") == "1"  # whether the command was built with FFmpeg's libraries
TIMEOUT_S = 60
WIDTH, HEIGHT, COUNT = 48, 32, 30  # of ClipTest's videos


class Result:
    def __init__(self, completed):
        self.code = completed.returncode
        self.out = (completed.stdout or b"").decode()
        self.err = (completed.stderr or b"").decode()


def limits(memory, file_size):
    """What the child does before it becomes the command: takes limits, in bytes, on its address space and on files."""

    def apply():
        for resource_id, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, file_size)):
            if limit is not None:
                resource.setrlimit(resource_id, (limit, limit))

    return apply


def run(*arguments, stdin=None, memory_limit=None, file_size_limit=None, **streams):
    """`streams`: where standard output and error go, if not into the result."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return Result(subprocess.run([VMAF, *map(str, arguments)], stdin=stdin or subprocess.DEVNULL, timeout=TIMEOUT_S,
                                 preexec_fn=limits(memory_limit, file_size_limit), **streams))


def within_memory(limit):
    """Keyword of run() for that many bytes of address space; none where the command takes more to start, as with a sanitizer."""
    return {"memory_limit": limit} if run("--version", memory_limit=limit).code == 0 else {}


def run_on_terminal(*arguments, columns=80):
    """Exit code, and what a run shows on a terminal that is its standard output and error. None: no terminal is to be had."""
    try:
        ours, theirs = pty.openpty()
    except OSError:
        return None
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([VMAF, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the terminal's other side is closed
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    return process.returncode, shown.decode()


def chroma_size(width, height, pix_fmt):
    """Size of a chroma plane in a file: rounded up."""
    return {"400": (0, 0), "420": ((width + 1) // 2, (height + 1) // 2), "422": ((width + 1) // 2, height),
            "444": (width, height)}[pix_fmt]


def frames(width, height, pix_fmt="420", depth=8, count=3, seed=1, noise=0):
    """Frames of texture; `noise` > 0 adds differences that another seed would not hide."""
    texture = random.Random(seed)
    damage = random.Random(seed * 1000 + noise)
    peak = (1 << depth) - 1
    plane_sizes = [(width, height)] + [chroma_size(width, height, pix_fmt)] * 2
    result = []
    for _ in range(count):
        planes = []
        for w, h in plane_sizes:
            samples = [texture.randrange(peak // 4, peak // 2) for _ in range(w * h)]
            if noise:
                samples = [s + damage.randrange(noise << (depth - 8)) for s in samples]
            planes.append(samples)
        result.append(planes)
    return result


def pack(frame, depth):
    samples = [s for plane in frame for s in plane]
    return bytes(samples) if depth == 8 else struct.pack(f"<{len(samples)}H", *samples)


def y4m_header(width, height, chroma="420"):
    return f"YUV4MPEG2 W{width} H{height} F25:1 Ip C{chroma}\n".encode()


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, *parts):
        with open(self.path(name), "wb") as file:
            for part in parts:
                file.write(part)
        return self.path(name)

    def yuv(self, name, clip, depth=8):
        return self.write(name, *(pack(frame, depth) for frame in clip))

    def y4m(self, name, clip, width, height, chroma="420", depth=8):
        return self.write(name, y4m_header(width, height, chroma), *(b"FRAME\n" + pack(frame, depth) for frame in clip))

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def read_bytes(self, path):
        with open(path, "rb") as file:
            return file.read()

    def pair(self, width=32, height=24, count=3):
        """Arguments for a small pair of Y4M files."""
        return ["-r", self.y4m("ref.y4m", frames(width, height, count=count), width, height),
                "-d", self.y4m("dis.y4m", frames(width, height, count=count, noise=20), width, height)]

    def check(self, result, code, *texts):
        """Exit code, and texts that standard error must hold."""
        self.assertEqual(result.code, code, result.err)
        for text in texts:
            self.assertIn(text, result.err)


def without_fps(report):
    return re.sub(r'fps"?[:=] ?"?[0-9.e+]+', "fps", report)


@functools.cache
def clip(noise=0):
    """Frames of a Y4M file."""
    return [b"FRAME\n" + pack(frame, 8) for frame in frames(WIDTH, HEIGHT, count=120, noise=noise)]


class ClipTest(CliTest):
    """A pair of videos of any length, and their parts."""

    def video(self, name, count, noise=0):
        """Of the same clip, which begins again after 120 frames."""
        return self.write(name, y4m_header(WIDTH, HEIGHT), *itertools.islice(itertools.cycle(clip(noise)), count))

    def videos(self, count=COUNT):
        return ["-r", self.video("ref.y4m", count), "-d", self.video("dis.y4m", count, noise=20)]

    def report(self, *arguments, name="report"):
        self.check(run(*arguments, "-o", self.path(name)), 0)
        return without_fps(self.read(name))

    def shard(self, videos, number, count, *options, to="parts/"):
        return run(*videos, *options, "--shard", f"{number}/{count}", "-o", self.path(to))

    def parts(self, videos, count, *options, to="parts/"):
        for number in range(1, count + 1):
            self.check(self.shard(videos, number, count, *options, to=to), 0)
        return self.path(to)

    def names(self, to="parts"):
        return sorted(os.listdir(self.path(to)))


def main():
    unittest.main(verbosity=2, argv=[sys.argv[0], *sys.argv[1:]])
