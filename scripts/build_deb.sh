#!/usr/bin/env bash
# Makes Debian packages from a tarball of 'meson dist' in a bare Debian, without a CUDA compiler; looks them over with lintian, installs them
# in another bare Debian and runs debian/tests there. Needs root and debootstrap; scripts/chroot.sh names the variables that it heeds.
#
#   scripts/build_deb.sh TARBALL SUITE OUT     build_deb.sh build/meson-dist/libvmaf-3.2.0.tar.xz trixie out/trixie
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/chroot.sh"

[ $# = 3 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2 && exit 2; }
tarball=$(realpath "$1") suite=$2 out=$3
need_root
version=$(basename "$tarball" .tar.xz | sed 's/^libvmaf-//')
step() { printf '\n== %s: %s\n' "$suite" "$*"; }

step 'a bare system to build in'
make_system "$suite"
builder=$system
mkdir "$builder/build"
cp "$tarball" "$builder/build/libvmaf_$version.orig.tar.xz"
tar -C "$builder/build" -xf "$tarball"
source=/build/libvmaf-$version
cp -a "$here/../packaging/debian" "$builder$source/debian"
install_inside "$builder" dpkg-dev build-essential lintian
inside "$builder" sh -c "cd $source && apt-get build-dep -qq -y --no-install-recommends ." >"$builder/tmp/apt.log" 2>&1 || { tail "$builder/tmp/apt.log" && exit 1; }

step building
inside "$builder" sh -c "cd $source && dpkg-buildpackage -us -uc -F" >"$builder/tmp/build.log" 2>&1 || { tail -n 40 "$builder/tmp/build.log" && exit 1; }
grep -E '^Message: CUDA|dpkg-gensymbols: warning|dpkg-shlibdeps: warning' "$builder/tmp/build.log" || true
rm -rf "$out"
mkdir -p "$out"
find "$builder/build" -maxdepth 1 -type f -exec cp -t "$out" {} +
ls -l "$out"

step lintian
inside "$builder" sh -c 'lintian --allow-root --tag-display-limit 0 --fail-on error,warning --info --suppress-tags initial-upload-closes-no-bugs /build/*.changes'

step 'a bare system to install in'
make_system "$suite"
user=$system
mkdir "$user/debs"
cp "$out"/*.deb "$user/debs"
tar -C "$user/debs" -xf "$tarball"
cp -a "$here/../packaging/debian" "$user/debs/libvmaf-$version/debian"
install_inside "$user" autopkgtest
step 'debian/tests'
inside "$user" sh -c "cd /debs && autopkgtest --no-built-binaries *.deb ./libvmaf-$version/ -- null"
