"""The command end to end: exit codes, messages, files, standard streams."""

import csv
import json
import os
import re
import statistics
import subprocess
import threading
import xml.etree.ElementTree as ElementTree

import support
from support import CliTest, frames, pack, run, y4m_header

PSNR = ["-n", "--feature", "psnr"]


def raw_format(width, height, pix_fmt="420", depth=8):
    return ["-w", width, "-h", height, "-p", pix_fmt, "-b", depth]


def psnr_of(result, plane="psnr_y"):
    return [frame["metrics"][plane] for frame in json.loads(result.out)["frames"]]


class Usage(CliTest):
    def test_help_and_version(self):
        result = run("--help")
        self.assertEqual(result.code, 0)
        self.assertIn("--reference", result.out)
        self.assertEqual(result.err, "")
        result = run("--version")
        self.check(result, 0)
        self.assertRegex(result.err, r"^\d+\.\d+\.\d+")
        self.assertEqual(result.out, "")

    def test_documentation_names_every_option(self):
        names = set(re.findall(r"--[a-z_]+", run("--help").out))
        self.assertGreater(len(names), 30)
        documents = os.path.join(os.path.dirname(__file__), "..", "..", "docs")
        for document in ("cli.md", "vmaf.1"):
            with open(os.path.join(documents, document), encoding="utf-8") as file:
                text = file.read().replace("\\-", "-")
            found = set(re.findall(r"--[a-z_]+", text))
            self.assertEqual(names - found, set(), f"missing in {document}")
            stale = {word for word in found if not any(name.startswith(word) for name in names)}
            self.assertEqual(stale, set(), f"in {document}, but no option")

    def test_mistakes_come_last(self):
        for arguments, message in [
            ([], "Reference .y4m or .yuv (-r/--reference) is required"),
            (["-r", "x"], "Distorted .y4m or .yuv (-d/--distorted) is required"),
            (["-r", "x", "-d", "y", "-w", "16"], "The following options are required for .yuv input:"),
            (["-r", "x", "-d", "y", "-w", "abc"], 'Invalid argument "abc" for option -w/--width; should be an integer'),
            (["-r", "x", "-d", "y", "--threads", "abc"], "--threads"),
            (["-r", "x", "-d", "y", "--unknown"], "unknown option --unknown"),
            (["-r", "x", "-d", "y", "--frame", "1"], "option --frame is ambiguous"),
            (["-r", "x", "-d", "y", "-o"], "option -o/--output needs an argument"),
            (["-r", "x", "-d", "y", "-m", "version=x:"], "--model version=x:"),
            (["-r", "x", "-d", "y", "-m", "name=foo"], "'version=' or 'path=' is needed"),
            (["-r", "x", "-d", "y", "--feature", "psnr=debug"], "--feature psnr=debug"),
            (["-r", "x", "-d", "y", "--aom_ctc", "v9.0"], 'bad aom_ctc version "v9.0"; there are v1.0, v2.0'),
            (["-r", "x", "-d", "y", "-m", "vmaf_v0.6.1"], "did you mean --model version=vmaf_v0.6.1?"),
            (["-r", "x", "-d", "y", "-m", "x.json"], "did you mean --model path=x.json?"),
            (["-r", "x", "-d", "y", "-m", "version=x:disable_clip=banana"], "'banana' is not true or false"),
            (["-r", "x", "-d", "y", "-m", "version=x", "-m", "version=y"], "x and y are both named 'vmaf'"),
            (["-r", "x", "-d", "y", "--strict", "stray"], "'stray' belongs to no option"),
            (["-r", "-", "-d", "-"], "Standard input"),
        ]:
            result = run(*arguments)
            self.check(result, 1, message, "Usage: ", "vmaf --help lists the options")
            self.assertIn(message, result.err.splitlines()[-1])
            self.assertLess(len(result.err.splitlines()), 4)
            self.assertEqual(result.out, "")

    def test_stray_argument_is_named(self):
        result = run("stray", *self.pair(), *PSNR)
        self.check(result, 0, "'stray'")

    def test_options_without_effect_are_named_and_refused_if_strict(self):
        warned = "without -o/--output there is no report, so that --json has no effect"
        self.check(run(*self.pair(), *PSNR, "--json"), 0, f"Warning: {warned}")
        self.check(run(*self.pair(), *PSNR, "--json", "--strict"), 1, f"{warned} (--strict)")

    def test_abbreviations(self):
        reference, distorted = self.pair()[1::2]
        self.check(run("--ref", reference, "--dist", distorted, "--no", "--fe", "psnr"), 0)

    def test_cuda_runs_or_is_refused_with_the_reason(self):
        for arguments in (["--cuda"], ["--backend", "cuda"], ["--device", "0"], ["--list_devices"]):
            result = run(*self.pair(), *PSNR, *arguments)
            if result.code == 0:
                self.skipTest("this machine has a GPU")
            self.check(result, 3, "CUDA can't be used: ")
            self.assertRegex(result.err, "without CUDA|libcuda|device")
            self.assertEqual(result.out, "")
        self.check(run(*self.pair(), *PSNR, "--cuda", "--gpumask", "1"), 3, "--gpumask forbids it")
        for arguments in (["--no_cuda"], ["--backend", "cpu"], ["--backend", "auto"], ["--gpumask", "-1"]):
            self.check(run(*self.pair(), *PSNR, *arguments), 0)


    def test_doctor_tries_out_what_is_there(self):
        result = run("--doctor", "--backend", "cpu")
        self.check(result, 0)
        self.assertRegex(result.out, r"\Alibrary  \S+, with(out)? CUDA\nmodels   .*\nmedia    .*\ncpu      vector instructions: (SSE4|NEON|none).*\n +3 frames of 64x48 with vmaf_v0\.6\.1 in \d+ ms: [\d.]+\n"
                                     r"verdict  --backend cpu works: the CPU scores\n\Z")
        result = run("--doctor", "--backend", "cuda")
        if result.code == 0:
            self.skipTest("this machine has a GPU")
        self.check(result, 3)
        self.assertRegex(result.out, r"cuda     PROBLEM: .*(without CUDA|libcuda|device).*\nverdict  --backend cuda does not work\n\Z")
        result = run("--doctor")
        self.check(result, 0)
        self.assertRegex(result.out, r"cuda     PROBLEM: .*\nverdict  --backend auto works: the CPU scores\n\Z")

    def test_doctor_needs_somebody_to_tell(self):
        with open("/dev/full", "wb") as file:
            self.check(run("--doctor", "--no_cuda", stdout=file), 255, "could not write what was found: ")


class Failures(CliTest):
    def test_inputs_that_cannot_be_opened(self):
        reference, distorted = self.pair()[1::2]
        missing = self.path("missing.y4m")
        self.check(run("-r", missing, "-d", distorted), 255, f"could not open file: {missing}", f"problem with reference file: {missing}")
        self.check(run("-r", reference, "-d", missing), 255, f"problem with distorted file: {missing}")
        self.check(run("-r", reference, "-d", "http://none/x.mp4"), 255, "nothing is read from the network: download it first")
        empty = self.write("nothing", b"")
        self.check(run("-r", reference, "-d", empty), 255, f"problem with distorted file: {empty}: the input is empty")
        self.check(run("-r", reference, "-d", self.folder.name), 255, "is a directory")
        self.check(run("-r", reference, "-d", self.write("text", b"plain text")), 255, "not a Y4M file")
        self.check(run("-r", reference, "-d", self.write("empty", b"")), 255, "the input is empty")
        header = b"YUV4MPEG2 W16 H16 F25:1 It\n"
        self.check(run("-r", reference, "-d", self.write("interlaced", header)), 255, "interlaced")

    def test_formats_that_do_not_match(self):
        reference = self.y4m("a", frames(32, 24), 32, 24)
        for name, width, height, chroma, pix_fmt, depth, messages in [
            ("size", 16, 24, "420", "420", 8, ["dimensions do not match: 32x24, 16x24", "videos are incompatible, 1 problem."]),
            ("format", 32, 24, "444", "444", 8, ["pixel formats do not match: 420, 444"]),
            ("depth", 32, 24, "420p10", "420", 10, ["bitdepths do not match: 8, 10"]),
            ("all", 32, 20, "422p10", "422", 10, ["32x24, 32x20", "420, 422", "8, 10", "videos are incompatible, 3 problems."]),
        ]:
            other = self.y4m(name, frames(width, height, pix_fmt, depth), width, height, chroma, depth)
            self.check(run("-r", reference, "-d", other, *PSNR), 255, *messages)

    def test_incomplete_frames(self):
        clip = frames(32, 24)
        data = b"".join(pack(frame, 8) for frame in clip)
        whole, cut = self.write("whole.yuv", data), self.write("cut.yuv", data[:-1])
        output = self.path("report.xml")
        for arguments in (["-r", cut, "-d", whole], ["-r", whole, "-d", cut]):
            result = run(*arguments, *raw_format(32, 24), *PSNR, "-o", output)
            self.check(result, 234, "cut.yuv: frame 2 is incomplete: the input ends after 1151 of its 1152 bytes")
            self.assertFalse(os.path.exists(output))
            self.check(run(*arguments, *raw_format(32, 24), *PSNR, "--frame_cnt", 2), 0)
        good = self.y4m("good.y4m", clip, 32, 24)
        bad = self.write("bad.y4m", self.read_bytes(good)[:-5])
        for arguments in (["-r", bad, "-d", good], ["-r", good, "-d", bad]):
            self.check(run(*arguments, *PSNR), 234, "bad.y4m: frame 2 is incomplete")
        more = self.read_bytes(good) + b"FRAME\n" + bytes(1152)
        lost = self.write("lost.y4m", more.replace(b"FRAME\n", b"FRAMES", 2).replace(b"FRAMES", b"FRAME\n", 1))
        self.check(run("-r", lost, "-d", good, *PSNR), 234, "lost.y4m: frame 1: loss of framing")

    def test_loose_ends_cost_no_score(self):
        """What follows the last whole frame, or the last that both have, is told in one warning."""
        clip = frames(32, 24, count=5)
        packed = [pack(frame, 8) for frame in clip]
        three, cut, longer = b"".join(packed[:3]), b"".join(packed[:3]) + b"x" * 100, b"".join(packed) + b"x"
        header = y4m_header(32, 24)
        y4m = header + b"".join(b"FRAME\n" + frame for frame in packed[:3])
        raw = raw_format(32, 24)
        for reference, distorted, arguments, named in [
            (three, cut, raw, "frame 3 is incomplete: the input ends after 100 of its 1152 bytes; is 32x24 420 8-bit its format?"),
            (cut, three, raw, "frame 3 is incomplete"),
            (cut, cut, raw, "frame 3 is incomplete"),
            (three, longer, raw, "frame 5 is incomplete: the input ends after 1 of"),
            (longer, three, raw, "frame 5 is incomplete"),
            (y4m, y4m + b"FRAME\nxyz", [], "frame 3 is incomplete: the input ends after 3 of"),
            (y4m + b"FRAME\nxyz", y4m, [], "frame 3 is incomplete"),
            (y4m + b"garbage", y4m, [], "frame 3: loss of framing"),
            (y4m, y4m + b"FRA", [], "frame 3: loss of framing"),
            (y4m + b"\n", y4m + b"FRAME\n", [], "frame 3"),
        ]:
            paths = [self.write("a", reference), self.write("b", distorted)]
            result = run("-r", paths[0], "-d", paths[1], *arguments, *PSNR, "-o", "-", "--json")
            self.check(result, 0, named)
            self.assertEqual(psnr_of(result), [60.0] * 3)
            self.assertEqual(result.err.count("Warning: "), 1, result.err)
            with open(paths[1], "rb") as piped:
                self.check(run("-r", paths[0], "-d", "-", *arguments, *PSNR, stdin=piped), 0)
        self.check(run("-r", self.write("a", cut), "-d", self.write("b", cut), *raw, *PSNR, "--frame_cnt", 3), 0)
        wrong = run("-r", self.path("a"), "-d", self.path("b"), *raw_format(34, 24), *PSNR)
        self.check(wrong, 0, "is 34x24 420 8-bit its format?")

    def test_input_without_a_whole_frame(self):
        raw = raw_format(32, 24)
        part = self.write("part.yuv", b"x" * 100)
        y4m = self.write("part.y4m", y4m_header(32, 24) + b"FRAME\nxyz")
        for path, arguments, words in ((part, raw, "frame 0 is incomplete: the input ends after 100 of its 1152 bytes"),
                                       (y4m, [], "frame 0 is incomplete: the input ends after 3 of its 1152 bytes")):
            self.check(run("-r", path, "-d", path, *arguments, *PSNR), 234, words)
            with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
                self.check(run("-r", path, "-d", "-", *arguments, *PSNR, stdin=cat.stdout), 234, words)

    def test_pipe_that_announces_a_huge_picture(self):
        """Memory is taken once a frame begins: this takes none, where each picture would be 12 GiB."""
        header, limit = b"YUV4MPEG2 W65535 H65535 F25:1 Ip C444p16\nFRAME\nabc", support.within_memory(1 << 31)
        fifo = self.path("fifo")
        os.mkfifo(fifo)

        def write():
            with open(fifo, "wb") as file:
                file.write(header)

        writer = threading.Thread(target=write)
        writer.start()
        with subprocess.Popen(["cat", self.write("huge", header)], stdout=subprocess.PIPE) as cat:
            result = run("-r", "-", "-d", fifo, stdin=cat.stdout, **limit)
        writer.join()
        self.check(result, 234, "frame 0 is incomplete: the input ends after 3 of its 25769017350 bytes")

    def test_size_of_a_picture_is_compared_with_that_of_the_file(self):
        """Before memory is taken: a picture of this size needs 24 GiB."""
        huge = self.write("huge.y4m", b"YUV4MPEG2 W65535 H65535 F25:1 Ip C444p16\nFRAME\nabc")
        limit = support.within_memory(1 << 31)
        for arguments in (["-r", huge, "-d", huge, *PSNR], ["-r", huge, "-d", huge]):
            result = run(*arguments, **limit)
            self.check(result, 234, "huge.y4m: frame 0 is incomplete: the input ends after 3 of its 25769017350 bytes")
        raw = self.write("huge.yuv", b"abc")
        self.check(run("-r", raw, "-d", raw, *raw_format(65535, 65535, "444", 16), **limit), 234, "frame 0 is incomplete")

    def test_no_frames(self):
        empty = self.write("empty.y4m", y4m_header(32, 24))
        self.check(run("-r", empty, "-d", empty, *PSNR), 234, "no frames")
        for skipped in (3, 4):
            self.check(run(*self.pair(), *PSNR, "--frame_skip_ref", skipped), 234, f"ref.y4m has 3 frames, and --frame_skip_ref {skipped} begins behind them")
        self.check(run(*self.pair(), *PSNR, "--frame_skip_dist", 9, "--frames", "1:2"), 234, "dis.y4m has 3 frames, and --frame_skip_dist 9 and --frames 1:2 begin behind them")
        self.check(run(*self.pair(), *PSNR, "--frames", "8:9"), 234, "ref.y4m has 3 frames, and --frames 8:9 begins behind them")
        self.check(run(*self.pair(), *PSNR, "--frames", "8:"), 234, "ref.y4m has 3 frames, and --frames 8: begins behind them")
        self.check(run(*self.pair(), *PSNR, "--frame_skip_dist", 3), 234, "dis.y4m has 3 frames, and --frame_skip_dist 3 begins behind them")

    def test_models_and_features(self):
        pair = self.pair()
        broken = self.write("broken.json", b'{"model_dict": ')
        for arguments, message in [
            (["-m", "version=none"], "problem loading model: none"),
            (["-m", "path=/none.json"], "problem loading model: /none.json"),
            (["-m", f"path={broken}"], f"problem loading model: {broken}"),
            (["-n", "--feature", "none"], "problem loading feature extractor: none"),
            (["-n", "--feature", "psnr=none=1"], "'none'"),
            (["-n", "--feature", "psnr=enable_chroma=maybe"], "enable_chroma"),
            (["-m", "version=vmaf_v0.6.1:none.option=1", "--strict"], "'none'"),
            (["-m", "version=vmaf_v0.6.1:vif.none=1"], "'none'"),
            (["-m", "version=vmaf_v0.6.1:vif.vif_enhn_gain_limit=-1"], "vif_enhn_gain_limit"),
        ]:
            self.check(run(*pair, *arguments), 255, message)


class Streams(CliTest):
    def test_scores_go_to_standard_output(self):
        result = run(*self.pair(), "-m", "version=vmaf_v0.6.1", "-m", "version=vmaf_v0.6.1neg:name=neg", "--no_cuda")
        self.check(result, 0)
        self.assertRegex(result.out, r"\Avmaf_v0.6.1: \d+\.\d{6}\nvmaf_v0.6.1neg: \d+\.\d{6}\n\Z")
        self.assertEqual(result.err, "")
        self.assertEqual(run(*self.pair(), "-q").out, "")
        self.assertEqual(run(*self.pair(), *PSNR).out, "")

    def test_collections_show_their_spread(self):
        result = run(*self.pair(), "-m", "version=vmaf_b_v0.6.3:name=b")
        self.assertRegex(result.out, r"\Avmaf_b_v0.6.3: \d+\.\d+\n"
                                     r"vmaf_b_v0.6.3: \d+\.\d+, ci\.p95: \[\d+\.\d+, \d+\.\d+\], stddev: \d+\.\d+\n\Z")

    def test_report_to_standard_output(self):
        result = run(*self.pair(), "-o", "-", "--json")
        self.check(result, 0, "vmaf_v0.6.1: ")
        self.assertEqual(len(json.loads(result.out)["frames"]), 3)
        result = run(*self.pair(), "-o", "-", "--json", "-q")
        self.assertEqual(result.err, "")

    def test_one_input_from_standard_input(self):
        reference, distorted = self.pair()[1::2]
        expected = psnr_of(run("-r", reference, "-d", distorted, *PSNR, "-o", "-", "--json"))
        for arguments, piped in ((["-r", "-", "-d", distorted], reference), (["-r", reference, "-d", "-"], distorted)):
            with open(piped, "rb") as file:
                self.assertEqual(psnr_of(run(*arguments, *PSNR, "-o", "-", "--json", stdin=file)), expected)
            with subprocess.Popen(["cat", piped], stdout=subprocess.PIPE) as cat:
                self.assertEqual(psnr_of(run(*arguments, *PSNR, "-o", "-", "--json", stdin=cat.stdout)), expected)

    def test_one_writer_of_two_fifos_in_any_order(self):
        """The writer opens and feeds both in turn, whole frames that a pipe's buffer does not hold."""
        width, height = 640, 400
        frame = b"FRAME\n" + bytes(width * height * 3 // 2)
        for first, second in (("ref", "dis"), ("dis", "ref")):
            names = [self.path(first), self.path(second)]
            for name in names:
                os.mkfifo(name)

            def write():
                files = [open(name, "wb", buffering=0) for name in names]
                for file in files:
                    file.write(y4m_header(width, height))
                for _ in range(8):
                    for file in files:
                        file.write(frame)
                for file in files:
                    file.close()

            writer = threading.Thread(target=write, daemon=True)
            writer.start()
            result = run("-r", self.path("ref"), "-d", self.path("dis"), *PSNR, "-o", "-", "--json")
            writer.join(support.TIMEOUT_S)
            self.check(result, 0)
            self.assertEqual(len(psnr_of(result)), 8)
            for name in names:
                os.unlink(name)

    def test_ends_though_the_longer_input_stalls(self):
        reference = self.y4m("short.y4m", frames(32, 24, count=1), 32, 24)
        fifo = self.path("stalled")
        os.mkfifo(fifo)
        done = threading.Event()

        def write():
            with open(fifo, "wb", buffering=0) as file:
                file.write(y4m_header(32, 24) + b"FRAME\n" + bytes(1152) + b"FRAME\n" + bytes(1152) + b"FRA")
                done.wait(support.TIMEOUT_S)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        result = run("-r", reference, "-d", fifo, *PSNR)
        done.set()
        writer.join()
        self.check(result, 0, f'"{reference}" ended before "{fifo}".')

    def test_a_failure_does_not_wait_for_the_other_input(self):
        fifo, text = self.path("fifo"), self.write("text", b"plain text")
        os.mkfifo(fifo)
        for broken, message in ((self.path("missing"), "could not open file"), (text, "not a Y4M file")):
            self.check(run("-r", broken, "-d", fifo), 255, message, f"problem with reference file: {broken}")
            self.check(run("-r", fifo, "-d", broken), 255, message, f"problem with distorted file: {broken}")

    def test_progress_with_the_mean(self):
        for spelling in (["--progress", "json"], ["--progress=json"]):
            result = run(*self.pair(), *spelling)
            self.check(result, 0)
            lines = [json.loads(line) for line in result.err.splitlines()]
            self.assertEqual(list(lines[-1]), ["frames", "total", "percent", "fps", "elapsed", "eta", "mean"])
            self.assertEqual(f"vmaf_v0.6.1: {lines[-1]['mean']:.6f}\n", result.out)
        self.assertIsNone(json.loads(run(*self.pair(), *PSNR, "--progress", "json").err)["mean"])
        self.check(run(*self.pair(), *PSNR, "--progress=xml"), 1, "--progress; should be json")

    def test_progress_lines(self):
        result = run(*self.pair(), *PSNR, "--progress")
        lines = [json.loads(line) for line in result.err.splitlines()]
        self.assertEqual(lines[-1]["frames"], 3)
        self.assertEqual(lines[-1]["total"], 3)
        self.assertEqual(lines[-1]["percent"], 100)
        self.assertEqual(sorted(lines[-1]), ["elapsed", "eta", "fps", "frames", "percent", "total"])


class Results(CliTest):
    def test_shorter_input_ends_the_run(self):
        long = self.y4m("long.y4m", frames(32, 24, count=4), 32, 24)
        short = self.y4m("short.y4m", frames(32, 24, count=2, noise=20), 32, 24)
        for reference, distorted in ((long, short), (short, long)):
            result = run("-r", reference, "-d", distorted, *PSNR, "-o", "-", "--json")
            self.check(result, 0, f'"{short}" ended before "{long}".')
            self.assertEqual(len(psnr_of(result)), 2)

    def test_y4m_and_yuv_give_the_same(self):
        for pix_fmt, depth, chroma in (("420", 8, "420mpeg2"), ("422", 8, "422"), ("444", 8, "444"), ("420", 10, "420p10"),
                                       ("422", 12, "422p12"), ("444", 16, "444p16"), ("420", 9, "420p9"), ("400", 8, "mono"),
                                       ("400", 14, "mono14")):
            for width, height in ((32, 24), (33, 25)):
                ref = frames(width, height, pix_fmt, depth)
                dis = frames(width, height, pix_fmt, depth, noise=20)
                raw = run("-r", self.yuv("r.yuv", ref, depth), "-d", self.yuv("d.yuv", dis, depth),
                          *raw_format(width, height, pix_fmt, depth), *PSNR, "-o", "-", "--csv")
                y4m = run("-r", self.y4m("r.y4m", ref, width, height, chroma, depth),
                          "-d", self.y4m("d.y4m", dis, width, height, chroma, depth), *PSNR, "-o", "-", "--csv")
                self.check(raw, 0)
                self.check(y4m, 0)
                self.assertEqual(raw.out, y4m.out)
                self.assertEqual(len(raw.out.splitlines()), 4)
                self.assertEqual("psnr_cb" in raw.out, pix_fmt != "400")

    def test_other_dialects_run(self):
        for chroma, chroma_bytes in (("411", 2 * 9 * 25), ("420paldv", 2 * 17 * 13), ("444alpha", 3 * 33 * 25)):
            frame = b"FRAME Ix\n" + os.urandom(33 * 25 + chroma_bytes)
            path = self.write(chroma, y4m_header(33, 25, chroma), frame, frame)
            result = run("-r", path, "-d", path, *PSNR, "-o", "-", "--json")
            self.check(result, 0)
            self.assertEqual(psnr_of(result, "psnr_cb"), [60.0, 60.0])

    def test_report_formats(self):
        pair = self.pair()
        texts = {}
        for style in ("xml", "json", "csv", "sub"):
            self.check(run(*pair, *PSNR, f"--{style}", "-o", self.path(style)), 0)
            texts[style] = self.read(style)
        values = [f["metrics"]["psnr_y"] for f in json.loads(texts["json"])["frames"]]
        frames_xml = ElementTree.fromstring(texts["xml"]).find("frames")
        self.assertEqual([float(frame.get("psnr_y")) for frame in frames_xml], values)
        self.assertEqual([float(row["psnr_y"]) for row in csv.DictReader(texts["csv"].splitlines())], values)
        self.assertEqual(texts["sub"].count("|psnr_y: "), 3)
        self.check(run(*pair, *PSNR, "-o", self.path("default")), 0)
        self.assertTrue(self.read("default").startswith("<VMAF version="))

    def test_pooling(self):
        pair = self.pair(count=7)
        names = ["mean", "harmonic_mean", "min", "p1", "p5", "p10", "median", "stddev", "low1"]
        report = json.loads(run(*pair, "--json", "-o", "-", "--precision", "max", "--pool", ",".join(names)).out)
        values = [frame["metrics"]["vmaf"] for frame in report["frames"]]
        pooled = report["pooled_metrics"]["vmaf"]
        self.assertEqual(list(pooled), names)
        self.assertAlmostEqual(pooled["mean"], statistics.mean(values))
        self.assertAlmostEqual(pooled["stddev"], statistics.pstdev(values))
        self.assertAlmostEqual(pooled["median"], statistics.median(values))
        self.assertAlmostEqual(pooled["p10"], statistics.quantiles(values, n=10, method="inclusive")[0])
        self.assertEqual([pooled["low1"], pooled["min"]], [min(values)] * 2)
        result = run(*pair, "--pool", "p5, mean")
        self.assertRegex(result.out, r"\Avmaf_v0.6.1: \d+\.\d{6}\nvmaf_v0.6.1 p5: \d+\.\d{6}\nvmaf_v0.6.1 mean: \d+\.\d{6}\n\Z")
        for style in ("xml", "json", "csv"):
            def report_of(*arguments, style=style):
                text = run(*pair, *PSNR, f"--{style}", "-o", "-", *arguments).out
                return re.sub(r'fps(="|": )[0-9.]+', "", text)
            self.assertEqual(report_of(), report_of("--pool", "min,max,mean,harmonic_mean"))
        self.assertIn('p5="', run(*pair, *PSNR, "-o", "-", "--pool", "p5").out)
        for names, words in (("mean,p101", "there is no statistic 'p101'; there are min, max, mean"), ("mean,mean", "named twice"), ("", "no statistic ''"), (",mean", "no statistic ''"), ("mean, ", "no statistic ''")):
            self.check(run(*pair, "--pool", names), 1, "problem with --pool: ", words)

    def test_precision_and_params(self):
        pair = self.pair()
        legacy = psnr_of(run(*pair, *PSNR, "-o", "-", "--json"))
        exact = psnr_of(run(*pair, *PSNR, "-o", "-", "--json", "--precision", "max"))
        self.assertEqual([f"{value:.6f}" for value in exact], [f"{value:.6f}" for value in legacy])
        self.assertNotEqual(exact, legacy)
        self.assertEqual(psnr_of(run(*pair, *PSNR, "-o", "-", "--json", "--precision", "3")), [float(f"{v:.3g}") for v in exact])
        self.assertEqual(psnr_of(run(*pair, *PSNR, "-o", "-", "--json", "--precision", "legacy")), legacy)
        params = json.loads(run(*pair, *PSNR, "-o", "-", "--json", "--params").out)["params"]
        self.assertIn("cpu", params.values())

    def test_10_bit_scoring_of_8_bit_videos(self):
        clips = {"-r": frames(64, 48), "-d": frames(64, 48, noise=20)}
        def pair(depth):
            clip = {key: [[[s << (depth - 8) for s in plane] for plane in frame] for frame in value] for key, value in clips.items()}
            files = [(key, self.yuv(f"{key}{depth}.yuv", value, depth)) for key, value in clip.items()]
            return [word for words in files for word in words] + ["-w", 64, "-h", 48, "-p", "420", "-b", depth]
        def report(depth, *arguments):
            result = run(*pair(depth), "--feature", "psnr", "--feature", "vif", *arguments, "-o", "-", "--json", "--precision", "max")
            self.check(result, 0)
            return json.loads(result.out)
        lifted, deep, plain = report(8, "--vmaf_10bit"), report(10, "--vmaf_10bit"), report(8)
        self.assertEqual(lifted["frames"], deep["frames"])
        self.assertNotEqual(lifted["frames"], plain["frames"])
        self.assertEqual(lifted["params"]["bitdepth"], "10, lifted from 8")
        self.assertNotIn("params", deep)

    def test_thread_counts_give_the_same_bytes(self):
        pair = self.pair(count=12)
        reports = []
        for threads in (0, 1, 2, 7, 16, None):
            arguments = [] if threads is None else ["--threads", threads]
            result = run(*pair, "--feature", "psnr", "-o", "-", "--csv", *arguments)
            self.check(result, 0)
            reports.append(result.out)
        self.assertEqual(len(set(reports)), 1)

    def test_selection_of_frames(self):
        pair = self.pair(count=6)
        everything = psnr_of(run(*pair, *PSNR, "-o", "-", "--json"))
        self.assertEqual(psnr_of(run(*pair, *PSNR, "-o", "-", "--json", "--frame_cnt", 4)), everything[:4])
        self.assertEqual(psnr_of(run(*pair, *PSNR, "-o", "-", "--json", "--frame_skip_ref", 2, "--frame_skip_dist", 2)), everything[2:])
        result = run(*pair, *PSNR, "-o", "-", "--json", "--subsample", 2)
        self.assertEqual([frame["frameNum"] for frame in json.loads(result.out)["frames"]], [0, 2, 4])
        self.assertEqual(psnr_of(result), everything[::2])

    def test_model_file_with_colons_in_its_path(self):
        path = self.write("a:b.json", b"{}")
        self.check(run(*self.pair(), "-m", f"path={path}:name=x"), 255, f"problem loading model: {path}: ")


if __name__ == "__main__":
    support.main()
