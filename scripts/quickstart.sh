#!/usr/bin/env bash
# Installs what is missing, builds the release into build/, makes a sample pair of videos and scores it with VMAF.
set -euo pipefail
. "$(dirname "$0")/common.sh"

install_packages "${build_packages[@]}"
find_meson
find_compiler

say 'building'
[ -f build/meson-private/coredata.dat ] || configure build --buildtype=release -Denable_tests=false
ninja -C build tools/vmaf testdata/make_clips

say 'making the sample pair: 24 frames of 576x324, 4:2:0, 10 bit'
mkdir -p build/sample
build/testdata/make_clips build/sample sample

say 'scoring it'
command=(build/tools/vmaf -r build/sample/sample_ref.yuv -d build/sample/sample_dis.yuv -w 576 -h 324 -p 420 -b 10
    --json -o build/sample/vmaf.json)
echo "${command[*]}"
"${command[@]}"
echo 'All values of every frame: build/sample/vmaf.json'
