#!/bin/bash
# Programs under valgrind's memcheck.
#
#	memcheck.sh PROGRAM [ARGUMENT...]
#	memcheck.sh -f BIN FOLDER	run.sh of that folder; BIN: the commands
#
# What has passed is kept (PROGRAM.memcheck; of a folder BIN/../FOLDER.memcheck),
# and is what it says next time if programs, data and this have not changed.
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

# The result of another day, if it still holds; else all that is said from here
# on goes into it. => only if there is none
keep() {		# file, what it must be newer than...
	kept=$1
	shift
	if [ -e "$kept" ] &&
	    [ -z "$(find "$top/tests/data" "$top"/tests/tools/memcheck.* "$@" \
	    -newer "$kept" -print -quit)" ]
	then
		cat "$kept"
		exit 0
	fi
	rm -f "$kept"
	exec 3>&1 >"$kept.new" 2>&1
}

finish() {		# status
	exec >&3 2>&1
	cat "$kept.new"
	if [ "$1" -eq 0 ]; then mv "$kept.new" "$kept"; else rm "$kept.new"; fi
	exit "$1"
}

if [ "${1-}" != -f ]; then
	keep "$1.memcheck" "$1"
	# shellcheck disable=SC2086
	valgrind $options "$@"
	status=$?
	# shellcheck disable=SC2086
	[ $status -eq 99 ] && valgrind $options --track-origins=yes "$@"
	finish $status
fi

# A folder: its script gets commands that are started under valgrind, each with
# a log of its own; what a test makes of their exit status does not matter.
bin=$(cd "$2" && pwd) || exit 1
keep "${bin%/*}/${3//\//-}.memcheck" "$bin" "$top/$3"
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
[ ! -s "$tmp/said" ] || status=99
finish $status
