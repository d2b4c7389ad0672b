"""Lists of pairs: reports, shards and pages of each pair, what is said of them, and starting again."""

import json
import os
import re
import subprocess
import tempfile

from support import VMAF, ClipTest, frames, main, run, without_fps

RETRY = 75
DOCS = os.path.join(os.path.dirname(__file__), "..", "..", "docs")


class BatchTest(ClipTest):
    def list(self, *lines, header="reference,distorted,output", name="list.csv"):
        return self.write(name, "\n".join([header, *lines, ""]).encode())

    def small(self, count=6):
        """A reference and two encodes of other lengths."""
        ref, dis = self.videos(count)[1::2]
        return ref, dis, self.video("short.y4m", count - 2, noise=10)

    def same_reports(self, *pairs):
        for one, two in pairs:
            self.assertEqual(without_fps(self.read(one)), without_fps(self.read(two)))

    def test_reports_shards_and_json(self):
        ref, dis, short = self.small(8)
        csv = self.list(f"{ref},{dis},a.json", "", f'{ref},"{short}",b.json')
        lines = "".join(json.dumps({"reference": ref, "distorted": path}) + "\n" for path in (dis, short))
        self.check(run("--batch", csv, "--json", "-o", self.path("plain")), 0)
        for number in range(1, 6):
            self.check(run("--batch", csv, "--shard", f"{number}/5", "-o", self.path("cut"), "-q"), 0)
        self.check(run("--batch", csv, "--merge", "--json", "-o", self.path("cut")), 0)
        self.check(run("--batch", self.write("list.json", lines.encode()), "--json", "-o", self.path("json")), 0)
        for one, two in (("a.json", "dis.y4m.json"), ("b.json", "short.y4m.json")):
            self.same_reports(("cut/" + one, "plain/" + one), ("json/" + two, "plain/" + one))

    def test_parts_hang_on_no_format(self):
        ref, dis, short = self.small()
        path = self.list(f"{ref},{dis}", f"{ref},{short}", header="reference,distorted")
        for number, form in ((1, "--xml"), (2, "--csv")):
            self.check(run("--batch", path, "--shard", f"{number}/2", form, "-o", self.path("cut")), 0)
        self.assertEqual(self.names("cut"), ["dis.y4m.parts", "short.y4m.parts"])
        for form in ("json", "sub"):
            self.check(run("--batch", path, "--merge", "--" + form, "-o", self.path("cut")), 0)
            self.check(run("--batch", path, "--" + form, "-o", self.path("plain")), 0)
            self.same_reports(*((f"cut/{name}.{form}", f"plain/{name}.{form}") for name in ("dis.y4m", "short.y4m")))

    def test_a_bad_pair_does_not_stop_the_others(self):
        ref, dis, _ = self.small()
        path = self.list(f"{ref},nowhere.y4m,a", f"{ref},{dis},b")
        failure = "list.csv, line 2 (a): ", "nowhere.y4m", "1 of 2 pairs failed"
        self.check(run("--batch", path, "-o", self.path("out")), 255, *failure)
        self.assertEqual(self.names("out"), ["b", "b.done"])
        for number in (1, 2):
            self.check(run("--batch", path, "--shard", f"{number}/2", "-o", self.path("cut")), 255, *failure)
        self.assertEqual(len(self.names("cut/b.parts")), 2)
        self.check(run("--batch", path, "--merge", "-o", self.path("cut")), 255, "list.csv, line 2 (a): ", "a.parts", "1 of 2 pairs failed")
        self.same_reports(("cut/b", "out/b"))

    def test_a_pair_whose_parts_are_damaged_does_not_stop_the_others(self):
        ref, dis, short = self.small()
        path = self.list(f"{ref},{dis},a", f"{ref},{short},b", f"{ref},{dis},c")
        self.check(run("--batch", path, "--shard", "1/1", "-o", self.path("cut")), 0)
        self.write("cut/a.parts/00000000-00000005.part", b"")
        os.rename(self.path("cut/b.parts/00000000-00000003.part"), self.path("elsewhere"))
        self.check(run("--batch", path, "--merge", "-o", self.path("cut")), 255, "line 2 (a): ", "is no part file", "line 3 (b): ",
                   "no part (*.part) is in", "2 of 3 pairs failed")
        self.assertIn("c", self.names("cut"))

    def test_another_try_is_asked_for_where_it_may_help_one_pair(self):
        ref, dis, _ = self.small()
        path = self.list(f"{ref},nowhere.y4m,a", f"{ref},{dis},b")
        self.check(run("--batch", path, "-o", self.path("out"), file_size_limit=64), RETRY, "line 2 (a): ", "line 3 (b): ", "2 of 2 pairs failed")

    def test_mistakes_of_the_list(self):
        ref, dis, _ = self.small(3)
        for text, words in (("reference,distorted\na\n", "line 2: there are 1 cells, and 2 columns"),
                            ("\nreference,distorted,x\na,b,c\n", 'line 2: "x" is unknown; known are reference, distorted, output'),
                            ("reference,distorted,width\na,b,c\n", 'line 2: Invalid argument "c" for option -w/--width'),
                            ("reference,distorted,model\na,b,x=y\n", "line 2: --model x=y"),
                            ("", "lists no pair")):
            self.check(run("--batch", self.write("bad", text.encode()), "-o", self.path("out")), 1, words)
        path = self.list(f"{ref},{dis},a")
        self.assertFalse(os.path.exists(self.path("out")))
        self.check(run("--batch", path), 1, "needs -o")
        self.check(run("--batch", self.path("nowhere"), "-o", self.path("out")), 255, "nowhere: No such file")
        self.check(run("--batch", self.path(""), "-o", self.path("out")), 255, "Is a directory")
        self.check(run("--batch", path, "-o", self.path("out"), "--html", self.path("page.html")), 1, "--html of a --batch is a folder")
        self.check(run("--batch", path, "-o", self.path("out"), "--shard", "1/2", "--frames", "0:1"), 1, "--frames can't be combined")

    def test_folders_are_tried_out_before_the_first_frame(self):
        file = self.write("file", b"text")
        path = self.list("nowhere,nowhere,a")
        for given, words in ((file + "/x", "Not a directory"), ("/proc/x", "No such file"), ("-", "it is standard output")):
            for more in ([], ["--shard", "1/2"], ["--merge"]):
                result = run("--batch", path, "-o", given, *more)
                self.check(result, 255, given, words)
                self.assertNotIn("nowhere", result.err)
        result = run("--batch", path, "-o", self.path("out"), "--html", "/proc/x/")
        self.check(result, 255, "/proc/x/: No such file")
        self.assertNotIn("nowhere", result.err)
        self.assertFalse(os.path.exists("-"))

    def test_what_is_said_names_its_pair(self):
        ref, dis, short = self.small()
        path = self.list(f"{ref},{dis},one", f"{ref},{short},\"two \"\"2\"\"\"")
        options = ["--model", "version=vmaf_v0.6.1:cambi.window_size=15", "--pool", "p5", "--progress", "json"]
        result = run("--batch", path, "-o", self.path("out"), *options)
        self.check(result, 0)
        for name, expected in (("one", [3, 1]), ('two "2"', [3, 2])):  # scores on both, a warning, and the end of the shorter one
            said = [line for line in (result.out + result.err).splitlines() if line.startswith(name + ": ")]
            self.assertEqual(sum("vmaf_v0.6.1" in line for line in said), expected[0], said)
            self.assertEqual(sum("vmaf_v0.6.1: " not in line and "p5" not in line for line in said), expected[1], said)
        progress = [json.loads(line) for line in result.err.splitlines() if line.startswith("{")]
        self.assertEqual([(line["pair"], line["frames"]) for line in progress], [("one", 6), ('two "2"', 4)])
        rest = [line for line in (result.out + result.err).splitlines() if line and not line.startswith(("one: ", 'two "2": ', "{"))]
        self.assertEqual(rest, [])

    def test_lists_from_spreadsheets(self):
        ref, dis, _ = self.small()
        path = self.write("list.csv", f"\ufeff\r\nreference, distorted,output\r\n\r\n{ref}, {dis} ,a\r\n,,\r\n".encode())
        self.check(run("--batch", path, "-o", self.path("out")), 0)
        self.assertEqual(self.names("out"), ["a", "a.done"])

    def test_pairs_have_options_of_their_own(self):
        sizes = ((34, 22, 8), (32, 24, 10))
        lines, single = [], []
        for number, (w, h, depth) in enumerate(sizes):
            files = [self.yuv(f"{name}{number}.yuv", frames(w, h, "420", depth, count=5, noise=noise), depth)
                     for name, noise in (("ref", 0), ("dis", 30))]
            model = ("", "version=vmaf_v0.6.1neg:name=neg")[number]
            lines.append(f"{files[0]},{files[1]},{number},{w},{h},420,{depth},{model}")
            single.append(["-r", files[0], "-d", files[1], "-w", w, "-h", h, "-p", 420, "-b", depth] + (["-m", model] if model else []))
        path = self.list(*lines, header="reference,distorted,output,width,height,pixel_format,bitdepth,model")
        common = ["--model", "version=vmaf_b_v0.6.3", "--feature", "psnr", "--csv"]
        self.check(run("--batch", path, *common, "-o", self.path("plain")), 0)
        for number in (1, 2, 3):
            self.check(run("--batch", path, *common, "--shard", f"{number}/3", "-o", self.path("cut")), 0)
        self.check(run("--batch", path, "--merge", "--csv", "-o", self.path("cut")), 0)
        for number, more in ((0, common), (1, ["--feature", "psnr", "--csv"])):
            self.check(run(*single[number], *more, "-o", self.path("single")), 0)
            self.same_reports((f"plain/{number}", "single"), (f"cut/{number}", "single"))

    def test_pages(self):
        ref, dis, short = self.small()
        path = self.list(f"{ref},{dis},", f"{ref},{short},b.xml")
        out = self.path("out")
        self.check(run("--batch", path, "-o", out, "--html", out + "/"), 0)
        self.assertEqual(self.names("out"), ["b.xml", "b.xml.done", "b.xml.html", "dis.y4m.done", "dis.y4m.html", "dis.y4m.xml"])
        self.check(run("--batch", path, "--shard", "1/1", "-o", out), 0)
        self.check(run("--batch", path, "--merge", "-o", out, "--html", self.path("pages/")), 0)
        self.assertEqual(self.names("pages"), ["b.xml.html", "dis.y4m.html"])
        for name in ("out/b.xml.html", "pages/b.xml.html"):
            self.assertIn("</html>", self.read(name))
        self.assertIn("come from parts", self.read("pages/b.xml.html"))

    def test_what_is_done_is_left_as_it_is(self):
        ref, dis, short = self.small()
        path = self.list(f"{ref},{dis},a", f"{ref},{short},b")
        out = self.path("out")
        command = ["--batch", path, "-o", out, "--html", out + "/"]
        self.check(run(*command), 0)
        def stamp(name):
            status = os.stat(os.path.join(out, name))
            return status.st_ino, status.st_mtime_ns

        def touched(*more, **limits):
            """Pairs that are scored."""
            result = run(*command, *more, **limits)
            self.check(result, 0)
            changed = {name for name in ("a", "b") if stamps[name] != stamp(name)}
            self.assertEqual(changed, {name for name in ("a", "b") if f"{name}: {out}/{name} is there already: nothing to do" not in result.err})
            stamps.update((name, stamp(name)) for name in ("a", "b"))
            return "".join(sorted(changed))

        stamps = {name: stamp(name) for name in ("a", "b")}
        for more in ([], ["-q"], ["--threads", 3], ["--cpumask", 63], ["--progress"]):
            self.assertEqual(touched(*more), "", more)
        report = self.read("out/a")
        for more in (["--json"], ["--precision", "6"], ["--subsample", 2], ["--feature", "psnr"], ["--pool", "p5"], ["--params"]):
            self.assertEqual(touched(*more), "ab", more)
            self.assertEqual(touched(*more), "", more)
        self.assertEqual(touched(), "ab")
        self.assertEqual(without_fps(self.read("out/a")), without_fps(report))
        for name, content in (("a", b""), ("a", report.encode() + b" "), ("a.html", b"x"), ("a.done", b""), ("a.done", b"\xff" * 9000)):
            self.write("out/" + name, content)
            self.assertEqual(touched(), "a", name)
        for name in ("b.html", "b.done", "b"):
            os.remove(self.path("out/" + name))
            if name == "b":
                stamps["b"] = None
            self.assertEqual(touched(), "b", name)
        self.write("dis.y4m", self.read_bytes(short))
        self.assertEqual(touched(), "a")
        os.rename(dis, self.path("moved.y4m"))
        self.list(f"{ref},{self.path('moved.y4m')},a", f"{ref},{short},b")
        self.assertEqual(touched(), "")

    def test_pairs_that_failed_are_scored_when_the_list_is_started_again(self):
        ref, dis, _ = self.small()
        path = self.list(f"{ref},{self.path('late.y4m')},a", f"{ref},{dis},b")
        self.check(run("--batch", path, "-o", self.path("out")), 255, "line 2 (a): ")
        os.link(dis, self.path("late.y4m"))
        result = run("--batch", path, "-o", self.path("out"))
        self.check(result, 0, "b: ", "is there already: nothing to do")
        self.assertEqual(result.out.split(": ")[0], "a")
        self.same_reports(("out/a", "out/b"))

    def test_proposals_are_made_each_time(self):
        ref, dis, _ = self.small(20)
        path = self.list(f"{ref},{dis},a")
        said = {run("--batch", path, "-o", self.path("out"), "--sync", "propose").err for _ in range(2)}
        self.assertEqual(len(said), 1)
        self.assertNotIn("nothing to do", said.pop())
        self.assertEqual(self.names("out"), [])

    def test_pipes_are_scored_each_time(self):
        ref, dis, _ = self.small()
        path = self.list(f"{ref},{self.path('pipe')},a")
        os.mkfifo(self.path("pipe"))
        for _ in range(2):
            with subprocess.Popen(["cp", dis, self.path("pipe")]):
                self.check(run("--batch", path, "-o", self.path("out")), 0)
        self.assertEqual(self.names("out"), ["a"])

    def test_unusual_names(self):
        ref = self.video("réf 1\n.y4m", 4)
        names = ["dis 1,\"x\"\n.y4m", "名前.y4m", "-d", "#v:1", "a=b.y4m", "%s\\n.y4m"]
        for name in names:
            self.video(name, 4, noise=20)
        lines = "".join(json.dumps({"reference": ref, "distorted": self.path(name)}) + "\n" for name in names)
        path = self.write("list.json", lines.encode())
        self.check(run("--batch", path, "-o", self.path("out")), 0)
        self.check(run("--batch", path, "--shard", "1/1", "-o", self.path("cut")), 0)
        self.check(run("--batch", path, "--merge", "-o", self.path("cut")), 0)
        for name in names:
            self.same_reports((f"cut/{name}.xml", f"out/{name}.xml"))

    def test_the_commands_of_the_documentation(self):
        for name, count, noise in (("ref", 6, 0), ("dis", 6, 20), ("dis_2000k", 6, 9), ("dis_4000k", 5, 10)):
            self.video(name + ".y4m", count, noise)
        with open(os.path.join(DOCS, "shards.md"), encoding="utf-8") as file:
            blocks = re.findall(r"^```\n(.*?)^```$", file.read(), re.M | re.S)
        lists = [block for block in blocks if block.startswith("reference,")]
        self.write("pairs.csv", lists[0].encode())
        commands = [line for block in blocks for line in block.splitlines() if line.startswith("vmaf ")]
        self.assertGreater(len(commands), 8)
        environment = {**os.environ, "PATH": os.path.dirname(VMAF) + ":" + os.environ["PATH"]}
        for command in commands:
            done = subprocess.run(["bash", "-c", command], cwd=self.folder.name, env=environment, stderr=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, check=False)
            self.assertEqual(done.returncode, 0, command + "\n" + done.stderr.decode())


if __name__ == "__main__":
    if os.path.isdir("/dev/shm"):
        tempfile.tempdir = "/dev/shm"  # parts are synced, which a disk takes its time for
    main()
