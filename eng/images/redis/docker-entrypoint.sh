#!/bin/sh
set -eu

# Arguments that are only options, or a configuration file, belong to redis-server.
case ${1:-} in
    -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ]; then
    # Data files are the server's own business.
    [ "$(umask)" != 0022 ] || umask 0077

    # A container is reached from outside of itself, so protected mode is off unless the
    # configuration file speaks of it. It stands first: a later option of the user's wins.
    shift
    case ${1:-} in
        -v | --version | -h | --help | --test-memory | --check-system) ;;
        *.conf)
            if ! grep -q '^[[:space:]]*protected-mode' "$1"; then
                config=$1
                shift
                set -- "$config" --protected-mode no "$@"
            fi
            ;;
        *) set -- --protected-mode no "$@" ;;
    esac
    set -- redis-server "$@"

    if [ "$(id -u)" = 0 ]; then
        find . \! -user redis -exec chown redis:redis '{}' +
        set -- setpriv --reuid=redis --regid=redis --clear-groups -- "$@"
    fi
fi

exec "$@"
