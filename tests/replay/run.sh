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

# The same log in other clothes must give the same maps, without a word.
same_maps() {		# what, log, capture (memops)
	"$uvmsim" replay --snaps "$data/${3-memops}.snaps" --maps all --quiet \
	    "$2" >"$tmp/other" 2>"$tmp/err" && cmp -s "$tmp/ref" "$tmp/other" &&
	    ok || bad "${3-memops} $1: $(head -3 "$tmp/err")"
}

# Constants as numbers: constants raw|verbose
constants() {
	awk -v form="$1" '
	BEGIN {
		n = split("PROT_NONE=0 PROT_READ=1 PROT_WRITE=2 PROT_EXEC=4 " \
		    "MAP_SHARED=1 MAP_PRIVATE=2 MAP_FIXED=16 " \
		    "MAP_ANONYMOUS=32 MAP_DENYWRITE=2048 MAP_STACK=131072 " \
		    "MAP_NORESERVE=16384 MREMAP_MAYMOVE=1 MADV_DONTNEED=4",
		    pair, " ")
		for (i = 1; i <= n; i++) {
			split(pair[i], kv, "=")
			value[kv[1]] = kv[2]
		}
	}
	function number(word,  part, n, i, v) {
		n = split(word, part, "|")
		for (i = 1; i <= n; i++) {
			if (!(part[i] in value))
				return word
			v += value[part[i]]
		}
		return sprintf(form == "raw" ? "0x%x" : "0x%x /* %s */", v, word)
	}
	/^[0-9]+ (<\.\.\. )?(mmap|mprotect|mremap|madvise)/ {
		while (match($0, /(PROT|MAP|MREMAP|MADV)_[A-Z_|]+/)) {
			out = out substr($0, 1, RSTART - 1) \
			    number(substr($0, RSTART, RLENGTH))
			$0 = substr($0, RSTART + RLENGTH)
		}
		$0 = out $0
		out = ""
	}
	{ print }'
}

# Each call in two halves, cut before its last bracket, or behind the first.
halves() {		# last|first
	awk -v where="$1" '
	/ = / && !/unfinished|resumed/ && !/^[0-9]+ (---|\+\+\+)/ {
		name = $2
		sub(/\(.*/, "", name)
		at = where == "last" ? match($0, /\) += /) : index($0, "(") + 1
		if (at && !(name ~ /exit/)) {
			print substr($0, 1, at - 1) " <unfinished ...>"
			print $1 " <... " name " resumed>" substr($0, at)
			next
		}
	}
	{ print }'
}

# What strace writes with other options: dress OPTION <LOG
dress() {
	local word='/^[0-9]+ (---|\+\+\+)/ { print; next }'

	case $1 in
	-t) awk '{ sub(/^[0-9]+ +/, "&07:29:10 "); print }' ;;
	-tt) awk '{ sub(/^[0-9]+ +/, "&07:29:10." 100000 + NR " "); print }' ;;
	-ttt) awk '{ sub(/^[0-9]+ /, "&" 1700000000 + NR ".000001 "); print }' ;;
	-r) awk '{ sub(/^[0-9]+ +/, "&     0." 100000 + NR " "); print }' ;;
	-T) awk "$word"' / = / && !/unfinished/ { $0 = $0 " <0.000012>" }
	    { print }' ;;
	-n) awk "$word"' { sub(/^[0-9]+ +/, "&[   9] "); print }' ;;
	-i) awk '{ sub(/^[0-9]+ +/, "&[00007f12abcd1234] "); print }' ;;
	-ni) dress -i | sed 's/ \[0/ [ 257] [0/' ;;
	-k) awk '{ print }
	    / = / { print " > /usr/lib/libc.so.6(mmap64+0x24) [0x10b2c4]"
		print " > [vdso](+0x1) [0x1]"; print "" }' ;;
	-C) cat
	    printf '%% time     seconds  usecs/call     calls    errors %s\n' \
		syscall '------ ----------- ----------- --------- ---------' \
		'100.00    0.000012           0       220        10 total' ;;
	-yy) sed -E 's/([ (,])([0-9]+)<([^>]*)>/\1\2<\3<char 1:3>>/g' ;;
	-Y) sed -E 's/^([0-9]+) /\1<my prog> /
	    s/(.*(clone3?|v?fork)(\(| resumed).*= [0-9]+)$/\1<my prog>/' ;;
	-a1) sed -E 's/\) += /) = /' ;;
	-a60) sed -E 's/\) += /)                            = /' ;;
	-qq) grep -v '+++ exited' ;;
	-Xraw) constants raw ;;
	-Xverbose) constants verbose | sed 's/AT_FDCWD/-100 \/* & *\//' ;;
	signals) awk '{ print } NR % 11 == 0 { print $1 " --- SIGALRM " \
	    "{si_signo=SIGALRM, si_code=SI_KERNEL} ---"
		print $1 " --- stopped by SIGSTOP ---" }' ;;
	attached) awk '{ print } NR % 7 == 0 {
		print "strace: Process 99999 attached"
		print "[ Process PID=99998 runs in 64 bit mode. ]" }' ;;
	last | first) halves "$1" ;;
	pid) sed -E 's/^([0-9]+) +/[pid \1] /' ;;
	crlf) sed 's/$/\r/' ;;
	tab) sed -E 's/^([0-9]+) +/\1\t/' ;;
	esac
}

# Maps in the order of processes: without their ends all come at the end.
sorted() { awk '/^#pid=/ { pid = substr($0, 6) } { print pid, $0 }' "$1" |
    sort -s -k1,1n; }

dressed() {		# capture, option...
	local log=$data/$1.strace name=$1

	"$uvmsim" replay --snaps "$data/$name.snaps" --maps all --quiet \
	    "$log" >"$tmp/ref"
	shift
	for option; do
		dress "$option" <"$log" >"$tmp/log"
		cmp -s "$log" "$tmp/log" && bad "$name $option: the same log"
		"$uvmsim" replay --snaps "$data/$name.snaps" --maps all \
		    "$tmp/log" >"$tmp/other" 2>"$tmp/err"
		[ $? -eq 0 ] && [ "$(wc -l <"$tmp/err")" -eq 1 ] &&
		    cmp -s <(sorted "$tmp/ref") <(sorted "$tmp/other") && ok ||
		    bad "$name $option: $(head -3 "$tmp/err")"
	done
}

clothes() {
	local log=$data/memops.strace short

	"$uvmsim" replay --maps 77 --quiet "$log" 2>"$tmp/err" && bad "no 77"
	grep -q "memops.strace: no process 77 exits or is left" "$tmp/err" && ok ||
	    bad "no process 77: $(head -3 "$tmp/err")"

	"$uvmsim" replay --snaps "$data/memops.snaps" --maps all --quiet \
	    "$log" >"$tmp/ref"
	xz -c "$log" >"$tmp/log.xz" && same_maps xz "$tmp/log.xz"
	gzip -c "$log" >"$tmp/log.gz" && same_maps gzip "$tmp/log.gz"
	# Without -y paths are as the program gave them: not from the root on,
	# nor where links lead.
	sed -E 's/([ (,][0-9]+)<[^>]*>(\(deleted\))?/\1/g
	    s/AT_FDCWD<[^>]*>/AT_FDCWD/' "$log" >"$tmp/log"
	cmp -s "$log" "$tmp/log" && bad "without -y: the same log"
	short='s| /srv/demo/| |; s| /usr/lib| /lib|'
	events "$data/memops.snaps" exec >"$tmp/exec.snaps"
	"$uvmsim" replay --snaps "$tmp/exec.snaps" --maps all --quiet \
	    "$tmp/log" >"$tmp/other" 2>"$tmp/err" &&
	    cmp -s <(sed "$short" "$tmp/ref") <(sed "$short" "$tmp/other") && ok ||
	    bad "memops without -y: $(head -3 "$tmp/err")"
	{ cat "$log"; printf 'some words of the program itself\n'; } \
	    >"$tmp/log" && same_maps "with other output" "$tmp/log"
	"$uvmsim" replay --snaps "$data/memops.snaps" --maps all --quiet - \
	    <"$log" >"$tmp/other" 2>&1 && cmp -s "$tmp/ref" "$tmp/other" &&
	    ok || bad "memops from a pipe"
	dressed memops -t -tt -ttt -r -T -n -i -ni -k -C -yy -Y -a1 -a60 -qq \
	    -Xraw -Xverbose signals attached last first pid crlf tab
	dressed gcc_compile -tt -ni -k -Y -qq -Xraw last first
	dressed python_threads -r -T -i -k -qq -Xverbose attached last first
	dressed git_repack -t -k -Xraw last first pid
}

# --until N, samples, core: the state behind N lines, the last line's for all.
until_line() {
	local log=$data/memops.strace line n

	for line in 1 40 120 222; do
		rm -f "$tmp"/[cs]
		"$uvmsim" replay --snaps "$data/memops.snaps" --until $line \
		    --core "$tmp/c" --samples "csv:$tmp/s" --every 10 --json \
		    "$log" >"$tmp/out" 2>"$tmp/err"
		n=$(sed 's/.*"lines":\([0-9]*\).*/\1/' "$tmp/out")
		[ "$n" -eq $line ] && "$uvmsim" check "$tmp/c" >/dev/null && ok ||
		    bad "--until $line: $n lines: $(head -1 "$tmp/err")"
		# As many samples as tens of calls, and one at the end.
		tail -n 1 "$tmp/s" | awk -F, -v want="$(sed \
		    's/.*"operations":\([0-9]*\).*/\1/' "$tmp/out")" \
		    '{ exit $2 != want || $1 < int(want / 10) }' && ok ||
		    bad "--until $line: samples: $(tail -n 1 "$tmp/s")"
	done
	"$uvmsim" replay --snaps "$data/memops.snaps" --core "$tmp/c2" \
	    "$log" >/dev/null
	cmp -s "$tmp/c" "$tmp/c2" && ok || bad "--until the last line: the core"
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
# Samples where they are asked for, and in which form.
samples() {
	local log=$data/memops.strace

	"$uvmsim" replay --samples - --every 50 "$log" >"$tmp/out" 2>"$tmp/err"
	! grep -v '^{"sample":[0-9]*,"ops":[0-9]*,.*"statistics":{"faults":' \
	    "$tmp/out" && [ "$(wc -l <"$tmp/out")" -ge 4 ] &&
	    grep -q ': 222 lines, ' "$tmp/err" && ok ||
	    bad "samples on standard output: $(tail -1 "$tmp/err")"
	"$uvmsim" replay --samples csv:- --stats forks,minflt --every 50 \
	    "$log" 2>/dev/null >"$tmp/out"
	head -1 "$tmp/out" | grep -q ',thrashing,machine_forks,machine_minflt$' \
	    && awk -F, 'NF != 18 { exit 1 }' "$tmp/out" && ok ||
	    bad "samples as csv: $(head -1 "$tmp/out")"
	for stats in all:100 none:0; do
		"$uvmsim" replay -q --samples "$tmp/s.csv" \
		    --stats "${stats%:*}" "$log"
		awk -F, -v least="${stats#*:}" 'NF < 16 + least ||
		    (least == 0 && NF != 16) { exit 1 }' "$tmp/s.csv" && ok ||
		    bad "--stats ${stats%:*}"
	done
	"$uvmsim" replay --samples "$tmp/s.csv" --stats forkz "$log" \
	    >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 2 ] && grep -q 'no counter is named forkz' "$tmp/err" && ok ||
	    bad "an unknown counter: $(cat "$tmp/err")"
	"$uvmsim" replay --stats forks "$log" >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 2 ] && grep -q -- '--stats needs --samples' "$tmp/err" && ok ||
	    bad "--stats alone: $(cat "$tmp/err")"
}

clothes
until_line
samples
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
