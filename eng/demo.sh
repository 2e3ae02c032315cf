#!/usr/bin/env bash
# Sets up and runs the sample: an order service against a real database, cache and payment mock.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sample=samples/OrderSample

case ${1:-} in
    '') ;;
    -h | --help) help; exit ;;
    *) die "Unknown option $1: eng/demo.sh has no options except --help." ;;
esac

cd "$root"
open_log demo
set_up
step 'Build the sample' dotnet build "$sample" --nologo --verbosity minimal
dotnet run --no-build --project "$sample"
