# Shared by the scripts of this folder: one line per step for people, everything else in a log.
# shellcheck shell=bash

# shellcheck disable=SC2034 # the scripts use it
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
step='' note='' mark=✓

# Steps send both of their streams to the log; these are the script's own. What may outlive the
# script is started without them: a caller that reads to their end would wait for it.
exec 3>&2 4>&1

# shellcheck disable=SC2034
stand_ins=integrationkit.local recipe_label=org.integrationkit.recipe

open_log() { # name
    log=$root/artifacts/logs/$1.log
    mkdir -p "${log%/*}"
    : > "$log"
    trap 'explain_end $?' EXIT
}

say() { printf '%s\n' "$*" >&3; }

# Ends the script with one sentence.
die() {
    step=
    say "✗ $*"
    exit 1
}

# Runs a command as a step. The command may leave a few words in `note`, and another `mark` than
# the tick of a step that is done.
step() { # title command...
    local title=$1 begin elapsed
    shift
    begin=$(milliseconds)
    step=$title note='' mark=✓
    [ ! -t 3 ] || printf '  %s ...\r' "$title" >&3
    printf '\n--- %s\n' "$title" >> "$log"
    "$@" >> "$log" 2>&1 < /dev/null
    step=
    elapsed=$(($(milliseconds) - begin))
    printf '%s %-66s %4d.%d s\n' "$mark" "$title${note:+: $note}" $((elapsed / 1000)) $((elapsed % 1000 / 100)) >&3
}

# Whole seconds where bash is older than 5.
milliseconds() {
    local now=${EPOCHREALTIME:-$SECONDS.000000}
    echo $((${now/[.,]/} / 1000))
}

# set -e ends a script without a word: say which step it was and what it said last. An exit
# within a step leaves its redirections in force.
explain_end() { # exit code
    exec >&4 2>&3
    [ "$1" != 0 ] && [ -n "$step" ] || return 0
    say "✗ $step"
    tail -n 20 "$log" | sed -n '/./s/^/    /p' >&3
    say "  All of it: $log"
}

# Prints the comment at the head of the script.
help() { sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"; }

# The engine, the images, and the SDK. What setup.sh prints leads the library to the images.
set_up() {
    local settings
    settings=$("$root/eng/setup.sh")
    eval "$settings"
    command -v dotnet > /dev/null || die 'The .NET SDK is missing: install version 10 or later.'
}

# Build servers outlive the build.
dotnet() { DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 command dotnet "$@" 3>&- 4>&-; }

# The entries of a list, without comments.
entries() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }

# Runs a command for so many seconds at most, where the machine has the tool for it.
bounded() { # seconds command...
    if command -v timeout > /dev/null; then timeout "$@"; else "${@:2}"; fi
}
