#!/bin/sh
# Applies the patch to a release of FFmpeg, builds it against an installed libvmaf and compares its filters on the GPU with the one on the CPU.
#
#   integrations/ffmpeg/test.sh 8.1.2 PREFIX [FOLDER]
#
# PREFIX: where this library is installed. FOLDER: for sources and builds (default: ffmpeg-VERSION here). The source is Debian's copy of the
# release, from $MIRROR (default http://deb.debian.org/debian). Needs gcc, make, nasm, clang for FFmpeg's own kernels, ffnvcodec headers as new as FFmpeg
# wants them, and an ffmpeg with x264, x265 and VP9 for the clips; with libx264's headers the patched FFmpeg is tried as an encoder in a loop as well. Without a GPU, EMULATOR=build/test/cuda/emulator takes the tests'
# stand-in for the driver and scores small frames.
set -e
here=$(cd "$(dirname "$0")" && pwd)
version=$1 prefix=$2 folder=${3:-ffmpeg-$1}
[ -n "$prefix" ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
patches=$here/$(echo "$version" | cut -d. -f1-2)
[ -d "$patches" ] || { echo "there are patches for $(cd "$here" && ls -d [0-9]*), not for $version" >&2; exit 2; }
mkdir -p "$folder" && cd "$folder"

source=ffmpeg-$version
[ -d "$source" ] || {
    curl -fsSLO "${MIRROR:-http://deb.debian.org/debian}/pool/main/f/ffmpeg/ffmpeg_$version.orig.tar.xz"
    tar xf "ffmpeg_$version.orig.tar.xz"
}
libraries=$(dirname "$(find "$prefix" -name libvmaf.pc | head -n 1)")
export PKG_CONFIG_PATH="$libraries${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export LD_LIBRARY_PATH="$(dirname "$libraries")${EMULATOR:+:$EMULATOR}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

# $1: build folder, others: further options.
build() {
    build_folder=$1
    shift
    [ -x "$build_folder/ffmpeg" ] && return
    mkdir -p "$build_folder"
    (cd "$build_folder" && "../$source/configure" --disable-everything --disable-autodetect --disable-doc --disable-network --disable-debug \
        --enable-pthreads --enable-libvmaf --enable-ffnvcodec --enable-cuda --enable-cuvid --enable-nvdec --enable-cuda-llvm \
        --enable-protocol=file,pipe --enable-demuxer=mov,matroska,rawvideo,yuv4mpegpipe --enable-muxer=null --enable-encoder=wrapped_avframe \
        --enable-decoder=h264,hevc,vp9,rawvideo,wrapped_avframe --enable-parser=h264,hevc,vp9 --enable-hwaccel=h264_nvdec,hevc_nvdec,vp9_nvdec \
        --enable-bsf=h264_mp4toannexb,hevc_mp4toannexb,vp9_superframe_split \
        --enable-filter=libvmaf,libvmaf_cuda,hwupload_cuda,scale_cuda,scale,format,null,trim,crop "$@" && make -j"$(nproc)" ffmpeg)
}
build plain
(cd "$source" && for patch in "$patches"/*.patch; do
    patch -p1 -N --dry-run <"$patch" >/dev/null 2>&1 && patch -p1 <"$patch" || patch -p1 -R --dry-run <"$patch" >/dev/null
done)
encoder=$(pkg-config --exists x264 && echo --enable-gpl --enable-libx264 --enable-encoder=libx264) || true
build patched --enable-libvmaf-cuda $encoder

how=--nvdec
[ -z "$EMULATOR" ] || how=--small
[ -d clips ] || python3 "$here/clips.py" clips
python3 "$here/compare.py" plain/ffmpeg clips $how ${RUNS:+--runs "$RUNS"}
python3 "$here/compare.py" patched/ffmpeg clips $how ${RUNS:+--runs "$RUNS"} --patched --baseline plain/ffmpeg
