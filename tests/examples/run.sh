#!/bin/bash
# The examples of the library, as docs/library.md has them: run.sh UVMSIM
#
# Compiled with what pkg-config says of the build that UVMSIM is of, so that
# sanitizers see them as well, and run; they must print what the page shows.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$(dirname "$(realpath "${1:?usage: run.sh UVMSIM}")")

exec tests/tools/doctest.sh "$bin" docs/library.md
