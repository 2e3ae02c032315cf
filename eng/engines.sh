#!/usr/bin/env bash
# Sets up and starts further engines for the tests, from Debian's later suites:
#
#   eval "$(eng/engines.sh)"     Docker 26 and Podman 5 from trixie, the newest Docker from sid
#   eng/engines.sh stop          stops them
#   eng/engines.sh remove        stops them, and removes everything that was set up
#
# It needs Debian or Ubuntu, root, and an engine of the machine's own, whose images they get. It
# may be run again, and is quick when they run. It prints the line by which the tests find them,
# also where some cannot be had here: the line says why.
#
# Each engine sees a Debian of its own as its whole file system, and has its own network and
# processes: it changes no rule of the machine's firewall, and everything of it ends with its first process.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

home=/var/lib/integrationkit-engines    # a Debian for each suite
state=/run/integrationkit-engines       # a folder for each engine: its socket and its log
engines='docker-trixie podman-trixie docker-sid'

main() {
    case ${1:-} in
        '') open_log engines; start_all ;;
        stop) open_log engines; stop_all ;;
        remove) open_log engines; stop_all; step 'Files removed' rm -rf --one-file-system "$home" "$state" ;;
        become) become "$2" ;; # what the script calls itself with
        -h | --help) help ;;
        *) die "Unknown option $1: eng/engines.sh takes stop, remove and --help." ;;
    esac
}

start_all() {
    local engine found='' settings
    settings=$("$root/eng/setup.sh" 3>&- 4>&-)
    eval "$settings"
    obstacle=''
    step 'Further engines' look_for_obstacle
    for engine in $engines; do
        [ -n "$obstacle" ] || try "$engine"
        found+="${found:+;}$engine=${obstacle:-$state/$engine}"
        # What keeps one from being had keeps only those of its suite.
        [ "${scope:-}" = machine ] || obstacle=''
    done
    printf 'export INTEGRATIONKIT_ENGINES=%q\n' "$found"
}

look_for_obstacle() {
    scope=machine
    if [ "$(id -u)" != 0 ]; then
        obstacle='further engines are set up by root only'
    elif ! is_debian_or_ubuntu; then
        obstacle='further engines can be set up on Debian and Ubuntu only'
    else
        scope=engine
        installed debootstrap ip nsenter unshare pivot_root || apt_install debootstrap iproute2 ||
            { apt update && apt_install debootstrap iproute2; }
    fi
    [ -z "$obstacle" ] || { mark=- note=$obstacle; }
}

# Sets up one engine, or says in `obstacle` why that failed.
try() { # engine
    step "Debian ${1#*-}" provide_debian "${1#*-}"
    [ -n "$obstacle" ] || step "$1" start "$1"
    [ -n "$obstacle" ] || step "Images of $1" load_images "$1"
}

fail() { # reason
    mark=- note=$1 obstacle=$1
}

# ---- the file systems

provide_debian() { # suite
    local folder=$home/$1 mirror
    [ ! -e "$folder.complete" ] || return 0
    for mirror in ${DEBIAN_MIRROR:-$(machine_sources)}; do
        rm -rf --one-file-system "$folder"
        mkdir -p "$folder"
        # One suite may lack a package that another has: the engine's start shows that.
        if debootstrap --variant=minbase --include="$(packages "$1")" "$1" "$folder" "$mirror"; then
            rm -f "$folder"/var/cache/apt/archives/*.deb
            touch "$folder.complete"
            return 0
        fi
    done
    fail "no package source of this machine has Debian's $1, or its installation failed: see $log"
}

packages() { # suite
    local list=docker.io,docker-cli,iptables,iproute2,runc,ca-certificates
    [ "$1" = sid ] || list+=,podman,crun,netavark,aardvark-dns,conmon
    echo "$list"
}

# Where this machine gets its packages, from the configuration: the index may not be there yet.
machine_sources() {
    apt-get update --print-uris | sed -n "s#^'\(.*\)/dists/[a-z]*/InRelease'.*#\1#p" | awk '!seen[$0]++'
}

# ---- the engines

start() { # engine
    local folder=$state/$1 try
    if ! answers "$1"; then
        stop "$1"
        mkdir -p "$folder"
        ip netns add "$1"
        ip -n "$1" link set lo up
        # The first process of the engine's own processes: when it ends, the kernel ends all of them.
        setsid nsenter --net="/run/netns/$1" unshare --mount --pid --fork --kill-child \
            env -i PATH="$PATH" "$root/eng/engines.sh" become "$1" < /dev/null > "$folder/log" 2>&1 3>&- 4>&- &
        for ((try = 0; try < 300; try++)); do
            ! answers "$1" || break
            sleep 0.2
        done
    fi
    if answers "$1"; then
        note=$(client "$1" version --format '{{.Server.Version}}')
    else
        tail -n 20 "$folder/log"
        fail "$1 did not start: see $log"
    fi
}

# Runs as the first process of the engine's own. Its mounts are seen by nobody else, and end with it.
become() { # engine
    local debian=$home/${1#*-} each
    read -r each _ < /proc/self/stat
    echo "$each" > "$state/$1/pid"
    mount --make-rprivate /
    mount --bind "$debian" "$debian"
    cd "$debian"
    mount -t proc proc proc
    for each in sys dev; do mount --rbind "/$each" "$each"; done
    for each in run tmp; do mount -t tmpfs tmpfs "$each"; done
    mkdir -p run/engine run/machine run/lock etc/containers
    mount --bind "$state/$1" run/engine
    # In a mere chroot, a command in a container would enter the machine's own root.
    pivot_root . run/machine
    cd /
    umount -l run/machine
    export HOME=/root
    case $1 in
        podman-*) write_podman_settings; run podman --root /var/lib/engine --runroot /run/podman system service --time=0 unix:///run/engine/engine.sock ;;
        # One of them runs without the proxy that accepts connections in a container's place.
        docker-sid) run dockerd --host unix:///run/engine/engine.sock --data-root /var/lib/engine-docker --userland-proxy=false ;;
        docker-*) run dockerd --host unix:///run/engine/engine.sock --data-root /var/lib/engine-docker ;;
    esac
}

write_podman_settings() {
    export PODMAN_IGNORE_CGROUPSV1_WARNING=1
    cat > /etc/containers/containers.conf << 'END'
[containers]
default_ulimits = ["nofile=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
firewall_driver = "iptables"
END
    echo '{"default":[{"type":"insecureAcceptAnything"}]}' > /etc/containers/policy.json
}

# The first process waits for the others, so that none stays as a zombie.
run() { # daemon and its arguments
    trap 'kill -TERM "$daemon" || true' TERM
    "$@" &
    daemon=$!
    while kill -0 "$daemon" 2> /dev/null; do wait "$daemon" || true; done
}

client() { docker -H "unix://$state/$1/engine.sock" "${@:2}"; }

answers() { [ -S "$state/$1/engine.sock" ] && bounded 10 docker -H "unix://$state/$1/engine.sock" version --format '{{.Server.Version}}'; }

load_images() { # engine
    local image prefix=${INTEGRATIONKIT_IMAGE_PREFIX:+$INTEGRATIONKIT_IMAGE_PREFIX/}
    local -a missing=()
    for image in $(entries "$root/eng/images/needed"); do
        [ "$(client "$1" image inspect --format '{{.Id}}' "$prefix$image" 2> /dev/null)" = "$(docker image inspect --format '{{.Id}}' "$prefix$image")" ] ||
            missing+=("$prefix$image")
    done
    [ ${#missing[@]} = 0 ] || docker save "${missing[@]}" | client "$1" load
    note=$(client "$1" image ls --quiet | sort -u | wc -l | tr -d ' ')
}

# ---- the end

stop_all() {
    local engine
    for engine in $engines; do step "$engine stopped" stop "$engine"; done
}

# Everything that runs in the engine's network is the engine's: stale files tell nothing.
stop() { # engine
    local first
    rm -f "$state/$1/engine.sock"
    [ -e "/run/netns/$1" ] || return 0
    first=$(cat "$state/$1/pid" 2> /dev/null || true)
    if [[ " $(processes "$1")" == *" ${first:-none} "* ]]; then
        kill -s TERM "$first"
        await_end "$1"
    fi
    # shellcheck disable=SC2046 # a list
    [ -z "$(processes "$1")" ] || kill -s KILL $(processes "$1") || true
    await_end "$1"
    ip netns del "$1"
}

processes() { ip netns pids "$1" | tr '\n' ' '; }

await_end() { # engine
    local try
    for ((try = 0; try < 100; try++)); do
        [ -n "$(processes "$1")" ] || return 0
        sleep 0.2
    done
}

main "$@"
