#!/usr/bin/env bash
# Pushes the packages in artifacts/packages to a feed. Without --push it only shows what it would do.
#
#   eng/publish.sh FEED                    checks that the feed exists, and lists the packages
#   eng/publish.sh FEED --push             pushes those that the feed does not have yet
#   eng/publish.sh FEED --packages FOLDER  takes the packages from another folder
#
# FEED is a folder, or the http(s) address of a feed's index.json. To a server only packages of the
# last commit of a clean tree are pushed, since a pushed version cannot be removed; the key of the
# feed is read from NUGET_API_KEY.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

feed='' push='' packages=$root/artifacts/packages

main() {
    while [ $# -gt 0 ]; do
        case $1 in
            --push) push=1 ;;
            --packages) packages=${2:-}; [ -d "$packages" ] || die "--packages needs a folder; '$packages' is not one."; shift ;;
            -h | --help) help; return ;;
            -*) die "Unknown option $1: eng/publish.sh takes a feed, --push, --packages and --help." ;;
            *) [ -z "$feed" ] || die "One feed at a time: '$feed' and '$1' were given."; feed=$1 ;;
        esac
        shift
    done
    [ -n "$feed" ] || die 'Which feed? eng/publish.sh FEED, a folder or the address of an index.json.'
    open_log publish
    find_packages
    step 'Feed' find_feed
    [ -z "$push" ] || ! is_server || check_release
    local file
    for file in "${files[@]}"; do
        if [ -n "$push" ]; then
            step "Push ${file##*/}" push_package "$file"
        else
            printf '%9d  %s\n' "$(wc -c < "$file")" "${file##*/}"
        fi
    done
    [ -n "$push" ] || echo "Nothing was pushed to $feed: use --push for that."
}

is_server() { [[ $feed =~ ^https?:// ]]; }

# A folder with several versions was not written by one run of pack.sh.
find_packages() {
    local versions
    files=("$packages"/IntegrationKit*.nupkg)
    [ -f "${files[0]}" ] || die "No packages in $packages: run eng/pack.sh first."
    versions=$(printf '%s\n' "${files[@]##*/}" | sed -E -e 's/^[A-Za-z.]+(V3)?\.([0-9]+\.)/\2/' -e 's/\.nupkg$//' | sort -u)
    [ "$(wc -l <<< "$versions")" = 1 ] || die "Several versions in $packages: $(xargs <<< "$versions"). Run eng/pack.sh again."
}

# An answer that is not a feed's index is an error.
find_feed() {
    if is_server; then
        command -v curl > /dev/null || die 'curl is missing: install it.'
        curl --fail --silent --show-error --location --max-time 30 "$feed" -o "$log.index" ||
            die "The feed $feed does not answer: $(tail -n 1 "$log")"
        grep -q PackagePublish "$log.index" || die "$feed is not a feed that packages can be pushed to: its index has no PackagePublish resource."
    else
        [ -d "$feed" ] || die "The feed $feed does not exist: create the folder, or give the http(s) address of a feed's index.json."
        [ -w "$feed" ] || die "The feed $feed cannot be written to."
    fi
    note=$feed
}

check_release() {
    local commit file
    [ -n "${NUGET_API_KEY:-}" ] || die 'NUGET_API_KEY is not set: it holds the key of the feed.'
    [ -z "$(git -C "$root" status --porcelain)" ] || die 'The tree has changes that are not committed: commit them, and run eng/pack.sh again.'
    command -v unzip > /dev/null || die 'unzip is missing: install it. It shows from which commit a package was made.'
    commit=$(git -C "$root" rev-parse HEAD)
    for file in "${files[@]}"; do
        unzip -p "$file" '*.nuspec' | grep -q "commit=\"$commit\"" || die "${file##*/} was not made from the last commit: run eng/pack.sh again."
    done
}

# To a server, the symbols in the same folder are pushed too.
push_package() { # file
    local key=''
    ! is_server || key=$NUGET_API_KEY
    dotnet nuget push "$1" --source "$feed" --skip-duplicate ${key:+--api-key "$key"}
}

main "$@"
