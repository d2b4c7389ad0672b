"""What differs between reference and distorted video is resolved by a rule that is said, or refused with both values and the option."""

import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree

import support
from media_support import FEATURES, FFMPEG, FFV1, X264, MediaTest, decode, ffmpeg
from support import frames, run

ZSCALE = FFMPEG and " zscale " in subprocess.run([FFMPEG, "-hide_banner", "-filters"], capture_output=True, text=True).stdout
ZIMG = os.environ.get("VMAF_ZIMG", "1") == "1"  # whether the command was built with it
SIZE = "160x120"
COUNT = 40
# Filters of the command in the words of zscale. Its slices are rounded each for itself, and so it is to work on whole frames.
FILTERS = {"bicubic": "filter=bicubic:param_a=0:param_b=0.6:threads=1", "lanczos": "filter=lanczos:param_a=3:threads=1",
           "bilinear": "filter=bilinear:threads=1"}


@unittest.skipUnless(ZIMG, "the command was built without zimg")
class PairingTest(MediaTest):
    def source(self, name="source.mkv", size=SIZE, pixels="yuv420p", count=COUNT):
        return self.clip(f"{size}_{count}_{name}", size, pixels, *FFV1, count=count)

    def lines(self, reference, distorted, *arguments):
        """What is said of the pair."""
        result = run("-r", reference, "-d", distorted, "-n", "--feature", "psnr", *arguments)
        self.check(result, 0)
        return result.err.splitlines()


@unittest.skipUnless(ZSCALE, "FFmpeg has no zscale")
class Scaling(PairingTest):
    def expect(self, reference, distorted, zscale, words, *arguments, equal=None):
        """The pair scores as with what FFmpeg's zscale makes of the distorted video, and it is said."""
        made = self.path("made.y4m")
        decode(distorted, made, "-vf", zscale)
        expected = self.report(equal or self.as_y4m(reference), made, "--feature", "ciede")
        result = run("-r", reference, "-d", distorted, "--feature", "psnr", "--feature", "ciede", "--precision", "max", "--csv", "-o", "-", *arguments)
        self.check(result, 0, *words)
        self.assertEqual(result.out, expected)

    def test_sizes(self):
        source = self.source(count=6)
        for name, size in (("half.mkv", "80x60"), ("larger.mkv", "234x178"), ("narrow.mp4", "130x120")):
            small = self.clip(name, size, "yuv420p", *(FFV1 if name.endswith("mkv") else X264), count=6)
            for number, (name, words) in enumerate(FILTERS.items()):
                with self.subTest(f"{size} {name}"):
                    automatic = number == 0
                    refusal = " (--scale none refuses)" if automatic else ""
                    self.expect(source, small, f"zscale=w=160:h=120:{words}",
                                [f"distorted scaled from {size} to 160x120 by {name}{refusal}\n"], *([] if automatic else ["--scale", name]))

    def test_chroma_formats_and_depths(self):
        for reference, distorted, size, said in [
            ("yuv420p", "yuv444p", SIZE, ["chroma of distorted resampled from 444 to 420 by bicubic"]),
            ("yuv444p", "yuv420p", SIZE, ["chroma of distorted resampled from 420 to 444 by bicubic"]),
            ("yuv422p10le", "yuv420p", "80x60", ["distorted scaled from 80x60", "from 420 to 422 by", "distorted lifted from 8 to 10 bits"]),
            ("yuv444p12le", "yuv422p10le", SIZE, ["from 422 to 444", "distorted lifted from 10 to 12 bits"]),
        ]:
            with self.subTest(f"{distorted} to {reference}"):
                a, b = self.source(f"{reference}.mkv", SIZE, reference, 5), self.clip(f"{distorted}_{size}.mkv", size, distorted, *FFV1, count=5)
                self.expect(a, b, f"zscale=w=160:h=120:{FILTERS['bicubic']},format={reference}", said)
        shallow, deep = self.source(count=5), self.clip("deep.mkv", SIZE, "yuv420p10le", *FFV1, count=5)
        lifted = self.path("lifted.y4m")
        decode(shallow, lifted, "-vf", "zscale=range=limited:rangein=limited,format=yuv420p10le")
        self.assertIn("reference lifted from 8 to 10 bits", self.lines(shallow, deep))
        self.assertEqual(self.report(shallow, deep), self.report(lifted, self.as_y4m(deep)))

    def odd(self, name, size, *arguments):
        """FFmpeg's source makes even sizes alone."""
        path = self.path(f"odd_{name}.mkv")
        ffmpeg("-i", self.source(size="200x160", count=4), "-vf", f"crop={size}:exact=1", *FFV1, *arguments, path)
        return path

    def test_odd_sizes(self):
        """zscale refuses them with subsampled chroma; luma is what it makes of a grey video."""
        source, small = self.odd("source", "161:121"), self.odd("small", "81:59")
        grey = [self.path("grey.y4m"), self.path("small_grey.y4m")]
        decode(source, grey[0], "-vf", "extractplanes=y")
        decode(small, grey[1], "-vf", f"extractplanes=y,zscale=w=161:h=121:{FILTERS['bicubic']},format=gray")
        luma = [line.split(",")[1] for line in self.report(*grey, "-n").splitlines()]
        result = self.report(source, small, "-n", "--feature", "ciede").splitlines()
        column = result[0].split(",").index("psnr_y")
        self.assertEqual([line.split(",")[column] for line in result], luma)

    def test_y4m_is_scaled_on_request_alone(self):
        source, small = self.source(count=6), self.clip("half.mkv", "80x60", "yuv420p", *FFV1, count=6)
        a, b = self.as_y4m(source), self.as_y4m(small)
        plain = run("-r", a, "-d", b)
        self.check(plain, 255)
        self.assertEqual(plain.err, "dimensions do not match: 160x120, 80x60\nvideos are incompatible, 1 problem.\n")
        for threads in (1, 5):
            self.assertEqual(self.report(a, b, "--scale", "bicubic", "--threads", threads), self.report(source, small))
        for selection in (["--frame_cnt", 3], ["--frame_skip_ref", 2, "--frame_skip_dist", 2], ["--every", 2]):
            self.assertEqual(self.report(a, b, "--scale", "bicubic", *selection), self.report(source, small, *selection))
        with open(b, "rb") as piped:
            result = run("-r", a, "-d", "-", "--scale", "lanczos", "--csv", "-o", "-", "--feature", "psnr", "--precision", "max", stdin=piped)
            self.check(result, 0)
        self.assertEqual(result.out, self.report(source, small, "--scale", "lanczos"))
        self.check(run("-r", a, "-d", b, "--scale", "bicubic", "--frame_skip_dist", 9), 234, "has 6 frames, and --frame_skip_dist 9 begins behind them")
        cut = self.write("cut.y4m", self.read_bytes(b)[:-100])
        self.check(run("-r", a, "-d", cut, "--scale", "bicubic"), 234, "frame 5 is incomplete")

    def test_several_encodes(self):
        source, small = self.source(count=6), self.clip("half.mkv", "80x60", "yuv420p", *FFV1, count=6)
        same = self.clip("same.mp4", SIZE, "yuv420p", *X264, count=6)
        folder = self.path("reports") + os.sep
        result = run("-r", source, "-d", small, "-d", same, *["--feature", "psnr", "--precision", "max"], "--csv", "-o", folder)
        self.check(result, 0, f"{small}: distorted scaled from 80x60 to 160x120 by bicubic")
        for encode_path in (small, same):
            name = os.path.basename(encode_path)
            (report,) = [file for file in os.listdir(folder) if file.startswith(name)]
            self.assertEqual(self.read(os.path.join(folder, report)), self.report(source, encode_path))

    def test_range_and_matrix(self):
        limited = self.clip("limited.mkv", SIZE, "yuv420p", *FFV1, "-color_range", "tv", "-colorspace", "bt709", count=6)
        full = self.path("full.mkv")
        ffmpeg("-i", limited, "-vf", "zscale=rangein=limited:range=full:threads=1", *FFV1, "-color_range", "pc", "-colorspace", "bt709", full)
        self.check(run("-r", limited, "-d", full), 255, "sample ranges differ: limited", "--colour convert")
        said = self.lines(limited, full, "--colour", "convert")
        self.assertEqual(said, ["distorted converted from full to limited range"])
        as_is, converted = (self.mean(self.report(limited, full, "-n", "--colour", how)) for how in ("as_is", "convert"))
        self.assertLess(as_is, 30)
        self.assertGreater(converted, 50, "there and back, only rounding is left")
        other = self.path("other.mkv")
        ffmpeg("-i", limited, "-vf", "zscale=matrixin=709:matrix=170m:threads=1", *FFV1, "-color_range", "tv", "-colorspace", "smpte170m", other)
        self.assertEqual(self.lines(limited, other, "--colour", "convert"), ["distorted converted from smpte170m to bt709 matrix"])
        self.assertGreater(self.mean(self.report(limited, other, "-n", "--colour", "convert")), self.mean(self.report(limited, other, "-n", "--colour", "as_is")) + 5)
        odd = [self.odd(name, "97:81", "-color_range", name) for name in ("tv", "pc")]
        self.check(run("-r", odd[0], "-d", odd[1], "--colour", "convert"), 255, "range and matrix can't be converted at the odd size 97x81")

    def mean(self, report):
        """Of the first column, psnr_y."""
        lines = [line.split(",") for line in report.splitlines()]
        column = lines[0].index("psnr_y")
        return sum(float(line[column]) for line in lines[1:]) / (len(lines) - 1)


class Rules(PairingTest):
    def test_v1_scores_at_10_bits(self):
        source, encoded = self.source("large.mkv", "224x224", count=3), self.clip("large.mp4", "224x224", "yuv420p", *X264, count=3)
        v1 = ["-m", "version=vmaf_v1.0.16_3d0h"]
        words = "both lifted from 8 to 10 bits, on which VMAF v1 is meant to run"
        result = run("-r", source, "-d", encoded, *v1)
        self.check(result, 0, words)
        y4m = ["-r", self.as_y4m(source), "-d", self.as_y4m(encoded), *v1]
        self.assertEqual(result.out, run(*y4m, "--vmaf_10bit").out)
        self.assertNotEqual(result.out, run(*y4m).out)
        mixed = run("-r", source, "-d", encoded, *v1, "-m", "version=vmaf_v0.6.1:name=old")
        self.check(mixed, 0, "scored at 8 bits, since VMAF v1 is not the only model")
        self.assertEqual(run(*y4m, "-m", "version=vmaf_v0.6.1:name=old").out, mixed.out)

    def test_shards_are_merged_at_the_depth_that_they_were_scored_at(self):
        size = "320x240"  # cambi takes no smaller ones
        source = self.source(size=size, count=6)
        pair = ["-r", source, "-d", self.clip("v1_shards.mp4", size, "yuv420p", *X264, count=6), "-m", "version=vmaf_v1.0.16_3d0h", "--csv"]
        parts = self.path("v1_parts/")
        for shard in ("1/2", "2/2"):
            self.check(run(*pair, "--shard", shard, "-o", parts), 0)
        merged = run("--merge", parts, "--csv", "-o", "-", "-q")
        self.check(merged, 0)
        self.assertEqual(merged.out, run(*pair, "-o", "-", "-q").out)

    def test_grey_reference_takes_luma_alone(self):
        grey = self.source("grey.mkv", pixels="gray", count=4)
        self.assertIn("chroma of distorted left out, reference has none", self.lines(grey, self.source(count=4)))
        self.check(run("-r", self.source(count=4), "-d", grey), 255, "pixel formats do not match: 420, 400")

    def test_every(self):
        source, encoded = self.source(count=9), self.clip("encoded9.mp4", SIZE, "yuv420p", *X264, count=9)
        whole, some = (self.report(source, encoded, "--feature", "xpsnr", *more).splitlines() for more in ([], ["--every", 4]))
        self.assertEqual(some[1:], [whole[1 + frame] for frame in (0, 4, 8)])
        self.assertEqual(self.report(source, encoded, "--subsample", 4).splitlines()[1:], self.report(source, encoded, "--every", 4).splitlines()[1:])


class Cropping(PairingTest):
    def test_crops_are_ffmpegs(self):
        for pixels, area in [("yuv420p", "100:80:12:6"), ("yuv420p", "61:47:2:34"), ("yuv422p10le", "64:33:6:5"), ("yuv444p", "51:33:7:9"), ("gray", "40:40:3:3")]:
            with self.subTest(f"{pixels} {area}"):
                name = pixels + area.replace(":", "_")
                source = self.source(f"{pixels}.mkv", pixels=pixels, count=4)
                encoded = self.clip(name + ".mkv", SIZE, pixels, *FFV1, "-vf", "noise=alls=9:all_seed=3", count=4)
                cut = [self.path(f"{name}{i}.y4m") for i in range(2)]
                for path, out in zip((source, encoded), cut):
                    decode(path, out, "-vf", f"crop={area}:exact=1")
                crops = ["--crop_ref", area, "--crop_dis", area]
                more = ["-n"] + ([] if pixels == "gray" else ["--feature", "ciede"])
                expected = self.report(*cut, *more)
                self.assertEqual(self.report(source, encoded, *crops, *more), expected)
                self.assertEqual(self.report(self.as_y4m(source), self.as_y4m(encoded), *crops, *more), expected)
                self.assertEqual(self.report(self.as_y4m(source), cut[1], *crops[:2], *more), expected)

    def test_raw_and_letterbox(self):
        clip = frames(48, 40, count=3)
        raw = self.yuv("a.yuv", clip)
        format_of = lambda w, h: ["-w", w, "-h", h, "-p", "420", "-b", 8]
        part = self.path("part.yuv")
        ffmpeg("-f", "rawvideo", "-s", "48x40", "-pix_fmt", "yuv420p", "-i", raw, "-vf", "crop=32:24:6:10", "-f", "rawvideo", part)
        dark = self.path("dark.yuv")
        ffmpeg("-f", "rawvideo", "-s", "32x24", "-pix_fmt", "yuv420p", "-i", part, "-vf", "eq=brightness=0.1,pad=48:40:6:10", "-f", "rawvideo", dark)
        plain = self.path("plain.yuv")
        ffmpeg("-f", "rawvideo", "-s", "48x40", "-pix_fmt", "yuv420p", "-i", dark, "-vf", "crop=32:24:6:10", "-f", "rawvideo", plain)
        crop = "32:24:6:10"
        self.assertEqual(self.report(raw, dark, *format_of(48, 40), "--crop_ref", crop, "--crop_dis", crop, "-n"), self.report(part, plain, *format_of(32, 24), "-n"))

    def test_refusals(self):
        source = self.source(count=4)
        for path in (source, self.as_y4m(source)):
            for area, words in [("100:80:61:0", "it reaches outside"), ("100:0:0:0", "it leaves nothing"), ("100:80:3:0", "take an even X"), ("10:8:2:5", "take an even Y"),
                                ("161:8:0:0", "160x120: it reaches outside"), ("4:4:4294967:0", "it reaches outside")]:
                result = run("-r", path, "-d", path, "--crop_dis", area)
                self.check(result, 255, "problem with distorted file: ", f"crop {area} of frames that are 160x120", words)

    def test_sizes_are_matched_behind_the_crop(self):
        source = self.source(count=4)
        self.assertEqual(self.lines(source, source, "--crop_dis", "80:60:40:30"), ["distorted scaled from 80x60 to 160x120 by bicubic (--scale none refuses)"])


@unittest.skipUnless(ZSCALE, "FFmpeg has no zscale")
class Pictures(PairingTest):
    def pictures(self, reference, distorted, *arguments):
        self.check(run("-r", reference, "-d", distorted, *arguments, "--html", self.path("page")), 0)
        return re.findall(r'<img width="(\d+)" height="(\d+)".*? src="([^"]+)"', self.read("page"))

    def test_page_shows_what_was_scored(self):
        source, small = self.source(count=4), self.clip("small.mkv", "80x60", "yuv420p", *FFV1, count=4)
        shown = self.pictures(source, small, "--crop_ref", "128:96:16:8", "--crop_dis", "64:48:8:4")
        if not shown:
            self.skipTest("built without a JPEG library")
        made = [self.path("reference.y4m"), self.path("distorted.y4m")]
        decode(source, made[0], "-vf", "crop=128:96:16:8")
        decode(small, made[1], "-vf", f"crop=64:48:8:4,zscale=w=128:h=96:{FILTERS['bicubic']}")
        self.assertEqual(shown, self.pictures(*made))
        self.assertEqual({size[:2] for size in shown}, {("128", "96")})


class Parameters(PairingTest):
    def test_params_say_what_was_done_to_both(self):
        source, small = self.source(count=8), self.clip("small10.mkv", "80x60", "yuv420p10le", *FFV1, count=9)
        report = self.path("report")
        arguments = ["-r", source, "-d", small, "-n", "--feature", "psnr", "--crop_dis", "40:30:4:2", "--frame_skip_dist", 1, "--dist_stream", 0, "-o", report]
        for form in ("--json", "--xml"):
            self.check(run(*arguments, form), 0)
            self.assertNotIn("distorted.", self.read(report))
        self.check(run(*arguments, "--json", "--params", "--html", self.path("page")), 0)
        params, page = json.loads(self.read(report))["params"], self.read("page")
        expected = {"reference.format": "160×120, 4:2:0, 10 bit", "distorted.scored_as": "160×120, 4:2:0, 10 bit", "distorted.crop": "40:30:4:2",
                    "distorted.first_frame": "1", "distorted.stream": "v:0", "distorted.codec": "ffv1", "distorted.decoded_by": "the CPU",
                    "distorted.conversion": "distorted scaled from 40x30 to 160x120 by bicubic (--scale none refuses); reference lifted from 8 to 10 bits"}
        for name, value in expected.items():
            self.assertEqual(params.get(name), value, name)
            for part in value.split("; "):
                self.assertIn(f"<td>{part}</td>", page)
        self.assertNotIn("distorted.conversion", page)
        self.check(run(*arguments, "--xml", "--params"), 0)
        attributes = xml.etree.ElementTree.fromstring(self.read(report)).find("params").attrib
        self.assertEqual({name: attributes.get(name) for name in expected}, expected)


class Synchronization(PairingTest):
    def shifted(self, source, frames_cut, name):
        path = os.path.join(self.shared_folder, name)
        ffmpeg("-i", source, "-vf", f"select=gte(n\\,{frames_cut}),setpts=N/25/TB", "-pix_fmt", "yuv420p", *X264, path)
        return path

    def test_shifts_are_found(self):
        source, whole = self.source(), self.clip("whole.mp4", SIZE, "yuv420p", *X264, count=COUNT)
        for shift in (-7, -1, 0, 1, 5, 12):
            with self.subTest(shift):
                reference = source if shift >= 0 else self.shifted(source, -shift, f"cut{-shift}.mkv")
                distorted = whole if shift <= 0 else self.shifted(source, shift, f"late{shift}.mp4")
                proposal = run("-r", reference, "-d", distorted, "--sync", "propose")
                self.check(proposal, 0)
                self.assertEqual(proposal.err, "")
                self.assertIn(f"frame {max(0, -shift)} of {distorted} shows frame {max(0, shift)} of {reference}", proposal.out)
                self.assertIn("at the next best one", proposal.out)
                skips = ["--frame_skip_ref", max(0, shift), "--frame_skip_dist", max(0, -shift)]
                self.assertIn(" ".join(map(str, skips)), proposal.out)
                automatic = run("-r", reference, "-d", distorted, "--sync", "auto")
                self.check(automatic, 0 if shift == 0 else 255, "as they are paired" if shift == 0 else "pairs them, and so does --sync apply")
                self.assertEqual(self.report(reference, distorted, "--sync", "apply"), self.report(reference, distorted, *skips))
        self.assertIn("shows frame 5", run("-r", source, "-d", os.path.join(self.shared_folder, "late5.mp4"), "--sync", "propose", "--frame_skip_ref", 2).out)

    def test_y4m_scaled_and_several(self):
        source, small = self.source(), self.path("little.mp4")
        ffmpeg("-i", source, "-vf", "scale=80:60", *X264, small)
        late = self.shifted(source, 4, "late4.mp4")
        proposal = run("-r", self.as_y4m(source), "-d", small, "-d", late, "--sync", "propose")
        self.check(proposal, 0)
        self.assertIn("sync: --frame_skip_ref 4 --frame_skip_dist 4 --frame_skip_dist 0 pairs them", proposal.out)
        self.assertIn(f"from frame 4 of {self.as_y4m(source)} on; {small} has 4 frames before that, which a run of its own scores", proposal.out)
        self.assertNotIn(f"{late} has", proposal.out)

    def test_each_of_several_has_a_shift_of_its_own(self):
        source, whole = self.source(), self.clip("whole.mp4", SIZE, "yuv420p", *X264, count=COUNT)
        late = self.shifted(source, 4, "late4.mp4")
        self.check(run("-r", source, "-d", late, "-d", whole, "--sync", "auto"), 255, "pairs them, and so does --sync apply")
        reports = [self.path("late.csv"), self.path("whole.csv")]
        applied = run("-r", source, "-d", late, "-d", whole, "--sync", "apply", *FEATURES, "--csv", "-o", reports[0], "-o", reports[1])
        self.check(applied, 0, "4 frames before that")
        self.assertEqual(self.read(reports[0]), self.report(source, late, "--frame_skip_ref", 4))
        self.assertEqual(self.read(reports[1]), self.report(source, whole, "--frame_skip_ref", 4, "--frame_skip_dist", 4))

    def test_a_doubtful_one_of_several_hides_no_shift(self):
        source, frozen = self.source(), self.path("red.mkv")
        late = self.shifted(source, 4, "late4.mp4")
        ffmpeg("-f", "lavfi", "-i", f"color=red:size={SIZE}:rate=25", "-frames:v", COUNT, "-pix_fmt", "yuv420p", *FFV1, frozen)
        for encodes in (["-d", late, "-d", frozen], ["-d", frozen, "-d", late]):
            for how in ("auto", "apply"):
                self.check(run("-r", source, *encodes, "--sync", how), 255, "shows frame 4", "stands out", "or score the encodes in runs of their own")

    def test_weak_evidence_is_no_proposal(self):
        still = self.path("still.mkv")
        ffmpeg("-f", "lavfi", "-i", f"color=gray:size={SIZE}:rate=25,noise=alls=4:allf=t", "-frames:v", COUNT, "-pix_fmt", "yuv420p", *FFV1, still)
        encoded, frozen, loop = self.path("still.mp4"), self.path("frozen.mkv"), self.path("loop.mkv")
        ffmpeg("-i", still, *X264, encoded)
        ffmpeg("-f", "lavfi", "-i", f"color=red:size={SIZE}:rate=25", "-frames:v", COUNT, "-pix_fmt", "yuv420p", *FFV1, frozen)
        ffmpeg("-stream_loop", "7", "-i", self.source("five.mkv", count=5), "-vf", "setpts=N/25/TB", *FFV1, loop)
        for reference, distorted in ((still, encoded), (frozen, frozen), (loop, loop)):
            with self.subTest(distorted):
                proposal = run("-r", reference, "-d", distorted, "--sync", "propose")
                self.check(proposal, 0)
                self.assertIn("stands out; is the picture still, or does it repeat?", proposal.out)
                self.assertNotIn("pairs", proposal.out)
                self.check(run("-r", reference, "-d", distorted, "--sync", "apply"), 255, "applies no doubtful shift")
                self.check(run("-r", reference, "-d", distorted, "--sync", "auto"), 0, "stands out")
        source = self.source()
        late = self.path("late.mkv")
        ffmpeg("-i", source, "-vf", "select='gte(n,5)',setpts=N/25/TB", *FFV1, late)
        self.assertIn("beyond --sync_window", run("-r", source, "-d", late, "--sync", "propose", "--sync_window", 3).out)
        self.assertIn("frame 5 of", run("-r", source, "-d", late, "--sync", "propose", "--sync_window", 8).out)
        few = self.source("three.mkv", count=3)
        self.assertIn("there are too few frames", run("-r", few, "-d", few, "--sync", "propose").out)

    def test_pipes_are_refused(self):
        source = self.source()
        with open(source, "rb") as piped:
            self.check(run("-r", source, "-d", "-", "--sync", "auto", stdin=piped), 255, "--sync reads the beginning of both videos twice, and - is no file")


class Times(PairingTest):
    """Frames are paired by their number, and it is said where their times tell that this may be wrong."""

    def without(self, source, name, select, *arguments):
        """The source without some of its frames, whose times are those of the others."""
        path = self.path(name)
        ffmpeg("-i", source, "-vf", f"select='{select}'", "-fps_mode", "passthrough", "-enc_time_base", "-1", *FFV1, *arguments, path)
        return path

    def test_a_lost_frame_is_noticed(self):
        source = self.source()
        shorter = self.without(source, "shorter.mkv", f"lt(n,{COUNT - 1})")
        lost = self.without(source, "lost.mkv", "not(eq(n,7))")
        said = self.lines(shorter, lost)
        self.assertEqual(len(said), 1, said)
        self.assertIn("frame 7 is shown 0.040 and 0.080 s after the one before", said[0])
        self.assertIn("frame 7 is shown", self.lines(shorter, lost, "--frames", "4:")[0])
        for pair in ((lost, lost), (source, source)):
            self.assertEqual(self.lines(*pair), [])
        self.assertEqual(self.lines(shorter, lost, "--allow_rate_mismatch"), [])
        several = run("-r", shorter, "-d", shorter, "-d", lost, "-n", "--feature", "psnr")
        self.check(several, 0, "shorter.mkv, ", "lost.mkv")
        self.assertEqual(several.err.count("after the one before"), 1)

    def test_rounded_times_are_no_loss(self):
        source = self.source(count=25)
        mp4, ts = self.path("times.mp4"), self.path("times.ts")
        ffmpeg("-i", source, *X264, mp4)
        ffmpeg("-i", mp4, "-c", "copy", ts)
        for distorted in (mp4, ts):
            self.assertEqual(self.lines(source, distorted), [])

    def test_durations(self):
        source, short = self.source(), self.source("short.mkv", count=COUNT - 20)
        result = run("-r", source, "-d", short, "-n", "--feature", "psnr")
        self.check(result, 234, "durations differ: 1.600 s", "0.800 s", "--allow_length_mismatch", "ended after 20 frames")
        self.check(run("-r", source, "-d", short, "-n", "--feature", "psnr", "--frames", "10:"), 234, "ended after 20 frames")
        for arguments in (["--allow_length_mismatch"], ["--frame_cnt", 5]):
            self.assertNotIn("durations", "".join(self.lines(source, short, *arguments)))


if __name__ == "__main__":
    support.main()
