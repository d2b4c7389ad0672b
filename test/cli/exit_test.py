"""Exit codes: each that docs/shards.md names is that of a command that ends so."""

import os
import re
import signal
import subprocess
import tempfile

from support import TIMEOUT_S, VMAF, ClipTest, main, run

DOCS = os.path.join(os.path.dirname(__file__), "..", "..", "docs")


class ExitTest(ClipTest):
    def stopped(self, by):
        """Code that a shell sees of a shard that is met by a signal at work."""
        videos = [*self.videos(20000), "--threads", "0", "--feature", "ciede", "--feature", "psnr_hvs"]
        script = '"$0" "$@" & echo $! >&3; wait $!'
        ours, theirs = os.pipe()
        with subprocess.Popen(["bash", "-c", script.replace(">&3", f">&{theirs}"), VMAF, *videos, "--shard", "1/1", "-o", self.path("part"),
                               "--progress"], stderr=subprocess.PIPE, pass_fds=[theirs]) as shell:
            os.close(theirs)
            child = int(os.read(ours, 100))
            os.close(ours)
            shell.stderr.readline()  # a second has passed
            os.kill(child, by)
            shell.communicate(timeout=TIMEOUT_S)
        return shell.returncode

    def test_each_documented_code(self):
        videos = self.videos(3)
        shard = [*videos, "--shard", "1/1", "-o", self.path("part")]
        missing, empty = self.path("missing"), self.write("empty.y4m", b"")
        gapped = self.video("long.y4m", 4)
        self.check(run("-r", gapped, "-d", gapped, "--shard", "2/2", "-o", self.path("gap")), 0)
        cut = self.write("cut.y4m", self.read_bytes(videos[3])[:-9])
        lists = [self.write(name, f"reference,distorted\n{videos[1]},{dis}\n".encode()) for name, dis in (("good", videos[3]), ("bad", missing))]
        out = ["-o", self.path("out")]
        no_driver = {**os.environ, "VMAF_CUDA_LIBRARY": missing}
        cases = {
            0: lambda: [run(*videos), run(*shard), run(*shard), run("--merge", self.path("part")), run("--batch", lists[0], *out)],
            1: lambda: [run(), run("--merge"), run("--merge", "--shard", "1/2"), run(*videos, "--shard", "3/2"), run(*videos, "--shard", "1/2"),
                        run(*videos, "--shard", "1/2", "-o", "-"), run("--batch", empty, *out), run("--batch", lists[0])],
            3: lambda: [run(*videos, "--backend", "cuda", env=no_driver), run(*shard[:-1], self.path("new"), "--backend", "cuda", env=no_driver)],
            75: lambda: [run(*videos, "--shard", "1/1", "-o", self.path("other"), file_size_limit=64),
                         run("--merge", self.path("part"), "-o", self.path("report"), file_size_limit=64),
                         run("--merge", self.path("part"), "--html", self.path("page"), file_size_limit=64),
                         run("--merge", self.path("part"), "-o", self.path("report"), file_size_limit=0),
                         run("--batch", lists[0], "--csv", "-o", self.path("new/"), file_size_limit=64)],
            234: lambda: [run(*videos[:3], cut), run(*videos[:3], cut, "--shard", "1/1", "-o", self.path("new")), run("--merge", self.path("gap"))],
            255: lambda: [run(*videos[:3], missing), run(*videos[:3], missing, *shard[4:]), run("--merge", missing),
                          run("--batch", lists[1], *out), run("--batch", missing, *out), run("--merge", self.path("part"), "-m", "path=" + missing),
                          run("--merge", self.path("part"), "-o", "/proc/x"), run(*videos, "--shard", "1/1", "-o", "/proc/x")],
        }
        with open(os.path.join(DOCS, "shards.md"), encoding="utf-8") as file:
            table = file.read().split("## Exit codes")[1].split("##")[0]
        documented = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.M)}
        signals = {137: signal.SIGKILL, 130: signal.SIGINT, 143: signal.SIGTERM}
        self.assertEqual(documented, {*cases, *signals})
        for code, results in cases.items():
            for number, result in enumerate(results()):
                with self.subTest(code=code, number=number):
                    self.check(result, code)
                    self.assertTrue(code == 0 or result.err.strip())
        for code, sent in signals.items():
            with self.subTest(code=code):
                self.assertEqual(self.stopped(sent), code)


if __name__ == "__main__":
    if os.path.isdir("/dev/shm"):
        tempfile.tempdir = "/dev/shm"  # parts are synced, which a disk takes its time for
    main()
