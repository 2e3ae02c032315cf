# Shared by the scripts of this folder: one line per step for people, everything else in a log.
# shellcheck shell=bash

# shellcheck disable=SC2034 # the scripts use it
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
step='' note='' mark=✓

# Steps send both of their streams to the log; these are the script's own. Processes that may
# outlive the script are started without them: a caller that reads to their end would wait.
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

# Ends the script with an error message.
die() {
    step=
    say "✗ $*"
    exit 1
}

# Runs a command as a step. The command may set `note`, a few words about its result, and `mark`,
# which is a tick unless it sets another.
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

# set -e ends a script silently: show which step failed and the end of its output. After an exit
# within a step its redirections still apply.
explain_end() { # exit code
    exec >&4 2>&3
    [ "$1" != 0 ] && [ -n "$step" ] || return 0
    say "✗ $step"
    tail -n 20 "$log" | sed -n '/./s/^/    /p' >&3
    say "  Full log: $log"
}

# Prints the comment at the top of the script.
help() { sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"; }

# Prepares the engine, the images and the SDK. The library finds the images by what setup.sh prints.
set_up() {
    local settings
    settings=$("$root/eng/setup.sh")
    eval "$settings"
    command -v dotnet > /dev/null || die 'The .NET SDK is missing: install version 10 or later.'
}

# Starts further engines for the tests, which find them by what engines.sh prints.
set_up_engines() {
    local settings
    settings=$("$root/eng/engines.sh")
    eval "$settings"
}

# Build servers run on after the build.
dotnet() { DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 command dotnet "$@" 3>&- 4>&-; }

# The entries of a list, without comments.
entries() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }

# Runs a command with a limit in seconds, if the machine has the tool timeout.
bounded() { # seconds command...
    if command -v timeout > /dev/null; then timeout "$@"; else "${@:2}"; fi
}

installed() { # command...
    local command
    for command; do command -v "$command" > /dev/null || return 1; done
}

is_debian_or_ubuntu() { # or derived from them
    [ -r /etc/os-release ] && grep -qE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release
}

# A package may start a daemon.
apt() { DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 -o DPkg::Lock::Timeout=120 "$@" 3>&- 4>&-; }
apt_install() { apt install --yes --no-install-recommends "$@"; }
