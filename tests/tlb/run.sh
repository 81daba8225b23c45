#!/bin/bash
# A model of TLBs changes nothing but its own counters and the clock:
# tests/tlb/run.sh UVMSIM
#
# Every example is run without a model and with every preset there is; the output
# and the statistics must be the same but for tlb_* and the clock.  Under
# sanitizers each example meets a fourth of the presets, in turn.
set -u
export LC_ALL=C

uvmsim=${1:?usage: run.sh UVMSIM}
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=0

presets=$(sed -n 's/^	\.name = "\(.*\)",$/\1/p' pmap/tlb_preset.c)
if [ "$(echo "$presets" | wc -l)" -lt 18 ]; then
	echo "run.sh: found no presets in pmap/tlb_preset.c" >&2
	exit 1
fi

# Options, output file: what the run says, without what may differ.
run() {
	local out=$1 script=$2 status

	shift 2
	"$uvmsim" run "$@" "$script" >"$tmp/text" 2>"$tmp/err"
	status=$?
	"$uvmsim" run --json "$@" "$script" >"$tmp/json" 2>>"$tmp/err"
	{
		echo "status $status $?"
		sed 's/"clock":[0-9]*//; s/"tlb_[a-z0-9_]*":[0-9]*,*//g
		    s/clock [0-9.]* s/clock/g' "$tmp/json" "$tmp/text"
		cat "$tmp/err"
	} >"$out"
}

fewer=1 turn=0
case $uvmsim in *-asan/*) fewer=4 ;; esac

tried=0
for script in workloads/examples/*.uvm tests/tlb/*.uvm; do
	# Those that are about TLBs say so.
	grep -v '^#' "$script" | grep -q tlb && continue
	# Explanations tell what the TLB did, and what it cost.
	sed '/^explain/d' "$script" >"$tmp/script"
	run "$tmp/without" "$tmp/script"
	for preset in $presets none:walk=1000000; do
		turn=$((turn + 1))
		[ $((turn % fewer)) -eq 0 ] || continue
		run "$tmp/with" "$tmp/script" --machine "tlb=$preset"
		grep -q '"tlb_l1d_misses":[1-9]' "$tmp/json" &&
		    tried=$((tried + 1))
		if ! cmp -s "$tmp/without" "$tmp/with"; then
			echo "$script: not the same with tlb=$preset:"
			diff "$tmp/without" "$tmp/with" | head -5 | cut -c1-200
			bad=1
		fi
	done
done
if [ "$tried" -lt $((100 / fewer)) ]; then
	echo "run.sh: only $tried runs had a TLB miss"
	bad=1
fi
exit "$bad"
