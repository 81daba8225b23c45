#!/bin/bash
# uvmsim explain from outside: run.sh UVMSIM
#
#  - the stories of each story-NAME.uvm are those of story-NAME.out, or, where
#    systems differ, of story-NAME.PERSONALITY.out
#  - SCRIPT:LINE:N, --all, --full and --json are parts of the same
#  - an operation of a trace, of a log and of a generator
#  - the events of run --events --explain have the numbers of their operations
#  - mistakes: one line, exit status
. "$(dirname "$0")/../tools/checks.sh"
here=$top/tests/explain
cd "$here" || exit 1

# golden-story NAME WANT ARGUMENT...
story() {
	"$uvmsim" explain --all "${@:3}" "$1" >"$tmp/got" 2>"$tmp/err"
	cat "$tmp/err" >>"$tmp/got"
	if diff -u "$2" "$tmp/got" >"$tmp/diff"; then ok; else
		bad "$1 ${*:3}"
		head -30 "$tmp/diff"
	fi
}

for f in story-*.uvm; do
	name=${f%.uvm}
	[ -f "$name.out" ] && story "$f" "$name.out"
	for p in freebsd netbsd openbsd linux; do
		[ -f "$name.$p.out" ] &&
		    story "$f" "$name.$p.out" -m personality=$p
	done
done

# ------------------------------------------------------------- places ----

cd "$tmp" || exit 1
cat >loop.uvm <<'END'
machine ram=4M
spawn a image=none
a: p = mmap 64K rw private anon
repeat 3
a: write p 4K
a: read rand p 64K count 5
end
END
"$uvmsim" explain --all loop.uvm >all 2>err
check "all: 19 operations" test "$(grep -c '^operation ' all)" -eq 19
"$uvmsim" explain loop.uvm:6:7 >one
check "place 6:7" says one "operation 11, loop.uvm:6:7"
# the same story, told alone and among all
sed -n '/^operation 11,/,/^$/p' all | sed '1d;/^$/d' >a
sed 1d one >b
check "alone as among all" cmp -s a b
# step has the same numbers
"$uvmsim" step --plain -x 'goto 11' loop.uvm >stood
check "step stands elsewhere" says stood 'operation 11, loop.uvm:6: '
"$uvmsim" explain --all loop.uvm:5 >line
check "line 5: 3 operations" test "$(grep -c '^operation ' line)" -eq 3
"$uvmsim" explain loop.uvm >kinds
check "each kind once" test "$(grep -c '^operation ' kinds)" -lt 6
"$uvmsim" explain --full loop.uvm:5 >full
"$uvmsim" explain loop.uvm:5 >brief
check "full has more" test "$(wc -l <full)" -gt "$(wc -l <brief)"
cp loop.uvm odd:7
"$uvmsim" explain odd:7 >odd
check "a file whose name ends in a number" test -s odd
"$uvmsim" explain - <loop.uvm >piped
sed 's/loop.uvm/-/' kinds | cmp -s - piped
check "standard input" test $? -eq 0

# --------------------------------------------------------------- JSON ----

# Brackets, quotes and commas must fit: awk reads it as a machine would.
sound() {
	awk '{ all = all $0 }
	END {
		gsub(/\\./, "", all); gsub(/"[^"]*"/, "s", all)
		while (gsub(/\[((s|-?[0-9.]+)(,(s|-?[0-9.]+))*)?\]|\{(s:(s|-?[0-9.]+)(,s:(s|-?[0-9.]+))*)?\}/, "s", all));
		exit all != "s"
	}' "$1"
}
"$uvmsim" explain --json --all --full loop.uvm >json
check "JSON is sound" sound json
check "JSON has the place" says json '"operation":11,"line":6,"count":'
printf '{"a":[1,{"b":"x"},]}' >broken
check "the check of JSON can fail" eval '! sound broken'

"$uvmsim" run -q --events ev --explain loop.uvm
check "operations among events" \
    test "$(grep -c '"event":"operation"' ev)" -eq 19
while read -r line; do
	printf '%s' "$line" >line
	sound line || { bad "an event is no JSON: $line"; break; }
done <ev
# Each event of an operation has its number, that of the next operation line;
# spawn is number 1.
awk '
BEGIN { last = 1 }
/"event":"operation"/ {
	match($0, /"operation":[0-9]+,/)
	n = substr($0, RSTART + 12, RLENGTH - 13)
	if (n != last + 1 || wrong) exit 1
	last = n; next }
/"operation":/ {
	match($0, /"operation":[0-9]+}/)
	n = substr($0, RSTART + 12, RLENGTH - 13)
	if (n != last + 1) wrong = 1
	any++ }
END { exit any < 3 || last != 20 }' ev
check "events have the numbers of their operations" test $? -eq 0
"$uvmsim" run -q --events plain loop.uvm
grep -v '"event":"operation"' ev | sed 's/,"operation":[0-9]*}/}/' >bare
check "the events are the same without" cmp -s plain bare

# ------------------------------------------------------------- traces ----

"$uvmsim" explain gen:zipf:n=100:60 >gen
check "a generator's reference" says gen "operation 60"
"$uvmsim" explain --json -m policy=lru,frames=4 gen:zipf:n=100:60 >lru
check "under a policy" says lru '"by":"lru"'
"$uvmsim" explain "$data/ls.lackey.xz:5000" >ref
check "a reference of lackey" says ref "operation 5000"
"$uvmsim" explain "$top/tests/data/traces/ls.strace:12" >log
check "a record of strace" says log "ls.strace:"
refuse 1 "has only" explain gen:seq:n=10:11
refuse 2 "expected gen:seq:n=10:N" explain gen:seq:n=10
# Places that no story can be told of: what is said | the words.
printf ' L 1,8\n L 2000,8\n' >low.lackey
"$uvmsim" generate forkserver:pages=8:requests=4 -o ops.uvt >made
"$uvmsim" generate zipf:pages=30 -n 100 -o t.uvt >made
head -c 300 t.uvt >cut.uvt
while IFS='|' read -r text words; do
	# shellcheck disable=SC2086	# words
	refuse 1 "$text" explain $words
done <<END
low.lackey: operation 1: read of 8 bytes at 0x1: nothing is mapped there|low.lackey:2
low.lackey: operation 1: read of 8 bytes at 0x1: nothing is mapped there|low.lackey:3
ops.uvt:1: not an operation of a process: spawn server|ops.uvt:1
ops.uvt:9999: the trace has only|ops.uvt:9999
cut.uvt:5: the trace has only 0 operations|cut.uvt:5
ls.strace:1: the operation makes its process|$top/tests/data/traces/ls.strace:1
ls.strace:500: the trace has only 45 operations|$top/tests/data/traces/ls.strace:500
t.uvt: operation 16: |-m ram=64K t.uvt:90
ops.uvt:20: --max-ops 10 are done|--max-ops 10 ops.uvt:20
--timeout 1ms is over|--timeout 1ms gen:zipf:n=30000000:29999999
nowhere: No such file|nowhere:3
no operation is done on this line; the nearest one is on line 3|loop.uvm:1:1
END
"$uvmsim" explain low.lackey:1 >low
check "an operation that ends the trace" says low 'SIGSEGV, SEGV_MAPERR'
"$uvmsim" explain -m ram=64K t.uvt:16 >last
check "the last one before memory is gone" says last "operation 16"

# ------------------------------------------------------ single sentences ----

# tells LINE TEXT <SCRIPT: so does the story of the operation on that line
tells() {
	cat >one.uvm
	"$uvmsim" explain --full "one.uvm:$1" | tr -s '\n ' ' ' >told
	check "one.uvm:$1: $2" says told "$2"
}

tells 7 'at 0x800000000 yet: the page at 0x8001ff000 may be written, the first one not so' <<'END'
machine ram=16M personality=freebsd superpages=reserve
spawn a image=none
a: b = mmap 2M rw private anon

a: write seq b 2044K
a: mprotect b 4K r
a: write b+2044K
END
tells 5 'the TLB of processor 0 misses in L1 and has it in L2' <<'END'
machine ram=16M tlb=haswell
spawn a image=none
a: b = mmap 1M rw private anon
a: write b 1M
a: read b
END
tells 5 'that at 0x80002c000 must go, anon 45 in frame' <<'END'
machine ram=1M policy=lru frames=20 swap=4M personality=freebsd
spawn a image=none
a: b = mmap 256K rw private anon
a: write seq b 256K
a: read b
END
tells 7 "evicted from frame 3: the call asks for it; its file has its content" <<'END'
machine ram=16M personality=linux
file /f 64K
spawn a image=none
a: b = mmap 16K rw shared file /f
a: madvise b 4K pageout
a: write b
a: madvise b 4K pageout
END
"$uvmsim" explain --json one.uvm:7 >json
check "what fell is less than 0" says json '"active":-1,'
check "and JSON" sound json
tells 4 'EFAULT: nothing is there' <<'END'
machine ram=1M
spawn a image=none

expect a: read 0x7000 fails
END

# ----------------------------------------------------------- mistakes ----

refuse 1 "the nearest one is on line 3" explain loop.uvm:1
refuse 1 "only 15 operations" explain loop.uvm:6:99
refuse 1 "No such file" explain nothing.uvm
refuse 2 "expected a number from 1 on behind the colon" explain loop.uvm:0
refuse 1 "explain --errors EFAULT" explain EFAULT
refuse 2 "expected SCRIPT" explain
refuse 2 "expected a system call" explain --errors nonsense
refuse 2 "--explain goes with --events" run --explain loop.uvm
echo 'spwan a' >wrong.uvm
refuse 1 "did you mean spawn?" explain wrong.uvm
echo '# nothing' >empty.uvm
"$uvmsim" explain empty.uvm >out 2>&1
check "an empty script" test $? -eq 0
refuse 1 "does no operation" explain empty.uvm:1
"$uvmsim" explain --errors EINVAL >errors
check "a list of EINVAL" says errors "shmdt EINVAL freebsd netbsd openbsd linux"
finish
