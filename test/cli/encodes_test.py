#!/usr/bin/env python3
"""Several encodes in one run: each has the report that it has alone, and the reference is read once."""

import json
import os
import re
import shutil
import subprocess
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import support
from support import CliTest, frames, main, pack, run, y4m_header

EVERYTHING = ["-m", "version=vmaf_v0.6.1", "-m", "version=vmaf_v0.6.1neg:name=neg", "--feature", "psnr=enable_apsnr=true",
              "--feature", "xpsnr", "--feature", "ciede", "--precision", "max", "--params"]
NAMES = ["a.y4m", "b.y4m", "c.y4m"]
WIDTH, HEIGHT, COUNT = 48, 32, 7


def without_fps(report):
    return re.sub(rb'"?fps"?[=:] ?"?[0-9.]+"?,?', b"", report)


class EncodesTest(CliTest):
    def setUp(self):
        super().setUp()
        self.reference = self.clip("ref.y4m")

    def clip(self, name, noise=0, count=COUNT, seed=1):
        return self.y4m(name, frames(WIDTH, HEIGHT, count=count, noise=noise, seed=seed), WIDTH, HEIGHT)

    def encodes(self, counts=(COUNT, COUNT, COUNT)):
        return [self.clip(name, noise=10 + 9 * i, count=count) for i, (name, count) in enumerate(zip(NAMES, counts))]

    def score(self, paths, *arguments, **streams):
        backend = [] if "--cuda" in arguments else ["--no_cuda"]
        return run("-r", self.reference, *(argument for path in paths for argument in ("-d", path)), *arguments, *backend, **streams)

    def alone(self, path, *arguments, **streams):
        """The report of one encode."""
        report = self.path("alone")
        self.check(self.score([path], *arguments, "-o", report, **streams), 0)
        return without_fps(self.read_bytes(report))

    def check_reports(self, paths, *arguments, forms=("csv",), **streams):
        """Of all encodes in one run, against those of each alone."""
        for form in forms:
            result = self.score(paths, *arguments, f"--{form}", "-o", self.path(f"reports {form}/"), **streams)
            self.check(result, 0)
            for path in paths:
                report = self.read_bytes(os.path.join(self.path(f"reports {form}"), f"{os.path.basename(path)}.{form}"))
                self.assertEqual(without_fps(report), self.alone(path, *arguments, f"--{form}", **streams), (path, form))
        return result


class Reports(EncodesTest):
    def test_each_is_that_of_its_encode_alone(self):
        paths = self.encodes()
        result = self.check_reports(paths, *EVERYTHING, forms=("json", "csv", "xml", "sub"))
        lines = result.out.splitlines()
        self.assertEqual(len(lines), 2 * len(paths))
        for path, line in zip(paths, lines[::2]):
            self.assertEqual(line, f"{path}: {self.score([path]).out.strip()}")

    def test_whatever_the_threads(self):
        paths = self.encodes()
        expected = [self.alone(path, *EVERYTHING, "--csv") for path in paths]
        outputs = [argument for path in paths for argument in ("-o", path + ".csv")]
        for threads in (0, 1, 2, 3, 16):
            self.check(self.score(paths, *EVERYTHING, "--csv", "--threads", threads, *outputs), 0)
            self.assertEqual([self.read_bytes(path + ".csv") for path in paths], expected, threads)

    def test_many_encodes(self):
        paths = [self.clip(f"{i}.y4m", noise=i + 3, count=2) for i in range(17)]
        self.check(self.score(paths, "--csv", "-o", self.path("many/")), 0)
        self.assertEqual(len({self.read_bytes(self.path(f"many/{i}.y4m.csv")) for i in range(17)}), 17)

    @unittest.skipUnless("VMAF_EMULATOR" in os.environ, "for the stand-in of the CUDA driver")
    def test_on_a_gpu(self):
        emulated = {"env": {**os.environ, "LD_LIBRARY_PATH": os.environ["VMAF_EMULATOR"]}}
        paths = self.encodes((COUNT, COUNT - 3, COUNT))
        arguments = ["-m", "version=vmaf_v0.6.1", "--feature", "psnr", "--feature", "ciede", "--precision", "max"]
        self.check_reports(paths, *arguments, "--cuda", forms=("json", "csv"), **emulated)
        for path in paths:
            report = self.read_bytes(os.path.join(self.path("reports csv"), f"{os.path.basename(path)}.csv"))
            self.assertEqual(report, self.alone(path, *arguments, "--no_cuda", "--csv"))


class Lengths(EncodesTest):
    def test_the_others_go_on_where_one_ends(self):
        """The first one ends long before the pictures would, which all take from one pool."""
        counts = (3, 40, 12)
        paths = self.encodes(counts)
        self.reference = self.clip("ref.y4m", count=41)
        result = self.check_reports(paths, "--feature", "psnr", "--threads", 2)
        for path, count in zip(paths, counts):
            self.assertIn(f'"{path}" ended before "{self.reference}".', result.err)
            self.assertEqual(len(self.read_bytes(self.path(f"reports csv/{os.path.basename(path)}.csv")).splitlines()), 1 + count)

    def test_the_reference_ends_all(self):
        paths = self.encodes((COUNT, COUNT + 1, COUNT + 2))
        result = self.check_reports(paths)
        self.assertEqual(result.err.count(f'"{self.reference}" ended before "'), 2)

    def test_limits_and_frames_to_skip(self):
        paths = self.encodes()
        self.check_reports(paths, "--frame_cnt", 3, "--subsample", 2)
        self.check_reports(paths, "--frame_skip_ref", 1, "--frame_skip_dist", 2)
        outputs = [argument for path in paths for argument in ("-o", path + ".csv")]
        skips = [argument for n in range(3) for argument in ("--frame_skip_dist", n)]
        self.check(self.score(paths, "--csv", *skips, *outputs), 0)
        for n, path in enumerate(paths):
            self.assertEqual(self.read_bytes(path + ".csv"), self.alone(path, "--csv", "--frame_skip_dist", n))
        self.check(self.score(paths, *skips[:4]), 1, "--frame_skip_dist is given 2 times for 3 distorted videos")

    def test_an_incomplete_or_empty_encode_is_an_error(self):
        whole, cut = self.clip("a.y4m", 10), self.clip("b.y4m", 20)
        os.truncate(cut, os.path.getsize(cut) - 5)
        self.check(self.score([whole, cut], "-o", self.path("reports/")), 234, cut, f"frame {COUNT - 1}")
        self.assertEqual(os.listdir(self.path("reports")), [])
        empty = self.write("empty.y4m", y4m_header(WIDTH, HEIGHT))
        self.check(self.score([whole, empty]), 234, f"{empty}: no frames to score")
        with subprocess.Popen(["cat", empty], stdout=subprocess.PIPE) as cat:
            self.check(self.score([whole, "-"], stdin=cat.stdout), 234, "standard input: no frames to score, it is empty")


class Refusals(EncodesTest):
    def test_formats_that_differ_name_the_encode(self):
        whole = self.clip("a.y4m")
        small = self.y4m("small.y4m", frames(16, 16), 16, 16)
        deep = self.y4m("deep.y4m", frames(WIDTH, HEIGHT, depth=10), WIDTH, HEIGHT, chroma="420p10", depth=10)
        result = self.score([whole, small, deep])
        self.check(result, 255, f"{small}: dimensions do not match: {WIDTH}x{HEIGHT}, 16x16", f"{deep}: bitdepths do not match: 8, 10")
        self.assertNotIn(whole, result.err)
        big = frames(256, 256, count=1)
        shallow, deep = [self.y4m(f"{d}.y4m", frames(256, 256, count=1, depth=d), 256, 256, chroma=c, depth=d) for d, c in ((8, "420"), (10, "420p10"))]
        self.reference = self.y4m("big.y4m", big, 256, 256)
        self.check(self.score([shallow, deep], "--aom_ctc", "v6.0"), 255, "it can't be lifted for one of them alone")
        self.reference = deep
        self.check(self.score([shallow, deep], "--aom_ctc", "v6.0", "-q"), 0)

    def test_files_that_cannot_be_opened_name_the_encode(self):
        whole, missing = self.clip("a.y4m"), self.path("missing.y4m")
        self.check(self.score([whole, missing, whole]), 255, f"problem with distorted file: {missing}")
        text = self.write("text", b"plain text")
        os.mkfifo(self.path("fifo"))  # nobody writes to it
        self.check(self.score([self.path("fifo"), whole, text]), 255, f"problem with distorted file: {text}", "not a Y4M file")
        self.assertEqual(len(self.score([self.path("fifo"), whole, text]).err.splitlines()), 1)

    def test_outputs(self):
        paths = self.encodes()
        self.check(self.score(paths, "-o", self.path("r.xml")), 1, f"{self.path('r.xml')} can't hold the reports of 3 distorted videos", "-o REPORTS/")
        self.check(self.score(paths, "-o", "a", "-o", "b"), 1, "2 files (-o) can't hold the reports of 3 distorted videos")
        self.check(self.score(paths, "-o", "-"), 1, "- can't hold the reports of 3 distorted videos")
        os.mkdir(self.path("other"))
        twin = shutil.copy(paths[0], self.path("other"))
        self.check(self.score([paths[0], twin], "-o", self.folder.name), 1, f"the reports of {paths[0]} and {twin} would both be ", "a.y4m.xml", "-o, in their order")
        self.check(self.score(paths[:2], "-o", self.path("x"), "-o", self.path("./x")), 1, "would both be ")
        self.check(self.score(paths[:2], "-o", self.path("x"), "-o", os.path.relpath(self.path("x"))), 1, "would both be ")
        self.check(self.score(paths[:2], "-o", "-", "-o", "/dev/stdout"), 255, "another report goes to standard output")
        self.check(self.score(paths[:2], "-o", self.path("x"), "-o", paths[0]), 255, "it is the same file as the distorted video")
        self.check(self.score(paths[:2], "-o", self.path("no/such/folder/")), 255, "could not open file")
        self.assertEqual(self.score([paths[0], "-", "-"]).code, 1)

    def test_a_report_that_cannot_be_finished_keeps_no_other_from_being_written(self):
        self.reference, paths = self.clip("ref.y4m", count=40), self.encodes((40, 2, 2))
        result = self.score(paths, "--csv", "-o", self.path("reports/"), file_size_limit=3000)
        self.check(result, 255, "could not write output file: ", "a.y4m.csv")
        self.assertEqual(sorted(os.listdir(self.path("reports"))), ["b.y4m.csv", "c.y4m.csv"])

    def test_one_report_may_go_to_standard_output(self):
        paths = self.encodes()[:2]
        result = self.score(paths, "--csv", "-o", "-", "-o", self.path("b.csv"))
        self.check(result, 0, f"{paths[0]}: vmaf_v0.6.1: ", f"{paths[1]}: vmaf_v0.6.1: ")
        self.assertEqual(result.out.encode(), self.alone(paths[0], "--csv"))
        self.assertEqual(self.read_bytes(self.path("b.csv")), self.alone(paths[1], "--csv"))


class Inputs(EncodesTest):
    def test_the_reference_is_read_once(self):
        """It comes through a pipe, which can't be read twice."""
        paths = self.encodes()
        expected = [self.alone(path, "--csv") for path in paths]
        outputs = [argument for path in paths for argument in ("-o", path + ".csv")]
        distorted = [argument for path in paths for argument in ("-d", path)]
        with subprocess.Popen(["cat", self.reference], stdout=subprocess.PIPE) as cat:
            self.check(run("-r", "-", *distorted, "--csv", *outputs, "--no_cuda", stdin=cat.stdout), 0)
        self.assertEqual([self.read_bytes(path + ".csv") for path in paths], expected)

    def test_one_writer_feeds_all(self):
        """Frame by frame into FIFOs, in any order."""
        clips = [frames(WIDTH, HEIGHT, count=20, noise=noise) for noise in (0, 10, 20, 30)]
        fifos = [self.path(f"fifo{i}") for i in range(4)]
        for fifo in fifos:
            os.mkfifo(fifo)

        def write():
            files = [open(fifo, "wb", buffering=0) for fifo in reversed(fifos)][::-1]
            for file in files:
                file.write(y4m_header(WIDTH, HEIGHT))
            for pictures in zip(*clips):
                for file, picture in zip(files, pictures):
                    file.write(b"FRAME\n" + pack(picture, 8))
            for file in files:
                file.close()

        writer = threading.Thread(target=write)
        writer.start()
        self.reference = fifos[0]
        result = self.score(fifos[1:], "--csv", "-o", self.path("reports/"))
        writer.join()
        self.check(result, 0)
        self.assertEqual(len(self.read("reports/fifo3.csv").splitlines()), 21)

    def test_raw_video(self):
        raw = ["-w", WIDTH, "-h", HEIGHT, "-p", "420", "-b", 8]
        self.reference = self.yuv("ref.yuv", frames(WIDTH, HEIGHT))
        paths = [self.yuv(f"{noise}.yuv", frames(WIDTH, HEIGHT, noise=noise)) for noise in (10, 20)]
        self.check_reports(paths, *raw)
        os.truncate(paths[1], os.path.getsize(paths[1]) - 1)
        self.check(self.score(paths, *raw), 234, paths[1])


class Words(EncodesTest):
    def test_progress(self):
        paths = self.encodes((COUNT, 2, COUNT))
        last = json.loads(self.score(paths, "--progress", "json").err.splitlines()[-1])
        self.assertEqual((last["frames"], last["total"], len(last["means"])), (COUNT, COUNT, 3))
        self.assertNotIn("mean", last)
        for path, mean in zip(paths, last["means"]):
            self.assertEqual(self.score([path]).out, f"vmaf_v0.6.1: {mean:.6f}\n")
        self.assertNotIn("means", json.loads(self.score(paths, "--progress").err.splitlines()[-1]))

    def test_warnings_about_options_come_once(self):
        paths = self.encodes()
        result = self.score(paths, "-m", "version=vmaf_v0.6.1:psnr.min_sse=0.5")
        self.check(result, 0)
        self.assertEqual(result.err.count("its overload has no effect"), 1, result.err)

    def test_failures_in_a_frame_name_the_encode(self):
        """A sample beyond the depth."""
        deep = frames(WIDTH, HEIGHT, depth=10)
        self.reference = self.y4m("ref10.y4m", deep, WIDTH, HEIGHT, "420p10", 10)
        good = self.y4m("good.y4m", deep, WIDTH, HEIGHT, "420p10", 10)
        deep[1][0][5] = 1024
        bad = self.y4m("bad.y4m", deep, WIDTH, HEIGHT, "420p10", 10)
        result = self.score([good, bad], "-o", self.path("reports/"))
        self.check(result, 234, bad, "frame 1", "1024")
        self.assertEqual(os.listdir(self.path("reports")), [])


class ModelChoice(CliTest):
    def chosen(self, width, height, *arguments):
        raw = self.write("plane.yuv", bytes(width * height))
        result = run("-r", raw, "-d", raw, "-w", width, "-h", height, "-p", "400", "-b", 8, "-m", "auto", "--no_cuda", *arguments)
        self.check(result, 0)
        return result

    def test_by_size(self):
        for width, height, model in ((64, 48, "vmaf_v0.6.1"), (2560, 1440, "vmaf_v0.6.1"), (1442, 2562, "vmaf_4k_v0.6.1")):
            result = self.chosen(width, height)
            self.assertTrue(result.out.startswith(f"{model}: "), (width, height, result.out))
            self.assertEqual(result.err, f"model: {model}, for {width}x{height}\n")

    def test_with_names_and_reports(self):
        result = self.chosen(64, 48, "-m", "auto:name=again", "--json", "--params", "-q", "-o", "-")
        self.assertEqual(result.err, "")
        self.assertEqual({k: v for k, v in json.loads(result.out)["params"].items() if k.startswith("model")},
                         {"model.vmaf": "vmaf_v0.6.1", "model.again": "vmaf_v0.6.1"})


FFMPEG = shutil.which("ffmpeg")


@unittest.skipUnless(FFMPEG and support.MEDIA, "ffmpeg is not installed, or the command was built without its libraries")
class Media(EncodesTest):
    def encode(self, name, *arguments, count=COUNT):
        path = self.path(name)
        subprocess.run([FFMPEG, "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25,noise=alls=12:allf=t:all_seed=7",
                        "-frames:v", str(count), "-pix_fmt", "yuv420p", *arguments, path], check=True)
        return path

    def test_containers(self):
        self.reference = self.encode("source.mp4", "-c:v", "libx264", "-crf", "5")
        paths = [self.encode("a.mp4", "-c:v", "libx264", "-crf", "30"), self.encode("b.mp4", "-c:v", "libx264", "-crf", "40", "-bf", "3", count=4),
                 self.encode("c.mp4", "-c:v", "mpeg4", "-q:v", "9"), self.encode("d.nut", "-c:v", "rawvideo", "-pix_fmt", "nv12")]
        allow = ["--allow_length_mismatch"]
        result = self.check_reports(paths, *EVERYTHING, *allow, forms=("xml", "csv"))
        self.assertIn(f"numbers of frames differ: {COUNT} ({self.reference}), 4 ({paths[1]})", result.err)
        self.assertIn(f'"{paths[1]}" ended before "{self.reference}".', result.err)
        self.reference = paths.pop()  # half-planar
        self.check_reports(paths, *EVERYTHING, *allow)

    def test_streams_of_one_file(self):
        first, second = self.encode("a.mkv", "-c:v", "libx264"), self.encode("b.mkv", "-c:v", "libx264", "-crf", "45")
        self.reference, both = first, self.path("both.mkv")
        subprocess.run([FFMPEG, "-v", "error", "-i", first, "-i", second, "-map", "0:v", "-map", "1:v", "-c", "copy", both], check=True)
        self.check(self.score([f"{both}#v:0", f"{both}#v:1"], "--csv", "-o", self.path("reports/")), 0)
        for n, path in enumerate((first, second)):
            self.assertEqual(self.read_bytes(self.path(f"reports/both.mkv#v:{n}.csv")), self.alone(path, "--csv"))
        outputs = ["-o", self.path("0.csv"), "-o", self.path("1.csv")]
        self.check(self.score([both, both], "--dist_stream", 0, "--dist_stream", 1, "--csv", *outputs), 0)
        self.assertEqual(self.read("0.csv"), self.read("reports/both.mkv#v:0.csv"))
        self.assertEqual(self.read("1.csv"), self.read("reports/both.mkv#v:1.csv"))


if __name__ == "__main__":
    main()
