"""Where reports, scores and progress go, and what stays when they can't go there."""

import json
import os
import random
import re
import socket
import stat
import subprocess
import threading
import time
import unittest

import support
from support import CliTest, frames, pack, run, run_on_terminal

SCORE = r"\Avmaf_v0.6.1: \d+\.\d{6}\n\Z"


class StandardOutput(CliTest):
    def test_report_by_any_name_of_standard_output(self):
        """The report alone is there; the scores are on standard error."""
        for name in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1"):
            result = run(*self.pair(), "--json", "-o", name, "--no_cuda")
            self.check(result, 0)
            self.assertEqual(len(json.loads(result.out)["frames"]), 3, name)
            self.assertRegex(result.err, SCORE)
            self.assertEqual(run(*self.pair(), "--json", "-o", name, "-q", "--no_cuda").err, "")

    def test_report_in_the_file_that_is_standard_output(self):
        path = self.write("out.json")
        for name in (path, "/dev/stdout", "-"):
            with open(path, "wb") as file:
                result = run(*self.pair(), "--json", "-o", name, stdout=file)
            self.check(result, 0)
            self.assertEqual(len(json.loads(self.read("out.json"))["frames"]), 3, name)
            self.assertRegex(result.err, SCORE)
        with open(path, "ab") as file:  # what was there before stays
            self.check(run(*self.pair(), "--csv", "-n", "--feature", "psnr", "-o", "/dev/stdout", stdout=file), 0)
        self.assertIn("}\nFrame,psnr_y", self.read("out.json"))

    def test_report_through_a_descriptor_of_the_caller(self):
        reader, writer = os.pipe()
        with subprocess.Popen([support.VMAF, *self.pair(), "--json", "-o", f"/dev/fd/{writer}"], pass_fds=[writer],
                              stdout=subprocess.PIPE) as process:
            os.close(writer)
            with open(reader, encoding="utf-8") as pipe:
                self.assertEqual(len(json.load(pipe)["frames"]), 3)
            self.assertRegex(process.stdout.read().decode(), SCORE)
        self.assertEqual(process.returncode, 0)

    def test_report_survives_standard_output(self):
        """A score line that can't be printed does not fail a run with a report, and fails one without."""
        def closed(*arguments):
            command = " ".join([support.VMAF, *arguments, ">&-"])
            return support.Result(subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, timeout=60))

        def full(*arguments):
            with open("/dev/full", "wb") as file:
                return run(*arguments, stdout=file)

        def gone(*arguments):
            reader, writer = os.pipe()
            os.close(reader)
            try:
                return run(*arguments, stdout=writer)
            finally:
                os.close(writer)

        pair = self.pair()
        for broken in (closed, full, gone):
            report = self.path(f"{broken.__name__}.json")
            result = broken(*pair, "--json", "-o", report)
            self.check(result, 0, "could not write the scores")
            self.assertEqual(len(json.loads(self.read(report))["frames"]), 3)
            self.check(broken(*pair, "-q"), 0)
            self.check(broken(*pair), 255, "could not write the scores")
            for name in ("-", "/dev/stdout"):
                self.check(broken(*pair, "-o", name), 255, f"could not open file: {name}: ")
            self.check(broken("--help"), 255, "could not write the options")

    def test_files_do_not_take_the_place_of_closed_streams(self):
        """Descriptors 1 and 2 are free when the command starts; neither scores nor messages end up in a file."""
        before = self.read_bytes(self.pair()[1])
        command = " ".join([support.VMAF, "stray", *self.pair(), "--csv", "-o", self.path("report.csv"), "<&- >&- 2>&-"])
        self.assertEqual(subprocess.run(["sh", "-c", command], timeout=60).returncode, 0)
        self.assertEqual(len(self.read("report.csv").splitlines()), 4)
        self.assertEqual(self.read_bytes(self.path("ref.y4m")), before)
        command = " ".join([support.VMAF, "-r", "-", *self.pair()[2:], "<&-"])
        result = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60)
        self.assertIn(b"standard input: Bad file descriptor", result.stderr)

    def test_reader_of_the_report_goes_away(self):
        reader, writer = os.pipe()
        os.close(reader)
        result = run(*self.pair(count=3), "-o", "-", "--json", stdout=writer)
        os.close(writer)
        self.check(result, 255, "Broken pipe")

    def test_a_socket_is_input_and_output(self):
        ours, theirs = socket.socketpair()
        distorted = self.pair()[3]
        data = self.read_bytes(self.path("ref.y4m"))
        with subprocess.Popen([support.VMAF, "-r", "-", "-d", distorted, "-o", "-", "--json", "-q"], stdin=theirs, stdout=theirs):
            theirs.close()
            threading.Thread(target=lambda: (ours.sendall(data), ours.shutdown(socket.SHUT_WR))).start()
            with ours, ours.makefile(encoding="utf-8") as answer:
                self.assertEqual(len(json.load(answer)["frames"]), 3)


class Files(CliTest):
    def test_output_that_cannot_be_written_is_found_before_the_first_frame(self):
        """The inputs are FIFOs without a writer: whoever waits for them does not come back."""
        names = [self.path("r"), self.path("d")]
        for name in names:
            os.mkfifo(name)
        os.symlink(self.path("no/such/folder"), self.path("dangling"))
        os.symlink("loop", self.path("loop"))
        self.write("file", b"text")
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(self.path("socket"))
        for output in ("", self.folder.name, self.path("no/such/folder.xml"), self.path("file/report.xml"), "/dev/full",
                       self.path("n" * 256), self.path("dangling"), self.path("loop"), self.path("socket"), "/proc/report.xml",
                       self.path("report.xml/")):
            result = run("-r", names[0], "-d", names[1], "-o", output)
            self.check(result, 255, f"could not open file: {output}: ")
            self.assertEqual(len(result.err.splitlines()), 1, result.err)
        self.check(run("-r", names[0], "-d", names[1], "-o", self.path("report.xml"), file_size_limit=0), 255, "File too large")
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["d", "dangling", "file", "loop", "r", "socket"])

    @unittest.skipIf(os.geteuid() == 0, "the superuser may write everywhere")
    def test_permissions_are_found_before_the_first_frame(self):
        for name in ("r", "d"):
            os.mkfifo(self.path(name))
        os.mkdir(self.path("closed"), 0o500)
        os.chmod(self.write("read only", b"text"), 0o400)
        for output in (self.path("closed/report"), self.path("read only")):
            self.check(run("-r", self.path("r"), "-d", self.path("d"), "-o", output), 255, "Permission denied")

    def test_full_disk_leaves_what_was_there(self):
        """A limit on the size of files stands for the disk."""
        pair = self.pair(count=30)
        older = b'{"older": "report"}' * 10
        self.write("older.json", older)
        self.write("empty.json")
        os.link(self.write("linked.json", older), self.path("other name"))
        before = sorted(os.listdir(self.folder.name))
        for name in ("new.json", "older.json", "empty.json", "linked.json"):
            result = run(*pair, "--json", "-o", self.path(name), file_size_limit=2000)
            self.check(result, 255, f"could not write output file: {self.path(name)}: ", "File too large")
        self.assertEqual(sorted(os.listdir(self.folder.name)), before)
        for name, content in (("older.json", older), ("linked.json", older), ("empty.json", b"")):
            self.assertEqual(self.read_bytes(self.path(name)), content)

    def test_a_killed_run_leaves_the_older_report_or_the_new_one(self):
        """The report has some megabytes, so that a good part of the run is its writing."""
        clip = self.write("clip.yuv", bytes(16 * 16 * 3 // 2) * 8000)
        arguments = ["-r", clip, "-d", clip, "-w", "16", "-h", "16", "-p", "420", "-b", "8", "-n", "--feature", "psnr", "--feature", "float_ssim",
                     "--feature", "vif", "--json", "-o", self.path("report.json"), "--no_cuda", "-q"]
        started = time.monotonic()
        self.check(run(*arguments), 0)
        whole = time.monotonic() - started
        good = self.read_bytes(self.path("report.json"))
        without_speed = re.compile(rb'"fps": [0-9.]+')
        older = b"an older report"
        killed = 0
        points = random.Random(7)
        for _ in range(25):
            self.write("report.json", older)
            with subprocess.Popen([support.VMAF, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                time.sleep(whole * points.uniform(0.2, 1.1))
                process.kill()
            left = self.read_bytes(self.path("report.json"))
            killed += process.returncode != 0
            if left != older:
                self.assertEqual(without_speed.sub(b"", left), without_speed.sub(b"", good))
        self.assertGreater(killed, 5)
        self.assertGreater(len(good), 1 << 20)

    def test_report_replaces_an_older_one(self):
        path = self.write("report.json", b"x" * 100000)
        os.chmod(path, 0o640)
        os.symlink("report.json", self.path("link"))
        self.check(run(*self.pair(), "--json", "-o", self.path("link")), 0)
        self.assertEqual(len(json.loads(self.read("report.json"))["frames"]), 3)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o640)
        self.assertTrue(os.path.islink(self.path("link")))
        with open(self.path("held open"), "w+", encoding="utf-8") as file:  # the way of Python's NamedTemporaryFile
            self.check(run(*self.pair(), "--json", "-o", file.name), 0)
            self.assertEqual(len(json.load(file)["frames"]), 3)

    def test_report_may_not_destroy_an_input(self):
        pair = self.pair()
        reference, distorted = pair[1::2]
        os.symlink(reference, self.path("symbolic"))
        os.link(distorted, self.path("hard"))
        model = self.write("model.json", b"{}")
        before = {name: self.read_bytes(self.path(name)) for name in os.listdir(self.folder.name)}
        folder = os.path.dirname(reference)
        for output, role in ((reference, "reference"), (distorted, "distorted video"), (self.path("symbolic"), "reference"),
                             (self.path("hard"), "distorted video"), (f"{folder}/./{os.path.basename(reference)}", "reference")):
            self.check(run(*pair, "-o", output), 255, f"it is the same file as the {role}")
        self.check(run(*pair, "-m", f"path={model}", "-o", model), 255, "it is the same file as the model")
        with open(distorted, "rb") as file:
            self.check(run("-r", reference, "-d", "-", "-o", distorted, stdin=file), 255, "the distorted video -")
        with open(reference, "ab") as file:
            self.check(run(*pair, "-o", "-", stdout=file), 255, "it is the same file as the reference")
        self.assertEqual({name: self.read_bytes(self.path(name)) for name in os.listdir(self.folder.name)}, before)


class Terminal(CliTest):
    def on_terminal(self, *arguments, columns=80):
        shown = run_on_terminal(*arguments, columns=columns)
        if shown is None:
            self.skipTest("this machine has no pseudo-terminals")
        return shown

    def test_scores_and_progress(self):
        code, shown = self.on_terminal(*self.pair())
        self.assertEqual(code, 0)
        self.assertIn("VMAF version ", shown)
        self.assertRegex(shown, r"\r3 frames of 3 \(100%\), \d+\.\d\d FPS, 0:00 left")
        self.assertRegex(shown, r"vmaf_v0.6.1: \d+\.\d{6}\r\n$")
        self.assertEqual(self.on_terminal(*self.pair(), "-q"), (0, ""))

    def test_progress_fits_the_terminal(self):
        for columns in (1, 4, 10, 25, 40, 200):
            code, shown = self.on_terminal(*self.pair(), "--no_cuda", columns=columns)
            self.assertEqual(code, 0)
            lines = [line.removesuffix("\x1b[K") for line in shown.split("\r") if line.endswith("\x1b[K")]
            self.assertTrue(lines)
            for line in lines:
                self.assertLess(len(line), columns)
        self.assertIn("3 frames of 3 (100%)", self.on_terminal(*self.pair(), columns=25)[1])
        self.assertIn("\r100%\x1b[K", self.on_terminal(*self.pair(), columns=7)[1])

    def test_warnings_have_lines_of_their_own(self):
        distorted = self.write("longer.y4m", self.read_bytes(self.pair()[3]), b"FRA")
        code, shown = self.on_terminal(*self.pair()[:2], "-d", distorted, "--no_cuda")
        self.assertEqual(code, 0)
        self.assertRegex(shown, r"\r\x1b\[KWarning: [^\r\n]*longer.y4m: frame 3[^\r\n]*\r\n")

    def test_backend_is_no_matter_in_builds_without_cuda(self):
        if "without CUDA" not in run("--list_devices").err:
            self.skipTest("this build has CUDA")
        for arguments in ([], ["--verbose"], ["--backend", "auto"]):
            self.assertNotIn("backend", self.on_terminal(*self.pair(), *arguments)[1])

    def test_message_comes_last_on_a_terminal(self):
        code, shown = self.on_terminal("--unknown")
        self.assertEqual(code, 1)
        self.assertEqual(shown.splitlines()[-1], "unknown option --unknown")

    def test_report_on_the_terminal(self):
        code, shown = self.on_terminal(*self.pair(), "--json", "-o", "/dev/stdout", "-q")
        self.assertEqual(code, 0)
        self.assertEqual(len(json.loads(shown)["frames"]), 3)


class Labels(CliTest):
    def test_variants_of_one_model_are_told_apart_by_their_names(self):
        result = run(*self.pair(), "-m", "version=vmaf_v0.6.1:name=plain", "-m", "version=vmaf_v0.6.1:name=gain:vif.vif_enhn_gain_limit=1",
                     "-m", "version=vmaf_v0.6.1neg:name=neg")
        self.check(result, 0)
        self.assertEqual([line.split(":")[0] for line in result.out.splitlines()], ["plain", "gain", "vmaf_v0.6.1neg"])

    def test_params_name_the_models(self):
        for style in ("--json", "--xml"):
            report = run(*self.pair(), "-m", "version=vmaf_v0.6.1neg:name=a", "-m", "version=vmaf_b_v0.6.3:name=b", "-o", "-", style, "--params").out
            self.assertIn("vmaf_v0.6.1neg", report)
            self.assertIn("vmaf_b_v0.6.3", report)
        params = json.loads(run(*self.pair(), "-m", "version=vmaf_v0.6.1neg:name=a", "-o", "-", "--json", "--params").out)["params"]
        self.assertEqual(params["model.a"], "vmaf_v0.6.1neg")

    def test_y4m_read_as_raw_is_noticed(self):
        reference = self.y4m("ref.y4m", frames(32, 24), 32, 24)
        raw = ["-w", 32, "-h", 24, "-p", "420", "-b", 8, "-n", "--feature", "psnr", "-o", self.path("o")]
        with open(reference, "rb") as file:
            result = run("-r", self.yuv("ref.yuv", frames(32, 24)), "-d", "-", *raw, stdin=file)
        self.check(result, 0, "standard input begins as a Y4M file does")
        self.assertEqual(result.err.count("begins as a Y4M"), 1)
        self.check(run("-r", reference, "-d", reference, *raw), 0, "ref.y4m begins as a Y4M file does")
        piped = subprocess.run([support.VMAF, "-r", reference, "-d", "-", *map(str, raw)], input=pack(frames(32, 24)[0], 8) * 3,
                               capture_output=True, timeout=60)
        self.assertNotIn(b"standard input begins", piped.stderr)


if __name__ == "__main__":
    support.main()
