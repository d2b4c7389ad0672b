"""Shards of the command: parts whose merge is the report of one run, ranges of frames, interruptions."""

import itertools
import json
import os
import random
import signal
import subprocess
import tempfile
import time

from support import COUNT, MEDIA, TIMEOUT_S, VMAF, ClipTest, frames, main, run

RETRY, INTERRUPTED, TERMINATED = 75, 130, 143
MODEL = ["--model", "version=vmaf_b_v0.6.3", "--feature", "psnr=enable_apsnr=true",
         "--feature", "motion=motion_five_frame_window=true:motion_moving_average=true"]


class ShardTest(ClipTest):
    def test_merged_parts_give_every_report_of_one_run(self):
        videos = self.videos()
        parts = self.parts(videos, 4, *MODEL)
        for form, more in itertools.product(("--xml", "--json", "--csv", "--sub"), ([], ["--precision", "max", "--pool", "p5,median,harmonic_mean"])):
            self.assertEqual(self.report("--merge", parts, form, *more), self.report(*videos, *MODEL, form, *more))
        lines = [run(*arguments) for arguments in ([*videos, *MODEL], ["--merge", parts])]
        self.assertEqual(lines[0].out, lines[1].out)

    def test_settings_come_with_the_parts(self):
        for options in (["--subsample", 3], ["--vmaf_10bit"], ["--no_prediction", "--feature", "xpsnr"], ["--frame_cnt", 11],
                        ["--frame_skip_ref", 2, "--frame_skip_dist", 5], ["--frames", "7:19"], ["--frames", "3:"],
                        ["--frames", ":4"]):
            with self.subTest(options=options):
                videos, to = self.videos(), f"parts{options[-1]}/".replace(":", "to")
                self.assertEqual(self.report("--merge", self.parts(videos, 3, *options, to=to), "--json"),
                                 self.report(*videos, *options, "--json"))

    def test_raw_video(self):
        raw = ["-w", 34, "-h", 22, "-p", 422, "-b", 10]
        clips = [frames(34, 22, "422", 10, count=9, noise=noise) for noise in (0, 30)]
        videos = ["-r", self.yuv("ref.yuv", clips[0], 10), "-d", self.yuv("dis.yuv", clips[1], 10), *raw]
        self.assertEqual(self.report("--merge", self.parts(videos, 4), "--csv"), self.report(*videos, "--csv"))

    def test_media(self):
        if not MEDIA:
            self.skipTest("this build has no FFmpeg libraries")
        ref = self.videos(24)[1]
        files = []
        for name, options in (("ref.mkv", ["-c:v", "ffv1"]), ("dis.mp4", ["-c:v", "libx264", "-crf", "30", "-bf", "2", "-g", "8"])):
            files.append(self.path(name))
            made = subprocess.run(["ffmpeg", "-v", "error", "-i", ref, "-pix_fmt", "yuv420p", *options, files[-1]], check=False)
            if made.returncode:
                self.skipTest("this ffmpeg has no such encoder")
        videos = ["-r", files[0], "-d", files[1]]
        self.assertEqual(self.report("--merge", self.parts(videos, 5), "--json"), self.report(*videos, "--json"))

    def test_more_models_are_asked_of_parts_later(self):
        videos = self.videos()
        parts = self.parts(videos, 3)
        other = ["--model", "version=vmaf_v0.6.1neg", "--model", "version=vmaf_v0.6.1:name=a"]
        both = self.parts(videos, 2, *other, to="both/")
        self.assertEqual(self.report("--merge", both, "--model", "version=vmaf_v0.6.1:name=a", "--json"),
                         self.report(*videos, "--model", "version=vmaf_v0.6.1:name=a", "--json"))
        self.check(run("--merge", parts, *other), 234, "the parts lack feature", "adm_enhn_gain_limit")

    def test_parts_hang_on_no_machine(self):
        """Threads, vector instructions, where they lie, what they are called, and another process that makes the same one."""
        videos = self.videos(64)
        for number in range(1, 17):
            options = ["--shard", f"{number}/16", "-o", self.path("parts/"), "--threads", str(number % 4), "--cpumask", str(number * 7 % 64), "-q"]
            twins = [subprocess.Popen([VMAF, *videos, *options], stderr=subprocess.DEVNULL) for _ in range(1 + number % 2)]
            self.assertEqual([twin.wait(TIMEOUT_S) for twin in twins], [0] * len(twins))
        self.assertEqual(len(os.listdir(self.path("parts"))), 16)
        os.mkdir(self.path("links"))
        for number, name in enumerate(self.names()):
            os.symlink(self.path("parts/" + name), self.path(f"links/ü {99 - number}\n.part"))
        os.symlink("links", self.path("there"))
        self.assertEqual(self.report("--merge", self.path("there"), "--json"), self.report(*videos, "--json"))

    def test_an_input_that_is_replaced_between_shards(self):
        videos = self.videos()
        self.check(self.shard(videos, 1, 2), 0)
        self.video("dis.y4m", COUNT, noise=21)
        self.check(self.shard(videos, 2, 2), 0)
        self.check(run("--merge", self.path("parts")), 234, "not of one run: fingerprint distorted:")
        self.check(self.shard(videos, 1, 2), 0)
        self.assertEqual(self.report("--merge", self.path("parts"), "--json"), self.report(*videos, "--json"))

    def test_a_part_that_is_there_is_left_alone(self):
        videos = self.videos()
        self.check(self.shard(videos, 2, 3), 0)
        path = self.path("parts/00000010-00000019.part")
        before = os.stat(path)
        self.check(self.shard(videos, 2, 3), 0, "is there already: nothing to do")
        self.assertEqual(os.stat(path).st_mtime_ns, before.st_mtime_ns)
        bytes_before = self.read_bytes(path)
        for damage in (bytes_before[:-9], bytes_before[:300] + b"x" + bytes_before[301:], b""):
            self.write("parts/00000010-00000019.part", damage)
            self.check(self.shard(videos, 2, 3), 0, *(["is damaged", "made anew"] if damage else []))
            self.assertEqual(self.read_bytes(path), bytes_before)
        self.check(self.shard(videos, 2, 3, "--feature", "psnr"), 0)
        self.assertNotEqual(self.read_bytes(path), bytes_before)
        self.assertEqual(self.names(), ["00000010-00000019.part"])

    def test_other_files_are_not_replaced(self):
        videos = self.videos()
        text = self.write("notes", b"some notes that nobody wants to lose")
        for path in (text, videos[1], videos[3]):
            before = self.read_bytes(path)
            self.check(run(*videos, "--shard", "1/2", "-o", path), 255, "is no part file, and stays as it is")
            self.assertEqual(self.read_bytes(path), before)

    def test_pipes_are_refused_without_waiting_for_anybody(self):
        videos = self.videos(3)
        os.mkfifo(self.path("pipe"))
        self.check(run("--merge", self.path("pipe")), 255, "pipe' is no part file: it is no regular file")
        self.check(run(*videos, "--shard", "1/2", "-o", self.path("pipe")), 255, "is no regular file, and stays as it is")
        with subprocess.Popen(["cp", videos[3], self.path("pipe")]):
            self.check(run(*videos[:3], self.path("pipe"), "--shard", "1/2", "-o", self.path("parts/")), 255, "pipe")

    def test_where_a_part_is_to_be_is_tried_out_before_the_first_frame(self):
        videos = ["-r", "nowhere.y4m", "-d", "nowhere.y4m", "--shard", "1/2"]
        file = self.write("file", b"text")
        for given, words in ((file + "/", "Not a directory"), (file + "/x", "Not a directory"), ("/proc/x/", "No such file"),
                             (self.path("missing/x"), "No such file"), ("/proc/self/", "")):
            result = run(*videos, "-o", given)
            self.check(result, 255, "could not open file: " + given, words)
            self.assertNotIn("nowhere", result.err)
        self.check(run(*videos, "-o", self.path("parts/"), file_size_limit=0), RETRY, "File too large")

    def test_the_same_contents_elsewhere_are_the_same_run(self):
        videos = self.videos()
        self.check(self.shard(videos, 1, 2), 0)
        moved = ["-r", self.write("moved_ref", self.read_bytes(videos[1])), "-d", self.write("moved_dis", self.read_bytes(videos[3]))]
        self.check(self.shard(moved, 2, 2), 0)
        self.assertEqual(self.report("--merge", self.path("parts"), "--json"), self.report(*videos, "--json"))

    def test_parts_that_do_not_fit_are_named(self):
        videos = self.videos()
        self.parts(videos, 3)
        first, second, third = (self.path("parts/" + name) for name in self.names())
        self.check(run("--merge", first, third), 234, "frames 10 to 19 are in no part", first, third)
        other = self.video("other.y4m", COUNT, noise=10)
        alien = self.path("alien")
        self.check(run("-r", videos[1], "-d", other, "--shard", "2/3", "-o", alien), 0)
        self.check(run("--merge", first, alien, third), 234, "not of one run: fingerprint distorted:", first, alien)
        self.check(run("--merge", first, second, self.write("x.part", b"")), 234, "x.part' is no part file")
        self.check(run("--merge", self.path("nowhere")), 255, "No such file")

    def test_more_shards_than_frames(self):
        videos = self.videos(3)
        results = [self.shard(videos, number, 7) for number in range(1, 8)]
        self.assertEqual({result.code for result in results}, {0})
        self.assertEqual(sum("gets none of 3 frames" in result.err for result in results), 4)
        self.assertEqual(self.report("--merge", self.path("parts"), "--csv"), self.report(*videos, "--csv"))

    def test_schedulers_tell_the_shard(self):
        videos = self.videos()
        cases = (({"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_TASK_COUNT": "3"}, "auto", 20),
                 ({"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "1"}, "auto/3", 10),
                 ({"JOB_COMPLETION_INDEX": "0"}, "auto/3", 0),
                 ({"AWS_BATCH_JOB_ARRAY_INDEX": "2", "AWS_BATCH_JOB_ARRAY_SIZE": "3"}, "auto", 20))
        for environment, choice, first in cases:
            subprocess.run([VMAF, *videos, "--shard", choice, "-o", self.path(f"{first}of{len(environment)}/"), "-q"], check=True,
                           env={**os.environ, **environment}, timeout=TIMEOUT_S)
            self.assertEqual(self.names(f"{first}of{len(environment)}"), [f"{first:08}-{first + 9:08}.part"])
        refused = subprocess.run([VMAF, *videos, "--shard", "auto", "-o", self.path("x")], stderr=subprocess.PIPE, check=False,
                                 env={**os.environ, "JOB_COMPLETION_INDEX": "0"}, timeout=TIMEOUT_S)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"say auto/N", refused.stderr)

    def test_mistakes(self):
        videos = self.videos(3)
        for arguments, text in ((["--shard", "0/3"], "K from 1 to N"), (["--shard", "4/3"], "K from 1 to N"), (["--shard", "2"], "K from 1 to N"),
                                (["--shard", "auto"], "no job of an array"), (["--frames", "5"], "should be A:B"),
                                (["--frames", "5:4"], "should be A:B"), (["--frames", ":"], "should be A:B"),
                                (["--merge"], "takes the place of -r and -d"), (["--batch", "x"], "takes the place of -r and -d")):
            self.check(run(*videos, *arguments), 1, text)
        self.check(run(*videos, "--shard", "1/2"), 1, "needs -o")
        self.check(run("--merge"), 1, "needs the names of parts")
        os.mkdir(self.path("empty"))
        self.check(run("--merge", self.path("empty")), 255, "no part (*.part) is in", "empty")
        for given in ("-", "/dev/stdout", "/proc/self/fd/1"):
            self.check(run(*videos, "--shard", "1/2", "-o", given), 1, f"-o {given} is standard output, and a part is a file")
        self.check(run(*videos, "--frames", "3:9"), 234, "before --frames 3:9 begins")
        self.check(run(*videos, "--frames", "3:9", "--shard", "1/2", "-o", self.path("p")), 234, "frames 0 to 2, none of --frames 3:9")

    def test_frames_have_the_values_of_the_whole_run(self):
        videos = self.videos()
        whole = json.loads(self.report(*videos, *MODEL, "--json", "--precision", "max").replace('"fps,', '"fps": 0,'))["frames"]
        for first, last in ((0, 2), (1, 1), (4, 9), (20, 29), (25, 99)):
            part = json.loads(self.report(*videos, *MODEL, "--json", "--precision", "max", "--frames", f"{first}:{last}")
                              .replace('"fps,', '"fps": 0,'))["frames"]
            self.assertEqual(part, whole[first:last + 1])
        self.check(run(*videos, "--frames", "25:99"), 0, "ends at frame 29: of --frames 25:99 it has 5")
        for whole in ("25:", "25:29", "29:29"):
            self.assertNotIn("it has", run(*videos, "--frames", whole).err)

    def test_an_input_that_ends_within_a_frame(self):
        videos = self.videos(6)
        cut = self.write("cut.y4m", self.read_bytes(videos[3])[:-100])
        plain = run("-r", videos[1], "-d", cut)
        sharded = self.shard(["-r", videos[1], "-d", cut], 1, 2)
        self.check(plain, 234, "frame 5 is incomplete")
        self.check(sharded, 234, "frame 5 is incomplete")

    def test_interrupted_shards_leave_nothing_and_start_again(self):
        choice = random.Random(1)
        videos = self.videos(120)
        interrupted = 0
        for number in range(1, 7):
            latest = 0  # of the signal: the first try is met at its start, however fast the machine is
            while True:
                with subprocess.Popen([VMAF, *videos, "--shard", f"{number}/6", "-o", self.path("parts/"), "-q"], stderr=subprocess.PIPE,
                                      stdout=subprocess.DEVNULL) as process:
                    if interrupted < 12:
                        time.sleep(choice.uniform(0, latest))
                        process.send_signal(choice.choice((signal.SIGTERM, signal.SIGINT, signal.SIGKILL)))
                    process.communicate(timeout=TIMEOUT_S)
                self.assertIn(process.returncode, (0, INTERRUPTED, TERMINATED, -signal.SIGTERM, -signal.SIGINT, -signal.SIGKILL))
                if process.returncode == 0:
                    break
                interrupted += 1
                latest = 0.06
        self.assertGreater(interrupted, 3)
        parts = [name for name in self.names() if name.endswith(".part")]
        self.assertEqual(len(parts), 6)
        self.assertEqual(self.report("--merge", self.path("parts"), "--json"), self.report(*videos, "--json"))

    def test_an_interruption_ends_between_frames_with_a_sentence(self):
        videos = [*self.videos(20000), "--threads", 0, "--feature", "ciede", "--feature", "psnr_hvs"]
        for sent, code in ((signal.SIGTERM, TERMINATED), (signal.SIGINT, INTERRUPTED)):
            with subprocess.Popen([VMAF, *map(str, videos), "--shard", "1/1", "-o", self.path("parts/"), "--progress"], stderr=subprocess.PIPE) as process:
                process.stderr.readline()  # a second has passed
                process.send_signal(sent)
                _, text = process.communicate(timeout=TIMEOUT_S)
            if process.returncode == 0:
                self.skipTest("it was done before it could be stopped")
            self.assertEqual(process.returncode, code)
            self.assertIn(b"what was not done yet is not written; start the job again", text)
            self.assertFalse(os.path.exists(self.path("parts")) and self.names())

    def test_a_merge_ends_when_it_is_asked_to(self):
        parts = self.parts(self.videos(3), 1)
        os.mkfifo(self.path("page"))
        for number, (sent, code) in enumerate(((signal.SIGTERM, TERMINATED), (signal.SIGINT, INTERRUPTED))):
            report = self.path(f"report{number}")
            with subprocess.Popen([VMAF, "--merge", parts, "-o", report, "--html", self.path("page")], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE) as process:
                while not os.path.exists(report):  # the page is next, which has no reader
                    time.sleep(0.01)
                process.send_signal(sent)
                _, text = process.communicate(timeout=TIMEOUT_S)
            self.assertEqual(process.returncode, code)
            self.assertIn(b"start the job again", text)

    def test_a_full_disk_is_worth_another_try(self):
        videos = self.videos(3)
        self.check(run(*videos, "--shard", "1/1", "-o", self.path("part"), file_size_limit=64), RETRY, "could not write the part")
        self.assertFalse(os.path.exists(self.path("part")))
        self.check(run(*videos, "--shard", "1/1", "-o", "/dev/full/x"), 255)


if __name__ == "__main__":
    if os.path.isdir("/dev/shm"):
        tempfile.tempdir = "/dev/shm"  # parts are synced, which a disk takes its time for
    main()
