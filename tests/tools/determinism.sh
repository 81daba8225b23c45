#!/bin/bash
# The same input gives the same bytes, whatever built the simulator:
# determinism.sh BUILDDIR OTHER...
#
# What bytes.sh makes with the commands of each build directory (output, JSON,
# events, cores and reports of every example script and recorded trace, generated
# references) is compared with that of the first.  portability.sh does the same
# with more of everything.
set -u
export LC_ALL=C

ref=$1
shift
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0 states=0

tests/tools/bytes.sh "$ref/bin" "$tmp/ref" || exit 1
for other in "$@"; do
	tests/tools/bytes.sh "$other/bin" "$tmp/other" || exit 1
	for input in "$tmp"/ref/*/*; do
		name=${input#"$tmp/ref/"}
		if diff -rq "$input" "$tmp/other/$name" >"$tmp/why" 2>&1; then
			passed=$((passed + 1))
			[ ! -e "$input/core" ] || states=$((states + 1))
		else
			failed=$((failed + 1))
			echo "$name: $ref and $other differ:"
			sed "s|$tmp/||g" "$tmp/why"
		fi
	done
done
if [ $((passed + failed)) -eq 0 ]; then
	echo "no inputs found"
	exit 1
fi
echo "TRUST states $states"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
