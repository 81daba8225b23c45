#!/bin/bash
# vmstat(1) from outside: run.sh UVMSIM; vmstat stands beside it.
#
#  - reports of mixed.uvm, whose numbers were worked out by hand (its comment
#    and the notes below), byte for byte
#  - the rules of the formats, over every example script: width of the value,
#    the labels and their order, percentages that follow from the pages
#  - numbers against those of `show stats' of the simulator
#  - a core looks like the script that wrote it
#  - the command line: errors are one line on stderr, with their exit status
#
# mixed.uvm: 100 private pages, 2 copies that fork makes of the wired ones, 5
# shared pages, 9 page tables: 116 virtual pages.  16 file pages and one page of
# no segment: 133 frames in use.  Faults: 100 + 16 + 5, and the child's write;
# 4 more met a mapping (2 first writes to a file page, 2 wirings) and do not
# count.
#
# Silent but for what differs; the last line is "N passed, M failed".
set -u
export LC_ALL=C
unset UVMSIM_CORE UVMSIM_PID UVMSIM_UID

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
bin=$(cd "$(dirname "$1")" && pwd)
uvmsim=$bin/$(basename "$1")
vmstat=$bin/vmstat
cd "$(dirname "$0")/../.." || exit 1
here=tests/vmstat
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

ok() {
	passed=$((passed + 1))
}

bad() {
	failed=$((failed + 1))
	echo "$1"
	[ -s "$tmp/diff" ] && head -40 "$tmp/diff"
	: >"$tmp/diff"
}

# golden arguments: what vmstat prints
prints() {
	local golden=$1

	shift
	"$vmstat" "$@" >"$tmp/out" 2>"$tmp/err"
	if [ $? -eq 0 ] && [ ! -s "$tmp/err" ] &&
	    diff -u "$here/$golden" "$tmp/out" >"$tmp/diff"; then
		ok
	else
		bad "vmstat $*: differs from $here/$golden"
	fi
}

# status text arguments: a complaint of one line
complains() {
	local status=$1 text=$2

	shift 2
	"$vmstat" "$@" >"$tmp/out" 2>"$tmp/err"
	if [ $? -eq "$status" ] && [ ! -s "$tmp/out" ] &&
	    [ "$(wc -l <"$tmp/err")" -eq 1 ] &&
	    grep -qF -e "$text" "$tmp/err"; then
		ok
	else
		cp "$tmp/err" "$tmp/diff"
		bad "vmstat $*: expected status $status and: $text"
	fi
}

prints mixed.out -M $here/mixed.uvm
prints mixed-s.out -s -M $here/mixed.uvm
prints mixed-v.out -v -M $here/mixed.uvm
prints mixed-P.out -P ALL -M $here/mixed.uvm
prints mixed-P.out -P4K -M$here/mixed.uvm
prints mixed-p.out -p 4K -M $here/mixed.uvm
UVMSIM_CORE=$here/mixed.uvm prints mixed-s.out -s
cat $here/mixed-s.out $here/mixed-v.out >"$tmp/both"
"$vmstat" -vsM $here/mixed.uvm >"$tmp/out" && cmp -s "$tmp/both" "$tmp/out" &&
    ok || bad "vmstat -vs is not -s and -v"

# The labels of AIX 7, in order.
cat >"$tmp/labels-s" <<'END'
total address trans. faults
page ins
page outs
paging space page ins
paging space page outs
total reclaims
zero filled pages faults
executable filled pages faults
pages examined by clock
revolutions of the clock hand
pages freed by the clock
backtracks
free frame waits
extend XPT waits
pending I/O waits
start I/Os
iodones
cpu context switches
device interrupts
software interrupts
decrementer interrupts
mpc-sent interrupts
mpc-receive interrupts
phantom interrupts
traps
syscalls
END
cat >"$tmp/labels-v" <<'END'
memory pages
lruable pages
free pages
memory pools
pinned pages
maxpin percentage
minperm percentage
maxperm percentage
numperm percentage
file pages
compressed percentage
compressed pages
numclient percentage
maxclient percentage
client pages
remote pageouts scheduled
pending disk I/Os blocked with no pbuf
paging space I/Os blocked with no psbuf
filesystem I/Os blocked with no fsbuf
client filesystem I/Os blocked with no fsbuf
external pager filesystem I/Os blocked with no fsbuf
percentage of memory used for computational pages
END

# Value in the first 21 columns, right-aligned, a blank, the label.
format() {		# letter file script
	cut -c23- "$2" | diff -u "$tmp/labels-$1" - >"$tmp/diff" &&
	    ! grep -vqE '^ *[0-9]+(\.[0-9])? [^ ]' "$2" &&
	    ! cut -c1-22 "$2" | grep -vqE '[0-9] $' &&
	    ok || bad "$3: vmstat -$1 breaks the rules of its format"
}

# Percentages with one decimal, cut off, of lruable pages.
shares() {		# file script
	awk '
	{ v = $1; sub(/^ *[0-9.]+ /, ""); have[$0] = v }
	function cut(part, whole) {
		return sprintf("%.1f", int(part * 1000 / whole) / 10)
	}
	END {
		l = have["lruable pages"]
		m = have["memory pages"]
		used = m - have["free pages"] - have["file pages"]
		good = have["numperm percentage"] == \
		    cut(have["file pages"], l)
		good = good && have["numclient percentage"] == \
		    cut(have["client pages"], l)
		good = good && have["maxperm percentage"] == "90.0" && \
		    have["minperm percentage"] == "3.0" && l <= m
		good = good && have["percentage of memory used for " \
		    "computational pages"] == cut(used, m)
		exit !good
	}' "$1" && ok || bad "$2: vmstat -v: percentages do not follow"
}

# A line of the default report has 17 numbers.
report() {		# file script
	local cpus
	cpus=$(sed -n 's/^machine .*cpus=\([0-9]*\).*/\1/p' "$2")
	[ "$(sed -n 1p "$1")" = "" ] &&
	    sed -n 2p "$1" | grep -qE \
		"^System configuration: lcpu=${cpus:-1} mem=[0-9]+MB\$" &&
	    sed -n 7p "$1" | awk '
		{ exit !(NF == 17 && $14 + $15 + $16 + $17 == 100) }' &&
	    [ "$(wc -l <"$1")" -eq 7 ] &&
	    ok || bad "$2: the default report breaks its format"
}

# What the simulator itself says of the same state.
against() {		# script
	{ cat "$1"; echo; echo "show stats"; } >"$tmp/s.uvm"
	"$uvmsim" run "$tmp/s.uvm" 2>/dev/null |
	    awk -v none="$(grep -c '^machine.*policy=none' "$1")" '
	/^pagesize/ { on = 1 }
	on { for (i = 1; i < NF; i += 2) x[$i] = $(i + 1) }
	END {
		print x["faults"] - x["protflt"]
		print x["pageins"] + 0
		print x["pgswapout"] + x["fileouts"]
		print x["flt_przero"] + x["aobjzero"]
		print x["textins"] + 0
		print none ? x["fltnoram"] + x["fltnoanon"] : \
		    x["lowmem_waits"] + 0
		print x["syscalls"] + 0
	}' >"$tmp/want"
	awk '/total address|page ins$|page outs$|zero filled|executable|free/ &&
	    !/paging space|pages freed/ || /syscalls/ { print $1 }' \
	    "$tmp/s" >"$tmp/got"
	diff -u "$tmp/want" "$tmp/got" >"$tmp/diff" && ok ||
	    bad "$1: vmstat -s differs from the simulator's counters"
}

for script in $here/*.uvm workloads/examples/*.uvm; do
	"$vmstat" -s -M "$script" >"$tmp/s" 2>"$tmp/err" || {
		cp "$tmp/err" "$tmp/diff"
		bad "vmstat -s -M $script"
		continue
	}
	"$vmstat" -v -M "$script" >"$tmp/v"
	"$vmstat" -M "$script" >"$tmp/r"
	format s "$tmp/s" "$script"
	format v "$tmp/v" "$script"
	shares "$tmp/v" "$script"
	report "$tmp/r" "$script"
	against "$script"
	if "$uvmsim" run --core "$tmp/core" "$script" >"$tmp/out" 2>&1; then
		"$vmstat" -v -M "$tmp/core" | cmp -s "$tmp/v" - && ok ||
		    bad "$script: its core gives another report"
	fi
done

# A machine on which no time has passed: idle, and no fault.
echo 'machine personality=freebsd' >"$tmp/fresh.uvm"
"$vmstat" "-M$tmp/fresh.uvm" -- >"$tmp/out" 2>"$tmp/err" && ok ||
    bad "a fresh machine"
tail -n 1 "$tmp/out" | awk '{ print $5 + $6 + $7 + $8, $14, $15, $16, $17 }' \
    >"$tmp/got"
[ "$(cat "$tmp/got")" = "0 0 0 100 0" ] && ok ||
    bad "a fresh machine: $(tail -n 1 "$tmp/out")"
"$vmstat" -p ALL -M "$tmp/fresh.uvm" >"$tmp/all" &&
    "$vmstat" -p 4K -M "$tmp/fresh.uvm" | cmp -s - "$tmp/all" && ok ||
    bad "ALL sizes are not the one that there is"

complains 2 'usage: vmstat' -x
complains 2 'usage: vmstat' -sx
complains 2 'usage: vmstat' --help
complains 2 '5: a machine at rest' 5 2
complains 2 '-P: expected a page size or ALL' -P
complains 2 '-p: expected a page size or ALL' -p ''
complains 2 '-M: expected a core or a script' -M
complains 2 '-p and -P: expected one' -p ALL -P ALL
complains 2 'go with no other report' -s -p ALL
complains 2 'page size 3K: expected ALL or 4K' -P 3K -M $here/mixed.uvm
complains 2 'go with no other report' -v -P ALL
complains 2 'one: a machine at rest' -s -- one
complains 1 'No such file' -M "$tmp/none"
complains 1 'uvmsim.core' -s
echo 'nonsense here' >"$tmp/bad.uvm"
complains 1 'bad.uvm:1:1' -M "$tmp/bad.uvm"
if [ -w /dev/full ]; then
	"$vmstat" -s -M $here/mixed.uvm >/dev/full 2>"$tmp/err"
	[ $? -eq 1 ] && [ "$(wc -l <"$tmp/err")" -eq 1 ] && ok ||
	    bad "a full device is not told"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
