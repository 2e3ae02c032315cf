#!/usr/bin/env bash
# Prints the adapters' figures:
#
#   tests/XunitProjects/figures.sh [FILE]
#
# - the lines of the smallest working test, and of FILE between its documentation marks where one is given, such as
#   tests/Testcontainers.Xunit.Tests/PostgreSqlContainer.cs of testcontainers-dotnet;
# - the time from the end of one test's method to the beginning of the next one's, over 200 tests;
# - twenty classes of 25 tests with servers of their own, beside the same on shared ones: time and containers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

echo "Smallest test: $(grep -cvE '^ *$|^namespace' Sources/Engine/Smallest.cs) lines"
if [ $# = 1 ]; then
    shown=$(awk '/\[start:/ { on = 1; next } /\[end:/ { on = 0 } on' "$1" | grep -cvE '^ *$|Trait|^#|await OpenConnectionAsync\(\);')
    echo "$(basename "$1"): $shown lines"
fi

run() { # namespace
    if [ "$version" = V2 ]; then
        dotnet vstest "$program" --TestCaseFilter:"FullyQualifiedName~Scenarios.$1." > /dev/null
    else
        dotnet "$program" -namespace "Scenarios.$1" > /dev/null
    fi
}

export SCENARIO_JOURNAL
SCENARIO_JOURNAL=$(mktemp)
trap 'rm -f "$SCENARIO_JOURNAL"' EXIT
for version in V2 V3; do
    dotnet build "$version" --nologo --verbosity quiet > /dev/null
    program=$(dotnet msbuild "$version" -getProperty:TargetPath)
    : > "$SCENARIO_JOURNAL"
    run Timing
    grep median "$SCENARIO_JOURNAL" | sort | sed "s/^/$version, /"
done

for version in V2 V3; do
    program=$(dotnet msbuild "$version" -getProperty:TargetPath)
    for own in 0 1; do
        : > "$SCENARIO_JOURNAL"
        begin=${EPOCHREALTIME/[.,]/}
        SCENARIO_OWN_SERVERS=$own run Proof
        took=$(((${EPOCHREALTIME/[.,]/} - begin) / 100000))
        containers=$(awk '$1 == "postgres" || $1 == "redis" { print $2 }' "$SCENARIO_JOURNAL" | sort -u | wc -l)
        servers=shared
        [ "$own" = 0 ] || servers=own
        echo "$version, 20 classes of 25 tests, $servers servers: $((took / 10)).$((took % 10)) s, $containers containers"
    done
done
