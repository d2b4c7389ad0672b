#!/usr/bin/env bash
# Runs the Containerfile's steps without a container engine, each stage in a bare Debian of its own, and scores as the image's user with no
# network. Needs root and debootstrap; scripts/chroot.sh names the variables that it heeds.
#
#   scripts/test_container.sh [CONTEXT]     CONTEXT: an unpacked tarball of 'meson dist', or a checkout (the tree of this script)
#
# A variable named after an ARG of the Containerfile takes the place of its default: DEBIAN=bookworm scripts/test_container.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/chroot.sh"

context=$(realpath "${1:-$here/..}")
need_root
declare -A stages=() arguments=()
system='' stage='before the stages'
variables=() user=root folder=/ entry=''

# COPY [--from=STAGE] FROM TO; what .dockerignore names at the top of the context stays behind.
copy() {
    local from=$context ignore=()
    if [[ $1 = --from=* ]]; then
        from=${stages[${1#--from=}]}
        shift
    else
        mapfile -t ignore < <(sed 's|^|--exclude=./|' "$context/.dockerignore")
    fi
    mkdir -p "$system$2"
    tar -C "$from/$1" -c "${ignore[@]}" . | tar -C "$system$2" -x --no-same-owner
}

start_stage() {
    local parent name
    [[ $1 =~ ^([^ ]+)\ AS\ ([a-z]+)$ ]] || { echo "a stage needs a name: FROM $1" >&2 && exit 1; }
    parent=${BASH_REMATCH[1]} stage=${BASH_REMATCH[2]}
    for name in "${!arguments[@]}"; do parent=${parent//\$\{$name\}/${arguments[$name]}}; done
    if [ -n "${stages[$parent]:-}" ]; then
        system=${stages[$parent]}  # what it was made from is done with
    else
        make_system "$(sed -n 's|.*/debian:\([a-z]*\)-slim$|\1|p' <<<"$parent")"
        variables=() user=root folder=/ entry=''
    fi
    stages[$stage]=$system
}

run_step() {
    local word=${1%% *} rest=${1#* } name
    printf '\n== %s: %s\n' "$stage" "$1"
    case $word in
    FROM) start_stage "$rest" ;;
    ARG) name=${rest%%=*} && arguments[$name]=${!name:-${rest#*=}} ;;
    ENV) variables+=("$rest") ;;
    RUN) inside "$system" "${variables[@]}" sh -ec "cd $folder && $rest" >"$system.log" 2>&1 || { tail -n 30 "$system.log" && exit 1; } ;;
    COPY) eval "copy $rest" ;;
    WORKDIR) folder=$rest && mkdir -p "$system$rest" ;;
    USER) user=$rest ;;
    ENTRYPOINT) entry=$(tr -d '[]",' <<<"$rest") ;;
    *) echo "unknown to this script: $1" >&2 && exit 1 ;;
    esac
    [ -z "$system" ] || rm -f "$system.log"
}

# The image's command, as its user, without a network.
run_image() {
    # shellcheck disable=SC2086
    unshare --net chroot --userspec="$user" "$system" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin "${variables[@]}" \
        sh -ec 'cd "$1" && shift && exec "$@"' sh "$folder" $entry "$@"
}

while read -r step; do
    run_step "$step"
done < <(sed -e '/^#/d' -e '/^$/d' "$here/../Containerfile" | sed -e ':a' -e '/\\$/{N;s/ *\\\n */ /;ba' -e '}')

printf '\n== scoring as %s\n' "$user"
[ "$user" != root ]
mkdir -p "$system/videos"
sed -n '/^import sys/,/^END/{/^END/d;p}' "$here/../packaging/debian/tests/score" >"$system.py"
python3 "$system.py" "$system/videos"
rm "$system.py"
run_image --version
run_image --doctor || true
run_image -r reference.y4m -d distorted.y4m --precision max --json -o - 2>/dev/null |
    python3 -c 'import json, sys; vmaf = json.load(sys.stdin)["pooled_metrics"]["vmaf"]["mean"]; print("vmaf", vmaf); assert abs(vmaf - 99.01017276423579) < 1e-9'
if run_image -r reference.y4m -d distorted.y4m --backend cuda; then
    echo 'scored on a GPU, which no step has brought here' >&2
    exit 1
fi
printf '%s\n' "${variables[@]}"
