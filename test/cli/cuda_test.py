#!/usr/bin/env python3
"""The command on the stand-in for the CUDA driver: the same reports as on the CPU, and a word on what was chosen."""

import os
import re
import shutil
import subprocess
import unittest

from support import CliTest, main, run, run_on_terminal

EVERYTHING = ["-m", "version=vmaf_v0.6.1", "-m", "version=vmaf_v0.6.1neg:name=neg", "--feature", "psnr=enable_apsnr=true",
              "--feature", "float_ssim", "--precision", "max", "--json"]
# LeakSanitizer's search crashes by itself ("Tracer caught signal 11") at the end of some of these runs; other errors still end them.
NO_LEAK_SEARCH = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


class Cuda(CliTest):
    def report(self, *arguments):
        result = run(*self.pair(), *EVERYTHING, *arguments, "-o", self.path("report.json"))
        self.check(result, 0)
        return re.sub(r'"fps": [^,]*,', "", self.read("report.json")), result

    def test_reports_equal_those_of_the_cpu(self):
        expected, _ = self.report("--backend", "cpu")
        for arguments in (["--backend", "cuda"], ["--cuda", "--threads", "3"], ["--device", "0"], []):
            report, _ = self.report(*arguments)
            self.assertEqual(report, expected, arguments)

    def test_several_devices_share_frames_and_give_the_same_report(self):
        clips = self.pair(width=40, height=32, count=140)
        options = [*clips, "--feature", "motion", "--feature", "xpsnr", "--feature", "psnr", "--subsample", "2", "--precision", "max", "--json"]

        def report(*arguments, env=None):
            result = run(*options, *arguments, "-o", self.path("several.json"), env={**os.environ, **(env or {})})
            self.check(result, 0)
            return re.sub(r'"fps": [^,]*,', "", self.read("several.json")), result.err

        expected, _ = report("--backend", "cpu")
        three = {"VMAF_EMULATOR_DEVICES": "3"}
        for devices in ("all", "2,0"):
            self.assertEqual(report("--device", devices, env=three)[0], expected, devices)
        lost, said = report("--device", "all", env={**three, "VMAF_EMULATOR_FAIL": "cuLaunchKernel:20=719"})
        self.assertEqual(lost, expected)
        self.assertEqual(len(re.findall("device [0-2]: .* failed: .*; its frames go to the others", said)), 1, said)
        text, _ = report("--device", "all", "--params", env=three)
        self.assertIn("emulated GPU 0", text)
        self.assertIn("emulated GPU 2", text)

    def test_several_devices_are_named_once_and_there(self):
        three = {**os.environ, "VMAF_EMULATOR_DEVICES": "3"}
        for text in ("0,0", "0,", ",1", "0,x", "", "-1", "all,0"):
            self.check(run(*self.pair(), "--device", text, env=three), 1, "device")
        self.check(run(*self.pair(), "--device", "0,7", env=three), 3, "there is no CUDA device 7; this machine has 3")
        none = run(*self.pair(), "--device", "all", env={**os.environ, "VMAF_EMULATOR_DEVICES": "0"})
        self.check(none, 3, "no GPU is visible")
        self.check(run(*self.pair(), "--device", "all", "--backend", "cpu", env=three), 0)
        self.check(run("--doctor", "--device", "0,2", env=three), 0)
        self.check(run("--doctor", "--device", "all", env=three), 0)
        self.check(run("--doctor", "--device", "0,5", env=three), 3)

    def test_parts_equal_those_of_the_cpu(self):
        clips = self.pair(width=80, height=80, count=10)
        features = ["motion=motion_five_frame_window=true", "float_motion", "xpsnr=fps=50", "speed_temporal", "psnr"]
        options = [*clips, *(word for feature in features for word in ("--feature", feature))]
        for number in range(1, 4):
            for backend in ("cpu", "cuda"):
                result = run(*options, "--backend", backend, "--shard", f"{number}/3", "-o", self.path(f"{backend}{number}"), env=NO_LEAK_SEARCH)
                self.check(result, 0)
            self.assertEqual(self.read_bytes(self.path(f"cuda{number}")), self.read_bytes(self.path(f"cpu{number}")))
        reports = []
        for arguments in (options + ["--cuda"], ["--merge", self.path("cuda1"), self.path("cpu2"), self.path("cuda3")]):
            self.check(run(*arguments, "--precision", "max", "--csv", "-o", self.path("report.csv")), 0)
            reports.append(self.read("report.csv"))
        self.assertEqual(*reports)

    def test_a_device_that_is_lost_is_worth_another_try(self):
        lost = {**os.environ, "VMAF_EMULATOR_FAIL": "cuLaunchKernel:1=719!"}
        plain = run(*self.pair(), "--cuda", env=lost)
        self.assertEqual(plain.code, 234, plain.err)
        shard = run(*self.pair(), "--cuda", "--shard", "1/1", "-o", self.path("part"), env=lost)
        self.check(shard, 75, "problem")
        self.assertFalse(os.path.exists(self.path("part")))

    def test_params_name_backend_and_device(self):
        report, _ = self.report("--cuda", "--params")
        self.assertIn("emulated GPU 0", report)
        self.assertRegex(report, r'"backend\.vif[^"]*": "cuda"')
        report, _ = self.report("--no_cuda", "--params")
        self.assertNotIn("cuda", report)

    def test_auto_says_what_it_chose(self):
        """Once, on a terminal or if asked to."""
        _, result = self.report("--verbose")
        self.assertRegex(result.err, r"\Abackend: cuda, device 0, emulated GPU 0.*\n")
        self.assertEqual(result.err.count("backend: "), 1)
        for arguments in ([], ["--gpumask", "1", "--verbose"], ["--cuda", "--verbose"]):
            self.assertNotIn("backend: ", self.report(*arguments)[1].err)
        shown = run_on_terminal(*self.pair())
        if shown is not None:
            self.assertEqual(shown[1].count("backend: cuda"), 1)
            self.assertNotIn("backend: ", run_on_terminal(*self.pair(), "-q")[1])

    def test_named_extractors_need_a_gpu(self):
        self.check(run(*self.pair(), "-n", "--feature", "vif_cuda", "--cuda"), 0)
        self.check(run(*self.pair(), "-n", "--feature", "vif_cuda", "--no_cuda"), 255, "was asked for on a GPU")

    def test_doctor_scores_on_the_device(self):
        for arguments in (["--cuda"], ["--device", "0"], []):
            result = run("--doctor", *arguments)
            self.check(result, 0)
            self.assertRegex(result.out, r"cuda     device 0, emulated GPU 0.*\n +memory: \d+ of 65536 MiB are free\n +decoders: can't be asked: libnvcuvid\.so\.1.*'video'.*\n"
                                         r" +3 frames of 64x48 .*, as on the CPU\nverdict .* works: the GPU scores\n\Z")
        result = run("--doctor", "--device", "99")
        self.check(result, 3)
        self.assertIn("PROBLEM: there is no CUDA device 99", result.out)
        self.assertNotIn("cuda ", run("--doctor", "--no_cuda").out.replace("--no_cuda", ""))

    def test_doctor_names_the_decoders(self):
        result = run("--doctor", env={**os.environ, "LD_LIBRARY_PATH": os.environ["VMAF_EMULATOR"] + ":" + os.environ["VMAF_DECODERS"]})
        self.check(result, 0)
        self.assertIn(" decoders: 3 engines: H.264 4:2:0 8 bit; HEVC 4:2:0 8/10 bit, 4:4:4 8/10 bit\n", result.out)

    def test_a_driver_that_crashes_in_its_teardown_changes_nothing(self):
        if os.environ.get("VMAF_LEAKS_ARE_SOUGHT"):
            self.skipTest("the command ends as usual under AddressSanitizer")
        expected, _ = self.report("--cuda")
        for entry in ("exit", "cuDevicePrimaryCtxRelease", "cuModuleUnload", "cuStreamDestroy_v2"):
            crashing = {**os.environ, "VMAF_EMULATOR_CRASH": entry}
            result = run(*self.pair(), *EVERYTHING, "--cuda", "-o", self.path("crash.json"), env=crashing)
            self.check(result, 0)
            self.assertEqual(re.sub(r'"fps": [^,]*,', "", self.read("crash.json")), expected)
            self.assertIn("vmaf_v0.6.1: ", result.out)
            self.check(run(*self.pair(), "--cuda", "--feature", "nonsense", env=crashing), 255, "nonsense")

    def test_decoding_on_the_gpu_needs_its_driver(self):
        """Said before an input is opened, with what is missing and the way out."""
        result = run(*self.pair(), "--decoder", "cuda")
        if "no FFmpeg libraries" not in result.err:
            self.check(result, 3, "libnvcuvid.so.1")
            self.assertIn("'video'", result.err)
        self.check(result, 3, "leave out --decoder cuda, and the CPU decodes")
        if "no FFmpeg libraries" not in result.err:
            self.check(run(*self.pair(), "--decoder", "cuda", "--device", "99"), 3, "there is no CUDA device 99")
        self.check(run(*self.pair(), "--decoder", "cuda", "--no_cuda"), 1, "--backend cpu can't score")
        for name in ("auto", "cpu"):
            self.assertEqual(self.report("--decoder", name)[0], self.report()[0])

    @unittest.skipUnless(shutil.which("ffmpeg"), "no ffmpeg to make the files")
    def test_what_a_gpu_does_not_decode_is_named(self):
        with_decoders = {**os.environ, "LD_LIBRARY_PATH": os.environ["VMAF_EMULATOR"] + ":" + os.environ["VMAF_DECODERS"]}
        if "no FFmpeg libraries" in run(*self.pair(), "--decoder", "cuda").err:
            self.skipTest("a build without media")
        self.check(run(*self.pair(), "--decoder", "cuda", env=with_decoders), 0)  # nothing is to be decoded
        for codec, pixels, words in (("ffv1", "yuv420p", r"ffv1.*: only H\.264"), ("libx264", "yuv422p10le", "h264 4:2:2 10 bit: ")):
            path = self.path("clip.mkv")
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=96x80:rate=25", "-frames:v", "3",
                            "-pix_fmt", pixels, "-c:v", codec, path], check=True)
            result = run("-r", path, "-d", path, "--decoder", "cuda", env=with_decoders)
            self.check(result, 255)
            self.assertRegex(result.err, "the GPU can't decode " + words)
            self.assertIn("leave out --decoder cuda", result.err)

    @unittest.skipUnless(shutil.which("ffmpeg"), "no ffmpeg to make the files")
    def test_auto_decodes_on_the_cpu_what_a_gpu_does_not(self):
        """With a GPU asked for, and a line for each input; the decoders of the stand-in decode nothing."""
        if "no FFmpeg libraries" in run(*self.pair(), "--decoder", "cuda").err:
            self.skipTest("a build without media")
        reference, distorted = self.path("a.mkv"), self.path("b.mp4")
        for path, codec in ((reference, "ffv1"), (distorted, "libx264")):
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=96x80:rate=25", "-frames:v", "3",
                            "-pix_fmt", "yuv420p", "-c:v", codec, path], check=True)
        arguments = ["-n", "--feature", "psnr", "--csv", "-o", "-"]
        expected = run("-r", reference, "-d", distorted, *arguments, "--no_cuda")
        self.check(expected, 0)
        self.assertEqual(expected.err, "")
        # LeakSanitizer's own search crashes at the end of a run with both FFmpeg's threads and the stand-in's.
        without_search = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        for asked in (["--cuda"], ["--device", "0"]):
            result = run("-r", reference, "-d", distorted, *arguments, *asked, env=without_search)
            self.check(result, 0, "a.mkv: video stream 0 (ffv1): the GPU can't decode ffv1", "b.mp4: video stream 0 (h264): the GPU can't decode h264")
            self.assertEqual(result.err.count("; the CPU decodes it\n"), 2)
            self.assertEqual(result.out, expected.out)
        for asked in (["--cuda", "--decoder", "cpu"], []):
            result = run("-r", reference, "-d", distorted, *arguments, *asked, env=without_search)
            self.check(result, 0)
            self.assertEqual((result.out, result.err), (expected.out, ""))
        with open(distorted, "rb") as piped:
            result = run("-r", reference, "-d", "-", *arguments, "--cuda", stdin=piped, env=without_search)
        self.check(result, 0)
        self.assertEqual(result.out, expected.out)

    def test_devices_are_listed_and_checked(self):
        result = run("--list_devices")
        self.check(result, 0)
        self.assertRegex(result.out, r"\Adevice 0, emulated GPU 0, compute capability \d+\.\d+, 65536 MiB")
        self.check(run(*self.pair(), "--device", "99"), 3, "there is no CUDA device 99")


if __name__ == "__main__":
    os.environ["LD_LIBRARY_PATH"] = os.environ["VMAF_EMULATOR"]
    main()
