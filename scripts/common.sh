# Sourced by quickstart.sh and test.sh: installs what a build needs on Debian 12, Ubuntu 22.04 and later.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

build_packages=(g++ git meson ninja-build pkg-config python3 libhwy-dev libffmpeg-nvenc-dev nlohmann-json3-dev
    libavformat-dev libavcodec-dev libavutil-dev libjpeg-dev)
test_packages=(libgtest-dev libgmock-dev universal-ctags cmake dpkg-dev musl-tools ffmpeg libzimg-dev slurmctld slurmd slurm-client munge python3-yaml)
browser_packages=(chromium)  # Ubuntu has it as a snap alone, which is not asked for
lint_packages=(clang-format-14 clang-tidy)

say() { printf '\n== %s\n' "$*"; }

installed() { [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = 'install ok installed' ]; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs those of the named packages that are missing; touches nothing if all are there.
install_packages() {
    local package missing=()
    for package in "$@"; do installed "$package" || missing+=("$package"); done
    [ ${#missing[@]} = 0 ] && return
    if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; }; then
        echo "These Debian packages, or what corresponds to them, must be installed first: ${missing[*]}" >&2
        exit 1
    fi
    say "installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
}

# Installs those of the named packages that apt has: tests that need another one say so.
install_offered() {
    local package offered=()
    for package in "$@"; do
        if installed "$package" || apt-cache show "$package" >/dev/null 2>&1; then offered+=("$package"); fi
    done
    install_packages "${offered[@]}"
}

# True if version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Ubuntu 22.04 has Meson 0.61: takes a newer one from PyPI, into a folder of its own.
find_meson() {
    local tools="$root/build-tools"
    meson=meson
    at_least "$(meson --version 2>/dev/null || echo 0)" 1.0.1 && return
    meson="$tools/bin/meson"
    [ -x "$meson" ] && return
    say "the installed Meson is older than 1.0.1: taking one from PyPI into build-tools"
    install_packages python3-venv
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet 'meson>=1.0.1,<2'
}

# The default g++ of Ubuntu 22.04 is 11: takes 12 beside it, unless the caller chose a compiler.
find_compiler() {
    [ -n "${CXX:-}" ] && return
    at_least "$(g++ -dumpfullversion 2>/dev/null || echo 0)" 12 && return
    install_packages g++-12
    export CC=gcc-12 CXX=g++-12
}

# clang with its sanitizers' run time, which Debian's package only recommends.
install_clang() {
    install_packages clang
    echo 'int main() {}' | clang++ -fsanitize=address,undefined -x c++ - -o /dev/null 2>/dev/null || install_packages libclang-rt-dev
}

# $1: build folder, others: Meson options. A folder that is configured already gets the options set.
configure() {
    local folder=$1
    shift
    if [ -f "$folder/meson-private/coredata.dat" ]; then
        "$meson" configure "$folder" "$@"
    else
        "$meson" setup "$folder" "$@"
    fi
}

# From here on the script's last line counts the tests of the build folders in `folders` and the gates, however it ends; `status`
# is the run's result so far.
count_tests_at_exit() {
    status=0
    folders=()
    gates=()
    trap count_tests EXIT
}
count_tests() {
    local failed=$?
    [ "$failed" = 0 ] || status=$failed
    say 'tests'
    python3 scripts/count_tests.py "$status" "${gates[@]/#/--gate=}" "${folders[@]}"
    exit "$status"
}

# A check that is no test of a build folder. $1: its name, others: the command, which fails if the check does.
gate() {
    local name=$1 result=0
    shift
    say "$name: $*"
    "$@" || result=$? status=1
    gates+=("$name=$result")
}
