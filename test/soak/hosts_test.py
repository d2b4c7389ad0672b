#!/usr/bin/env python3
"""What programs around the library do to it, on a GPU: every score is the CPU's to the last bit, exit codes are the program's own, nothing hangs.

usage: hosts_test.py HOST LIBVMAF.so     with the tests' stand-in for the driver in LD_LIBRARY_PATH, small pictures
       hosts_test.py HOST LIBVMAF.so gpu [NAME...]    on the GPU of this machine, larger ones, and with the GPU's memory taken by a neighbour
"""
import os
import subprocess
import sys
import unittest

HOST, LIBRARY = sys.argv[1:3]
ON_GPU = sys.argv[3:4] == ["gpu"]
SIZE = ("640", "360") if ON_GPU else ("64", "48")
FRAMES = "96" if ON_GPU else "8"
TIMEOUT_S = 120


def start(what, backend, bpc="8", frames=FRAMES, size=SIZE, **environment):
    return subprocess.Popen([HOST, LIBRARY, what, backend, *size, bpc, frames], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env={**os.environ, **environment})


def end(process):
    """(exit code, what it printed, its message)"""
    try:
        out, err = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, out, err


def run(*arguments, **options):
    return end(start(*arguments, **options))


class Hosts(unittest.TestCase):
    maxDiff = 2000

    def scores(self, *arguments, **options):
        code, out, err = run(*arguments, **options)
        self.assertEqual((code, err), (0, ""))
        return out

    def test_noise_in_a_full_queue_and_in_an_encoders_loop(self):
        for bpc in "8", "10", "12", "16":
            expected = self.scores("queue", "cpu", bpc)
            self.assertEqual(len(expected.splitlines()), int(FRAMES))
            for what in "queue", "loop":
                self.assertEqual(self.scores(what, "cuda", bpc), expected, (what, bpc))

    def test_several_processes_on_one_gpu(self):
        expected = self.scores("queue", "cpu")
        running = [start("queue", "cuda") for _ in range(8 if ON_GPU else 2)]
        for process in running:
            self.assertEqual(end(process), (0, expected, ""))

    def test_a_program_that_leaves_with_frames_in_work(self):
        for what in "exit", "return":
            for backend in "cpu", "cuda":
                for _ in range(5 if ON_GPU else 1):
                    self.assertEqual(run(what, backend), (7, "", ""), (what, backend))

    def test_the_library_is_unloaded_with_frames_in_work(self):
        expected = self.scores("queue", "cpu")
        for backend in "cpu", "cuda":
            self.assertEqual(self.scores("unload", backend), expected)

    def test_a_gpu_that_is_taken_away(self):
        """Each call may be the one that finds it gone."""
        if ON_GPU:
            code, _, err = run("queue", "cuda", CUDA_VISIBLE_DEVICES="")
            self.assertEqual(code, 1)
            self.assertRegex(err, "no GPU|no CUDA|NO_DEVICE")
            return
        unavailable = 46
        for call in "cuDevicePrimaryCtxRetain:1", "cuLaunchKernel:1", "cuLaunchKernel:40", "cuMemcpyHtoDAsync_v2:5", "cuEventQuery:3":
            code, out, err = run("queue", "cuda", VMAF_EMULATOR_FAIL=f"{call}={unavailable}!")
            if code == 0:  # the run does without that call
                continue
            self.assertEqual((code, out), (1, ""), call)
            self.assertIn(call.split(":")[0].removesuffix("_v2"), err)
        self.assertEqual(self.scores("queue", "cuda"), self.scores("queue", "cpu"))

    @unittest.skipUnless(ON_GPU, "the memory of the stand-in is no neighbour's")
    def test_a_neighbour_that_takes_the_memory(self):
        for left, size in ("64", SIZE), ("1500", ("15360", "8640")):
            with subprocess.Popen([HOST, LIBRARY, "fill", left], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as neighbour:
                print(neighbour.stdout.readline(), end="", flush=True)
                code, _, err = run("queue", "cuda", frames="4", size=size)
                print(err, end="", flush=True)
                neighbour.stdin.close()
            self.assertEqual(code, 1)
            self.assertRegex(err, "(?i)memory")
        self.assertEqual(self.scores("queue", "cuda"), self.scores("queue", "cpu"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4 if ON_GPU else 3:]], verbosity=2)
