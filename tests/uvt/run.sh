#!/bin/bash
# Our own traces: parts of them, appending, what is said of them, and the way
# through every other format and back: run.sh UVMSIM
#
# The numbers of tests/data/lackey, which other programs counted, must hold for
# what has been through formats that keep less, as far as they keep it.
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"
record=$top/tests/data/record

for golden in "$data"/*.golden.json; do
	name=$(basename "$golden" .lackey.golden.json)
	"$uvmsim" convert -q "$data/$name.lackey.xz" "$name.uvt" ||
	    bad "$name to uvt"
done
refs() { "$uvmsim" convert --to lackey "$@" - | grep -v '^=='; }

# --------------------------------------------------------------- chains ----

# counted TRACE OPTION...: misses and dirty evictions, as golden() has them
counted() {
	"$uvmsim" count -q --json --policy lru,fifo,opt \
	    --frames 16,64,256,1024 "$@" | sed 's/},/}\n/g; s/\[{/\n{/' |
	    tr -d '"{}' | tr ':' ' ' | awk -F, '/^policy/ {
		split($1, p, " ")
		split($2, f, " ")
		for (i = 3; i <= NF; i++)
			if ($i ~ /^(misses|dirty_evictions)/)
				print p[2], f[2], $i }' | sed 's/[] ]*$//' |
	    grep -v '^opt .*dirty' | sort -u
}

# chain NAME STREAM PATTERN FORMAT...: from uvt into each of these and, at last,
# into uvt; then the lines of the golden numbers that the pattern leaves hold
chain() {
	local name=$1 stream=$2 pattern=$3 at=$1.uvt format n=0

	shift 3
	for format in "$@" uvt; do
		n=$((n + 1))
		"$uvmsim" convert -q "$at" "$n.$format" ||
		    bad "$name: $at to $format"
		[ $n -eq 1 ] || rm -f "$at"
		at=$n.$format
	done
	golden "$data/$name.lackey.golden.json" "$stream" |
	    grep -E "$pattern" | grep -v ^trace >want
	[ "$stream" = all ] && set -- "$at" || set -- "$at" --data-only
	counted "$@" | grep -E "$pattern" >got
	check "$name: $stream, $pattern" cmp -s want got
	[ -s want ] || bad "$name: no golden numbers"
	rm -f "$at"
}
for golden in "$data"/*.golden.json; do
	name=$(basename "$golden" .lackey.golden.json)
	# One trace has all that a sanitizer could find.
	[ -z "$slow" ] || [ "$name" = ls ] || continue
	chain "$name" data . pinatrace uvt.zst course.gz uvt.gz pinatrace.zst
	[ "$name" = ls ] && xz=xz || xz=zst # which is slow, once
	chain "$name" all . lackey "uvt.$xz" champsim.zst lackey.gz
	chain "$name" all misses hex.zst uvt hex
done

# --------------------------------------------------------------- slices ----

refs ls.uvt >ls.refs
lines=$(wc -l <ls.refs)
# slice SKIP UNTIL: the same lines, from the index, from text, from compressed
slice() {
	tail -n +$(($1 + 1)) ls.refs | head -n "$2" >want
	for file in ls.uvt ls.uvt.zst "$data/ls.lackey.xz"; do
		refs --skip "$1" --until "$2" "$file" >got
		check "$file from $1, $2" cmp -s want got
	done
}
"$uvmsim" convert -q ls.uvt ls.uvt.zst
slice 0 1
slice 1 32768
slice 32768 40000
slice 2000001 5
slice $((lines - 3)) 10
"$uvmsim" convert -q --skip 1000 --until 500 --data-only ls.uvt a.uvt
tail -n +1001 ls.refs | grep -v '^I' | head -n 500 >want
check "--until counts data" cmp -s want <(refs a.uvt)
for command in "mrc --points 16,64" "count --frames 16,64" wset; do
	# shellcheck disable=SC2086	# words
	tail -n +100001 ls.refs | head -n 50000 | "$uvmsim" $command - |
	    sed 's/^-: //' >want
	# shellcheck disable=SC2086
	"$uvmsim" $command --skip 100000 --until 50000 ls.uvt |
	    sed 's/^ls.uvt: //' >got
	check "$command of a slice" cmp -s want got
done
check "a generator's slice" cmp -s \
    <("$uvmsim" convert --to hex --skip 5 --until 5 gen:uniform - | tail -n 5) \
    <("$uvmsim" convert --to hex --until 10 gen:uniform - | tail -n 5)
for command in "mrc" "count --frames 4" "wset" "convert --to lackey"; do
	# shellcheck disable=SC2086
	check "$command: too few" refuses 1 \
	    "ls.uvt: --skip 9999999: the trace has only $lines references" \
	    "$uvmsim" $command --skip 9999999 ls.uvt ${command:+$(
		[[ $command != convert* ]] || echo none.lackey)}
done
refuse 2 "--skip -1: expected a number of references" mrc --skip -1 ls.uvt
refuse 2 "--until 0: expected a number of references from 1" \
    count --frames 1 --until 0 ls.uvt

# The index is only a shorter way.
cp ls.uvt bad.uvt
printf x | dd of=bad.uvt bs=1 seek=$(($(stat -c %s bad.uvt) - 9)) \
    conv=notrunc 2>/dev/null
check "a bad index harms nobody" cmp -s \
    <(refs --skip 3000000 --until 10 ls.uvt) \
    <(refs --skip 3000000 --until 10 bad.uvt 2>/dev/null)
head -c 3000000 ls.uvt >cut.uvt
refs --skip 1000000 --until 10 cut.uvt >got 2>err
check "nor does none" cmp -s <(refs --skip 1000000 --until 10 ls.uvt) got

# Operations stay: the maps of a slice are those of the whole.
"$uvmsim" convert -q "$record/maps.32248.xz" maps.uvt
"$uvmsim" convert -q --skip 30000 maps.uvt tail.uvt
"$uvmsim" replay -q --maps all maps.uvt >want 2>/dev/null
"$uvmsim" replay -q --maps all tail.uvt >got 2>/dev/null
check "operations stay in a slice" cmp -s want got
[ -s want ] || bad "no maps"
check "and its references are the last" says \
    <("$uvmsim" info tail.uvt) "references          17927"
"$uvmsim" convert -q maps.uvt again.uvt
check "operations come through" cmp -s <("$uvmsim" replay --json maps.uvt |
    sed 's/"trace":"[^"]*",//') <("$uvmsim" replay --json again.uvt |
    sed 's/"trace":"[^"]*",//')

# ------------------------------------------------------------ appending ----

# Piece behind piece is the whole, in any order of the pieces.
refs sort.uvt --until 300000 >sort.refs
"$uvmsim" convert -q --until 300000 sort.uvt small.uvt
for order in "ls.uvt small.uvt" "small.uvt ls.uvt" "small.uvt small.uvt"; do
	rm -f all.uvt want
	for piece in $order; do
		"$uvmsim" convert -q --append "$piece" all.uvt ||
		    bad "append $piece"
		cat "${piece%.uvt}.refs" >>want 2>/dev/null ||
		    cat sort.refs >>want
	done
	[ "$order" = "small.uvt ls.uvt" ] && cat sort.refs ls.refs >want
	[ "$order" = "ls.uvt small.uvt" ] && cat ls.refs sort.refs >want
	[ "$order" = "small.uvt small.uvt" ] && cat sort.refs sort.refs >want
	check "$order: in this order" cmp -s want <(refs all.uvt)
	check "$order: one index" says <("$uvmsim" info --json all.uvt) \
	    '"index":"good"'
	check "$order: entered by it" cmp -s <(tail -n +300002 want |
	    head -n 7) <(refs --skip 300001 --until 7 all.uvt)
done
"$uvmsim" convert -q --append "$data/ls.lackey.xz" all.uvt
check "text is appended" cmp -s <(cat sort.refs sort.refs ls.refs) \
    <(refs all.uvt)
"$uvmsim" convert -q --until 1000 ls.uvt zip.uvt.xz
"$uvmsim" convert -q --append --skip 1000 --until 1000 ls.uvt zip.uvt.xz
check "and to a compressed one" cmp -s <(head -n 2000 ls.refs) \
    <(refs zip.uvt.xz)
check "which stays compressed" [ "$(head -c 5 zip.uvt.xz | tail -c 4)" = 7zXZ ]
cp maps.uvt two.uvt
"$uvmsim" convert -q --append maps.uvt two.uvt
check "operations are appended" says \
    <("$uvmsim" replay two.uvt 2>/dev/null) "4 processes, 95854 references"
"$uvmsim" convert -q --append "$record/maps.32248.xz" two.uvt
check "a log is" says <("$uvmsim" info two.uvt) "processes               6"

"$uvmsim" generate -n 1000 -o gen.uvt zipf
"$uvmsim" generate -n 500 -o gen.uvt --append uniform
check "what is generated is appended" cmp -s <(refs gen.uvt) \
    <(refs gen:zipf:n=1000; refs gen:uniform:n=500)
check "generated operations are not" refuses 1 "expected two of a kind" \
    "$uvmsim" generate -n 500 -o gen.uvt --append forkserver

# All or nothing.
cp small.uvt keep.uvt
mkfifo pipe
"$uvmsim" convert -q --append - keep.uvt <pipe &
pid=$!
exec 3>pipe
head -n 200000 ls.refs >&3
sleep 0.2
kill -9 $pid
{ wait $pid; } 2>/dev/null
exec 3>&-
check "killed: it is what it was" cmp -s small.uvt keep.uvt
rm -f keep.uvt.*
head -c 200000 ls.uvt >part.uvt
printf x | dd of=part.uvt bs=1 seek=150000 conv=notrunc 2>/dev/null
check "damage appended" refuses 1 "part.uvt: block" \
    "$uvmsim" convert --append part.uvt keep.uvt
check "it is what it was" cmp -s small.uvt keep.uvt
check "nothing is left over" [ "$(echo keep.uvt*)" = keep.uvt ]
for bad in cut.uvt part.uvt; do
	cp "$bad" copy
	"$uvmsim" convert -q --append small.uvt "$bad" >out 2>err
	check "$bad is not appended to" [ $? -eq 1 -a "$(wc -l <err)" -eq 1 ]
	check "$bad stays" cmp -s copy "$bad"
done
cp ls.refs text.uvt
check "nor is what is no uvt" refuses 1 "text.uvt: expected a uvt trace" \
    "$uvmsim" convert --append small.uvt text.uvt
check "other formats" refuses 2 "expected OUT to be uvt, not course" \
    "$uvmsim" convert --append small.uvt x.course
check "standard output" refuses 2 "expected a file" \
    "$uvmsim" convert --append --to uvt small.uvt -
check "two kinds" refuses 1 "expected two of a kind" \
    "$uvmsim" convert --append maps.uvt small.uvt
check "or the other" refuses 1 "expected two of a kind" \
    "$uvmsim" convert --append small.uvt two.uvt

# ------------------------------------------------------------------ info ----

# The golden file's own counts.
for golden in "$data"/*.golden.json; do
	name=$(basename "$golden" .lackey.golden.json)
	awk -F'[:,]' '/"[ILSM]":/ { gsub(/[ "]/, ""); print $1, $2 }' \
	    "$golden" | sort >want
	"$uvmsim" info --json "$name.uvt" | tr '{,' '\n\n' |
	    sed -n 's/^"fetches":/I /p; s/^"loads":/L /p
	    s/^"stores":/S /p; s/^"modifies":/M /p' | sort >got
	check "$name: info" cmp -s want got
done
check "the origin" says <("$uvmsim" info tail.uvt) "  skip: 30000"
check "and what was before" says <("$uvmsim" info tail.uvt) \
    "  format: lackey with calls"
check "no index" says <("$uvmsim" info cut.uvt) "index                none"
check "a bad one" says <("$uvmsim" info --json ls.uvt.zst) \
    '"index":"not usable"'
check "text" says <("$uvmsim" info "$data/ls.lackey.xz") "lackey, xz"
check "a log with calls" says <("$uvmsim" info "$record/maps.32248.xz") \
    "with system calls"
check "no trace" refuses 1 "expected a trace of references" \
    "$uvmsim" info "$top/tests/uvt/run.sh"

finish
