"""Compressed files whose frames are sought, and decoded in pieces by several decoders."""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import support
from media_support import AOM, FEATURES, FFV1, MPEG2, PRORES, SVT, VP9_ALTREF, X264, X265, MediaTest, encode, ffmpeg
from support import run

# Name of the file, pixel format, encoder, and the frames of 40 at which decoding can begin; None: as the encoder pleases, but several.
STREAMS = [
    ("closed.mp4", "yuv420p", X264 + ["-g", "7", "-bf", "3"], None),
    ("intra.mov", "yuv420p", X264 + ["-g", "1"], range(40)),
    ("open.mkv", "yuv420p", X264 + ["-x264-params", "open-gop=1:keyint=6:bframes=3:b-adapt=0"], [0]),
    ("deep.mkv", "yuv420p", X264 + ["-x264-params", "keyint=9:min-keyint=9:scenecut=0:bframes=8:b-adapt=0:b-pyramid=normal:ref=8:vbv-maxrate=300:vbv-bufsize=300:nal-hrd=vbr"], range(0, 40, 9)),
    ("refresh.mp4", "yuv420p", X264 + ["-intra-refresh", "1", "-g", "9"], [0]),
    ("bursts.ts", "yuv420p", X264 + ["-g", "7", "-bf", "3"], None),
    ("bare.h264", "yuv420p", X264 + ["-g", "8", "-bf", "0", "-sc_threshold", "0"], range(0, 40, 8)),
    ("fragments.mp4", "yuv420p", X264 + ["-g", "5", "-movflags", "frag_keyframe+empty_moov", "-sc_threshold", "0"], range(0, 40, 5)),
    ("hevc_open.mp4", "yuv420p", X265[:-1] + [X265[-1] + ":open-gop=1:keyint=8:min-keyint=8:bframes=3:b-adapt=0:scenecut=0"], range(0, 40, 8)),
    ("hevc_closed.mkv", "yuv420p10le", X265[:-1] + [X265[-1] + ":open-gop=0:keyint=8:min-keyint=8:bframes=3:scenecut=0"], range(0, 40, 8)),
    ("hevc_radl.ts", "yuv420p", X265[:-1] + [X265[-1] + ":open-gop=1:radl=2:keyint=8:min-keyint=8:bframes=3:b-adapt=0:scenecut=0"], range(0, 40, 8)),
    ("hidden.webm", "yuv420p", VP9_ALTREF + ["-g", "9"], None),
    ("hidden_vp8.webm", "yuv420p", ["-c:v", "libvpx", "-b:v", "200k", "-auto-alt-ref", "1", "-lag-in-frames", "8", "-deadline", "good", "-cpu-used", "5", "-g", "9"], None),
    ("aom.mkv", "yuv420p", AOM + ["-g", "9"], range(0, 40, 9)),
    ("svt.mp4", "yuv420p", SVT + ["-g", "10"], None),
    ("mpeg2.ts", "yuv420p", MPEG2 + ["-g", "6", "-bf", "2"], [0]),
    ("prores.mov", "yuv422p10le", PRORES + ["1"], range(40)),
]


class Seeking(MediaTest):
    """Every frame is that of the file read in one go: sought, and decoded by several decoders in pieces."""

    def frames(self, path, *arguments):
        result = subprocess.run([os.environ["MEDIA_FRAMES"], path, *map(str, arguments)], capture_output=True)
        self.assertEqual((result.returncode, result.stderr), (0, b""), path)
        return result.stdout.split()

    def check_stream(self, name, pixels, encoder, starts):
        size = "128x96" if "svt" in name else "96x80"
        path = self.clip(name, size, pixels, *encoder, count=40)
        with self.subTest(name):
            expected = self.frames(path, "sequence", 1)
            self.assertEqual(len(set(expected)), 40)
            self.assertEqual(self.frames(path, "sequence", 3), expected)
            self.assertEqual(self.frames(path, "seek", 1), expected)
            self.assertEqual(self.frames(path, "seek", 2), expected)
            found = [int(frame) for frame in self.frames(path, "index", self.path(name + ".index"))]
            if starts is None:
                self.assertGreater(len(found), 2)
            else:
                self.assertEqual(found, list(starts))

    def test_streams(self):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for result in [pool.submit(self.check_stream, *stream) for stream in STREAMS]:
                result.result()

    def test_parameter_sets_that_change(self):
        parts = [self.path(name) for name in ("first.h264", "second.h264")]
        for path, arguments in zip(parts, (["-bf", "0", "-refs", "1"], ["-bf", "4", "-refs", "4"])):
            encode(path, "96x80", "yuv420p", *X264, "-g", "5", "-sc_threshold", "0", *arguments, count=20)
        joined = self.write("joined.h264", b"".join(self.read_bytes(path) for path in parts))
        expected = [frame for path in parts for frame in self.frames(path, "sequence", 1)]
        for sessions in (1, 2, 3):
            self.assertEqual(self.frames(joined, "sequence", sessions), expected)
        self.assertEqual(self.frames(joined, "index", self.path("joined.index")), [b"0", b"5", b"10", b"15"])

    def test_edit_lists(self):
        whole, cut = self.clip("closed.mp4", "96x80", "yuv420p", *STREAMS[0][2], count=40), self.path("cut.mp4")
        ffmpeg("-ss", "0.4", "-i", whole, "-c", "copy", "-t", "0.9", cut)
        expected = self.frames(cut, "sequence", 1)
        self.assertEqual(expected, self.frames(whole, "sequence", 1)[10:10 + len(expected)])
        for arguments in (("sequence", 3), ("seek", 1), ("seek", 3)):
            self.assertEqual(self.frames(cut, *arguments), expected)

    def test_shards_keep_the_index(self):
        path, parts = self.h264("sharded.mkv", "-g", "20", count=150), self.path("parts/")
        expected = self.report(path, path)
        for shard in ("2/2", "1/2"):
            self.check(run("-r", path, "-d", path, *FEATURES[:2], "--shard", shard, "-o", parts), 0)
            index, = (name for name in os.listdir(parts) if name.startswith("sharded.mkv.") and name.endswith(".keyframes"))
            kept = self.read_bytes(parts + index)
            self.assertRegex(kept, rb"\Avmaf keyframes 1: stream 0 of \d+ bytes\n0 (.|\n)*\nend\n\Z")
            self.write("parts/" + index, kept[:-9])  # damaged, it is made again
        result = run("--merge", parts, "--csv", "-o", "-", *FEATURES[2:])
        self.check(result, 0)
        self.assertEqual(result.out, expected)

    def test_inputs_of_one_name_have_indexes_of_their_own(self):
        path, other = self.path("same.mkv"), self.path("encodes/same.mkv")
        os.mkdir(self.path("encodes"))
        shutil.copy(self.h264("first.mkv", "-g", "20", count=60), path)
        shutil.copy(self.h264("second.mkv", "-g", "15", count=60), other)
        for shard in ("1/2", "2/2"):
            self.check(run("-r", path, "-d", other, *FEATURES[:2], "--shard", shard, "-o", self.path("parts/")), 0)
        kept = [name for name in os.listdir(self.path("parts")) if name.endswith(".keyframes")]
        self.assertEqual(sorted(len(self.read("parts/" + name).splitlines()) - 2 for name in kept), [3, 4])

    def test_reports_by_several_decoders(self):
        """Of files and of a pipe, and the same words for what is damaged."""
        reference, distorted = self.h264("long.mkv", "-g", "6", "-bf", "3", count=40), self.h264("worse.mkv", "-g", "9", "-coder", "vlc", count=40)
        expected = self.report(reference, distorted)
        self.assertEqual(self.report(reference, distorted, "--sessions", 3), expected)
        with open(distorted, "rb") as piped:
            result = run("-r", reference, "-d", "-", *FEATURES, "--csv", "-o", "-", "--sessions", 2, stdin=piped)
        self.check(result, 0)
        self.assertEqual(result.out, expected)
        skipped = self.report(reference, reference, "--frame_skip_ref", 20, "--frame_skip_dist", 20, "--sessions", 2).splitlines()
        self.assertEqual(len(skipped), 1 + 20)
        data = self.read_bytes(distorted)
        middle = len(data) * 6 // 10
        for name, damaged in (("cut.mkv", data[:middle]), ("hole.mkv", data[:middle] + bytes(60) + data[middle + 60:])):
            path = self.write(name, damaged)
            told = [run("-r", reference, "-d", path, "-o", self.path("report"), "--sessions", sessions).err.splitlines()[-1] for sessions in (1, 4)]
            for text in told:
                self.assertRegex(text, name + ": video stream 0 .*; copy or download")
            # How many frames a decoder's threads give out before they meet the damage hangs on how they run.
            self.assertEqual(*(re.sub(r"after frame \d+", "", text) for text in told))


    def test_frames_before_damage(self):
        """All of them, whatever the number of decoders: of streams that hold no frame back, so that their number is fixed."""
        for name, encoder in (("late.ffv1.mkv", FFV1 + ["-g", "1"]), ("late.mpeg2.mkv", MPEG2 + ["-g", "6", "-bf", "0"])):
            whole = self.clip(name, "96x80", "yuv420p", *encoder, count=40)
            frames, data = self.frames(whole, "sequence", 1), self.read_bytes(whole)
            cut = self.write("cut." + name, data[:len(data) * 6 // 10])
            for sessions in (1, 2, 3):
                result = subprocess.run([os.environ["MEDIA_FRAMES"], cut, "sequence", str(sessions)], capture_output=True, text=True)
                before = int(re.search(r"cut short after packet (\d+)", result.stderr)[1])
                self.assertGreater(before, 10)
                self.assertEqual(result.stdout.encode().split(), frames[:before + 1], (name, sessions))

    def test_damage_in_a_later_piece(self):
        """Pieces before it are whole, though the decoder that had them has met it; a run that ends before it does not know of it."""
        for name, arguments in (("b.mkv", ["-bf", "3"]), ("pyramid.mp4", ["-bf", "8", "-x264-params", "b-adapt=0:b-pyramid=normal:ref=8"])):
            whole = self.h264(name, "-g", "20", "-sc_threshold", "0", *arguments, count=200)
            frames, data, failures = self.frames(whole, "sequence", 1), self.read_bytes(whole), 0
            for part in (0.4, 0.5, 0.7):
                middle = int(len(data) * part)
                damaged = self.write(f"{part}.{name}", data[:middle] + bytes(90) + data[middle + 90:])
                found = []
                for sessions in (2, 3, 4):
                    result = subprocess.run([os.environ["MEDIA_FRAMES"], damaged, "sequence", str(sessions)], capture_output=True, text=True)
                    found.append(result.stdout.encode().split())
                    self.assertEqual(found[-1][:60], frames[:60])
                    if result.returncode:
                        self.assertRegex(result.stderr, f"after frame {len(found[-1]) - 1}: |frame {len(found[-1])} at ")
                        failures += 1
                self.assertEqual(len({len(one) for one in found}), 1)
                for sessions in (1, 4):
                    self.report(whole, damaged, "--frame_cnt", 40, "--sessions", sessions)
            self.assertGreater(failures, 0)


if __name__ == "__main__":
    support.main()
