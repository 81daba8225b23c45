#!/bin/bash
# The same input gives the same bytes, whatever built the simulator:
# determinism.sh BUILDDIR OTHER...
#
# Runs every example script and every trace with the command of each build
# directory and compares output, JSON, events, core and report with those of the
# first; then generated references.
set -u
export LC_ALL=C

ref=$1
shift
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# Everything one input produces, in directory $3.
produce() {		# build, input, directory
	local uvmsim=$1/bin/uvmsim how=(run) snaps

	mkdir -p "$3"
	if [[ $2 != *.uvm ]]; then
		how=(replay --no-host-files)
		for snaps in "${2%.strace*}".snaps{,.xz}; do
			[ -e "$snaps" ] && how+=(--snaps "$snaps")
		done
	fi
	"$uvmsim" "${how[@]}" --core "$3/core" --events "$3/events" "$2" \
	    >"$3/out" 2>"$3/err"
	echo "$?" >"$3/status"
	"$uvmsim" "${how[@]}" --json "$2" >"$3/json" 2>&1
	"$uvmsim" report -q -o "$3/report.html" "$2" >"$3/report.err" 2>&1
}

shopt -s nullglob
for input in workloads/examples/*.uvm tests/data/traces/*.strace{,.xz}; do
	rm -rf "$tmp/ref"
	produce "$ref" "$input" "$tmp/ref"
	for other in "$@"; do
		rm -rf "$tmp/other"
		produce "$other" "$input" "$tmp/other"
		if ! diff -rq "$tmp/ref" "$tmp/other" >"$tmp/why"; then
			failed=$((failed + 1))
			echo "$input: $ref and $other differ:"
			sed "s|$tmp/||g" "$tmp/why"
		else
			passed=$((passed + 1))
		fi
	done
done

# Generated references, some of each kind.
generated() {		# build
	local name

	for name in $("$1/bin/uvmsim" generate --list |
	    sed -n 's/^\([a-z]*\) .*/\1/p'); do
		"$1/bin/uvmsim" generate "$name" -n 20000 -o - --to uvt ||
		    echo "$name"
	done
}
generated "$ref" >"$tmp/ref.gen" 2>&1
for other in "$@"; do
	generated "$other" >"$tmp/other.gen" 2>&1
	if cmp -s "$tmp/ref.gen" "$tmp/other.gen"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "generated references: $ref and $other differ"
	fi
done
if [ $((passed + failed)) -eq 0 ]; then
	echo "no inputs found"
	exit 1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
