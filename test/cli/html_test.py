"""The page of --html in a real browser: what it shows, without and with scripts, and that its numbers are those of the JSON report."""

import csv
import html.parser
import io
import json
import os
import random
import re
import shutil
import subprocess
import unittest

import support
from browser import CHROMIUM, Browser
from support import CliTest, frames, run

FFMPEG = shutil.which("ffmpeg")
WIDTH, HEIGHT, CUT, COUNT = 96, 64, 17, 40
STATISTICS = "mean,harmonic_mean,median,min,p1,p5,p10,max,stddev,low1"
DRAW_LIMIT_MS = 100  # of a zoom step over 100,000 frames; measured: a few milliseconds a plot


class Tables(html.parser.HTMLParser):
    """Texts of the elements that say which value they are, and the tags that were opened."""

    def __init__(self, text):
        super().__init__()
        self.values, self.worst, self.tags, self.key, self.depth = {}, {}, [], None, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if self.key is not None:
            self.depth += 1
        elif "data-statistic" in attributes:
            self.key, self.depth = (attributes["data-metric"], int(attributes["data-encode"]), attributes["data-statistic"]), 1
            self.values.setdefault(self.key, []).append("")
        elif "data-worst" in attributes:
            self.key, self.depth = int(attributes["data-worst"]), 1
            self.worst[self.key] = ""

    def handle_endtag(self, tag):
        if self.key is not None:
            self.depth -= 1
            if self.depth == 0:
                self.key = None

    def handle_data(self, data):
        if isinstance(self.key, int):
            self.worst[self.key] += data
        elif self.key is not None:
            self.values[self.key][-1] += data


class Clip:
    """Texture that moves, with a cut to a brighter scene; damage that grows, and strikes one frame."""

    def __init__(self, noise, count=COUNT, seed=5):
        chance = random.Random(seed)
        rows = [[[chance.randrange(30, 90) + 90 * scene for _ in range(WIDTH * 2)] for _ in range(HEIGHT)] for scene in (0, 1)]
        damage = random.Random(noise)
        self.frames = []
        for index in range(count):
            luma = [s for row in rows[index >= CUT] for s in row[index : index + WIDTH]]
            if noise:
                by = noise * (4 if index == 9 else 1) + index // 8
                luma = [min(235, max(16, s + damage.randrange(-by, by + 1))) for s in luma]
            self.frames.append([luma, [120] * (WIDTH * HEIGHT // 4), [140] * (WIDTH * HEIGHT // 4)])


class HtmlTest(CliTest):
    def clip(self, name, noise, count=COUNT):
        return self.y4m(name, Clip(noise, count).frames, WIDTH, HEIGHT)

    def pair(self, noise=10, count=COUNT):
        return ["-r", self.clip("ref.y4m", 0, count), "-d", self.clip("dis.y4m", noise, count)]

    def page_of(self, *arguments, code=0):
        result = run(*arguments, "--html", self.path("page.html"), "--no_cuda")
        self.check(result, code)
        return self.read("page.html")


class Page(HtmlTest):
    def test_numbers_are_those_of_the_json_report(self):
        for extra in ([], ["--precision", "max"]):
            text = self.page_of(*self.pair(), "--feature", "psnr", "--feature", "ciede", "--json", "-o", self.path("r.json"), "--pool", STATISTICS, *extra)
            tables, report = Tables(text), json.loads(self.read("r.json"), parse_float=str)
            self.assertGreaterEqual(len(report["pooled_metrics"]), 18)
            for metric, statistics in report["pooled_metrics"].items():
                self.assertEqual(len(statistics), 10)
                for name, value in statistics.items():
                    self.assertEqual(set(tables.values[metric, 0, name]), {str(value)}, (metric, name))
            scores = {frame["frameNum"]: frame["metrics"]["vmaf"] for frame in report["frames"]}
            self.assertIn(min(scores, key=lambda n: float(scores[n])), tables.worst)
            for frame, value in tables.worst.items():
                self.assertEqual(scores[frame], value)

    def test_file_is_whole_and_loads_nothing(self):
        text = self.page_of(*self.pair())
        self.assertNotRegex(text, r"https?://")
        for tag, attributes in Tables(text).tags:
            for name in ("src", "href"):
                if name in attributes:
                    self.assertRegex(attributes[name], r"^(data:|#)", tag)
        self.assertIn("default-src &#39;none&#39;".replace("&#39;", "'"), text)
        self.assertTrue(text.endswith("</html>\n"))

    def test_says_what_was_scored(self):
        text = self.page_of(*self.pair(), "--model", "version=vmaf_v0.6.1neg:name=neg")
        for words in ("ref.y4m", "96×64, 4:2:0, 8 bit", "25 per second", "40", "model.neg", "vmaf_v0.6.1neg", "backend.vif", "cpu", "version=vmaf_v0.6.1neg:name=neg", f"{os.path.getsize(self.path('ref.y4m')):,} bytes"):
            self.assertIn(words, text)
        self.assertIn("1 scene cut ", text)
        self.assertEqual(json.loads(self.data(text))["cuts"], [CUT])

    @staticmethod
    def data(text):
        return re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S).group(1)

    def test_worst_frames_are_shown_side_by_side(self):
        text = self.page_of(*self.pair())
        tables = Tables(text)
        self.assertEqual(next(iter(tables.worst)), 9)
        pictures = [attributes for tag, attributes in tables.tags if tag == "img"]
        if "no JPEG library" in text:
            self.skipTest("built without a JPEG library")
        self.assertEqual(len(pictures), 2 * len(tables.worst))
        self.assertEqual({(p["width"], p["height"]) for p in pictures}, {(str(WIDTH), str(HEIGHT))})
        self.assertEqual(pictures[0]["alt"], "Reference, frame 9")
        self.assertEqual(len({p["src"] for p in pictures}), len(pictures))

    def test_times_are_those_of_the_reference(self):
        """However the run comes to the worst frame, it is shown 9 / 25 s after the reference's first one."""
        pair = self.pair()
        skips = ["--frame_skip_ref", 3, "--frame_skip_dist", 3]
        for arguments, frame in ((["--frames", "5:"], 9), (["--every", 3], 9), (skips, 6), ([*skips, "--frames", "5:"], 6)):
            text = self.page_of(*pair, *arguments)
            self.assertIn(f'data-frame="{frame}" href="#frames">Frame {frame}</a> <span class="what">0:00:00.360</span>', text)
        self.assertEqual((json.loads(self.data(text))["rate"], json.loads(self.data(text))["first"]), (25, 3))
        for number in (1, 2):
            self.check(run(*pair, *skips, "--shard", f"{number}/2", "-o", self.path("parts/")), 0)
        self.assertIn('Frame 6</a> <span class="what">0:00:00.360<', self.page_of("--merge", self.path("parts")))

    def test_names_are_harmless(self):
        evil = '<img src=x onerror=alert(1)>"\'&\udcff.y4m'
        path = os.fsencode(self.path("")) + os.fsencode(evil)
        shutil.copy(self.clip("dis.y4m", 10), path)
        text = self.page_of("-r", self.clip("ref.y4m", 0), "-d", path.decode("utf-8", "surrogateescape"), "--model", "version=vmaf_v0.6.1:name=<b>&")
        self.assertNotIn("<img src=x", text)
        self.assertIn("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\N{REPLACEMENT CHARACTER}.y4m", text)
        self.assertIn("\\u003cimg", text)
        self.assertIn("&lt;b&gt;&amp;", text)

    def test_pipes_have_no_pictures(self):
        with open(self.clip("dis.y4m", 10), "rb") as file:
            result = run("-r", self.clip("ref.y4m", 0), "-d", "-", "--html", self.path("page.html"), "--no_cuda", stdin=file)
        self.check(result, 0)
        text = self.read("page.html")
        if "no JPEG library" not in text:
            self.assertIn("No pictures: the distorted video is no file", text)
        self.assertNotIn("<img", text)

    def test_features_alone(self):
        text = self.page_of(*self.pair(count=3), "-n", "--feature", "butteraugli")
        self.assertIn("lower is better", text)
        self.assertIn("highest butteraugli", text)
        self.page_of(*self.pair(count=1), "-n")
        self.assertIn("Nothing was computed", self.read("page.html"))

    def test_target_is_checked_before_the_run(self):
        pair = self.pair(count=1)
        self.check(run(*pair, "--html", self.path("none/page.html")), 255, "could not open file", "none/page.html")
        self.check(run(*pair, "--html", self.path("ref.y4m")), 255, "the same file as the reference")
        self.check(run(*pair, "--html", self.path("x"), "-o", self.path("./x")), 255, "can't be one file")
        self.check(run(*pair, "--html", "-", "-o", "-"), 255, "another report goes to standard output")
        self.write("page.html", b"older")
        self.check(run(*pair, "--html", self.path("page.html"), "-m", "version=none"), 255)
        self.assertEqual(self.read("page.html"), "older")

    def test_standard_output(self):
        result = run(*self.pair(count=2), "--html", "-", "--no_cuda")
        self.check(result, 0, "vmaf_v0.6.1: ")
        self.assertTrue(result.out.startswith("<!doctype html>") and result.out.endswith("</html>\n"))

    @unittest.skipUnless(support.MEDIA and FFMPEG, "needs a build with FFmpeg's libraries, and ffmpeg")
    def test_rates_and_bd_rate(self):
        ref = self.clip("ref.y4m", 0)

        def encode(name, *arguments):
            subprocess.run([FFMPEG, "-nostdin", "-v", "error", "-y", "-i", ref, *arguments, self.path(name)], check=True)
            return ["-d", self.path(name)]

        first = [a for q in (3, 6, 12, 24) for a in encode(f"mpeg2_q{q}.mp4", "-c:v", "mpeg2video", "-q:v", str(q), "-bf", "0")]
        other = [a for q in (3, 6, 12, 24) for a in encode(f"mpeg4_q{q}.mp4", "-c:v", "mpeg4", "-q:v", str(q))]
        text = self.page_of("-r", ref, *first, *other)
        rates = re.findall(r'data-rate="(\d)">([\d.,]+) kb/s', text)
        self.assertEqual(len(rates), 8)
        means = {encode: float(values[0]) for (metric, encode, name), values in Tables(text).values.items() if (metric, name) == ("vmaf", "mean")}
        sizes = [os.path.getsize(path) for path in (first + other)[1::2]]
        points = [(sizes[i] * 8 * 25 / COUNT, means[i]) for i in range(8)]
        for index, rate in rates:
            self.assertAlmostEqual(float(rate.replace(",", "")), points[int(index)][0] / 1000, delta=0.5)
        shown = re.search(r'data-bd="1">([-+][\d.]+) %', text)
        self.assertIsNotNone(shown, text[text.find('id="rates"'):][:3000])
        self.assertAlmostEqual(float(shown.group(1)), bd_rate(points[:4], points[4:]), delta=0.1)
        text = self.page_of("-r", ref, *first)
        self.assertIn("these encodes are one ladder", text)
        text = self.page_of("-r", ref, *first, *other[:2])
        self.assertIn("no BD-rate, because it has 1 of the 4 points that it takes", text)


    @unittest.skipUnless(support.MEDIA and FFMPEG, "needs a build with FFmpeg's libraries, and ffmpeg")
    def test_examples_of_the_documentation(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "report.md"), encoding="utf-8") as file:
            examples = [line.strip() for line in file if line.startswith("    vmaf ")]
        self.assertEqual(len(examples), 3)
        ref = self.clip("ref.y4m", 0)
        for name in {word for example in examples for word in re.findall(r"\S+\.m(?:kv|p4)", example)}:
            subprocess.run([FFMPEG, "-nostdin", "-v", "error", "-y", "-i", ref, "-c:v", "ffv1" if name.endswith("mkv") else "mpeg4", self.path(name)], check=True)
        path = os.pathsep.join((os.path.dirname(os.path.abspath(support.VMAF)), os.environ["PATH"]))
        for example in examples:
            with self.subTest(example):
                result = subprocess.run(["sh", "-c", example], cwd=self.folder.name, env={**os.environ, "PATH": path}, capture_output=True)
                self.assertEqual((result.returncode, result.stderr), (0, b""))
                self.assertIn("</html>", self.read("report.html"))
                os.remove(self.path("report.html"))


def bd_rate(anchor, test):
    """Percent, by the textbook's PCHIP on log(rate) over quality, integrated by many small steps."""
    import math

    def curve(points):
        points = sorted((quality, math.log(rate)) for rate, quality in points)
        x, y = zip(*points)
        h = [b - a for a, b in zip(x, x[1:])]
        d = [(y[i + 1] - y[i]) / h[i] for i in range(3)]

        def end(h0, h1, d0, d1):
            slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
            return 0 if slope * d0 <= 0 else 3 * d0 if d0 * d1 <= 0 and abs(slope) > 3 * abs(d0) else slope

        inner = [3 * (h[i - 1] + h[i]) / ((2 * h[i] + h[i - 1]) / d[i - 1] + (h[i] + 2 * h[i - 1]) / d[i]) for i in (1, 2)]
        m = [end(h[0], h[1], d[0], d[1]), *inner, end(h[2], h[1], d[2], d[1])]

        def at(q):
            i = max(k for k in range(3) if x[k] <= q)
            t = (q - x[i]) / h[i]
            return (2 * t**3 - 3 * t**2 + 1) * y[i] + (t**3 - 2 * t**2 + t) * h[i] * m[i] + (3 * t**2 - 2 * t**3) * y[i + 1] + (t**3 - t**2) * h[i] * m[i + 1]

        return x[0], x[-1], at

    low_a, high_a, a = curve(anchor)
    low_b, high_b, b = curve(test)
    low, high, steps = max(low_a, low_b), min(high_a, high_b), 20000
    places = [low + (high - low) * (k + 0.5) / steps for k in range(steps)]
    return 100 * (math.exp(sum(b(q) - a(q) for q in places) / steps) - 1)


@unittest.skipUnless(CHROMIUM, "needs Debian's package chromium")
class InBrowser(HtmlTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def open(self, **how):
        page = self.browser.page(self.path("page.html"), **how)
        self.addCleanup(page.close)
        return page

    def report(self, encodes=1):
        arguments = ["-r", self.clip("ref.y4m", 0)]
        for i in range(encodes):
            arguments += ["-d", self.clip(f"dis{i}.y4m", 6 + 4 * i)]
        self.page_of(*arguments)

    def assert_all_drawn(self, page):
        """Every line plot's canvas has as many colours as it takes, and every SVG a path or bars."""
        page.run("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        drawn = page.run("""(async () => {
            const results = {};
            for (const plot of vmafReport.plots) {
                plot.box.scrollIntoView({ block: 'center', behavior: 'instant' });
                for (let tries = 0; tries < 50 && !(plot.canvas.width > 300 && plot.w); tries++) await new Promise(requestAnimationFrame);
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                const { width, height } = plot.canvas, colours = new Map();
                const pixels = new Uint32Array(plot.canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer);
                for (const pixel of pixels) colours.set(pixel, (colours.get(pixel) || 0) + 1);
                const line = getComputedStyle(document.documentElement).getPropertyValue('--s0').trim();
                const [r, g, b] = [1, 3, 5].map(i => parseInt(line.slice(i, i + 2), 16));
                let strokes = 0;
                for (const [pixel, count] of colours) if ((pixel & 255) === r && (pixel >> 8 & 255) === g && (pixel >> 16 & 255) === b) strokes += count;
                results[plot.name] = strokes;
            }
            return results;
        })()""")
        self.assertGreaterEqual(len(drawn), 14)
        for name, pixels in drawn.items():
            self.assertGreater(pixels, 50, name)
        empty = page.run("""[...document.querySelectorAll('.pair svg, figure > svg')].filter(svg =>
            ![...svg.querySelectorAll('path.line, rect.bar')].some(e => e.getBBox().width > 5)).map(svg => svg.getAttribute('aria-label'))""")
        self.assertEqual(empty, [])

    def view(self, page):
        return page.run("[vmafReport.view.a, vmafReport.view.b]")

    def test_everything_is_drawn_without_a_complaint(self):
        self.report(encodes=3)
        for dark in (False, True):
            page = self.open(dark=dark)
            self.assertEqual(page.run("matchMedia('(prefers-color-scheme: dark)').matches"), dark)
            self.assert_all_drawn(page)
            levels = page.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
            self.assertEqual(max(levels) < 80, dark, levels)
            self.assertEqual(page.complaints(), [])

    def test_zoom_by_mouse_and_wheel(self):
        self.report()
        page = self.open()
        self.assertEqual(self.view(page), [0, COUNT - 1])
        page.run("document.querySelector('.live').scrollIntoView({ block: 'center', behavior: 'instant' })")
        page.settle()
        x, y, w, h = page.run("(r => [r.left, r.top, r.width, r.height])(document.querySelector('.live').getBoundingClientRect())")
        middle = (x + w / 2, y + h / 2)
        page.drag((x + w * 0.3, y + h / 2), (x + w * 0.6, y + h / 2))
        a, b = self.view(page)
        self.assertTrue(5 < a < 15 and 20 < b < 28, (a, b))
        before = b - a
        page.mouse("mouseWheel", *middle, deltaX=0, deltaY=200)  # the drag gave the plot the focus
        page.settle()
        self.assertGreater(self.view(page)[1] - self.view(page)[0], before)
        for clicks in (1, 2):
            page.mouse("mousePressed", *middle, button="left", buttons=1, clickCount=clicks)
            page.mouse("mouseReleased", *middle, button="left", clickCount=clicks)
        page.settle()
        self.assertEqual(self.view(page), [0, COUNT - 1])
        page.mouse("mouseWheel", *middle, deltaX=0, deltaY=-200)
        page.settle()
        self.assertLess(self.view(page)[1] - self.view(page)[0], COUNT - 2)
        self.assertIn("Frame ", page.run("document.querySelector('.tip').textContent"))
        self.assertEqual(page.complaints(), [])

    def test_keyboard(self):
        self.report(encodes=2)
        page = self.open()
        for _ in range(60):
            page.key("Tab")
            if page.run("document.activeElement.className") == "live":
                break
        self.assertEqual(page.run("document.activeElement.className"), "live")
        page.key("+", "+")
        a, b = self.view(page)
        self.assertAlmostEqual(b - a, (COUNT - 1) / 2, delta=0.01)
        page.key("ArrowRight", modifiers=8)
        self.assertGreater(self.view(page)[0], a)
        page.key("0", "0")
        self.assertEqual(self.view(page), [0, COUNT - 1])
        page.key("Home")
        page.key("n", "n")
        self.assertEqual(page.run("vmafReport.cursor"), CUT)
        page.key(".", ".")
        self.assertEqual(page.run("vmafReport.cursor"), CUT + 1)
        self.assertRegex(page.run("document.querySelector('[aria-live]').textContent"), rf"^Frame {CUT + 1}: A [\d.]+, B [\d.]+$")
        self.assertEqual(page.complaints(), [])

    def test_readouts_are_the_values(self):
        """What the script unpacks is what the CSV report has, within the resolution that the page states."""
        self.page_of(*self.pair(), "--csv", "-o", self.path("r.csv"), "--precision", "max", "--subsample", "3")
        rows = list(csv.DictReader(io.StringIO(self.read("r.csv"))))
        page = self.open()
        self.assertRegex(page.run("document.getElementById('help').textContent"), "262,142 steps")
        for index, name in enumerate(page.run("vmafReport.data.metrics.map(m => m.name)")):
            unpacked = page.run(f"(s => [[...s.frames], [...s.min], s.step])(vmafReport.seriesOf({index}, 0))")
            self.assertEqual([int(row["Frame"]) for row in rows], unpacked[0])
            for row, value in zip(rows, unpacked[1]):
                self.assertAlmostEqual(float(row[name]), value, delta=unpacked[2] * 0.51)

    def test_bins_of_frames(self):
        """What a page holds of a very long video: the least and the greatest value of several frames each."""
        self.report()
        text = self.read("page.html")
        data = json.loads(Page.data(text))
        bin_size = data["bin"] = 4
        axis = data["encodes"][0]["frames"]
        axis.update(step=bin_size, count=COUNT // bin_size)
        for metric in data["metrics"]:
            packed = metric["series"][0]
            codes = [packed["digits"][i : i + 3] for i in range(0, len(packed["digits"]), 3)]
            order = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            groups = [sorted(codes[i : i + bin_size], key=lambda code: [order.index(c) for c in code]) for i in range(0, COUNT, bin_size)]
            metric["series"][0] = {name: packed | {"digits": "".join(group[place] for group in groups)} for name, place in (("min", 0), ("max", -1))}
        with open(self.path("page.html"), "w", encoding="utf-8") as file:
            file.write(text.replace(Page.data(text), json.dumps(data)))
        page = self.open()
        self.assert_all_drawn(page)
        page.run("document.querySelector('.live').focus()")
        page.key("Home")
        self.assertRegex(page.run("document.querySelector('[aria-live]').textContent"), r"^Frame 0: [\d.]+ to [\d.]+$")
        self.assertIn("of each 4 frames", page.run("document.getElementById('help').textContent"))
        self.assertEqual(page.complaints(), [])

    def test_worst_frames_lead_to_their_place_and_compare(self):
        self.report()
        page = self.open()
        page.run("document.querySelector('a.go').click()")
        page.settle()
        self.assertEqual(page.run("vmafReport.cursor"), 9)
        if page.run("document.images.length") == 0:
            self.skipTest("built without a JPEG library")
        self.assertTrue(page.run("Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().then(() => i.naturalWidth > 0); })).then(all => all.every(Boolean))"))
        page.run("document.querySelector('.shot button').click()")
        self.assertTrue(page.run("document.querySelector('dialog').open"))
        page.key("Escape")
        self.assertIsNone(page.run("document.querySelector('dialog')"))
        self.assertEqual(page.complaints(), [])

    def test_legend_hides_an_encode(self):
        self.report(encodes=2)
        page = self.open()
        page.run("document.querySelectorAll('.legend button')[1].click()")
        page.settle()
        self.assertEqual(page.run("document.querySelectorAll('.legend button')[1].getAttribute('aria-pressed')"), "false")
        self.assertEqual(page.run("vmafReport.plots[0].summary.map(s => s.sign)"), ["A"])

    def test_without_scripts(self):
        self.report(encodes=2)
        page = self.open(scripts=False)
        shown = page.command("DOM.getDocument", depth=0)["root"]["nodeId"]

        def box_of(selector):
            node = page.command("DOM.querySelector", nodeId=shown, selector=selector)["nodeId"]
            return page.command("DOM.getBoxModel", nodeId=node)["model"] if node else None

        self.assertGreater(box_of(".static svg")["width"], 600)
        self.assertGreater(box_of(".static svg path.line")["height"], 20)
        self.assertGreater(box_of(".metric table")["height"], 60)
        self.assertIsNone(box_of(".live"))
        self.assertEqual(page.complaints(), [])

    def test_accessible_names_and_contrast(self):
        self.report(encodes=2)
        for dark in (False, True):
            page = self.open(dark=dark)
            nameless = page.run("""[...document.querySelectorAll('button, input, [tabindex="0"], svg[role=img], img, section')].filter(e => !(e.getAttribute('aria-label')
                || e.getAttribute('aria-labelledby') || e.getAttribute('alt') || e.textContent.trim())).map(e => e.outerHTML.slice(0, 80))""")
            self.assertEqual(nameless, [])
            low = page.run("""(() => {
                const style = getComputedStyle(document.documentElement), of = name => style.getPropertyValue('--' + name).trim();
                const light = colour => { const c = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16) / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; };
                const contrast = (a, b) => { const [x, y] = [light(of(a)), light(of(b))].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
                const texts = ['text', 'soft', 'accent', ...[...Array(8).keys()].map(i => 's' + i)];
                return texts.flatMap(t => ['card', 'page'].map(b => [t, b, contrast(t, b)])).filter(([, , c]) => c < 4.5);
            })()""")
            self.assertEqual(low, [])

    def test_narrow_window_does_not_overflow(self):
        self.report(encodes=2)
        page = self.open(width=390, height=800)
        self.assertLessEqual(page.run("document.documentElement.scrollWidth"), 390)

    @unittest.skipIf(os.environ.get("VMAF_SANITIZED") == "1", "times are those of a release build")
    def test_a_hundred_thousand_frames(self):
        """Below 5 MB, peaks kept, and a step of zooming within what feels immediate."""
        count, w, h = 100_000, 16, 16
        chance = random.Random(4)
        block = [bytes(chance.randrange(16, 235) for _ in range(w * h * 3 // 2)) for _ in range(97)]
        ref = self.write("ref.yuv", b"".join(block[i % 97] for i in range(count)))
        dis = self.write("dis.yuv", b"".join(block[i % 97 if i % 89 else (i + 1) % 97] for i in range(count)))
        self.check(run("-r", ref, "-d", dis, "-w", w, "-h", h, "-p", "420", "-b", "8", "--html", self.path("page.html"), "--no_cuda"), 0)
        size = os.path.getsize(self.path("page.html"))
        self.assertLess(size, 5_000_000)
        page = self.open()
        self.assertEqual(page.run("vmafReport.seriesOf(0, 0).frames.length"), count)
        times = page.run("""(async () => {
            const times = [];
            for (let step = 0; step < 12; step++) {
                vmafReport.show(50000 - 50000 / 1.3 ** step, 50000 + 50000 / 1.3 ** step);
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                times.push(+document.documentElement.dataset.drawMs);
            }
            return times;
        })()""")
        print(f"{count} frames: {size} bytes; zoom steps: {sorted(times)[len(times) // 2]} ms at the median, {max(times)} at most", flush=True)
        self.assertLess(sorted(times)[len(times) // 2], DRAW_LIMIT_MS)
        self.assertEqual(page.complaints(), [])


if __name__ == "__main__":
    support.main()
