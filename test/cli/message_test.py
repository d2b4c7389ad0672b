"""Words that lead to the way out: the reason in the last line, once."""

import bz2
import collections
import gzip
import io
import json
import lzma
import pickle
import zipfile

import support
from support import CliTest, frames, pack, run


class Messages(CliTest):
    def reason(self, code, *arguments, **keywords):
        """The last line of standard error, which no other line repeats."""
        result = run(*arguments, **keywords)
        self.assertEqual(result.code, code, result.err)
        lines = result.err.splitlines()
        self.assertEqual(len(lines), 1, result.err)
        return lines[-1]

    def test_model_errors_are_said_once(self):
        pair = self.pair()
        broken = self.write("broken.json", b"{}")
        self.assertRegex(self.reason(255, *pair, "-m", "path=none.json"), r"problem loading model: none.json: .*No such file")
        self.assertRegex(self.reason(255, *pair, "-m", f"path={broken}"), r"problem loading model: .*broken.json.*model_dict")
        self.assertRegex(self.reason(255, *pair, "-m", "version=none"), r"problem loading model: none: .*vmaf_v0.6.1")
        self.assertIn("path=" + broken, self.reason(255, *pair, "-m", f"version={broken}"))
        self.assertIn("version=vmaf_v0.6.1", self.reason(255, *pair, "-m", "path=vmaf_v0.6.1"))

    def test_unknown_extractors(self):
        pair = self.pair()
        for name, words in (("ssimulacra", "this build has "), ("none", "this build has "), ("null", "libvmaf has it"),
                            ("psnr_y", "extractor 'psnr' delivers"), ("integer_vif_scale0", "extractor 'vif' delivers")):
            line = self.reason(255, *pair, "--feature", name)
            self.assertIn(f"problem loading feature extractor: {name}: ", line)
            self.assertIn(words, line)
            for known in ("adm", "motion", "psnr", "vif", "float_ssim"):
                self.assertIn(known, line)

    def test_flags_take_what_people_write(self):
        pair = self.pair()
        reports = {}
        for word in ("true", "1", "Yes", "ON", "false", "0", "no", "Off"):
            result = run(*pair, "--csv", "-n", "--feature", f"psnr=enable_chroma={word}", "-o", "-")
            self.check(result, 0)
            reports.setdefault(result.out, []).append(word)
        self.assertEqual(sorted(reports.values()), [["false", "0", "no", "Off"], ["true", "1", "Yes", "ON"]])
        self.assertIn("'banana' is not true or false", self.reason(255, *pair, "--feature", "psnr=enable_chroma=banana"))
        self.assertIn("'banana' is not true or false", self.reason(255, *pair, "-m", "version=vmaf_v0.6.1:vif.debug=banana"))

    def test_foreign_files(self):
        pair = self.pair()
        y4m = self.read_bytes(pair[1])
        for name, data, words in [
            ("empty.y4m", b"", "the input is empty"),
            ("crlf.y4m", y4m.replace(b"\n", b"\r\n", 1), "CR LF"),
            ("lfs.y4m", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
            ("page.y4m", b"<!DOCTYPE html>\n<html></html>", "HTML page"),
            ("film.mp4", b"\0\0\0\x20ftypisom", "is the file whole?" if support.MEDIA else "decode it first"),
            ("picture.png", b"\x89PNG\r\n\x1a\n", "but PNG; decode it first"),
            ("wide.y4m", "YUV4MPEG2 W16".encode("utf-16"), "UTF-16"),
            ("odd.y4m", b"YUV4MPEG2 W16 H16 F25:1 Ip C\xff\xfe\n", "'C\\xff\\xfe'"),
        ]:
            line = self.reason(255, "-r", self.write(name, data), *pair[2:])
            self.assertIn("problem with reference file: ", line)
            self.assertIn(words, line)

    def test_foreign_models(self):
        pair = self.pair()
        figures = {"model_dict": {"model_type": "LIBSVMNUSVR", "slopes": [1.0, 2.0]}}
        text = json.dumps(figures)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("vmaf.json", text)
        cases = [(f"protocol{protocol}.pkl", pickle.dumps(value, protocol), "pickle")
                 for protocol in range(6) for value in (figures, collections.OrderedDict(figures), [figures])]
        cases += [
            ("pointer.json", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
            ("page.json", b"\n<!DOCTYPE html>\n<html></html>", "HTML page"),
            ("packed.json.gz", gzip.compress(text.encode()), "compressed with gzip"),
            ("packed.zip", archive.getvalue(), "compressed with ZIP"),
            ("packed.xz", lzma.compress(text.encode()), "compressed with xz"),
            ("packed.bz2", bz2.compress(text.encode()), "compressed with bzip2"),
            ("packed.zst", b"\x28\xb5\x2f\xfd\x04\x58\x11\0\0{}", "compressed with Zstandard"),
            ("empty.json", b"", "the file is empty"),
            ("blank.json", b"\r\n \n", "the file is empty"),
            ("utf16.json", text.encode("utf-16"), "UTF-16"),
            ("utf16be.json", text.encode("utf-16-be"), "UTF-16"),
            ("latin1.json", '{"model_dict": "Gr\u00f6\u00dfe"}'.encode("latin-1"), "0xF6 is not UTF-8"),
            ("clip.y4m", self.read_bytes(pair[1]), "a video (Y4M)"),
            ("film.mp4", b"\0\0\0\x20ftypisom\0\0\2\0", "a video (MP4 or MOV)"),
            ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image (PNG)"),
            ("model.yaml", b"model_dict:\n  model_type: LIBSVMNUSVR\n", "YAML"),
            ("model.pkl.model", b"svm_type nu_svr\nkernel_type rbf\n", "libsvm"),
        ]
        for name, data, words in cases:
            path = self.write(name, data)
            line = self.reason(255, *pair, "-m", f"path={path}")
            self.assertIn("problem loading model: ", line)
            self.assertIn(words, line)
            self.assertIn(path, line)

    def test_overloads_of_unused_extractors(self):
        """libvmaf's own tools add cambi.enc_width to every model."""
        pair = self.pair()
        plain = run(*pair, "--no_cuda").out
        for overload in ("cambi.enc_width=1920", "none.option=1", "psnr.min_sse=1", "psnr.none=banana"):
            result = run(*pair, "-m", f"version=vmaf_v0.6.1:{overload}", "--no_cuda")
            self.check(result, 0, "Warning: model vmaf_v0.6.1 uses no extractor '" + overload.split(".", maxsplit=1)[0])
            self.assertEqual(result.out, plain)
            line = self.reason(255, *pair, "-m", f"version=vmaf_v0.6.1:{overload}", "--strict")
            self.assertIn("--strict", line)
        self.assertIn("'none'", self.reason(255, *pair, "-m", "version=vmaf_v0.6.1:vif.none=1"))
        self.check(run(*pair, "-m", "version=vmaf_b_v0.6.3:cambi.enc_width=1920"), 0, "uses no extractor 'cambi'")

    def test_remarks_on_options_without_effect(self):
        pair = self.pair()
        for arguments, words in ((["--json"], "--json has no effect"), (["-n"], "nothing is computed"),
                                 (["--subsample", 0], "--subsample 0"), (["--csv", "--params"], "--csv, --params have no effect")):
            result = run(*pair, "--no_cuda", *arguments)
            self.check(result, 0, "Warning: ", words)
            self.assertEqual(len(result.err.splitlines()), 1)
        self.assertEqual(run(*pair, "--no_cuda", "--json", "-o", self.path("o")).err, "")

    def test_threads_that_cannot_be_started(self):
        """A limit on memory, in which their stacks find no room, stands for a container's limit."""
        limit = support.within_memory(300000 << 10)
        if not limit:
            self.skipTest("the command takes more memory to start: built with a sanitizer")
        result = run(*self.pair(), "--threads", 64, **limit)
        self.assertEqual(result.code, 255, result.err)
        self.assertRegex(result.err.splitlines()[-1], r"thread.*(Resource temporarily unavailable|Cannot allocate memory)")

    def test_samples_beyond_the_depth_name_files_and_frame(self):
        """Big-endian data, and data of 12 bits, called 10-bit."""
        def packed(depth, order):
            words = [pack(frame, 16) for frame in frames(64, 48, depth=depth, seed=2)]
            return b"".join(word if order == "<" else bytes(b for i in range(0, len(word), 2) for b in (word[i + 1], word[i])) for word in words)

        good = self.write("good.yuv", packed(10, "<"))
        for name, data in (("big.yuv", packed(10, ">")), ("deep.yuv", packed(12, "<"))):
            bad = self.write(name, data)
            for pair in (["-r", good, "-d", bad], ["-r", bad, "-d", good]):
                result = run(*pair, "-w", 64, "-h", 48, "-p", 420, "-b", 10, "--no_cuda")
                self.assertEqual(result.code, 234, result.err)
                line = result.err.splitlines()[-1]
                for words in (bad, good, "frame 0"):
                    self.assertIn(words, line)

    def test_a_model_named_like_a_feature(self):
        result = run(*self.pair(), "-m", "version=vmaf_v0.6.1:name=psnr_y", "--feature", "psnr")
        self.assertNotEqual(result.code, 0, result.out)
        self.assertIn("psnr_y", result.err.splitlines()[-1])


if __name__ == "__main__":
    support.main()
