#!/usr/bin/env bash
# Prepares the data directory on the first start, then becomes the server.
#
# Not set -u: init scripts without the executable bit run in this shell, and they may use
# variables that are not set.
set -eo pipefail

die() {
    printf '%s\n' "$@" >&2
    exit 1
}

# NAME, or the content of the file that NAME_FILE points to, or the default.
setting() {
    local name=$1 value=$2 file=${1}_FILE
    if [ -n "${!name}" ] && [ -n "${!file}" ]; then
        die "Error: $name and $file are both set; set one of them."
    fi
    if [ -n "${!file}" ]; then
        value=$(< "${!file}")
    elif [ -n "${!name}" ]; then
        value=${!name}
    fi
    export "$name=$value"
    unset "$file"
}

make_directories() {
    local directory
    for directory in "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}; do
        mkdir -p "$directory"
        chmod 700 "$directory" || true
        [ "$(id -u)" != 0 ] || find "$directory" \! -user postgres -exec chown postgres:postgres '{}' +
    done
    # A mount may have replaced the image's own.
    mkdir -p /var/run/postgresql
    [ "$(id -u)" != 0 ] || chown postgres:postgres /var/run/postgresql
}

require_password() {
    [ -n "$POSTGRES_PASSWORD" ] || [ "$POSTGRES_HOST_AUTH_METHOD" = trust ] || die \
        'Error: the database is not initialised and POSTGRES_PASSWORD is not set.' \
        '       Set POSTGRES_PASSWORD to a password for the superuser, for example' \
        '       "-e POSTGRES_PASSWORD=secret" on "docker run", or let everybody in' \
        '       without one by POSTGRES_HOST_AUTH_METHOD=trust.'
}

init_cluster() {
    # eval, since POSTGRES_INITDB_ARGS may quote values that contain spaces.
    eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD")' \
        '${POSTGRES_INITDB_WALDIR:+--waldir="$POSTGRES_INITDB_WALDIR"}' "$POSTGRES_INITDB_ARGS"
}

allow_hosts() {
    local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}
    printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
}

# A server for the init scripts only: on the unix socket, so that nobody outside takes it
# for the finished one.
start_temporary_server() {
    local options
    printf -v options '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}"
    pg_ctl -D "$PGDATA" -o "$options" -w start
}

stop_temporary_server() {
    pg_ctl -D "$PGDATA" -m fast -w stop
}

run_sql() {
    PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
        --no-password --no-psqlrc "$@"
}

create_database() {
    [ "$POSTGRES_DB" != postgres ] || return 0
    # shellcheck disable=SC2016 # :"name" is psql's
    run_sql --dbname postgres --set name="$POSTGRES_DB" <<< 'CREATE DATABASE :"name";'
}

run_init_scripts() {
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sh)
                if [ -x "$file" ]; then
                    echo "$0: running $file"
                    "$file"
                else
                    echo "$0: sourcing $file"
                    # shellcheck source=/dev/null
                    . "$file"
                fi
                ;;
            *.sql)
                echo "$0: running $file"
                run_sql --dbname "$POSTGRES_DB" --file "$file"
                ;;
            *.sql.gz)
                echo "$0: running $file"
                gunzip -c "$file" | run_sql --dbname "$POSTGRES_DB"
                ;;
            '/docker-entrypoint-initdb.d/*') ;;
            *) echo "$0: ignoring $file" ;;
        esac
    done
}

initialise() {
    # Readable before anything long starts, so that a mistake shows at once.
    ls /docker-entrypoint-initdb.d/ > /dev/null
    require_password
    init_cluster
    allow_hosts "$@"
    export PGPASSWORD="$POSTGRES_PASSWORD"
    start_temporary_server "$@"
    create_database
    run_init_scripts
    stop_temporary_server
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

only_asks() {
    local argument
    for argument; do
        case $argument in
            -'?' | --help | --describe-config | -V | --version) return 0 ;;
        esac
    done
    return 1
}

main() {
    case $1 in
        -*) set -- postgres "$@" ;;
    esac

    if [ "$1" = postgres ] && ! only_asks "$@"; then
        make_directories
        if [ "$(id -u)" = 0 ]; then
            exec setpriv --reuid=postgres --regid=postgres --init-groups -- "${BASH_SOURCE[0]}" "$@"
        fi
        if [ -s "$PGDATA/PG_VERSION" ]; then
            printf '\nPostgreSQL Database directory appears to contain a database; skipping initialization.\n\n'
        else
            setting POSTGRES_PASSWORD
            setting POSTGRES_USER postgres
            setting POSTGRES_DB "$POSTGRES_USER"
            setting POSTGRES_INITDB_ARGS
            initialise "${@:2}"
        fi
    fi

    exec "$@"
}

main "$@"
