#!/usr/bin/env bash
# Packs every package of the solution, with symbols, into artifacts/packages.
#
#   eng/pack.sh                         the version that Directory.Build.props names
#   eng/pack.sh --version 0.2.0-rc.1    another version
#   eng/pack.sh --output FOLDER         another folder
#
# Packages in the folder are removed first, so that it contains one version. Without these options
# and that removal, dotnet pack does the same.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

solution=IntegrationKit.sln
version='' output=$root/artifacts/packages

main() {
    while [ $# -gt 0 ]; do
        case $1 in
            --version) version=${2:-}; is_version "$version" || die "--version needs a version such as 0.2.0 or 0.2.0-rc.1, not '$version'."; shift ;;
            --output) output=${2:-}; [ -n "$output" ] || die '--output needs a folder.'; shift ;;
            -h | --help) help; return ;;
            *) die "Unknown option $1: eng/pack.sh takes --version, --output and --help." ;;
        esac
        shift
    done
    open_log pack
    command -v dotnet > /dev/null || die 'The .NET SDK is missing: install version 10 or later.'
    mkdir -p "$output" 2>> "$log" || die "The folder $output cannot be created."
    output=$(cd "$output" && pwd)
    cd "$root"
    step 'Remove earlier packages' find "$output" -maxdepth 1 \( -name 'IntegrationKit*.nupkg' -o -name 'IntegrationKit*.snupkg' \) -delete
    step 'Pack' dotnet pack "$solution" --configuration Release --nologo --verbosity minimal --output "$output" ${version:+"-p:Version=$version"}
    list_packages
}

is_version() { [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; }

list_packages() {
    local file
    echo "In $output:"
    for file in "$output"/IntegrationKit*.nupkg "$output"/IntegrationKit*.snupkg; do
        [ -f "$file" ] || die "No package was created: see $log."
        printf '%9d  %s\n' "$(wc -c < "$file")" "${file##*/}"
    done
}

main "$@"
