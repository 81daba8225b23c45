#!/bin/bash
# uvmsim step: run.sh UVMSIM
#
# A run that is stopped anywhere is the one that was never longer: the plain
# record of a script, cut behind an operation and run, leaves the core that step
# saves there.  Commands, errors, two sides, traces of all kinds.
# shellcheck disable=SC2154	# tools/checks.sh sets uvmsim, top, data
. "$(dirname "$0")/../tools/checks.sh"

examples=$top/workloads/examples

# step COMMAND... -- ARGUMENT...: do the commands; what it says is in out, err
step() {
	local args=()

	while [ "$1" != -- ]; do
		args+=(-x "$1")
		shift
	done
	shift
	"$uvmsim" step "${args[@]}" "$@" >out 2>err </dev/null
}

# ---- the same states as runs of a part of the plain record ----

# acts FILE: lines of a plain script that are operations, by number
acts() {
	awk '{ line = $0; sub(/^expect /, "", line) }
	    /^(machine|show|explain)/ { next }
	    /^expect / && line !~ /^[A-Za-z_0-9]+: / { next }
	    { print NR }' "$1"
}

# prefix SCRIPT N...: the cores behind operations N
prefix() {
	local script=$1 n line

	shift
	"$uvmsim" run --record plain.uvm "$script" >/dev/null 2>&1 || return 0
	mapfile -t lines < <(acts plain.uvm)
	for n; do
		[ "$n" -le "${#lines[@]}" ] || n=${#lines[@]}
		line=${lines[n - 1]}
		head -n "$line" plain.uvm >part.uvm
		rm -f a.core b.core
		"$uvmsim" run -q --core a.core part.uvm >/dev/null 2>&1
		step "goto end" "goto $n" "save b.core" -- "$script"
		check "$(basename "$script"), operation $n" cmp a.core b.core
	done
}

# Samples look at the bits of references; what a script records of them is the
# same.  (tests/unit/workloads/test_history.c takes more places, and machines.)
for script in "$examples"/{access-patterns,fork-cow,madvise,shm,wiring-limits,mremap,private-file,superpages}.uvm; do
	prefix "$script" 3 7 11
done
prefix "$examples/access-patterns.uvm" 100 400 655

# ---- traces ----

"$uvmsim" replay -q --core a.core "$data/ls.lackey.xz" >/dev/null
step "goto end" "goto 1000" "goto end" "save b.core" -- "$data/ls.lackey.xz"
check "a trace of references" cmp a.core b.core
"$uvmsim" replay -q --until 1000000 --core a.core "$data/ls.lackey.xz" \
    >/dev/null
step "goto end" "goto 1000000" "save b.core" -- "$data/ls.lackey.xz"
check "a part of it" cmp a.core b.core
"$uvmsim" convert -q "$top/tests/data/record/maps.32248.xz" maps.uvt
misses=$("$uvmsim" replay --json maps.uvt |
    sed 's/.*"misses":\([0-9]*\).*/\1/')
step "goto end" "goto 20000" "goto end" "expect machine faults == $misses" \
    info -- maps.uvt
check "operations and references" says out "yes, got $misses"
check "are counted" says out "at operation 47957 of 47957"
step "goto 2" list "until unmap" -- maps.uvt
check "lines of operations" says out '=>    3  spawn p0'
cat maps.uvt maps.uvt >two.uvt
step "goto end" "goto 50000" "goto 10" "goto end" info -- two.uvt
check "two parts" says out "at operation 95914 of 95914"
log=$top/tests/data/traces/ls.strace
"$uvmsim" replay -q --core a.core "$log" >/dev/null 2>&1
step "goto end" "back 20" "goto end" "save b.core" -- "$log"
check "a log" cmp a.core b.core
step "until unmap" explain -- "$log"
check "of which events can be found" says out "mmap(0x7f4f41"
"$uvmsim" step -x "goto 30000" -x "back 10" - < <(cat maps.uvt) >out 2>err
check "from a pipe" says out "operation 29990:"

# ---- commands ----

cat >s.uvm <<'SCRIPT'
machine ram=64M
spawn sh image=none
sh: buf = mmap 64K rw private anon
show clock
repeat 3
	sh: write buf 8K
	sh: read buf
end
expect sh: munmap(1, 4K) fails EINVAL
sh: mprotect buf 4K r
expect sh resident buf 64K == 7
sh: write buf
sh: read buf
SCRIPT

printf 'n\n\nb\n# nothing\n\nq\nnext\n' | "$uvmsim" step s.uvm >out 2>err
cat >want <<'WANT'
at the beginning of s.uvm
operation 1, s.uvm:2: spawn sh image=none
operation 2, s.uvm:3: sh: buf = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANON, -1, 0) = 0x800000000
clock 0.000000100 s
operation 1, s.uvm:2: spawn sh image=none
at the beginning of s.uvm
WANT
check "next, an empty line, back, quit" diff want out
check "and no complaint" [ ! -s err ]
step "goto 5" list -- s.uvm
check "what was done" says out "=>    6  	sh: write buf 8K"
check "what comes" says out " >    7  	sh: read buf"
step "run 9" "run 9" -- s.uvm
check "run to a line" says out "operation 8, s.uvm:7:"
check "that does not come again" says err "not found: line 9"
step run -- s.uvm
check "the run stops" says out "operation 11, s.uvm:12: sh: write"
check "and why" says err "the run stops here: s.uvm:12:5: sh: write fails with EACCES"
step "goto end" "goto 10" "show error" -- s.uvm
check "the one before" says out "operation 10, s.uvm:10: sh: mprotect"
step "next 10" -- s.uvm
check "an expectation that is not met" says err \
    "s.uvm:11: not as expected: expect sh resident buf 64K == 7"
step "when failure" "until failure" "before failure" "last line 6" -- s.uvm
check "failures" says out "operation 9, s.uvm:9: sh: munmap(0x1, 4K) fails with EINVAL"
check "the next" says out "operation 11, s.uvm:12"
check "the last of a loop" says out "operation 7, s.uvm:6"
step "when sh buf dirty" "when sh buf swapped" \
    "until sh buf not writable" -- s.uvm
check "a page's state" says out "operation 3, s.uvm:6"
check "its contrary" says out "operation 10, s.uvm:10"
check "that never comes" says err "not found: sh buf swapped"
step "when frame 4 owner" events -- s.uvm
check "a frame's owner" says out "anon 1 gets the zero-filled frame 4"
step "goto 3" explain "explain full" -- s.uvm
check "explain" says out "   1. page fault at 0x800000000, access write"
step "goto 4" "diff 2" "diff 3 4" diff -- s.uvm
check "diff" says out "sh page 0x800000000-0x800002000 (2 pages): now mapped rw- referenced dirty"
check "between two" says out "reads 0 -> 1 (+1)"
step "goto 2" "expect sh resident buf 64K == 0" "show names sh" \
    "search write" info -- s.uvm
check "expect" says out "yes, got 0"
check "names" says out "sh: buf = 0x800000000"
check "search" says out "12  sh: write buf"
check "info" says out "script s.uvm: at operation 2 of 2 or more"
step "goto 3" "back 99" "goto start" -- s.uvm
check "no farther back" [ "$(grep -c "at the beginning" out)" = 3 ]
step help "help unt" -- s.uvm
check "help" says out "until WHAT"

# wrong COMMAND TEXT: it is refused in one line, and the next one is done
wrong() {
	step "$1" "goto 2" -- s.uvm
	if [ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] && says err "$2" &&
	    says out "operation 2,"; then ok; else
		bad "$1: '$(cat err)', expected '$2'"
	fi
}

wrong nxt "unknown command nxt; did you mean next?"
wrong continue "unknown command continue; did you mean run?"
wrong xyzzy "unknown command xyzzy (help lists them)"
wrong "next x" "expected a number, got 'x'"
wrong "goto there" "expected an operation: N, +N, -N, start or end"
wrong "back" "nothing has been done yet"
wrong "until" "expected what to look for"
wrong "until falt" "did you mean the event fault?"
wrong "until fault by" "expected of PROCESS, at PROCESS ADDRESS or frame N"
wrong "until fault of xx" "no process 'xx' is there now"
wrong "until frame 0 owner" "expected the number of a frame, from 1 to"
wrong "until line 99" "expected a line, from 1 to 13"
wrong "when sh nowhere dirty" "not found: sh nowhere dirty"
wrong "show nothing" "unknown thing to show: nothing"
wrong "show pages xx 0" "no process xx"
wrong "expect sh resident" "expected"
wrong "save /nonexistent/core" "No such file or directory"
wrong "save" "expected the file to save to"
wrong "search no such text" "not in s.uvm: no such text"
wrong "list 99" "expected a line, from 1 to 13"
wrong "diff x" "expected one operation or two"
wrong "diverge" "there is one side only"
wrong "side left" "there is one side only"
wrong "explain why" "expected explain, or explain full"

# ---- two sides ----

step next diverge -- --beside personality=linux s.uvm
check "the same so far" says out "operation 1, s.uvm:2: spawn sh image=none"
check "results differ" says out "they part at operation 2 (user): result: 0x800000000 against 0x7ffff"
check "explained on the right" says out "-- personality=linux"
step "diverge faults" "diverge resident" "side policy=fifo" \
    "show stats" "next" -- -m policy=lru,frames=40 --beside policy=fifo \
    "$data/ls.lackey.xz"
check "faults" says out "they part at operation 24851 (faults): faults: 45 against 46"
check "resident" says out "is mapped on the"
check "one side is looked at" says out "looking at policy=fifo"
for n in 24850 24851; do
	for policy in lru fifo; do
		"$uvmsim" replay --json --policy $policy --frames 40 \
		    --until $n "$data/ls.lackey.xz" |
		    sed 's/.*"misses":\([0-9]*\).*/\1/'
	done
done | tr '\n' ' ' >misses
check "as replays count" [ "$(<misses)" = "45 45 45 46 " ]
step "diverge user" "diverge counters" -- --beside seed=2 s.uvm
check "no difference" says out "no difference (user) up to the end"
step "diverge hue" -- --beside seed=2 s.uvm
check "unknown view" says err "unknown view hue"
step "save x" -- --beside seed=2 s.uvm
check "which side" says err "which side?"

# The left side has the name of what the right side changes: changes, name.
printf 'machine ram=1M\nspawn a image=none\na: b = mmap 8K rw private anon\n' >m.uvm
while read -r right left; do
	step "info" -- --beside "$right" m.uvm
	check "--beside $right: -- $left" grep -qxF -e "-- $left" out
	check "--beside $right: -- $right" grep -qxF -e "-- $right" out
done <<-'END'
	ram=2M ram=1M
	swap=4M,ram=2M swap=0,ram=1M
	tlb=none tlb=off
	policy=lru,frames=3 policy=uvm,frames=0
	superpages=reserve superpages=never
	arch=i386,personality=netbsd arch=amd64,personality=freebsd
	seed=9 other seed
	numa=interleave,domains=2 numa=first-touch,other domains
END
step "info" -- -m swap=2M,tlb=skylake --beside swap=1M,tlb=none m.uvm
check "what the command line has changed" grep -qxF -e '-- swap=2M,tlb=skylake' out

# ---- usage ----

refuse 2 "--beside: unknown" step --beside nonsense=1 -x next s.uvm
refuse 2 "--memory takes a size" step --memory 3 s.uvm
refuse 2 "--memory takes a size" step --memory lots s.uvm
refuse 2 "standard input is for commands" step --beside ram=2M -x run -
refuse 2 '--beside: unknown machine key ""' step --beside = s.uvm
"$uvmsim" step --max-ops 2 -x run -x info m.uvm >out
check "--max-ops ends the run" says out "at operation 2 of 2"
refuse 2 "standard input is for commands" step -
refuse 1 "no-such-file: No such file" step no-such-file
refuse 2 "--from nothing: expected a format" step --from nothing s.uvm
printf 'spwan sh\n' >bad.uvm
refuse 1 "bad.uvm:1:1: unknown statement spwan; did you mean spawn?" \
    step bad.uvm
printf 'machine ram=1K\n' >bad.uvm
refuse 1 "bad.uvm" step bad.uvm
: >empty.uvm
step next back info -- empty.uvm
check "an empty script" says out "the run ends here"

finish
