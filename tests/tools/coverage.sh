#!/bin/bash
# Coverage of lines and branches, by floor, of a build made with COV=1:
#
#	coverage.sh [-k] BUILDDIR COMMAND...	run these tests, then say
#	coverage.sh BUILDDIR			say what has been counted
#	coverage.sh -f FILE BUILDDIR		what of FILE was missed
#
# Prints each floor's share of lines run and of branches taken and the files
# with the most that were missed; -k keeps the counts of the runs before.
# Leaves in BUILDDIR
#
#	coverage.info	every line and branch with its count, as lcov has them
#	coverage.tsv	floor, lines, lines run, branches, branches taken
#	coverage/	annotated sources (index.html), if there is genhtml
#
# A branch is a direction that a condition can take, so that `a && b' has four.
# Those of assert() and of the macros of uthash do not count: the first must
# never be taken, the second are another's code.  Nothing else is left out.
set -eu -o pipefail
export LC_ALL=C

keep='' file=''
while getopts kf: o; do
	case $o in
	k)	keep=1 ;;
	f)	file=$OPTARG ;;
	*)	exit 2 ;;
	esac
done
shift $((OPTIND - 1))
build=$1
shift
here=$(dirname "$0")
floors="pmap vm sim workloads api"

if [ -n "$file" ]; then
	grep -qFx "SF:$file" "$build/coverage.info" || {
		echo "$file: no such file has been measured" >&2
		exit 1
	}
	awk -v file="$file" -f "$here/coverage-missed.awk" \
	    "$build/coverage.info" "$file"
	exit
fi

# Counts of an object that has been compiled again since are of no use.
stale() {
	find "$build" -name '*.gcda' | while read -r counts; do
		if [ -z "$keep" ] || [ "${counts%.gcda}.gcno" -nt "$counts" ]
		then
			rm -f "$counts"
		fi
	done
}

status=0
if [ $# -gt 0 ]; then
	stale
	"$here/run-tests.sh" -j "$(nproc)" "$@" || status=1
fi

# Also the objects of tests: some take in a source of a floor.
find "$build/obj" -name '*.gcno' |
    xargs gcov -b -c -t -r -s "$PWD" 2>"$build/gcov.err" |
    awk -v floors="$floors" -f "$here/coverage.awk" >"$build/coverage.info"
grep -v 'gcda:cannot open data file' "$build/gcov.err" >&2 || true

awk -v floors="$floors" -v tsv="$build/coverage.tsv" \
    -f "$here/coverage-table.awk" "$build/coverage.info"
if command -v genhtml >/dev/null && [ -s "$build/coverage.info" ]; then
	# Debian 12's lcov and perl disagree about warnings.
	genhtml -q --branch-coverage --output-directory "$build/coverage" \
	    "$build/coverage.info" 2> >(grep -v " redefined at " >&2)
	echo "annotated sources: $build/coverage/index.html"
fi
exit $status
