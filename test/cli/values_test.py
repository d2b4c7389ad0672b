"""Values of whole runs against those of other runs: presets, depths, kinds of files. Sanitized builds leave them out."""

import json
import os

import support
from support import CliTest, frames, run

SMALLEST = (216, 176)  # cambi and float_ms_ssim take no smaller pictures
RAW = ["-w", SMALLEST[0], "-h", SMALLEST[1], "-p", "420", "-b"]


class Values(CliTest):
    def test_presets_give_what_their_table_lists(self):
        """Each against its models and features spelled out, at 8 and at 10 bits."""
        def models(version):
            return ["-m", f"version={version}:name=vmaf", "-m", f"version={version}neg:name=vmaf_neg"]
        def features(*names):
            return [word for name in names for word in ("--feature", name)]
        psnr, decibels = "psnr=reduced_hbd_peak=true:enable_apsnr=true:min_sse=0.5", "enable_db=true:clip_db=true"
        first = features(psnr, "ciede", f"float_ssim={decibels}", f"float_ms_ssim={decibels}", "psnr_hvs")
        full_scale = features(psnr, "ciede", f"float_ssim={decibels}:scale=1", f"float_ms_ssim={decibels}", "psnr_hvs", "cambi")
        aom, nflx = models("vmaf_v0.6.1"), models("vmaf_4k_v0.6.1")
        kinds = [(["v1.0", "v2.0"], aom + first), (["v3.0", "v4.0", "v5.0", "v6.0"], aom + first + features("cambi")),
                 (["v7.0"], aom + full_scale),
                 (["nflx"], nflx + features("psnr=enable_apsnr=true", f"float_ssim={decibels}", "cambi"))]
        for depth in (8, 10):
            pair = self.pair_of_depth(*SMALLEST, depth)
            for versions, spelled_out in kinds:
                expected = self.values(*pair, *spelled_out)
                for version in versions:
                    with self.subTest(version, depth=depth):
                        preset = ["--nflx_ctc", "v1.0"] if version == "nflx" else ["--aom_ctc", version]
                        self.assertEqual(self.values(*pair, *preset), expected)

    def test_every_depth_from_either_format(self):
        """Content of 8 bits shifted to 9, 11 and 14 has nearly the same values, whatever file it comes from."""
        luma = ["adm", "vif", "motion", "float_adm", "float_vif", "float_psnr", "float_moment", "float_ssim", "float_ms_ssim", "ssim", "cambi"]
        features = [word for name in luma + ["psnr", "psnr_hvs", "ciede", "xpsnr", "speed_chroma", "speed_temporal"] for word in ("--feature", name)]
        expected = self.values(*self.pair_of_depth(*SMALLEST, 8), "-n", *features)["frames"]
        for depth in (9, 11, 14):
            files = self.pair_of_depth(*SMALLEST, depth)
            frames_of_y4m = self.values(*files, "-n", *features)["frames"]
            raw = [self.raw_of(word) if word.endswith(".y4m") else word for word in files]
            self.assertEqual(self.values(*raw, *RAW, depth, "-n", *features)["frames"], frames_of_y4m)
            for frame, shallow in zip(frames_of_y4m, expected, strict=True):
                self.assertEqual(frame["metrics"].keys(), shallow["metrics"].keys())
                for name, value in frame["metrics"].items():
                    self.assertAlmostEqual(value, shallow["metrics"][name], delta=0.02 * abs(shallow["metrics"][name]) + 1e-3, msg=f"{name}, {depth} bits")

    def test_columns_stand_in_the_order_of_libvmaf(self):
        """Those of libvmaf 3.2.0 without threads, where values of one extractor are known at different times."""
        orders = {("--feature", "float_motion", "--feature", "motion"): "motion2,motion,motion3,integer_motion2,integer_motion3",
                  ("--feature", "float_vif=debug=true"): ",".join(
                      [f"vif_scale{scale}" for scale in range(4)] + ["vif", "vif_num", "vif_den"]
                      + [f"vif_{part}_scale{scale}" for scale in range(4) for part in ("num", "den")])}
        for features, order in orders.items():
            result = run(*self.pair_of_depth(*SMALLEST, 8), "-n", *features, "--csv", "-o", "-")
            self.check(result, 0)
            columns = result.out.splitlines()[0].split(",")
            self.assertEqual(",".join(name for name in columns if name in order.split(",")), order)

    def pair_of_depth(self, w, h, depth):
        """Arguments for Y4M files of two frames, the same content at every depth."""
        def file(name, noise):
            clip = [[[s << (depth - 8) for s in plane] for plane in frame] for frame in frames(w, h, count=2, noise=noise)]
            return self.y4m(f"{name}{depth}.y4m", clip, w, h, "420" if depth == 8 else f"420p{depth}", depth)
        return ["-r", file("ref", 0), "-d", file("dis", 20)]

    def raw_of(self, path):
        """A Y4M file's samples alone."""
        return self.write(os.path.basename(path) + ".yuv", *self.read_bytes(path).split(b"\n", 1)[1].split(b"FRAME\n")[1:])

    def values(self, *arguments):
        result = run(*arguments, "-o", "-", "--json", "--precision", "max")
        self.check(result, 0)
        report = json.loads(result.out)
        return {key: report[key] for key in ("frames", "pooled_metrics", "aggregate_metrics")}

    def test_the_frame_rate_of_y4m_is_the_default_of_fps(self):
        """xpsnr has the option; from 32 on its values differ."""
        raw = [self.raw_of(word) if word.endswith(".y4m") else word for word in self.pair_of_depth(*SMALLEST, 8)] + RAW + ["8"]
        slow, fast = (self.values(*raw, "-n", "--feature", f"xpsnr=fps={fps}") for fps in (30, 60))
        self.assertNotEqual(slow, fast)
        self.assertEqual(self.values(*raw, "-n", "--feature", "xpsnr"), slow)
        for rate, expected in (("30000:1001", slow), ("60:1", fast), ("0:0", slow)):
            def with_rate(path):
                header, rest = self.read_bytes(path).split(b"\n", 1)
                tags = [f"F{rate}".encode() if tag.startswith(b"F") else tag for tag in header.split(b" ")]
                return self.write(os.path.basename(path), b" ".join(tags), b"\n", rest)
            pair = [with_rate(word) if word.endswith(".y4m") else word for word in self.pair_of_depth(*SMALLEST, 8)]
            self.assertEqual(self.values(*pair, "-n", "--feature", "xpsnr"), expected)
            self.assertEqual(self.values(*pair, "-n", "--feature", "xpsnr=fps=60", "--feature", "psnr")["frames"][1]["metrics"]["xpsnr_y"],
                             fast["frames"][1]["metrics"]["xpsnr_y"])

    def test_preset_takes_different_depths(self):
        """Identical content at two depths is identical once the shallower samples are shifted."""
        for shallow, deep in ((8, 10), (9, 14)):
            self.compare_depths(shallow, deep)

    def compare_depths(self, shallow, deep):
        shallow_path, deep_path = self.pair_of_depth(*SMALLEST, shallow)[1], self.pair_of_depth(*SMALLEST, deep)[1]
        for pair in (["-r", shallow_path, "-d", deep_path], ["-r", deep_path, "-d", shallow_path]):
            self.check(run(*pair, "-n", "--feature", "psnr"), 255, "bitdepths do not match")
            self.check(run(*pair, "--aom_ctc", "v5.0", "-n"), 255, "bitdepths do not match")
            for version in ("v6.0", "v7.0"):
                same = self.values("-r", deep_path, "-d", deep_path, "--aom_ctc", version, "-n")
                self.assertEqual(self.values(*pair, "--aom_ctc", version, "-n"), same)


if __name__ == "__main__":
    support.main()
