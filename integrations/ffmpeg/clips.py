#!/usr/bin/env python3
"""Makes the compressed clips that compare.py scores: clips.py DIR, with an ffmpeg that has x264, x265 and VP9 in the PATH.

Each codec and layout that NVDEC decodes gets a pair NAME_ref and NAME_dis: the same pictures, lightly and heavily compressed. noise_ref is what an
encoder has the hardest time with.
"""
import pathlib
import subprocess
import sys

# name -> size, frames, pixel format, encoder, options of the reference and of the distorted clip, file type
CLIPS = {
    'h264': ('576x324', 40, 'yuv420p', 'libx264', '-crf 12', '-crf 38', 'mp4'),
    'h264_720': ('1280x720', 12, 'yuv420p', 'libx264', '-crf 14', '-crf 40', 'mp4'),
    'hevc': ('854x480', 24, 'yuv420p', 'libx265', '-crf 12', '-crf 38', 'mkv'),
    'hevc10': ('576x324', 40, 'yuv420p10le', 'libx265', '-crf 12', '-crf 38', 'mkv'),
    'hevc10_1080': ('1920x1080', 8, 'yuv420p10le', 'libx265', '-crf 14', '-crf 40', 'mkv'),
    'hevc444': ('576x324', 16, 'yuv444p', 'libx265', '-crf 12', '-crf 38', 'mkv'),
    'hevc444_10': ('576x324', 16, 'yuv444p10le', 'libx265', '-crf 12', '-crf 38', 'mkv'),
    'vp9': ('576x324', 24, 'yuv420p', 'libvpx-vp9', '-crf 12', '-crf 55', 'mkv'),
}
TEXTURE, NOISE = 'testsrc2=size={}:rate=24,noise=alls=8:allf=t:all_seed=7', 'color=gray:size={}:rate=24,noise=alls=100:allf=t:all_seed=3'


def make(folder, name, source, size, frames, pix_fmt, encoder, *qualities, suffix):
    for side, quality in zip(('ref', 'dis'), qualities):
        path = folder / f'{name}_{side}.{suffix}'
        if path.exists():
            continue
        extra = {'libx264': ['-preset', 'veryfast'], 'libvpx-vp9': ['-deadline', 'realtime', '-cpu-used', '8', '-b:v', '0'],
                 'libx265': ['-preset', 'veryfast', '-x265-params', 'log-level=error']}[encoder]
        subprocess.run(['ffmpeg', '-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source.format(size), '-frames:v', str(frames), '-pix_fmt', pix_fmt, '-c:v', encoder, *extra, *quality.split(), path], check=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (*clip, suffix) in CLIPS.items():
        make(folder, name, TEXTURE, *clip, suffix=suffix)
    make(folder, 'noise', NOISE, '576x324', 24, 'yuv420p', 'libx264', '-qp 0', suffix='mp4')


if __name__ == '__main__':
    main()
