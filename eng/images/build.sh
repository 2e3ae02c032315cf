#!/usr/bin/env bash
# Builds stand-ins for container images from Debian's packages, for places without a registry:
#
#   eng/images/build.sh postgres:15 redis:7
#
# makes integrationkit.local/postgres:15 and integrationkit.local/redis:7. Each image has a
# folder here; its *.packages lists become *.tar beside its Dockerfile. It needs apt, dpkg and
# an engine, but not root: apt gets a world of its own, where the machine's packages play no part.
#
#   eng/images/build.sh --recipe postgres
#
# prints the checksum of what the image is made from. The image carries it as a label.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"

release=bookworm # the Debian release that has PostgreSQL 15 and Redis 7

main() {
    if [ "${1:-}" = --recipe ]; then
        recipe "$2"
        return
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    prepare_apt
    closure "$here/base/root.packages" > "$work/base.closure"
    build base 12
    local image
    for image; do
        build "${image%:*}" "${image#*:}"
    done
}

recipe() { # folder
    cat "$here"/{build.sh,omit,exclude} "$here"/{base,"$1"}/* | cksum | cut -d ' ' -f 1
}

build() { # folder tag
    local context=$work/$1 target=$stand_ins/$1:$2 list replaced
    mkdir "$context"
    cp -p "$here/$1"/* "$context"
    for list in "$context"/*.packages; do
        layer "$1" "$list" "${list%.packages}.tar"
    done
    replaced=$(docker image ls --quiet "$target")
    # The classic builder: every engine has it, and the client needs no plugin for it.
    DOCKER_BUILDKIT=0 docker build --force-rm --label "$recipe_label=$(recipe "$1")" --tag "$target" "$context"
    # shellcheck disable=SC2046,SC2086 # lists of ids
    remove_untagged $replaced $(docker image ls --quiet --filter dangling=true --filter "label=$recipe_label=stage")
}

# What a rebuild replaced, and build stages. An image that a container uses stays.
remove_untagged() { # id...
    local id
    for id; do
        [ -n "$(docker image inspect --format '{{join .RepoTags " "}}' "$id")" ] ||
            docker image rm "$id" || true
    done
}

# Unpacks packages and all that they depend on into one archive, less what the base has.
layer() { # folder list target
    local tree=$work/tree deb
    local -a packages
    rm -rf "$tree"
    # Debian's merged /usr. The packages of this release leave it to whoever installs them.
    mkdir -p "$tree"/usr/{bin,lib,lib64,sbin}
    ln -s usr/{bin,lib,lib64,sbin} "$tree"

    : > "$work/inherited"
    ! grep -q "^FROM $stand_ins/base" "$here/$1/Dockerfile" || cp "$work/base.closure" "$work/inherited"
    closure "$2" > "$work/closure"
    mapfile -t packages < <(entries "$2")
    private_apt install --download-only "${packages[@]}"
    while read -r deb; do
        dpkg-deb --fsys-tarfile "$work/debs/$deb" |
            tar -x -C "$tree" --keep-directory-symlink --exclude-from "$here/exclude"
    done < <(comm -23 "$work/closure" "$work/inherited")
    # The same packages give the same archive, so that the engine's build cache knows it again.
    tar -c -C "$tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -f "$3" .
}

# The file names of the packages in a list and of what they depend on, sorted.
closure() { # list
    local -a packages
    mapfile -t packages < <(entries "$1")
    pretend_installed "${packages[@]}"
    # apt names only what is not in its cache, so it is shown an empty one.
    private_apt -o Dir::Cache::archives="$work/empty" install --print-uris "${packages[@]}" |
        cut -d ' ' -f 2 | sort
}

# Writes apt's list of installed packages: the omitted ones, unless they are wanted.
pretend_installed() { # wanted package...
    local package architecture
    architecture=$(dpkg --print-architecture)
    entries "$here/omit" | while read -r package; do
        [[ " $* " == *" $package "* ]] ||
            printf '%s\n' "Package: $package" 'Status: install ok installed' 'Version: 99:0' \
                "Architecture: $architecture" 'Multi-Arch: allowed' 'Maintainer: nobody' \
                'Description: omitted' ''
    done > "$work/status"
}

private_apt() {
    apt-get --quiet=2 --no-install-recommends \
        -o Dir::State="$work/state" -o Dir::State::status="$work/status" \
        -o Dir::Cache="$work/cache" -o Dir::Cache::archives="$work/debs" \
        -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
        -o Acquire::Retries=3 -o APT::Update::Error-Mode=any \
        -o APT::Sandbox::User=root -o Debug::NoLocking=true "$@"
}

prepare_apt() {
    local mirror security=''
    mkdir -p "$work"/{state/lists,cache,debs,empty}/partial
    : > "$work/status"
    [ -n "${DEBIAN_MIRROR:-}" ] || security=$(machine_sources '[a-z]*-security' | head -n 1)
    # Another project's packages may be named after a Debian release, too: Debian's signature
    # tells which source is Debian's.
    for mirror in ${DEBIAN_MIRROR:-$(machine_sources '[a-z]*')}; do
        write_sources "$mirror" "$security" > "$work/sources.list"
        ! private_apt update || return 0
    done
    die "No package source of this machine has Debian's $release, which the stand-ins are made of. Elsewhere than on Debian, install debian-archive-keyring and set DEBIAN_MIRROR to the address of a mirror."
}

write_sources() { # mirror, mirror of the security updates
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=''
    [ ! -e "$keyring" ] || options=" [signed-by=$keyring]"
    echo "deb$options $1 $release main"
    [ -z "$2" ] || echo "deb$options $2 $release-security main"
}

# Where this machine gets its packages, from the configuration: the index may not be there yet.
machine_sources() { # pattern of releases
    apt-get update --print-uris | sed -n "s#^'\(.*\)/dists/$1/InRelease'.*#\1#p" | awk '!seen[$0]++'
}

main "$@"
