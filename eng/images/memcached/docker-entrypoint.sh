#!/bin/sh
set -eu

# Arguments that are only options belong to memcached.
case ${1:-} in
    -*) set -- memcached "$@" ;;
esac

exec "$@"
