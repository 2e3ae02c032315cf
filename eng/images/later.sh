#!/usr/bin/env bash
# Builds stand-ins for the PostgreSQL images that the suite of the other stand-ins does not have:
#
#   eng/images/later.sh 17 18
#
# makes integrationkit.local/postgres:17 and :18 from Debian's later suites, for the long proofs. It
# needs root, debootstrap and an engine, and takes a minute or two for each. Images that are there are kept.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"

main() {
    local major
    work=$(mktemp -d)
    trap 'rm -rf --one-file-system "$work"' EXIT
    for major; do
        docker image inspect "$stand_ins/postgres:$major" > /dev/null 2>&1 || build "$major"
    done
}

build() { # major
    local suite=trixie context=$work/$1
    [ "$1" -lt 18 ] || suite=sid
    mkdir "$context"
    bootstrap "$suite" "$1" "$context/debian"
    cp "$here/postgres/docker-entrypoint.sh" "$context"
    tar -c -C "$context/debian" --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' -f "$context/root.tar" .
    rm -rf --one-file-system "$context/debian"
    recipe "$1" > "$context/Dockerfile"
    DOCKER_BUILDKIT=0 docker build --force-rm --tag "$stand_ins/postgres:$1" "$context"
    rm -rf "$context"
}

bootstrap() { # suite major folder
    local mirror
    for mirror in ${DEBIAN_MIRROR:-$(apt-get update --print-uris | sed -n "s#^'\(.*\)/dists/[a-z]*/InRelease'.*#\1#p" | awk '!seen[$0]++')}; do
        rm -rf --one-file-system "$3"
        if debootstrap --variant=minbase --include="postgresql-$2,locales" "$1" "$3" "$mirror"; then
            chroot "$3" localedef --no-archive -i en_US -f UTF-8 en_US.UTF-8
            rm -rf "$3"/var/lib/postgresql/* "$3"/etc/postgresql/* "$3"/var/cache/apt/archives/*.deb "$3"/var/lib/apt/lists/*
            return 0
        fi
    done
    die "No package source of this machine has PostgreSQL $2 in Debian's $1."
}

# Source: the official image's Dockerfile; from 18 on, its volume is the folder above the data.
recipe() { # major
    local data=/var/lib/postgresql/data volume=/var/lib/postgresql/data
    [ "$1" -lt 18 ] || { data=/var/lib/postgresql/$1/docker volume=/var/lib/postgresql; }
    cat << DOCKERFILE
FROM scratch
ADD root.tar /
ENV LANG=en_US.utf8 PG_MAJOR=$1 PGDATA=$data \\
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$1/bin
RUN mkdir -p /docker-entrypoint-initdb.d "\$PGDATA" /var/run/postgresql \\
 && chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql \\
 && chmod 1777 "\$PGDATA" && chmod 3777 /var/run/postgresql \\
 && sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" /usr/share/postgresql/$1/postgresql.conf.sample
COPY docker-entrypoint.sh /usr/local/bin/
VOLUME $volume
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
DOCKERFILE
}

main "$@"
