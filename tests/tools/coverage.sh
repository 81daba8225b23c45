#!/bin/bash
# Line coverage by floor: coverage.sh BUILDDIR COMMAND...
#
# Runs the test commands on an instrumented build (make COV=1), prints each
# floor's share of lines run and the files with the most lines not run, and
# leaves the annotated sources in BUILDDIR/coverage/index.html.
set -eu
export LC_ALL=C

build=$1
shift
here=$(dirname "$0")
find "$build" -name '*.gcda' -delete
"$here/run-tests.sh" -j "$(nproc)" "$@" | tail -n 1
# Debian 12's lcov and perl disagree about warnings.
exec 2> >(grep -v " redefined at " >&2)
lcov -q --capture --no-external --base-directory . --directory "$build/obj" \
    --output-file "$build/all.info"
lcov -q --remove "$build/all.info" '*/tests/*' \
    --output-file "$build/coverage.info"
genhtml -q --output-directory "$build/coverage" "$build/coverage.info"

awk -v top="$PWD/" '
/^SF:/	{ file = substr($0, 4); sub(top, "", file); floor = file
	  sub(/\/.*/, "", floor) }
/^LF:/	{ lines = substr($0, 4); all[floor] += lines; total += lines }
/^LH:/	{ n = substr($0, 4); hit[floor] += n; totalhit += n
	  if (lines > n) missed[file] = lines - n }
END {
	split("pmap vm sim workloads api", order, " ")
	printf "%-12s %8s %8s %7s\n", "floor", "lines", "run", "share"
	for (i = 1; i <= 5; i++)
		if (all[order[i]])
			printf "%-12s %8d %8d %6.1f%%\n", order[i], \
			    all[order[i]], hit[order[i]], \
			    100 * hit[order[i]] / all[order[i]]
	if (total)
		printf "%-12s %8d %8d %6.1f%%\n", "all", total, totalhit, \
		    100 * totalhit / total
	print "\nlines not run, by file:"
	for (file in missed)
		printf "%8d %s\n", missed[file], file | "sort -k1,1nr -k2 | head -n 15"
}' "$build/coverage.info"
echo
echo "annotated sources: $build/coverage/index.html"
