#!/usr/bin/env python3
"""Records what libjxl's ssimulacra2 gives for pictures that can be made again anywhere, and compares ours.

usage: testdata/record_ssimulacra2.py TOOL [--vmaf VMAF] [--clips FOLDER] [--large]

TOOL is the command, with its loader before it if need be. Without --vmaf it writes testdata/ssimulacra2.txt, which the unit tests
read. With it the scores of that vmaf command stand beside the tool's; --clips adds frames of the 8-bit clips there, --large a 4K picture.
The planes are taken for G, B and R on either side, so that both see the same picture.
"""
import argparse
import json
import pathlib
import shlex
import struct
import subprocess
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
MASK = (1 << 64) - 1
SCENES = ("flat", "ramp", "text", "noise", "waves")
DAMAGES = ("same", "steps", "grain", "shift", "blocks", "blur")
SIZES = ((8, 8), (9, 17), (16, 15), (33, 40), (64, 64), (131, 77), (160, 123))


def hash64(v):
    v = (v + 0x9e3779b97f4a7c15) & MASK
    v = ((v ^ (v >> 30)) * 0xbf58476d1ce4e5b9) & MASK
    v = ((v ^ (v >> 27)) * 0x94d049bb133111eb) & MASK
    return v ^ (v >> 31)


def triangle(v):
    v %= 512
    return v if v < 256 else 511 - v


def scene(kind, p, x, y):
    """0 to 255; test/metric/ssimulacra2_test.cpp has the same in C++."""
    if kind == "flat":
        return 90 + 40 * p
    if kind == "ramp":
        return (2 * x + y + 60 * p) * 255 // 700 % 256
    if kind == "text":
        return 20 + 10 * p if hash64((y // 2) << 20 | (x // 2)) % 3 == 0 else 235 - 5 * p
    if kind == "noise":
        return hash64(p << 48 | y << 24 | x) % 256
    return (triangle(x * 9 + y * 4 + 90 * p) + triangle(x * 3 - y * 7 + 2048) + 128) * 255 // 638


def damaged(kind, at, p, x, y):
    value = at(p, x, y)
    if kind == "steps":
        return min(value // 12 * 12 + 6, 255)
    if kind == "grain":
        return min(max(value + hash64(7 << 56 | p << 48 | y << 24 | x) % 9 - 4, 0), 255)
    if kind == "shift":
        return at(p, x + 1, y)
    if kind == "blocks":
        return at(p, x // 4 * 4, y // 4 * 4)
    if kind == "blur":
        return (at(p, x, y) + at(p, x + 1, y) + at(p, x, y + 1) + at(p, x + 1, y + 1) + 2) // 4
    return value


def planes_of(at, bpc, w, h):
    """Samples of `bpc` bits: the high bits of a sample are those of at(), the low ones repeat them."""
    scale = 257 if bpc == 16 else 1
    return [[[at(p, x, y) * scale for x in range(w)] for y in range(h)] for p in range(3)]


def write_png(path, planes, bpc):
    rows = bytearray()
    code = ">H" if bpc > 8 else "B"
    for g, b, r in zip(*planes):
        rows.append(0)
        if bpc == 8:
            row = bytearray(3 * len(g))
            row[0::3], row[1::3], row[2::3] = bytes(r), bytes(g), bytes(b)
            rows += row
        else:
            rows += b"".join(struct.pack(code, v) for pixel in zip(r, g, b) for v in pixel)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", len(planes[0][0]), len(planes[0]), bpc, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"sRGB", b"\0") + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) +
                     chunk(b"IEND", b""))


def write_yuv(path, planes, bpc):
    data = bytearray()
    for plane in planes:
        for row in plane:
            data += bytes(row) if bpc == 8 else struct.pack(f"<{len(row)}H", *row)
    path.write_bytes(data)


class Scorer:
    def __init__(self, tool, vmaf, folder):
        self.tool, self.vmaf, self.folder = shlex.split(tool), vmaf, pathlib.Path(folder)

    def score(self, ref, dis, bpc):
        """The tool's score, and ours if asked for."""
        for name, planes in (("ref", ref), ("dis", dis)):
            write_png(self.folder / f"{name}.png", planes, bpc)
        theirs = float(subprocess.run([*self.tool, self.folder / "ref.png", self.folder / "dis.png"], check=True, capture_output=True, text=True).stdout)
        return theirs, self.ours(ref, dis, bpc) if self.vmaf else None

    def ours(self, ref, dis, bpc):
        for name, planes in (("ref", ref), ("dis", dis)):
            write_yuv(self.folder / f"{name}.yuv", planes, bpc)
        report = self.folder / "report.json"
        subprocess.run([self.vmaf, "-q", "-r", self.folder / "ref.yuv", "-d", self.folder / "dis.yuv", "-w", str(len(ref[0][0])), "-h", str(len(ref[0])), "-p", "444",
                        "-b", str(bpc), "--no_prediction", "--feature", "ssimulacra2=matrix=gbr:range=full", "--json", "--precision", "max", "-o", report],
                       check=True, capture_output=True)
        metrics = json.loads(report.read_text())["frames"][0]["metrics"]
        return next(value for name, value in metrics.items() if name.startswith("ssimulacra2"))


def cases():
    """Every scene and damage at one size and depth each, and every size with one damage: (scene, damage, bpc, w, h)."""
    made = []
    for i, kind in enumerate(SCENES):
        for j, damage in enumerate(DAMAGES):
            w, h = SIZES[(i + 2 * j) % len(SIZES)]
            made.append((kind, damage, 16 if (i + j) % 4 == 3 else 8, w, h))
    for i, (w, h) in enumerate(SIZES):
        for j, (kind, damage) in enumerate((("waves", "steps"), ("waves", "grain"), ("text", "blur"), ("ramp", "grain"), ("noise", "blocks"))):
            made.append((kind, damage, 16 if (i + j) % 5 == 4 else 8, w, h))
    return sorted(set(made))


def frames_of_clips(folder):
    """First frames of 8-bit clips, as three planes of one size: luma and chroma at half the height and width."""
    for name, dis, w, h in (("akiyo_ref_352x288.yuv", "akiyo_dis_352x288.yuv", 352, 288), ("archer_ref_frm20.yuv", "archer_dis_frm20.yuv", 1280, 720),
                            ("dark_scene_1920x1080_420p_ref.yuv", "dark_scene_1920x1080_420p_dis.yuv", 1920, 1080), ("src01_ref_160x90_48f.yuv", "src01_dis_160x90_48f.yuv", 160, 90),
                            ("hall_cif_frm_0_frm_0.yuv", "hall_plr10_3693_frm_0_frm_0.yuv", 352, 288)):
        for shape in ("colour", "grey"):
            pictures = []
            for path in (folder / name, folder / dis):
                data = path.read_bytes()[:w * h * 3 // 2]
                if len(data) < w * h * 3 // 2:
                    break
                rows = [list(data[y * w:y * w + w]) for y in range(h)]
                if shape == "grey":
                    pictures.append([rows, rows, rows])
                    continue
                chroma = []
                for plane in range(2):
                    start = w * h + plane * (w // 2) * (h // 2)
                    chroma.append([[data[start + y // 2 * (w // 2) + x // 2] - 128 for x in range(w)] for y in range(h)])
                clip = [min(max(v, 0), 255) for v in range(-512, 768)]
                g, b, r = [], [], []
                for y in range(h):
                    u, v = chroma[0][y], chroma[1][y]
                    g.append([clip[512 + s - (11 * a + 23 * c) // 32] for s, a, c in zip(rows[y], u, v)])
                    b.append([clip[512 + s + 57 * a // 32] for s, a in zip(rows[y], u)])
                    r.append([clip[512 + s + 45 * c // 32] for s, c in zip(rows[y], v)])
                pictures.append([g, b, r])
            if len(pictures) == 2:
                yield f"{name} {shape}", *pictures


def large():
    """3840x2160 of repeated tiles."""
    def tiled(damage):
        at = lambda p, x, y: damaged(damage, lambda q, u, v: scene("waves", q, u, v), p, x, y)
        return [[(row * 13)[:3840] for row in (plane * 9)[:2160]] for plane in planes_of(at, 8, 300, 250)]
    return tiled("same"), tiled("blocks")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--vmaf")
    parser.add_argument("--clips", type=pathlib.Path)
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args()
    lines, worst, count = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        scorer = Scorer(given.tool, given.vmaf, folder)

        def show(what, ref, dis, bpc):
            nonlocal worst, count
            theirs, ours = scorer.score(ref, dis, bpc)
            lines.append(f"{what} {theirs:.8f}")
            if ours is None:
                return
            worst, count = max(worst, abs(ours - theirs)), count + 1
            print(f"{what}: {theirs:.8f}, ours {ours:.8f}, {ours - theirs:+.6f}", flush=True)

        for kind, damage, bpc, w, h in cases():
            at = lambda p, x, y: scene(kind, p, x, y)
            show(f"{kind} {damage} {bpc} {w} {h}", planes_of(at, bpc, w, h), planes_of(lambda p, x, y: damaged(damage, at, p, x, y), bpc, w, h), bpc)
        if given.clips:
            for name, ref, dis in frames_of_clips(given.clips):
                show(name, ref, dis, 8)
        if given.large:
            show("4K", *large(), 8)
    if given.vmaf:
        print(f"{count} pictures, at most {worst:.6f} apart")
    else:
        (HERE / "ssimulacra2.txt").write_text("# libjxl's ssimulacra2 2.1 (0.11.2): scene damage bits width height score, by record_ssimulacra2.py\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
