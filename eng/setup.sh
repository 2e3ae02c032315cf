#!/usr/bin/env bash
# Prepares what the tests need: a Docker Engine that answers, and the images.
#
#   eval "$(eng/setup.sh)"
#
# It may be run again, and is quick when nothing is missing. Where no registry answers, stand-ins
# for the images are built from Debian's packages; it then prints the line by which the library
# finds them:
#
#   export INTEGRATIONKIT_IMAGE_PREFIX=integrationkit.local
#
# DOCKER_HOST and INTEGRATIONKIT_IMAGE_PREFIX (for example a company mirror) are used if they are
# set. To use the registry again later, remove the stand-ins: docker image rm integrationkit.local/...
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

default_socket=/var/run/docker.sock
prefix=${INTEGRATIONKIT_IMAGE_PREFIX:-}

main() {
    case ${1:-} in
        '') ;;
        -h | --help) help; return ;;
        *) die "Unknown option $1: eng/setup.sh has no options except --help." ;;
    esac
    open_log setup
    step 'Docker Engine' provide_engine
    images=$(entries "$root/eng/images/needed" | xargs)
    provide_images
    [ -z "$prefix" ] || echo "export INTEGRATIONKIT_IMAGE_PREFIX=$prefix"
}

# ---- engine

provide_engine() {
    if ! engine_answers; then
        # An address that the user has set is not replaced by another engine.
        case ${DOCKER_HOST:-} in
            '' | "unix://$default_socket") ;;
            *)
                installed docker || die 'The docker client is missing: install it (the package docker-cli or docker.io on Debian and Ubuntu).'
                die "No engine answers at DOCKER_HOST=$DOCKER_HOST: start it, or unset DOCKER_HOST."
                ;;
        esac
        install_engine
        engine_answers || start_engine
    fi
    note=$(docker version --format '{{.Server.Version}}')
}

engine_answers() {
    command -v docker > /dev/null && bounded 10 docker version --format '{{.Server.Version}}'
}

install_engine() {
    [ "$(id -u)" = 0 ] || die "$(advice_without_root)"
    ! installed docker dockerd iptables || return 0
    is_debian_or_ubuntu || die 'No Docker Engine answers: install Docker Engine 20.10 or later, start it, and run this again.'
    # The installation fails where the package index is missing or out of date.
    apt_install docker.io iptables || { apt update; apt_install docker.io iptables; }
    # Later releases have the client in a package of its own.
    installed docker || apt_install docker-cli
}

advice_without_root() {
    if [ -S "$default_socket" ] && ! [ -w "$default_socket" ]; then
        echo 'This user may not use the Docker Engine: add the user to the group docker, or run this as root.'
    else
        echo 'No Docker Engine answers: start it, or install Docker Engine 20.10 or later (on Debian and Ubuntu this script does it when run as root).'
    fi
}

start_engine() {
    local engine_log=/var/log/integrationkit-dockerd.log daemon='' try
    if [ -d /run/systemd/system ]; then
        systemctl start docker
    elif ! alive dockerd /var/run/docker.pid; then
        remove_files_of_dead_engine
        setsid dockerd < /dev/null > "$engine_log" 2>&1 3>&- 4>&- &
        daemon=$!
    fi
    for ((try = 0; try < 150; try++)); do
        ! engine_answers 2> /dev/null || return 0
        [ -z "$daemon" ] || kill -0 "$daemon" 2> /dev/null || break
        sleep 0.2
    done
    [ -z "$daemon" ] || tail -n 8 "$engine_log"
    echo "The engine did not start${daemon:+; its log is $engine_log}."
    return 1
}

# Files of a killed daemon keep the next one from starting, where its process id belongs to another
# process by now, or where a socket looks like that of a running containerd.
remove_files_of_dead_engine() {
    alive containerd /var/run/docker/containerd/containerd.pid || rm -f /var/run/docker/containerd/containerd.pid
    rm -f /var/run/docker.pid
    grep -q '/run/containerd/containerd.sock$' /proc/net/unix || rm -f /run/containerd/containerd.sock
}

# A zombie is dead too: in many containers nothing waits for orphaned processes.
alive() { # name of a command, file with its process id
    [ -s "$2" ] && grep -qs "^Name:[[:space:]]*$1\$" "/proc/$(cat "$2")/status" &&
        ! grep -qs '^State:[[:space:]]*Z' "/proc/$(cat "$2")/status"
}

# ---- images

# The images by their own names, local or pulled, else stand-ins. All images have the same prefix,
# so where one needs a stand-in, all get the prefix of the stand-ins.
provide_images() {
    case $prefix in
        '')
            have_all '' || { ! have_all "$stand_ins/" && pull_missing ''; } || prefix=$stand_ins
            ;;
        "$stand_ins") ;;
        *)
            have_all "$prefix/" || pull_missing "$prefix/" ||
                die "INTEGRATIONKIT_IMAGE_PREFIX=$prefix: not all images are local, and pulling them failed: see $log."
            ;;
    esac
    [ "$prefix" != "$stand_ins" ] || provide_stand_ins
    step "Images${prefix:+ from $prefix}" list_images
}

list_images() {
    local image
    for image in $images; do docker image inspect --format '{{.Id}} {{.RepoTags}}' "${prefix:+$prefix/}$image"; done
    note=${images// /, }
}

have() { docker image inspect --format '{{.Id}}' "$1" > /dev/null 2>&1; }

have_all() { # prefix with a slash, or nothing
    local image
    for image in $images; do have "$1$image" || return 1; done
}

# Stops at the first failure: where one pull reaches no registry, the next one does not either.
pull_missing() { # prefix with a slash, or nothing
    local image
    for image in $images; do
        have "$1$image" || step "Pull $1$image" pull "$1$image"
        [ "$mark" = ✓ ] || return 1
    done
}

# A registry has 20 s to answer. The download itself may take longer.
pull() { # image
    local answer=$log.pull client try
    bounded 900 docker pull "$1" > "$answer" 2>&1 &
    client=$!
    for ((try = 0; try < 100; try++)); do
        if ! kill -0 "$client" 2> /dev/null || grep -q 'Pulling from' "$answer"; then break; fi
        sleep 0.2
    done
    grep -q 'Pulling from' "$answer" || kill "$client" 2> /dev/null || true
    wait "$client" || mark=- note='not available'
    cat "$answer"
    rm "$answer"
}

provide_stand_ins() {
    local image missing=''
    for image in $images; do
        if have "$stand_ins/$image"; then
            up_to_date "$image" || missing+=" $image"
        elif have "$image"; then
            docker tag "$image" "$stand_ins/$image"
        else
            missing+=" $image"
        fi
    done
    [ -n "$missing" ] || return 0
    installed apt-get dpkg-deb ||
        die "No registry answers, and stand-ins for$missing can be built on Debian only: load the images, or set INTEGRATIONKIT_IMAGE_PREFIX to a registry that answers."
    # shellcheck disable=SC2086 # a list
    step "Stand-ins built from Debian's packages:$missing" "$root/eng/images/build.sh" $missing
}

# An image without the label is the real one, tagged with the name of a stand-in.
up_to_date() { # image
    local made_from
    made_from=$(docker image inspect --format "{{index .Config.Labels \"$recipe_label\"}}" "$stand_ins/$1")
    [ -z "$made_from" ] || [ "$made_from" = "$("$root/eng/images/build.sh" --recipe "${1%%:*}")" ]
}

main "$@"
