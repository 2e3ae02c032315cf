#!/usr/bin/env bash
# Sets up, builds, and runs every test of the solution.
#
#   eng/test.sh          repeats faults and mutations a few times, within 15 minutes
#   eng/test.sh --long   repeats them in full, also on further engines and, for the proofs of the reset,
#                        on later PostgreSQLs and a real schema, where it can set them up
#
# The last line is the result: "N passed, N failed", and ", N skipped" where some were. Anything
# that keeps tests from running or from reporting counts as failed. The exit code is 0 only if
# nothing failed. Results go to artifacts/test-results, all other output to artifacts/logs/test.log.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

solution=IntegrationKit.sln
results=artifacts/test-results
hang_timeout=5m
passed=0 failed=0 skipped=0

main() {
    case ${1:-} in
        '') ;;
        --long) export INTEGRATIONKIT_LONG=1; hang_timeout=30m ;;
        -h | --help) help; return ;;
        *) die "Unknown option $1: eng/test.sh takes --long and --help." ;;
    esac
    cd "$root"
    open_log test
    trap 'close $?' EXIT
    trap 'exit 130' INT # Ctrl+C ends dotnet only, and bash would go on with the next project
    rm -rf "$results"
    mkdir -p "$results"

    set_up
    [ -z "${INTEGRATIONKIT_LONG:-}" ] || set_up_long
    step 'Build' dotnet build "$solution" --nologo --verbosity minimal
    step 'Test projects' find_test_projects
    local project
    for project in $projects; do
        run_tests "$project"
    done
    [ -z "${INTEGRATIONKIT_LONG:-}" ] || prove_resets
    step 'Nothing left on the engine' find_leftovers
    [ "$mark" = ✓ ] || say "$leftovers"
    print_slowest
    [ "$failed" = 0 ]
}

set_up_long() {
    local settings
    set_up_engines
    settings=$(eng/real-schema.sh)
    eval "$settings"
}

# The proofs of the reset have run on PostgreSQL 15 with the other tests.
prove_resets() {
    local major
    for major in 17 18; do
        step "PostgreSQL $major" provide_postgres "$major"
        [ "$mark" = ✓ ] || continue
        step "Proofs of the reset on PostgreSQL $major" prove_reset "$major" "reset-$major"
        [ "$mark" = ✓ ] || show_failures "$results/reset-$major.log" >&3
    done
}

prove_reset() { # major name
    local results_file=$results/$2 status=0 programs=(tests/IntegrationKit.EngineTests/bin/*/*/IntegrationKit.EngineTests)
    PROOF_IMAGE=postgres:$1 bounded 1800 "${programs[0]}" -noColor -namespace IntegrationKit.EngineTests.Reset -trx "$results_file.trx" > "$results_file.log" 2>&1 || status=$?
    cat "$results_file.log"
    count "$2" "$status"
}

# Other images than the stand-ins are pulled when they are used.
provide_postgres() { # major
    [ "${INTEGRATIONKIT_IMAGE_PREFIX:-}" = "$stand_ins" ] || return 0
    "$root/eng/images/later.sh" "$1" || mark=- note='not available: see the log'
}

find_test_projects() {
    local project is_test
    projects=''
    while read -r project; do
        is_test=$(dotnet msbuild "$project" -getProperty:IsTestProject)
        [ "$is_test" != true ] || projects+=" $project"
    done < <(dotnet sln "$solution" list | tr -d '\r' | grep 'proj$')
    [ -n "$projects" ] || die "$solution has no test project."
    note=$(wc -w <<< "$projects" | tr -d ' ')
}

run_tests() { # project
    local name
    name=$(basename "$1")
    name=${name%.*proj}
    step "$name" test_project "$1" "$name"
    [ "$mark" = ✓ ] || show_failures "$results/$name.log" >&3
}

# Failures with their messages, without what the runner repeats or says about itself.
show_failures() { # console log
    { grep -vE -e '^(Test run for|A total of|Results File|Passed!|Failed!|Data collector .Blame. message: All)' \
        -e '^\[xUnit.*\[(FAIL|SKIP)\]' -e '^ +at (System|Xunit|Microsoft)\.' -e '^-+ (Inner S|End of s)tack' -e '^ *$' "$1" || true; } |
        cut -c 1-300 | sed -n -e 's/^/    /' -e 1,80p
}

test_project() { # project name
    local results_file=$results/$2 status=0
    dotnet test "$1" --no-build --nologo --results-directory "$results" \
        --logger 'console;verbosity=minimal' --logger "trx;LogFileName=$2.trx" \
        --blame-hang-timeout "$hang_timeout" --blame-hang-dump-type none \
        > "$results_file.log" 2>&1 || status=$?
    cat "$results_file.log"
    [ "$status" = 0 ] || end_hanging "$2"
    count "$2" "$status"
}

# Adds the results of a run to the sums.
count() { # name exit code
    local results_file=$results/$1 status=$2 p f s
    touch "$results_file.trx"
    awk -f eng/trx.awk "$results_file.trx" > "$results_file.tsv"
    read -r p f s <<< "$(awk -F '\t' '{ n[$1]++ } END { print n["passed"] + 0, n["failed"] + 0, n["skipped"] + 0 }' "$results_file.tsv")"
    note="$p passed, $f failed, $s skipped"
    if [ $((p + f + s)) = 0 ]; then
        f=1 note='no test ran'
    elif [ "$status" != 0 ] && { [ "$f" = 0 ] || grep -qE '^Test Run Aborted|Catastrophic failure:' "$results_file.log"; }; then
        f=$((f + 1)) note+=', and the run ended early'
    fi
    [ "$f" = 0 ] || mark=✗
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# Where a test process hangs, the runner ends without it. It is found by its process group, which
# is that of this script, and by its program.
end_hanging() { # name
    local group pid
    command -v ps > /dev/null || return 0
    group=$(ps -o pgid= -p $$ | tr -d ' ')
    for pid in $(ps -A -o pid= -o pgid= -o args= |
        awk -v group="$group" -v program="/$1" '$2 == group && substr($3, length($3) - length(program) + 1) == program { print $1 }'); do
        echo "Ending process $pid, which the run of $1 left behind."
        kill -KILL "$pid" || true
    done
}

# What the library created and did not remove. A session whose process is running is another run's;
# a watchdog may need a moment.
find_leftovers() {
    local try
    for ((try = 0; try < 50; try++)); do
        leftovers=$(list_leftovers)
        [ -n "$leftovers" ] || return 0
        sleep 0.2
    done
    mark=✗ note='something was left'
    failed=$((failed + 1))
    echo "$leftovers"
}

list_leftovers() {
    local filter=label=org.integrationkit.session owner='{{.Label "org.integrationkit.owner-pid"}}' kind name pid
    {
        docker ps --all --filter "$filter" --format "container {{.Names}} $owner"
        docker network ls --filter "$filter" --format "network {{.Name}} $owner"
        docker volume ls --filter "$filter" --format "volume {{.Name}} $owner"
    } | while read -r kind name pid; do
        { [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null; } || echo "    $kind $name"
    done
}

print_slowest() {
    echo 'The slowest tests:'
    sed '/^skipped/d' "$results"/*.tsv | sort -t "$(printf '\t')" -k 2,2nr |
        awk -F '\t' 'NR <= 10 { printf "%9.2f s  %s\n", $2, $3 }'
}

# The last line is right even where the script itself failed.
close() { # exit code
    explain_end "$1"
    [ "$1" = 0 ] || [ "$failed" != 0 ] || failed=1
    [ "$skipped" = 0 ] || skipped_too=", $skipped skipped"
    echo "$passed passed, $failed failed${skipped_too:-}"
}

main "$@"
