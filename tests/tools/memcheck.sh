#!/bin/bash
# Programs under valgrind's memcheck.
#
#	memcheck.sh PROGRAM [ARGUMENT...]
#	memcheck.sh -f BIN FOLDER	run.sh of that folder; BIN: the commands
#
# Exits with 99 if memcheck had anything to say: an access outside a block or
# to one that is free, an item of a slab used after it was given back, a
# decision or a system call that depends on what nobody wrote, a block that
# nothing points to at the end.  Otherwise with the status of the program.
#
# To know where such a value came from takes twice the time, so that is asked
# in a second run, of a program that failed.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
options="-q --tool=memcheck --error-exitcode=99 --leak-check=full
    --show-leak-kinds=definite --errors-for-leak-kinds=definite
    --num-callers=20
    --suppressions=$top/tests/tools/memcheck.supp"

if [ "${1-}" != -f ]; then
	# shellcheck disable=SC2086
	valgrind $options "$@"
	status=$?
	# shellcheck disable=SC2086
	[ $status -eq 99 ] && valgrind $options --track-origins=yes "$@"
	exit $status
fi

# A folder: its script gets commands that are started under valgrind, each with
# a log of its own; what a test makes of their exit status does not matter.
bin=$(cd "$2" && pwd) || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin-asan" "$tmp/logs"	# scripts take it for a slow one
for program in "$bin"/*; do
	wrapper=$tmp/bin-asan/${program##*/}
	printf '#!/bin/sh\nexec valgrind %s --log-file=%s/logs/%%p %s "$@"\n' \
	    "${options//$'\n'/ }" "$tmp" "$program" >"$wrapper"
	chmod +x "$wrapper"
done
"$top/$3/run.sh" "$tmp/bin-asan/uvmsim"
status=$?
runs=$(find "$tmp/logs" -type f | wc -l)
find "$tmp/logs" -type f -size +0 -exec cat {} + >"$tmp/said"
head -200 "$tmp/said"
echo "$runs programs under valgrind"
[ ! -s "$tmp/said" ] || exit 99
exit $status
