#!/bin/sh
# Instructions for one unit of work of some benchmarks, by callgrind.
#
# usage: bench-instructions.sh UVMSIM
#
# The work is done N times and 2N times; the difference is N times the work,
# without what comes before and after it.  The figures do not depend on how busy
# the machine is.  Targets are printed, not asserted.
set -eu

uvmsim=$1
n=20480
out=$(mktemp)
trap 'rm -f "$out"' EXIT

if ! command -v valgrind >/dev/null; then
	echo "bench-instructions: valgrind is not installed" >&2
	exit 1
fi

# count NAME TIMES: instructions of that loop in all
count() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
	    "$uvmsim" bench --loop "$2" "$1" >"$out" 2>&1 || {
		cat "$out" >&2
		exit 1
	}
	sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$out"
}

# each NAME: instructions for one
each() {
	once=$(count "$1" $n)
	twice=$(count "$1" $((2 * n)))
	echo $(((twice - once) / n))
}

row() {
	printf '%-28s %8s %8s\n' "$1" "$2" "$3"
}

row 'instructions' 'each' 'target'
fault=$(each fault-seq)
row 'zero-fill fault, in order' "$fault" 150
both=$(each cow)
row 'copy-on-write fault' $((both - fault)) -
row 'mmap and munmap of a page' "$(each mmap-1k)" -
row 'reference, 99 % hits in L1' "$(each refs-tlb)" 25
# Decoders have loops of 100 000 references each.
decoded() {
	once=$(count "$1" 2)
	twice=$(count "$1" 4)
	echo $(((twice - once) / 200000))
}
row 'a record of lackey, decoded' "$(decoded lackey)" 100
row 'a reference of uvt, decoded' "$(decoded uvt)" -
