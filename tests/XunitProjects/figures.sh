#!/usr/bin/env bash
# Prints the adapters' figures:
#
#   tests/XunitProjects/figures.sh [FILE]
#
# - the lines of the smallest working test, and of FILE between its documentation marks where one is given, such as
#   tests/Testcontainers.Xunit.Tests/PostgreSqlContainer.cs of testcontainers-dotnet;
# - the time from the end of one test's method to the beginning of the next one's, over 200 tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

echo "Smallest test: $(grep -cvE '^ *$|^namespace' Sources/Engine/Smallest.cs) lines"
if [ $# = 1 ]; then
    shown=$(awk '/\[start:/ { on = 1; next } /\[end:/ { on = 0 } on' "$1" | grep -cvE '^ *$|Trait|^#|await OpenConnectionAsync\(\);')
    echo "$(basename "$1"): $shown lines"
fi

export SCENARIO_JOURNAL
SCENARIO_JOURNAL=$(mktemp)
trap 'rm -f "$SCENARIO_JOURNAL"' EXIT
for version in V2 V3; do
    dotnet build "$version" --nologo --verbosity quiet > /dev/null
    program=$(dotnet msbuild "$version" -getProperty:TargetPath)
    : > "$SCENARIO_JOURNAL"
    if [ "$version" = V2 ]; then
        dotnet vstest "$program" --TestCaseFilter:FullyQualifiedName~Scenarios.Timing. > /dev/null
    else
        dotnet "$program" -namespace Scenarios.Timing > /dev/null
    fi
    grep median "$SCENARIO_JOURNAL" | sort | sed "s/^/$version, /"
done
