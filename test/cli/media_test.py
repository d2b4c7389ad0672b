"""Compressed files: the values of a pair are those of the same frames as Y4M, to the last digit."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import support
from media_support import AOM, FEATURES, FFV1, FRAMES, MPEG2, PRORES, SVT, VP9, VP9_ALTREF, X264, X265, MediaTest, decode, encode, ffmpeg, source
from support import run

# Name of the file, size, pixel format, encoder.
CASES = [
    ("h264_420.mp4", "96x80", "yuv420p", X264),
    ("h264_b.mkv", "96x80", "yuv420p", X264 + ["-bf", "5", "-b_strategy", "0"]),
    ("h264_no_b.mp4", "96x80", "yuv420p", X264 + ["-bf", "0"]),
    ("h264_open_gop.mp4", "96x80", "yuv420p", X264 + ["-x264-params", "open-gop=1:keyint=4:bframes=3:b-adapt=0"]),
    ("h264_pyramid.ts", "96x80", "yuv420p", X264 + ["-x264-params", "keyint=6:bframes=4:b-pyramid=normal:b-adapt=0"]),
    ("h264_intra.mov", "96x80", "yuv420p", X264 + ["-g", "1"]),
    ("h264_refresh.mp4", "96x80", "yuv420p", X264 + ["-intra-refresh", "1"]),
    ("h264_flash.flv", "96x80", "yuv420p", X264),
    ("h264_bare.h264", "96x80", "yuv420p", X264 + ["-bf", "3"]),
    ("h264_avi.avi", "96x80", "yuv420p", X264 + ["-bf", "0"]),
    ("h264_fragments.mp4", "96x80", "yuv420p", X264 + ["-movflags", "frag_keyframe+empty_moov", "-g", "4"]),
    ("h264_cropped.mp4", "98x82", "yuv420p", X264),
    ("h264_crop_left.mp4", "96x80", "yuv420p", X264 + ["-bsf:v", "h264_metadata=crop_left=6:crop_top=10:crop_right=2"]),
    ("h264_full_range.mp4", "96x80", "yuvj420p", X264),
    ("h264_422.mp4", "96x80", "yuv422p", X264),
    ("h264_444.mkv", "97x81", "yuv444p", X264),
    ("h264_420_10.mp4", "96x80", "yuv420p10le", X264),
    ("h264_422_10.mkv", "96x80", "yuv422p10le", X264),
    ("h264_444_10.mp4", "97x81", "yuv444p10le", X264),
    ("hevc_420.mp4", "96x80", "yuv420p", X265),
    ("hevc_b.mkv", "96x80", "yuv420p", X265[:-1] + [X265[-1] + ":bframes=6:keyint=8:b-adapt=0"]),
    ("hevc_open_gop.mp4", "96x80", "yuv420p", X265[:-1] + [X265[-1] + ":open-gop=1:keyint=4:bframes=2"]),
    ("hevc_420_10.mp4", "98x82", "yuv420p10le", X265),
    ("hevc_420_12.mkv", "96x80", "yuv420p12le", X265),
    ("hevc_422_10.mkv", "96x80", "yuv422p10le", X265),
    ("hevc_444.mp4", "98x82", "yuv444p", X265),
    ("hevc_444_10.ts", "96x80", "yuv444p10le", X265),
    ("hevc_bare.hevc", "96x80", "yuv420p", X265),
    ("vp8_odd.webm", "97x81", "yuv420p", ["-c:v", "libvpx", "-b:v", "100k", "-deadline", "realtime"]),
    ("vp9_420.webm", "96x80", "yuv420p", VP9),
    ("vp9_hidden.webm", "96x80", "yuv420p", VP9_ALTREF),
    ("vp9_hidden.mp4", "96x80", "yuv420p", VP9_ALTREF),
    ("vp9_odd.ivf", "97x81", "yuv420p", VP9),
    ("vp9_422.mkv", "97x80", "yuv422p", VP9),
    ("vp9_444_12.mkv", "97x81", "yuv444p12le", VP9),
    ("vp9_420_10.webm", "97x81", "yuv420p10le", VP9),
    ("av1_420.mp4", "96x80", "yuv420p", AOM),
    ("av1_odd.webm", "97x81", "yuv420p", AOM),
    ("av1_420_10.mkv", "97x81", "yuv420p10le", AOM),
    ("av1_444.mp4", "97x81", "yuv444p", AOM),
    ("av1_grain.mkv", "96x80", "yuv420p", AOM + ["-denoise-noise-level", "20"]),
    ("av1_svt_10.mp4", "128x96", "yuv420p10le", SVT),
    ("av1_bare.obu", "96x80", "yuv420p", AOM),
    ("mpeg2_420.mpg", "96x80", "yuv420p", MPEG2 + ["-bf", "2"]),
    ("mpeg2_422.ts", "96x80", "yuv422p", MPEG2 + ["-bf", "2"]),
    ("mpeg2_odd.mkv", "97x81", "yuv420p", MPEG2 + ["-bf", "1"]),
    ("mpeg4_b.avi", "97x81", "yuv420p", ["-c:v", "mpeg4", "-q:v", "6", "-bf", "2"]),
    ("theora.ogv", "98x82", "yuv420p", ["-c:v", "libtheora", "-q:v", "5"]),
    ("prores_422.mov", "97x81", "yuv422p10le", PRORES + ["standard"]),
    ("prores_444.mov", "96x80", "yuv444p10le", PRORES + ["4444"]),  # decoded as 12 bits
    ("ffv1_420.mkv", "97x81", "yuv420p", FFV1),
    ("ffv1_422_10.mkv", "97x81", "yuv422p10le", FFV1),
    ("ffv1_444_16.mkv", "97x81", "yuv444p16le", FFV1),
    ("ffv1_grey_12.mkv", "97x81", "gray12le", FFV1),
    ("utvideo_422.avi", "96x80", "yuv422p", ["-c:v", "utvideo"]),
    ("mjpeg.avi", "97x81", "yuvj420p", ["-c:v", "mjpeg", "-q:v", "4"]),
    ("raw_nv12.nut", "96x80", "nv12", ["-c:v", "rawvideo"]),
]


class Equality(MediaTest):
    def compare(self, reference, distorted, *arguments):
        """Both ways of a pair, and a pair of different kinds."""
        reference_y4m, distorted_y4m = self.as_y4m(reference), self.as_y4m(distorted)
        expected = self.report(reference_y4m, distorted_y4m, *arguments)
        self.assertEqual(self.report(reference, distorted, *arguments), expected)
        self.assertEqual(self.report(reference_y4m, distorted, *arguments), expected)
        return expected

    def reference_of(self, case):
        """What a case is compared with: a file without loss that has the same format."""
        name, size, pixels, _ = case
        plain = "yuv444p12le" if "prores_444" in name else pixels.replace("nv12", "yuv420p").replace("yuvj", "yuv")
        crop = ["-vf", "crop=88:70:6:10"] if "crop_left" in name else []
        path = self.clip(f"{size}_{plain}{'_crop' if crop else ''}.mkv", size, plain, *FFV1, *crop)
        self.as_y4m(path)
        return plain, path

    def check_case(self, case, plain, reference):
        name, size, pixels, encoder = case
        with self.subTest(name):
            distorted = self.clip(name, size, pixels, *encoder)
            full_range = ["-vf", "scale=in_range=full:out_range=full"] if "yuvj" in pixels else []
            self.as_y4m(distorted, *full_range, "-pix_fmt", plain)
            lines = self.compare(reference, distorted, *([] if "gray" in pixels else ["--feature", "ciede"])).splitlines()
            self.assertEqual(len(lines), 1 + FRAMES, name)

    def test_formats(self):
        self.assertGreaterEqual(len(CASES), 40)
        references = [self.reference_of(case) for case in CASES]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for result in [pool.submit(self.check_case, case, *reference) for case, reference in zip(CASES, references)]:
                result.result()

    def test_edit_lists(self):
        whole = self.h264("long.mp4", "-g", "6", "-bf", "3", count=24)
        cut = self.path("cut.mp4")
        ffmpeg("-ss", "0.4", "-i", whole, "-c", "copy", "-t", "0.4", cut)
        reference = self.path("cut.mkv")
        ffmpeg("-i", cut, "-fps_mode", "passthrough", *FFV1, reference)
        lines = self.compare(reference, cut).splitlines()
        packets = subprocess.run(["ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0",
                                  "-ignore_editlist", "1", cut], check=True, capture_output=True).stdout
        self.assertLess(len(lines) - 1, int(packets), "the edit list hides no frame: the test shows nothing")

    def test_cropping_of_containers(self):
        """DisplayWidth and DisplayHeight of a Matroska file become PixelCropLeft and PixelCropRight, which FFmpeg 7.1 and later tell."""
        data = bytearray(self.read_bytes(self.h264("wide.mkv", "-aspect", "2:1")))
        for old, new, samples in ((b"\x54\xb0\x81", b"\x54\xcc\x81", 6), (b"\x54\xba\x81", b"\x54\xdd\x81", 4)):
            at = data.index(old)
            data[at:at + 4] = new + bytes([samples])
        cropped = self.write("cropped.mkv", data)
        reference = self.path("cropped_ref.mkv")
        ffmpeg("-i", cropped, "-vf", "noise=alls=8:all_seed=1", *FFV1, reference)
        self.compare(reference, cropped)

    def test_variable_frame_rate(self):
        uneven = self.path("uneven.mp4")
        ffmpeg(*source("96x80", 24), "-vf", "select='not(mod(n,3))+not(mod(n,4))'", "-fps_mode", "passthrough", "-pix_fmt", "yuv420p",
               *X264, uneven)
        reference = self.path("uneven.mkv")
        ffmpeg("-i", uneven, "-fps_mode", "passthrough", "-vf", "noise=alls=8:all_seed=1", *FFV1, reference)
        self.compare(reference, uneven)

    def test_pipes_threads_and_selections(self):
        reference, distorted = self.h264(), self.h264("bad.mkv", "-crf", "45")
        expected = self.compare(reference, distorted)
        with open(distorted, "rb") as piped:
            result = run("-r", reference, "-d", "-", *FEATURES, "--csv", "-o", "-", stdin=piped)
            self.check(result, 0)
            self.assertEqual(result.out, expected)
        fragments = self.clip("h264_fragments.mp4", "96x80", "yuv420p", *X264, "-movflags", "frag_keyframe+empty_moov", "-g", "4")
        with subprocess.Popen(["cat", fragments], stdout=subprocess.PIPE) as cat:
            result = run("-r", reference, "-d", "-", *FEATURES, "--csv", "-o", "-", stdin=cat.stdout)
        self.check(result, 0)
        self.assertEqual(result.out, self.report(reference, fragments))
        for threads in (0, 1, 7, 16):
            self.assertEqual(self.report(reference, distorted, "--threads", threads), expected)
        for selection in (["--frame_cnt", 5], ["--frame_skip_ref", 2, "--frame_skip_dist", 3, "--allow_length_mismatch"], ["--subsample", 3]):
            self.compare(reference, distorted, *selection)
        self.assertEqual(len(self.report(reference, distorted, "-n").splitlines()), 1 + FRAMES)
        luma = run("-r", reference, "-d", distorted, "--csv", "-o", "-")  # of the model alone, which reads no chroma
        self.check(luma, 0)
        self.assertEqual(len(luma.out.splitlines()), 1 + FRAMES)

    def test_common_depth(self):
        deep, shallow = self.clip("deep.mkv", "224x224", "yuv420p10le", *FFV1), self.clip("big.mp4", "224x224", "yuv420p", *X264)
        self.compare(deep, shallow, "--aom_ctc", "v6.0")
        self.check(run("-r", self.as_y4m(deep), "-d", self.as_y4m(shallow)), 255, "bitdepths do not match: 10, 8")

    def test_frame_rate_is_the_default_of_fps(self):
        reports = set()
        for name, rate in (("slow.mp4", "25"), ("fast.mkv", "60000/1001")):
            clip = self.h264(name, "-r", rate, "-crf", "40")
            reference = self.path("sharp_" + name)
            ffmpeg("-i", clip, "-vf", "noise=alls=8:all_seed=1", *X264, "-crf", "5", reference)
            reports.add(self.compare(reference, clip, "--feature", "xpsnr"))
        self.assertEqual(len(reports), 2)

    def test_raw_beside_media(self):
        distorted, raw = self.h264(), self.path("raw.yuv")
        ffmpeg("-i", self.h264("bad.mkv", "-crf", "45"), "-f", "rawvideo", raw)
        arguments = ["-w", 96, "-h", 80, "-p", "420", "-b", 8]
        self.assertEqual(self.report(raw, distorted, *arguments), self.report(self.h264("bad.mkv"), distorted))

    def test_streams(self):
        first, second = self.h264(), self.h264("bad.mkv", "-crf", "45")
        both, sound = self.path("both.mkv"), ["-f", "lavfi", "-i", "sine=duration=0.5"]
        ffmpeg("-i", first, *sound, "-i", second, "-map", "1:a", "-map", "0:v", "-map", "2:v", "-c:v", "copy", "-c:a", "aac", both)
        expected = self.report(first, second)
        self.assertEqual(self.report(both, f"{both}#v:1"), expected)
        self.assertEqual(self.report(both, both, "--ref_stream", 0, "--dist_stream", 1), expected)
        self.assertEqual(self.report(f"{both}#v:0", second), expected)
        self.check(run("-r", both, "-d", second), 0, "both.mkv has 2 video streams; number 0 is scored, PATH#v:N chooses another")
        self.check(run("-r", first, "-d", f"{both}#v:2"), 255, "there is no video stream 2; it has 2, counted from 0: take #v:0 to #v:1")
        self.check(run("-r", first, "-d", f"{both}#v:1", "--dist_stream", 0), 1, "name different streams")
        named = self.path("odd#v:1")
        shutil.copy(second, named)
        self.assertEqual(self.report(first, named), expected)
        y4m = self.path("a.y4m")
        decode(first, y4m)
        self.check(run("-r", f"{y4m}#v:0", "-d", first), 255, "only a container has streams to choose from")

    def test_cover_pictures_are_no_video(self):
        cover, film = self.path("cover.png"), self.path("film.mkv")
        encode(cover, "64x64", "rgb24", count=1)
        ffmpeg("-i", self.h264(), "-i", cover, "-map", "1", "-map", "0:v", "-c:v", "copy", "-disposition:v:0", "attached_pic", self.path("f.mp4"))
        self.assertEqual(self.report(self.h264(), self.path("f.mp4")), self.report(self.h264(), self.h264()))
        ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", "-i", cover, "-c:v", "copy", "-disposition:v:0", "attached_pic", self.path("song.mp4"))
        self.check(run("-r", self.h264(), "-d", self.path("song.mp4")), 255, "there is no video in it, only: audio, video (a cover picture)")


class Comparison(MediaTest):
    """What is compared before the first frame."""

    def warnings(self, reference, distorted, *arguments):
        result = run("-r", reference, "-d", distorted, "-n", "--feature", "psnr", *arguments)
        self.check(result, 0)
        return [line for line in result.err.splitlines() if line.startswith("Warning: ")]

    def test_formats_that_differ(self):
        reference = self.h264()
        for name, size, pixels, words in [
            ("size.mkv", "64x48", "yuv420p", ["dimensions do not match: 96x80, 64x48; --scale bicubic converts", "incompatible, 1 problem."]),
            ("format.mkv", "96x80", "yuv444p", ["pixel formats do not match: 420, 444; --scale bicubic converts"]),
            ("grey.mkv", "96x80", "gray", ["pixel formats do not match: 420, 400; convert the distorted video first", "-pix_fmt yuv420p -c:v"]),
            ("all.mkv", "64x48", "yuv422p10le", ["96x80, 64x48", "420, 422", "incompatible, 2 problems."]),
        ]:
            self.check(run("-r", reference, "-d", self.clip(name, size, pixels, *FFV1), "--scale", "none"), 255, *words)

    def test_what_files_say(self):
        plain = self.clip("plain.mp4", "96x80", "yuv420p", *X264, "-colorspace", "bt709", "-color_range", "tv")
        self.assertEqual(self.warnings(plain, plain), [])
        self.assertEqual(self.warnings(self.as_y4m(plain), plain), [])
        self.assertEqual(self.warnings(self.h264(), plain), [], "what one file does not tell is no difference")
        rates, colours = "--allow_rate_mismatch pairs them one by one", "--colour convert converts the distorted video, --colour as_is compares"
        for name, arguments, words, way, option in [
            ("rate.mp4", ["-r", "30000/1001"], "frame rates differ: 25 (PLAIN), 30000/1001 (OTHER); ", rates, ["--allow_rate_mismatch"]),
            ("range.mkv", ["-vf", "scale=out_range=full", "-color_range", "pc", "-colorspace", "bt709"],
             "sample ranges differ: limited (PLAIN), full (OTHER); ", colours, ["--colour", "as_is"]),
            ("matrix.mp4", ["-colorspace", "smpte170m"], "colour matrices differ: bt709 (PLAIN), smpte170m (OTHER); ", colours, ["--colour", "as_is"]),
        ]:
            other = self.clip(name, "96x80", "yuv420p", *X264, *arguments)
            words = words.replace("PLAIN", plain).replace("OTHER", other)
            self.check(run("-r", plain, "-d", other), 255, words, way)
            found = self.warnings(plain, other, *option)
            self.assertEqual(len(found), 1, found)
            self.assertIn(words, found[0])
        self.check(run("-r", self.as_y4m(plain), "-d", self.clip("rate.mp4", "96x80", "yuv420p")), 255, "frame rates differ")

    def test_numbers_of_frames(self):
        short, long = self.h264(), self.h264("long.mp4", count=24)
        words = f"numbers of frames differ: {FRAMES} ({short}), 24 ({long})"
        self.check(run("-r", short, "-d", long), 255, words, "--allow_length_mismatch")
        allow = "--allow_length_mismatch"
        self.assertIn(words, self.warnings(short, long, allow)[0])
        self.assertEqual(self.warnings(short, long, "--frame_cnt", FRAMES), [])
        self.assertEqual(self.warnings(short, long, "--frame_skip_dist", 24 - FRAMES), [])
        self.check(run("-r", short, "-d", long, "--frame_skip_ref", 1), 255, f"differ: {FRAMES - 1} (")
        self.check(run("-r", short, "-d", self.as_y4m(long)), 255, f"differ: {FRAMES} ({short}), 24 (")
        self.check(run("-r", long, "-d", short, allow), 0, f'"{short}" ended before "{long}".')
        self.assertEqual(len(self.report(long, short, allow).splitlines()), 1 + FRAMES)
        cut = self.path("cut.mp4")
        ffmpeg("-ss", "0.4", "-i", long, "-c", "copy", "-t", "0.4", cut)
        shown = len(self.report(cut, cut).splitlines()) - 1
        self.assertIn(f"differ: {shown} ({cut}), 24 ({long})", self.warnings(cut, long, allow)[0], "frames that an edit list hides do not count")

    def test_numbers_of_frames_that_only_the_end_tells(self):
        short, long = self.h264("short.mkv"), self.h264("long.mkv", count=24)
        for pair in ((short, long), (long, short)):
            self.check(run("-r", pair[0], "-d", pair[1], "-o", self.path("report")), 234, f"{short} ended after {FRAMES} frames, before {long}; ")
            self.assertFalse(os.path.exists(self.path("report")))
            self.assertEqual(len(self.report(*pair, "--allow_length_mismatch").splitlines()), 1 + FRAMES)
            self.assertEqual(len(self.report(*pair, "--frame_cnt", FRAMES).splitlines()), 1 + FRAMES)


class Documentation(MediaTest):
    def test_examples(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "media.md"), encoding="utf-8") as file:
            examples = [line.strip() for line in file if line.startswith("    ")]
        self.assertGreater(len(examples), 6)
        folder = self.folder.name
        encode(self.path("source.mkv"), "320x240", "yuv420p", *FFV1)
        for name, size in (("source.mp4", "320x240"), ("encode.mp4", "320x240"), ("small.mp4", "160x120")):
            encode(self.path(name), size, "yuv420p", *X264)
        decode(self.path("source.mkv"), self.path("source.y4m"))
        ffmpeg("-i", self.path("source.mkv"), "-f", "rawvideo", self.path("source.yuv"))
        path = os.pathsep.join((os.path.dirname(os.path.abspath(support.VMAF)), os.environ["PATH"]))
        for example in examples:
            with self.subTest(example):
                result = subprocess.run(["sh", "-c", example], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True)
                if "--decoder cuda" in example and result.returncode == 3:
                    self.assertIn(b"the GPU's video decoders can't be used: ", result.stderr)
                    continue
                self.assertEqual(result.returncode, 0, result.stderr)
                said = [line for line in result.stderr.decode().splitlines() if line and not line.startswith(("distorted scaled", "sync: ", '"encode.mp4" ended'))]
                self.assertEqual(said, [])


class Failures(MediaTest):
    def refuse(self, distorted, *words, code=255, reference=None):
        """One sentence that names the file, and no score. `reference` is whole."""
        result = run("-r", reference or self.h264(), "-d", distorted, "-o", self.path("report"))
        self.check(result, code, distorted, *words)
        self.assertEqual(len(result.err.splitlines()), 1, result.err)
        self.assertEqual(result.out, "")
        self.assertFalse(os.path.exists(self.path("report")))

    def change(self, path, name, change):
        return self.write(name, change(self.read_bytes(path)))

    def cut(self, path, name, share):
        return self.change(path, name, lambda data: data[:int(len(data) * share)])

    def test_cut_files(self):
        for name, codec, words, code in [
            ("a.mkv", X264, "cut short after packet", 234), ("a.avi", MPEG2, "cut short", 234),
            ("first.mp4", X264 + ["-movflags", "faststart"], "cut short", 234), ("last.mp4", X264, "moov atom not found; is the file whole?", 255),
            ("a.ts", MPEG2, "damaged", 234), ("a.ivf", VP9, "cut short", 234), ("a.mov", PRORES + ["1"], "moov atom not found", 255),
        ]:
            with self.subTest(name):
                clip = self.clip(name, "96x80", "yuv422p10le" if codec[1] == "prores_ks" else "yuv420p", *codec)
                self.refuse(self.cut(clip, "cut_" + name, .8), words, code=code, reference=clip)
        # What precedes can be scored.
        for name in ("a.mkv", "first.mp4"):
            clip = self.clip(name, "96x80", "yuv420p")
            self.check(run("-r", clip, "-d", self.path("cut_" + name), "--frame_cnt", 3), 0)

    def test_damaged_files(self):
        for name, pixels, codec in [("f.mkv", "yuv420p", FFV1), ("m.mkv", "yuv420p", MPEG2 + ["-bf", "2"]), ("d.avi", "yuv420p", ["-c:v", "mpeg4", "-q:v", "4"]),
                                    ("x.mp4", "yuv420p", X264 + ["-coder", "vlc"]), ("h.mkv", "yuv420p", X265[:-1] + [X265[-1] + ":hash=1"])]:
            with self.subTest(name):
                clip = self.clip(name, "96x80", pixels, *codec)
                middle = len(self.read_bytes(clip)) * 6 // 10
                bad = self.change(clip, "bad_" + name, lambda data: data[:middle] + bytes(60) + data[middle + 60:])
                result = run("-r", clip, "-d", bad)
                self.check(result, result.code or 1, "bad_" + name)
                self.assertIn(result.code, (234, 255))
                self.assertRegex(result.err, "video stream 0 .*(frame|packet).*; copy or download")

    def test_lost_packet(self):
        """A reference frame is gone, and the file's structure is whole."""
        for name, codec in (("lost.mkv", X264 + ["-bf", "0", "-refs", "1"]), ("lost_hevc.mkv", X265[:-1] + [X265[-1] + ":bframes=0:ref=1"])):
            clip = self.clip("whole_" + name, "96x80", "yuv420p", *codec)
            ffmpeg("-i", clip, "-c", "copy", "-bsf:v", "noise=drop=eq(n\\,4)", self.path(name))
            result = run("-r", clip, "-d", self.path(name))
            self.assertNotEqual(result.code, 0, result.err)

    def test_files_without_frames(self):
        tone = self.path("tone.m4a")
        ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", tone)
        self.refuse(tone, "there is no video in it, only: audio; is it the right file?")
        none = self.path("none.mp4")
        ffmpeg("-i", self.h264(), "-c", "copy", "-frames:v", 0, "-movflags", "empty_moov", none)
        self.refuse(none, "is the file whole?")
        self.refuse(self.write("text.mp4", b"This is no film at all. " * 99), "not a Y4M file")
        self.refuse(self.write("noise.mkv", os.urandom(5000)), "noise.mkv")
        self.refuse(self.write("start.mkv", b"\x1a\x45\xdf\xa3" + bytes(2000)), "start.mkv")

    def test_mp4_that_a_pipe_cannot_read(self):
        film = self.h264("heavy.mp4", "-crf", "0", count=30)
        self.assertGreater(os.path.getsize(film), 1 << 17)
        with subprocess.Popen(["cat", film], stdout=subprocess.PIPE) as cat:
            self.check(run("-r", film, "-d", "-", stdin=cat.stdout), 255, "its index is at the end of the file", "-movflags +faststart")

    def test_wrong_names(self):
        wrong = self.path("wrong.yuv")
        shutil.copy(self.h264(), wrong)
        self.assertEqual(self.report(self.h264(), wrong), self.report(self.h264(), self.h264()))

    def test_interlaced_and_rotated_video(self):
        for name, codec in (("tff.mkv", X264 + ["-x264-params", "tff=1"]), ("fields.ts", MPEG2 + ["-flags", "+ilme+ildct", "-top", "1"]),
                            ("prores.mov", PRORES + ["1", "-flags", "+ildct", "-top", "1"])):
            pixels = "yuv422p10le" if codec[1] == "prores_ks" else "yuv420p"
            encode(self.path(name), "96x96", pixels, "-vf", "setfield=tff", *codec)
            self.refuse(self.path(name), "frame 0: it is interlaced", "deinterlace it first: ffmpeg")
        turned = self.path("turned.mp4")
        data = self.read_bytes(self.h264())
        upright = bytes.fromhex("00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000")
        quarter = bytes.fromhex("00000000 00010000 00000000 ffff0000 00000000 00000000 00000000 00000000 40000000")
        at = data.index(b"tkhd")
        self.assertIn(upright, data[at:])
        self.write("turned.mp4", data[:at] + data[at:].replace(upright, quarter, 1))
        self.refuse(turned, "to be rotated or mirrored for display (by 90 degrees clockwise)", "turn it first: ffmpeg")

    def test_size_that_changes(self):
        parts = [self.clip("small.h264", "96x80", "yuv420p", *X264), self.clip("large.h264", "128x96", "yuv420p", *X264)]
        both = self.write("both.h264", *(self.read_bytes(part) for part in parts))
        self.refuse(both, f"frame {FRAMES}: it is 128x96 420 8-bit and the frames before it are 96x80 420 8-bit", code=234,
                    reference=self.h264("long.mp4", count=20))

    def test_formats_that_cannot_be_scored(self):
        for pixels, words in (("bgr24", "-pix_fmt yuv444p -c:v ffv1"), ("yuv410p", "-pix_fmt yuv420p -c:v ffv1"), ("bgra", "its frames are bgra")):
            path = self.path(pixels + ".avi")
            encode(path, "96x80", pixels, "-c:v", "rawvideo" if pixels == "bgr24" else "ffv1")
            self.refuse(path, "frame 0: its frames are", words)

    def test_codecs_and_keys_that_are_missing(self):
        unknown = self.change(self.h264("h264.mkv"), "unknown.mkv", lambda data: data.replace(b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/XVC"))
        self.refuse(unknown, "its codec is unknown to FFmpeg's libraries")
        locked = self.path("locked.mp4")
        ffmpeg("-i", self.h264(), "-c", "copy", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb",
               "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8", locked)
        self.refuse(locked, "is encrypted; decrypt it first")

    def test_nothing_reaches_the_network_or_other_files(self):
        self.refuse("http://127.0.0.1:9/a.mp4", "could not open file")
        playlist = self.write("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
        self.refuse(playlist, "list.m3u8")


if __name__ == "__main__":
    support.main()
