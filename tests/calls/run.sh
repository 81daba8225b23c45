#!/bin/bash
# Replay logs of kdump, truss and ktruss: run.sh UVMSIM
#
# The maps at the end of each sample (tests/data/calls) are worked out by
# oracle.awk, page by page, from the text; uvmsim's must be the same.
set -u

. "$(dirname "$0")/../tools/checks.sh"

here=$top/tests/calls
data=$top/tests/data/calls

maps() {		# log, initial maps, options of replay
	local log=$1 init=$2
	shift 2
	"$uvmsim" replay -q "$@" --initial-maps "$data/$init.maps" --maps all \
	    "$log" 2>"$tmp/err" | grep -v '^7ffffffff000-800000000000 '
}

sample() {		# name, name of its initial maps
	awk -v init="$data/$2.maps" -f "$here/oracle.awk" "$data/$1" \
	    >"$tmp/oracle"
	maps "$data/$1" "$2" >"$tmp/maps"
	[ -s "$tmp/oracle" ] && cmp -s "$tmp/oracle" "$tmp/maps" &&
	    ! [ -s "$tmp/err" ] && ok ||
	    bad "$1: $(diff "$tmp/oracle" "$tmp/maps" | head -5; cat "$tmp/err")"
	# In other clothes the same.
	for clothes in 'gzip -c' 'xz -c' 'zstd -qc' "sed s/\$/\r/"; do
		$clothes <"$data/$1" >"$tmp/log"
		maps "$tmp/log" "$2" | cmp -s - "$tmp/maps" && ok ||
		    bad "$1, $clothes: $(head -3 "$tmp/err")"
	done
	maps - "$2" <"$data/$1" | cmp -s - "$tmp/maps" && ok ||
	    bad "$1, a pipe: $(head -3 "$tmp/err")"
	# Without its initial maps there is a stand-in, and no difference.
	"$uvmsim" replay "$data/$1" >"$tmp/out" 2>"$tmp/err" &&
	    grep -q ' 0 divergences$' "$tmp/out" &&
	    grep -q 'stand-in' "$tmp/err" && ok || bad "$1, alone"
}

sample ls.freebsd.kdump ls.freebsd
sample ls.freebsd.truss ls.freebsd
sample echo.netbsd.kdump echo.netbsd
sample echo.netbsd.ktruss echo.netbsd
sample cat.openbsd.kdump cat.openbsd

# Columns that options of the tools add.
kdump=$data/ls.freebsd.kdump
maps "$kdump" ls.freebsd >"$tmp/ref"
other() {		# what
	maps "$tmp/log" ls.freebsd | cmp -s - "$tmp/ref" && ok ||
	    bad "$1: $(head -3 "$tmp/err")"
}
sed -E 's/^( +)([0-9]+) /\1\2 100\2 /' "$kdump" >"$tmp/log" && other 'kdump -H'
sed -E 's/^( +[0-9]+ [a-z]+ +)([A-Z]+ )/\11700000000.123456 \2/' "$kdump" \
    >"$tmp/log" && other 'kdump -T'
sed -E 's/^( +[0-9]+ [a-z]+ +)([A-Z]+ )/\1FreeBSD-ELF64 \2/' "$kdump" \
    >"$tmp/log" && other 'kdump -A'
sed -E 's/^( +[0-9]+ [a-z]+ +(CALL|RET) +)/\1[477]/' "$kdump" >"$tmp/log" &&
    other 'kdump -S'
sed -E '/CALL/s/(0x[0-9a-f]+|0)<[^>]*>/\1/g
	s/MADV_FREE/5/; s/INHERIT_ZERO/3/' "$kdump" >"$tmp/log" &&
    other 'kdump -n'
sed -E '/RET/s:/0x.*::' "$kdump" >"$tmp/log" && other 'results without 0x'
truss=$data/ls.freebsd.truss
maps "$truss" ls.freebsd >"$tmp/ref"
sed -E 's/^( +[0-9]+): /\1 100077: 0.000012345 0.25 /' "$truss" \
    >"$tmp/log" && other 'truss -H -D -d'

# The first map as procstat -v has it, which tells no offsets.
maps "$kdump" ls.freebsd | awk '{ $3 = ""; print }' >"$tmp/ref"
"$uvmsim" replay -q --initial-maps "$data/ls.freebsd.procstat" --maps all \
    "$kdump" 2>"$tmp/err" | grep -v '^7ffffffff000-800000000000 ' |
    awk '{ $3 = ""; print }' >"$tmp/out"
cmp -s "$tmp/ref" "$tmp/out" && ! [ -s "$tmp/err" ] && ok ||
    bad "procstat -v: $(diff "$tmp/ref" "$tmp/out" | head -4; cat "$tmp/err")"

# What must be noticed, by its line.
noticed() {		# what, line's text, sed expression, report
	local line
	line=$(grep -nF "$2" "$kdump" | head -1 | cut -d: -f1)
	sed "$line$3" "$kdump" >"$tmp/log"
	cmp -s "$kdump" "$tmp/log" && bad "$1: nothing changed"
	"$uvmsim" replay --initial-maps "$data/ls.freebsd.maps" "$tmp/log" \
	    >/dev/null 2>"$tmp/err"
	[ $? -eq 1 ] && grep -q "log:$line: .*$4" "$tmp/err" && ok ||
	    bad "$1: $(head -3 "$tmp/err")"
}
noticed 'another result' 'RET   minherit 0' 's/0$/-1 errno 22 Invalid/' \
    'the kernel said EINVAL, the machine 0'
noticed 'an occupied address' '/0x14bd35a00000' \
    's:[0-9]*/0x.*:0x14bd34a00000:' \
    'the kernel said 0x14bd34a00000'
noticed 'no fault' 'PRET  KERN_SUCCESS' 's/KERN_SUCCESS/KERN_PROTECTION_F/' \
    'a page fault'

# Faults are touches.
"$uvmsim" replay --json --initial-maps "$data/ls.freebsd.maps" "$kdump" |
    grep -q '"faults":3,' && ok || bad 'page faults are not counted'

# Systems: what the log tells, and what is said instead of it.
grep -v 'ld-elf\|PFLT\|sysarch' "$kdump" >"$tmp/log"
"$uvmsim" replay "$tmp/log" >/dev/null 2>"$tmp/err"
grep -q INHERIT_ZERO "$tmp/err" && bad "FreeBSD's: $(cat "$tmp/err")" || ok
"$uvmsim" replay -m personality=netbsd "$tmp/log" >/dev/null 2>"$tmp/err"
grep -q 'constant INHERIT_ZERO is not known' "$tmp/err" && ok ||
    bad "personality=netbsd: $(cat "$tmp/err")"
refuse 1 'expected freebsd, netbsd or openbsd' \
    replay -m personality=linux "$kdump"
refuse 1 'no line of it is a system call' \
    replay --from strace "$kdump"
same=$("$uvmsim" replay -q --from kdump "$kdump" 2>&1) && [ -z "$same" ] &&
    ok || bad "--from kdump: $same"

# ktrace.out itself: FreeBSD's and NetBSD's header, OpenBSD's.
{ printf '\024\0\0\0\001\0\001\0\322\004\0\0ls\0'; head -c 40 /dev/zero; } \
    >"$tmp/ktrace.out"
refuse 1 'kdump -f' replay "$tmp/ktrace.out"
{ printf '\0RTK'; head -c 60 /dev/zero; } >"$tmp/ktrace.out"
refuse 1 'kdump -f' replay "$tmp/ktrace.out"

# Calls of every kind and the maps that they make, written by hand.
"$uvmsim" replay --no-host-files --snaps "$data/all.linux.snaps" \
    "$data/all.linux.strace" >out 2>err &&
    says out ' 3 snapshots compared, 3 of them equal, ' &&
    says out ' 0 divergences' && ok || bad "all.linux: $(head -3 err)"

# As a script, and as a uvt of operations: these have the log's maps.
converted() {		# log
	rm -f log.uvm log.uvt
	"$uvmsim" replay -q --maps all "$1" 2>err | sed 's/ \[.*//
	    s,/memfd:.*,/memfd,' >maps
	"$uvmsim" convert -q "$1" log.uvt && "$uvmsim" replay -q --maps all \
	    log.uvt 2>err | sed 's,/memfd:.*,/memfd,' >out
	[ -s maps ] && cmp -s maps out && [ ! -s err ] && ok ||
	    bad "$(basename "$1") as uvt: $(head -2 err; diff maps out | head -4)"
	"$uvmsim" convert -q "$1" log.uvm && "$uvmsim" run log.uvm >out 2>err &&
	    [ ! -s err ] && ok || bad "$(basename "$1") as script: $(head -2 err)"
}
for log in "$data"/*dump "$data"/*truss "$data"/*.strace \
    "$data"/../traces/{ls,memops,perl}.strace; do
	converted "$log"
done
"$uvmsim" run --record log2.uvm log.uvm && cmp -s log.uvm log2.uvm && ok ||
    bad "a script's record is another one: $(diff log.uvm log2.uvm | head -4)"
"$uvmsim" convert --list >out
for format in strace kdump truss ktruss; do
	says out "$format " && ok || bad "convert --list: $format"
done
refuse 2 'convert it whole' convert --until 5 "$kdump" log.uvt
refuse 2 'expected OUT to be uvt' convert --append "$kdump" log.uvm
refuse 1 'no line of it is a system call' convert "$data/ls.freebsd.maps" x.uvm
refuse 1 'this is a trace of references' convert log.uvt x.uvm
"$uvmsim" run --core log.core log.uvm
refuse 1 'this is the core of a machine' step log.core
refuse 1 'this is the core of a machine' replay log.core

# Broken ones: told where, and read up to there.
head -c 1200 "$kdump" >"$tmp/log"
"$uvmsim" replay "$tmp/log" >/dev/null 2>"$tmp/err"
[ $? -eq 0 ] && grep -q 'breaks off' "$tmp/err" && ok ||
    bad "a cut log: $(cat "$tmp/err")"
sed '11s/PFLT.*/PFLT  what/' "$kdump" >"$tmp/log"
"$uvmsim" replay "$tmp/log" >/dev/null 2>"$tmp/err"
[ $? -eq 0 ] && grep -q 'log:11: warning: column 23: expected an address' \
    "$tmp/err" && ok || bad "a bad line: $(cat "$tmp/err")"

finish
