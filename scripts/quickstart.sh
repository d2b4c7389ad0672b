#!/usr/bin/env bash
# Installs what is missing, builds the release into build/, makes a sample pair of MP4 files, scores it with VMAF and leaves a page to look at.
set -euo pipefail
. "$(dirname "$0")/common.sh"

install_packages "${build_packages[@]}" ffmpeg
find_meson
find_compiler

say 'building'
[ -f build/meson-private/coredata.dat ] || configure build --buildtype=release -Denable_tests=false
ninja -C build tools/vmaf

say 'making the sample pair: 5 seconds of 1280x720, two scenes, as a source and as an encode'
mkdir -p build/sample
ffmpeg -nostdin -v error -y -f lavfi -i 'testsrc2=size=1280x720:rate=25:duration=2' -f lavfi -i 'mandelbrot=size=1280x720:rate=25:maxiter=300' \
    -filter_complex '[1]trim=duration=3[zoom];[0]setsar=1[chart];[zoom]setsar=1[zoomed];[chart][zoomed]concat,format=yuv420p' \
    -c:v libx264 -preset ultrafast -crf 10 build/sample/source.mp4
ffmpeg -nostdin -v error -y -i build/sample/source.mp4 -c:v libx264 -preset veryfast -crf 32 build/sample/encode.mp4

say 'scoring it'
command=(build/tools/vmaf -r build/sample/source.mp4 -d build/sample/encode.mp4 --json -o build/sample/vmaf.json --html build/sample/report.html)
echo "${command[*]}"
"${command[@]}"
echo 'All values of every frame: build/sample/vmaf.json'
echo 'Plots, statistics and the worst frames, for any browser: build/sample/report.html'
