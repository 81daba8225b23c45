#!/bin/bash
# Replay every recorded log: run.sh UVMSIM
#
# The kernel's own maps are the oracle (tests/data/traces/README.md): for each
# process the map that uvmsim prints at its exit must be the kernel's, page by
# page.  uvmsim gets the exec snapshots only; the maps at exit are joined and
# compared here, by awk, so that nothing of the program under test judges it.
# Only the low end of [stack], which grows by faults, is taken as it comes.
#
# Says nothing when all is well but "N passed, 0 failed".
set -u

uvmsim=${1:?usage: run.sh UVMSIM}
data=$(dirname "$0")/../data/traces
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }

plain() {		# cat a file that may be compressed
	if [ -f "$1" ]; then cat "$1"; else xz -dc "$1.xz"; fi
}

# Snapshots of some events only: events SNAPS 'exec|exit'
events() {
	plain "$1" | awk -v want="event=($2)$" '
	/^#snap/ { on = $3 ~ want }
	on'
}

# /proc/PID/maps of all exits -> "#pid=P" and joined areas, sorted by process.
# A stack is written with STACK for its start.
joined() {
	awk '
	function flush() {
		if (have)
			print pid, start, end, perm, offset, path
		have = 0
	}
	/^#snap/ { flush(); split($2, a, "="); pid = a[2]; next }
	/\[vsyscall\]$/ { next }
	{
		split($1, r, "-")
		name = $0
		sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ */, "", name)
		gsub(/ \(deleted\)$/, "", name)
		off = $3
		stack = name == "[stack]"
		if (name == "" || name == "[heap]" || stack) {
			name = ""
			off = "00000000"
		}
		run = hex(off) - hex(r[1])
		if (have && end == r[1] && perm == $2 && path == name &&
		    (name == "" || run == last)) {
			end = r[2]
			next
		}
		flush()
		have = 1
		start = stack ? "STACK" : r[1]
		end = r[2]; perm = $2; offset = off; path = name; last = run
	}
	function hex(s,  i, v) {
		v = 0
		for (i = 1; i <= length(s); i++)
			v = v * 16 + index("0123456789abcdef",
			    substr(s, i, 1)) - 1
		return v
	}
	END { flush() }' | sed 's/ *$//' | LC_ALL=C sort
}

# uvmsim's output in the same form; STACK where the kernel's stack ends.
printed() {		# file with the kernel's joined areas
	awk '
	NR == FNR { if ($2 == "STACK") ends[$1, $3] = 1; next }
	/^#pid=/ { pid = substr($0, 6); next }
	{
		split($1, r, "-")
		path = $0
		sub(/^[^ ]+ [^ ]+ [^ ]+ ?/, "", path)
		print pid, (pid, r[2]) in ends ? "STACK" : r[1], r[2], $2,
		    $3, path
	}' "$1" - | sed 's/ *$//' | LC_ALL=C sort
}

one() {			# name of a capture
	local log="$data/$1.strace" snaps="$data/$1.snaps" status

	[ -f "$log" ] || log=$log.xz
	events "$snaps" exec >"$tmp/exec.snaps"
	events "$snaps" exit | joined >"$tmp/kernel"
	"$uvmsim" replay --snaps "$tmp/exec.snaps" --maps all --quiet \
	    "$log" >"$tmp/out" 2>"$tmp/err"
	status=$?
	if [ $status -ne 0 ] || [ -s "$tmp/err" ]; then
		bad "$1: exit status $status: $(head -3 "$tmp/err")"
		return
	fi
	printed "$tmp/kernel" <"$tmp/out" >"$tmp/mine"
	if ! cmp -s "$tmp/kernel" "$tmp/mine"; then
		bad "$1: the maps differ (< kernel, > uvmsim)"
		diff "$tmp/kernel" "$tmp/mine" | head -20
		return
	fi
	ok
	# With all snapshots: stacks as well, forks too, none may differ.
	[ -f "$snaps" ] || snaps=$snaps.xz
	"$uvmsim" replay --snaps "$snaps" "$log" >"$tmp/out" 2>&1 &&
	    grep -q ' 0 divergences$' "$tmp/out" &&
	    awk '{ for (i = 1; i < NF; i++) {
		if ($(i + 1) == "snapshots") n = $i
		if ($(i + 1) == "of" && $(i + 3) ~ /^equal/) e = $i } }
		END { exit !(n > 0 && n == e) }' "$tmp/out" &&
	    ok || bad "$1: with all snapshots: $(head -3 "$tmp/out")"
}

# The same log in other clothes must give the same maps.
same_maps() {		# what, log
	"$uvmsim" replay --snaps "$data/memops.snaps" --maps all --quiet \
	    "$2" >"$tmp/other" 2>"$tmp/err" && cmp -s "$tmp/ref" "$tmp/other" &&
	    ok || bad "memops $1: $(head -3 "$tmp/err")"
}

clothes() {
	local log=$data/memops.strace

	"$uvmsim" replay --snaps "$data/memops.snaps" --maps all --quiet \
	    "$log" >"$tmp/ref"
	xz -c "$log" >"$tmp/log.xz" && same_maps xz "$tmp/log.xz"
	gzip -c "$log" >"$tmp/log.gz" && same_maps gzip "$tmp/log.gz"
	sed 's/$/\r/' "$log" >"$tmp/log" && same_maps "with CR LF" "$tmp/log"
	awk '{ sub(/^[0-9]+ /, "&" 1700000000 + NR ".000001 "); print }' \
	    "$log" >"$tmp/log" && same_maps "with -ttt" "$tmp/log"
	sed -E 's/^([0-9]+) /[pid \1] /' "$log" >"$tmp/log" &&
	    same_maps "with [pid]" "$tmp/log"
	{ cat "$log"; printf 'some words of the program itself\n'; } \
	    >"$tmp/log" && same_maps "with other output" "$tmp/log"
	"$uvmsim" replay --snaps "$data/memops.snaps" --maps all --quiet - \
	    <"$log" >"$tmp/other" 2>&1 && cmp -s "$tmp/ref" "$tmp/other" &&
	    ok || bad "memops from a pipe"
}

# What must be noticed: a changed line, reported by its number.
noticed() {		# what, text of the line, sed expression, report's text
	local status line

	line=$(grep -nF "$2" "$data/memops.strace" | head -1 | cut -d: -f1)
	sed "$line$3" "$data/memops.strace" >"$tmp/log"
	cmp -s "$data/memops.strace" "$tmp/log" && bad "$1: nothing changed"
	"$uvmsim" replay --snaps "$data/memops.snaps" "$tmp/log" \
	    >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ $status -eq 1 ] && grep -q "log:$line: .*$4" "$tmp/err" && ok ||
	    bad "$1: exit status $status: $(head -3 "$tmp/err")"
}

for log in "$data"/*.strace "$data"/*.strace.xz; do
	[ -f "$log" ] || continue
	name=$(basename "$log" .xz)
	one "${name%.strace}"
done
clothes
noticed "a failed munmap" 'munmap(0x200000014000' \
    's/= 0$/= -1 ENOMEM (Cannot allocate memory)/' 'the kernel said ENOMEM'
noticed "an occupied address" 'mmap(NULL, 1052672' \
    's/= 0x[0-9a-f]*$/= 0x200000018000/' 'the kernel said 0x200000018000'
noticed "another errno" '= -1 EEXIST' \
    's/EEXIST (File exists)/EACCES (Permission denied)/' 'EEXIST'
noticed "mprotect over a hole" 'mprotect(0x200000010000' \
    's/= -1 ENOMEM.*/= 0/' 'the kernel said 0, the machine ENOMEM'
noticed "a call too many" 'mprotect(0x200000002000, 12288, PROT_READ) = 0' \
    's/, 12288, PROT_READ)/, 16384000, PROT_READ)/' 'ENOMEM'
noticed "a wrong break" 'brk(0x56487b3f007b)' \
    's/= 0x.*/= 0x56487b3f1000/' 'brk'

# Bad files: one line, status 1, no crash.
for arg in /nonexistent "$data" /dev/null; do
	"$uvmsim" replay "$arg" >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ "$arg" = /dev/null ] && want=0 || want=1
	[ $status -eq $want ] && [ "$(wc -l <"$tmp/err")" -le 1 ] && ok ||
	    bad "replay $arg: exit status $status"
done
head -c 3000 "$data/memops.strace" | xz -c | head -c 500 >"$tmp/cut.xz"
"$uvmsim" replay "$tmp/cut.xz" >"$tmp/out" 2>"$tmp/err"
[ $? -le 1 ] && grep -q 'breaks off' "$tmp/err" && ok ||
    bad "a cut xz file: $(head -3 "$tmp/err")"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
