#!/bin/bash
# Run tests: run-tests.sh [-v] [-j JOBS] [-T FILE] COMMAND...
#
# Each argument is one shell command, run from the top of the tree; it passes
# when it exits with 0.  Says nothing about a test that passes.  A failure
# prints the test's output and the command that reproduces it.  The last line
# is "N passed, M failed"; the exit status is 1 if any failed.
#
# A program that holds many tests counts as many: cmocka's summary, or a last
# line "N passed, M failed" of the test's own, is added up.
#
# What a test has done it says in lines "TRUST key number [kind]", whole numbers
# and, if there is more than one kind of it, one word:
#
#	inputs		inputs, calls or files that were tried
#	faults		failures that were injected
#	operations	operations that were performed
#	states		whole states that were compared with another one
#	compared	single results that were compared with another one
#	platforms	builds whose output was the same
#
# They are added to FILE, of the tests that pass, as lines "TEST key number kind"
# where TEST is the program or folder (unit/vm/test_map, scripts); "-" for no
# kind.  A line beginning with TRUST that is none of these makes its test fail.
set -u

jobs=2 verbose='' facts=''
while getopts vj:T: o; do
	case $o in
	v)	verbose=1 ;;
	j)	jobs=$OPTARG ;;
	T)	facts=$OPTARG ;;
	*)	exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ -z "$facts" ] || : >>"$facts" || exit 2

tmp=$(mktemp -d) || exit 1
cleanup() {
	trap - INT TERM
	# shellcheck disable=SC2046
	kill $(jobs -p) 2>/dev/null
	rm -rf "$tmp"
}
trap 'cleanup; exit 130' INT TERM
trap 'rm -rf "$tmp"' EXIT

run_one() {		# number, command
	local start=$SECONDS

	timeout -k 5 "${TEST_TIMEOUT:-240}" bash -c "$2" \
	    >"$tmp/$1.log" 2>&1 </dev/null
	echo "$? $((SECONDS - start))" >"$tmp/$1.status"
}

# Counts of one log: passed and failed, 0 0 when it has none.
counts() {
	awk '
	/^\[  PASSED  \] [0-9]+ test/	{ p += $4 }
	/^\[  FAILED  \] [0-9]+ test/	{ f += $4 }
	/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 }
	END { print p + 0, f + 0 }' "$1"
}

# The facts of one log, under the name of the command that told them.
facts() {
	awk -v command="$2" '
	BEGIN {
		name = command
		sub(/[ \t].*/, "", name)
		sub(/^.*\/tests\//, "", name)	# BUILD/tests/unit/...
		sub(/\/run\.sh$/, "", name)
	}
	/^TRUST( |$)/ {
		kind = NF == 3 ? "-" : $4
		if (NF < 3 || NF > 4 || $3 !~ /^[0-9]+$/ || $2 !~ \
		    /^(inputs|faults|operations|states|compared|platforms)$/ ||
		    kind !~ /^(-|[a-z][a-z0-9-]*)$/) {
			print "not a fact: " $0 >"/dev/stderr"
			bad = 1
		} else
			sum[$2, kind] += $3
	}
	END {
		for (key in sum) {
			split(key, part, SUBSEP)
			printf "%s %s %.0f %s\n", name, part[1], sum[key], \
			    part[2] | "sort"
		}
		close("sort")
		exit bad
	}' "$1"
}

# The beginning and the end of a long output.
excerpt() {
	awk '{ line[NR] = $0 }
	END {
		for (i = 1; i <= NR; i++)
			if (i <= 25 || i > NR - 15)
				print line[i]
			else if (i == 26)
				print "[" NR - 40 " lines left out]"
	}'
}

n=0
for command in "$@"; do
	n=$((n + 1))
	while [ "$(jobs -pr | wc -l)" -ge "$jobs" ]; do
		wait -n
	done
	run_one $n "$command" &
done
wait

passed=0 failed=0 n=0
for command in "$@"; do
	n=$((n + 1))
	read -r status seconds <"$tmp/$n.status"
	read -r p f < <(counts "$tmp/$n.log")
	facts "$tmp/$n.log" "$command" >"$tmp/facts" 2>"$tmp/bad" || status=1
	cat "$tmp/bad" >>"$tmp/$n.log"
	if [ "$status" -eq 0 ]; then
		[ "$p" -eq 0 ] && p=1
		[ -z "$facts" ] || cat "$tmp/facts" >>"$facts"
		[ -n "$verbose" ] && printf 'ok %4d s  %s\n' "$seconds" \
		    "$command"
	else
		[ "$f" -eq 0 ] && f=1
		echo "FAILED ($([ "$status" -eq 124 ] && echo "timeout" ||
		    echo "exit $status")): $command"
		grep -v '^\[ *\(RUN\|OK\|=*\|PASSED\) *\]' "$tmp/$n.log" |
		    excerpt | sed 's/^/	/'
		echo "	reproduce: $command"
	fi
	passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
