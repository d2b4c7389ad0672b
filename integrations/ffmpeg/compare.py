#!/usr/bin/env python3
"""Compares the scores of FFmpeg's filters on a GPU with those of its CPU filter, value by value.

compare.py FFMPEG CLIPS [--patched] [--nvdec] [--runs N] [--baseline FFMPEG] [--small]

CLIPS is a folder that clips.py filled. Each case decodes a pair twice: on the CPU into `libvmaf`, and in the way of the case; the logs must
hold the same text for every frame and value. Without --patched the cases are those that FFmpeg's own libvmaf_cuda can do: two pixel formats,
luma alone. --nvdec adds the cases whose frames NVDEC decodes. --baseline names another FFmpeg for the CPU's side, such as an unpatched one. --small scores a few frames of small size, which the tests' stand-in for
the driver can do. Where the patched FFmpeg has libx264, it also encodes noise and scores what it has just encoded, in one process, at low and high quantisers.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

LUMA = {'vmaf': '', 'neg': 'model=version=vmaf_v0.6.1neg', 'features': r'feature=name=adm|name=motion|name=vif|name=float_ssim'}
CHROMA = {'vmaf': '', 'chroma': r'feature=name=psnr|name=ciede|name=motion'}

# What decoders on the CPU give for each clip.
NATIVE = {'h264': 'yuv420p', 'h264_720': 'yuv420p', 'hevc': 'yuv420p', 'hevc10': 'yuv420p10le', 'hevc10_1080': 'yuv420p10le',
          'hevc444': 'yuv444p', 'hevc444_10': 'yuv444p10le', 'vp9': 'yuv420p'}
# Uploaded formats, and what of the CPU's has the same samples.
UPLOADS = {'nv12': 'yuv420p', 'nv16': 'yuv422p', 'p010le': 'yuv420p10le', 'p016le': 'yuv420p16le', 'p210le': 'yuv422p10le',
           'yuv420p': 'yuv420p', 'yuv422p': 'yuv422p', 'yuv444p': 'yuv444p', 'yuv420p10le': 'yuv420p10le',
           'yuv422p10le': 'yuv422p10le', 'yuv444p10le': 'yuv444p10le', 'yuv444p16le': 'yuv444p16le'}
SOFTWARE = ['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le', 'yuv420p12le', 'yuv444p16le']


def to(fmt):
    """Conversion with the same result on every run; FFmpeg's default is not, in builds without assembler."""
    return f'scale=flags=accurate_rnd+bitexact,format={fmt}'


class Case:
    """One pair scored in one way. `cpu` is the pixel format that the CPU's filter gets."""

    def __init__(self, clip, way, cpu, graph, options, nvdec=False, quantiser=None):
        self.clip, self.way, self.cpu, self.graph, self.options, self.nvdec, self.quantiser = clip, way, cpu, graph, options, nvdec, quantiser

    def name(self):
        return f'{self.clip} {self.way} {self.options[0]}'


def own_cases(nvdec):
    """What the unpatched filter can do."""
    cases = []
    for clip in ('h264', 'h264_720', 'hevc', 'vp9'):
        for options in LUMA.items():
            for fmt in ('yuv420p', 'yuv444p16le'):
                chain = f'{to(fmt)},hwupload_cuda'
                cases.append(Case(clip, f'hwupload_cuda {fmt}', fmt, (chain, 'libvmaf_cuda'), options))
            if nvdec:
                cases.append(Case(clip, 'nvdec scale_cuda', 'yuv420p', ('scale_cuda=format=yuv420p', 'libvmaf_cuda'), options, True))
    return cases


def patched_cases(nvdec):
    cases = []
    for options in CHROMA.items():
        for fmt in SOFTWARE:
            cases.append(Case('h264', f'cuda=1 {fmt}', fmt, (to(fmt), 'libvmaf=cuda=1'), options))
        for fmt, cpu in UPLOADS.items():
            chain = f'{to(cpu)},{to(fmt)},hwupload_cuda'
            cases.append(Case('hevc10', f'hwupload_cuda {fmt}', cpu, (chain, 'libvmaf_cuda'), options))
        if nvdec:
            for clip, cpu in NATIVE.items():
                # FFmpeg 8.1 calls 4:4:4 of 10 bits that NVDEC decoded 16 bits, whose PSNR has another peak; all else is the same.
                asked = options
                if clip == 'hevc444_10' and options[0] == 'chroma':
                    asked = ('chroma', r'feature=name=ciede|name=motion')
                cases.append(Case(clip, 'nvdec', cpu, ('null', 'libvmaf_cuda'), asked, True))
    return cases


def encoder_cases(ffmpeg):
    """An encoder that scores its own pictures, fed with noise: FFmpeg decodes what it encodes ('-dec') beside the source."""
    if 'libx264' not in subprocess.run([ffmpeg, '-hide_banner', '-encoders'], capture_output=True, text=True, check=True).stdout:
        return []
    return [Case('noise', f'{way} {fmt} qp{quantiser}', fmt, (to(fmt) + upload, scorer), ('vmaf', ''), quantiser=quantiser)
            for way, upload, scorer in (('encoder,cuda=1', '', 'libvmaf=cuda=1'), ('encoder,hwupload', ',hwupload_cuda', 'libvmaf_cuda'))
            for fmt in ('yuv420p', 'yuv420p10le') for quantiser in (1, 12, 45)]


SMALL = 'trim=end_frame=4,crop=80:60:96:64,'


def score(ffmpeg, clips, case, chain, scorer, nvdec=False):
    """The log's frames, or the reason why there are none."""
    def clip(side):
        return next(clips.glob(f'{case.clip}_{side}.*'))

    device = ['-init_hw_device', 'cuda=gpu:0', '-filter_hw_device', 'gpu'] if 'cuda' in chain or nvdec else []
    decoder = ['-hwaccel', 'cuda', '-hwaccel_device', 'gpu', '-hwaccel_output_format', 'cuda'] if nvdec else []
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, 'log.json')
        settings = ':'.join(text for text in (f'log_path={log}', 'log_fmt=json', case.options[1]) if text)
        joined = scorer + (':' if '=' in scorer else '=') + settings
        if case.quantiser is None:
            inputs, distorted, reference = [*decoder, '-i', clip('dis'), *decoder, '-i', clip('ref')], '0:v', '1:v'
        else:
            encoder = ['-map', '0:v:0', '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', str(case.quantiser), '-pix_fmt', case.cpu]
            inputs, distorted, reference = ['-i', clip('ref'), *encoder, '-f', 'null', '-', '-dec', '0:0'], 'dec:0', '0:v'
        graph = f'[{distorted}]{chain}[d];[{reference}]{chain}[r];[d][r]{joined}[scored]'
        command = [ffmpeg, '-hide_banner', '-v', 'error', '-nostdin', *device, *inputs, '-filter_complex', graph, '-map', '[scored]', '-f', 'null', '-']
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            return 'ran for more than a minute'
        if done.returncode or not os.path.exists(log):
            return f'ended with {done.returncode}: {done.stderr.strip()[-300:]}'
        frames = json.load(open(log))['frames']
        return [(frame['frameNum'], sorted(frame['metrics'].items())) for frame in frames]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('ffmpeg')
    parser.add_argument('clips', type=pathlib.Path)
    parser.add_argument('--patched', action='store_true')
    parser.add_argument('--nvdec', action='store_true')
    parser.add_argument('--runs', type=int, default=1)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--baseline')
    parser.add_argument('--small', action='store_true')
    arguments = parser.parse_args()
    cases = patched_cases(arguments.nvdec) + encoder_cases(arguments.ffmpeg) if arguments.patched else own_cases(arguments.nvdec)

    def run(case):
        chain, scorer = case.graph
        first = SMALL if arguments.small else ''
        baseline = arguments.ffmpeg if case.quantiser else arguments.baseline or arguments.ffmpeg
        expected = score(baseline, arguments.clips, case, first + to(case.cpu), 'libvmaf')
        found = [score(arguments.ffmpeg, arguments.clips, case, first + chain, scorer, case.nvdec) for _ in range(arguments.runs)]
        return expected, found

    ways = {}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for case, (expected, found) in zip(cases, pool.map(run, cases)):
            equal = sum(one == expected for one in found) if isinstance(expected, list) else 0
            way = ways.setdefault(case.way.split()[0], [0, 0, 0])
            way[0] += 1
            way[1] += len(found)
            way[2] += equal
            if equal < len(found):
                different = next(one for one in found if one != expected)
                detail = different if isinstance(different, str) else expected if isinstance(expected, str) else next(
                    (f'{a} instead of {b}' for a, b in zip(different, expected) if a != b),
                    f'{len(different)} frames instead of {len(expected)}')
                print(f'DIFFERS {case.name()}: {detail}')
    for way, (count, runs, equal) in ways.items():
        print(f'{way:16} {count:4} cases {runs:5} runs {equal:5} equal')
    failed = any(runs != equal for _, runs, equal in ways.values())
    print('some differ' if failed else 'all equal')
    sys.exit(failed)


if __name__ == '__main__':
    main()
