#!/usr/bin/env bash
# Fetches a real database for the proofs of the reset: that of Zabbix, from its Debian package, with
# 173 tables, 226 foreign keys, triggers and 130,000 rows.
#
#   eval "$(eng/real-schema.sh)"
#
# prints the line by which the tests find it, also where it cannot be had: the line says why. Its
# licence, the GPL 2 or later, allows its use; it is in no commit and no package of this repository.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

package=zabbix-server-pgsql
folder=$root/artifacts/real-schema

main() {
    local obstacle=''
    open_log real-schema
    [ -e "$folder/data.sql.gz" ] || step "A real schema, from the package $package" provide
    printf 'export INTEGRATIONKIT_REAL_SCHEMA=%q\n' "${obstacle:-$folder}"
}

provide() {
    local work
    if ! installed apt-get dpkg-deb; then
        fail 'the package can be had on Debian and Ubuntu only'
        return
    fi
    work=$(mktemp -d)
    if (cd "$work" && { apt_download || { apt update && apt_download; }; }) && dpkg-deb -x "$work"/*.deb "$work/tree" &&
        mkdir -p "$folder" && cp "$work/tree/usr/share/$package"/{schema,images,data}.sql.gz "$folder"; then
        note=$folder
    else
        fail "the package $package could not be fetched or is another one"
    fi
    rm -rf "$work"
}

apt_download() { apt download -o APT::Sandbox::User=root "$package"; }

fail() { # reason
    mark=- note=$1 obstacle=$1
}

main "$@"
