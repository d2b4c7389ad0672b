# Sourced by build_deb.sh and test_container.sh: bare Debian systems in folders, by debootstrap; needs root.
#
#   DEBIAN_MIRROR    where packages come from (http://deb.debian.org/debian)
#   DEBIAN_BASE      folder with systems that debootstrap made, named after their suites, to copy instead of making new ones
#   CCACHE_DIR       a cache of ccache's, for the compilers in these systems

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
systems=()
cache=()
if [ -n "${CCACHE_DIR:-}" ]; then
    mapfile -t cache < <(env | grep '^CCACHE_' | grep -v -e '^CCACHE_DIR=' -e '^CCACHE_BASEDIR=')
    cache+=(CCACHE_DIR=/ccache CCACHE_BASEDIR=/)
fi

need_root() {
    [ "$(id -u)" = 0 ] || { echo "$0 needs root, for debootstrap and chroot" >&2 && exit 1; }
    [ -n "${DEBIAN_BASE:-}" ] || command -v debootstrap >/dev/null || { echo 'install debootstrap first' >&2 && exit 1; }
    trap remove_systems EXIT
}

remove_systems() {
    local root folder
    for root in "${systems[@]}"; do
        for folder in proc ccache; do
            ! mountpoint -q "$root/$folder" || umount "$root/$folder" 2>/dev/null || umount -l "$root/$folder"
        done
        rm -rf --one-file-system "$root" "$root.log"
    done
}

# $1: suite; sets `system` to the folder of a new bare system, which is gone when the script ends.
make_system() {
    system=$(mktemp -d "${TMPDIR:-/tmp}/$1.XXXXXX")
    systems+=("$system")
    chmod 755 "$system"
    if [ -d "${DEBIAN_BASE:-/nonexistent}/$1" ]; then
        cp -a --reflink=auto "$DEBIAN_BASE/$1/." "$system"
    else
        debootstrap --variant=minbase "$1" "$system" "$mirror" >"$system.log" || { cat "$system.log" >&2 && exit 1; }
        rm -f "$system.log"
    fi
    mount -t proc proc "$system/proc"
    cp /etc/resolv.conf "$system/etc/resolv.conf"
    if [ -n "${CCACHE_DIR:-}" ]; then
        mkdir -p "$system/ccache"
        mount --bind "$CCACHE_DIR" "$system/ccache"
        install_inside "$system" ccache
    fi
}

# Runs the rest of the arguments in the system $1, with an environment of its own.
inside() {
    local root=$1
    shift
    chroot "$root" /usr/bin/env -i PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        "${cache[@]}" "$@"
}

# $1: system, others: packages or .deb files inside it.
install_inside() {
    local root=$1
    shift
    inside "$root" apt-get update -qq
    inside "$root" apt-get install -qq -y --no-install-recommends "$@" >"$root/tmp/apt.log" 2>&1 || { tail -n 20 "$root/tmp/apt.log" >&2 && return 1; }
}
