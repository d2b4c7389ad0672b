#!/usr/bin/env bash
# Builds real clients of libvmaf against an installation of this library and compares what they make with what the reference made.
#
#   scripts/test_clients.sh                          builds and installs the library below build-clients, then runs all clients (about half an hour on 2 cores)
#   scripts/test_clients.sh --prefix PREFIX          takes an installation that is there
#   scripts/test_clients.sh --client libaom --help   see there for the other options, --record PREFIX among them
set -euo pipefail
. "$(dirname "$0")/common.sh"

work=$root/build-clients
prefix_given=0
for argument in "$@"; do
    case $argument in --prefix | --prefix=* | --help | -h) prefix_given=1 ;; esac
done
if [ "$prefix_given" = 0 ]; then
    install_packages "${build_packages[@]}" cmake make dpkg-dev
    find_meson
    find_compiler
    configure "$work/library" --buildtype=release -Denable_tests=false "--prefix=$work/prefix" --libdir=lib
    ninja -C "$work/library" install
    set -- --prefix "$work/prefix" "$@"
fi
exec python3 scripts/clients/main.py --work "$work" "$@"
