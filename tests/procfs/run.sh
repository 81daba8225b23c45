#!/bin/bash
# uvmsim procfs from outside: run.sh UVMSIM
#
#  - the same tree twice, and from a core as from the script
#  - the sums of smaps are those of smaps_rollup, status, statm and stat
#  - VmFlags are what Linux 6.18 had for the same calls (vmflags.linux)
#  - the maps of replayed traces are those that the recording kernel had
#  - the host's own pmap reads the trees, in a mount namespace with the tree on
#    /proc; each row and column must be what smaps says (oracle.awk).  Where
#    that is not allowed, a line says so.
#  - bad arguments: one line, exit status, nothing left behind
set -u
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
uvmsim=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../workloads/examples
traces=$here/../data/traces
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
mkdir trees
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }

# Files of a tree but pagemap, whose holes would be read for long.
summary() {
	(cd "$1" && find . -type f ! -name pagemap -print0 | sort -z |
	    xargs -0 cksum && find . -type l -printf '%p %l\n' | sort &&
	    find . -name pagemap -printf '%p %s\n' | sort)
}

# ---------------------------------------------------------------- trees ----

write_tree() {		# name, script
	if "$uvmsim" procfs "$2" "trees/$1" >out 2>err && [ ! -s out ] &&
	    [ ! -s err ]; then
		ok
	else
		bad "procfs $2: $(cat err)"
	fi
}

for script in "$here"/*.uvm "$examples"/*.uvm; do
	write_tree "$(basename "$script" .uvm)" "$script"
done

twice() {		# a script
	"$uvmsim" procfs "$1" again && summary again >sum.again &&
	    summary "trees/$(basename "$1" .uvm)" | cmp -s - sum.again && ok ||
	    bad "$1: two trees differ"
	rm -rf again
	"$uvmsim" run -q --core core "$1" >/dev/null &&
	    "$uvmsim" procfs core again && summary again | cmp -s - sum.again &&
	    ok || bad "$1: the tree of its core differs"
	rm -rf again
}
twice "$here/linux.uvm"
twice "$here/random.uvm"
twice "$here/swap.uvm"
twice "$examples/shm.uvm"

# ----------------------------------------------------------------- sums ----

# Sums over smaps against the other files of the process.  Pss is cut to kB in
# each area, so the rollup may have up to a kB more for each.
check_sums() {		# a process's directory
	awk '
	function say(text) { print FILENAME ": " text; bad = 1 }
	function same(what, a, b) {
		if (a != b)
			say(what ": " a " expected " b)
	}
	FILENAME ~ /smaps$/ && /^[0-9a-f]+-/ { areas++; perm = $2; name = $6 }
	FILENAME ~ /smaps$/ && /^[A-Z].*kB$/ {
		sum[$1] += $2
		if ($1 == "Size:" && name == "[stack]")
			stack += $2
		else if ($1 == "Size:" && perm ~ /^.-x/)
			exec += $2
		else if ($1 == "Size:" && perm ~ /^.w.p/)
			data += $2
		if ($1 == "Size:")
			size = $2
	}
	FILENAME ~ /smaps$/ && /^VmFlags:.* lo / { locked += size }
	FILENAME ~ /rollup$/ && /kB$/ {
		if ($1 ~ /^Pss_(Anon|File|Shmem)/)
			parts += $2
		else if ($1 ~ /^(Pss|Locked)/) {
			if ($2 < sum[$1] || $2 > sum[$1] + areas)
				say($1 " " $2 " of " sum[$1])
		} else
			same($1, $2, sum[$1])
		if ($1 == "Pss:")
			pss = $2
	}
	FILENAME ~ /status$/ && /kB$/ { status[$1] = $2 }
	FILENAME ~ /statm$/ { for (i = 1; i <= 7; i++) statm[i] = $i * 4 }
	FILENAME ~ /stat$/ {
		sub(/^.*\) /, "")
		n = NF; vsize = $21; rss = $22
	}
	END {
		same("fields of stat", n + 2, 52)
		same("vsize", vsize / 1024, sum["Size:"] + 0)
		same("rss", rss * 4, sum["Rss:"] + 0)
		same("VmSize", status["VmSize:"], sum["Size:"] + 0)
		same("VmPeak", status["VmPeak:"], sum["Size:"] + 0)
		same("VmRSS", status["VmRSS:"], sum["Rss:"] + 0)
		same("VmLck", status["VmLck:"], locked + 0)
		same("VmStk", status["VmStk:"], stack + 0)
		same("VmData", status["VmData:"], data + 0)
		same("VmExe+VmLib", status["VmExe:"] + status["VmLib:"],
		    exec + 0)
		same("RssAnon", status["RssAnon:"], sum["Anonymous:"] + 0)
		same("RssFile+RssShmem", status["RssFile:"] + \
		    status["RssShmem:"], sum["Rss:"] - sum["Anonymous:"])
		same("shares", sum["Shared_Clean:"] + sum["Shared_Dirty:"] + \
		    sum["Private_Clean:"] + sum["Private_Dirty:"],
		    sum["Rss:"] + 0)
		same("statm size", statm[1], sum["Size:"] + 0)
		same("statm resident", statm[2], sum["Rss:"] + 0)
		same("statm shared", statm[3], sum["Rss:"] - sum["Anonymous:"])
		same("statm text", statm[4], status["VmExe:"])
		same("statm data", statm[6], data + stack)
		if (parts > pss || parts < pss - 3)
			say("parts of Pss: " parts " of " pss)
		exit bad
	}' "$1/smaps" "$1/smaps_rollup" "$1/status" "$1/statm" "$1/stat"
}

for dir in trees/*/[0-9]*; do
	check_sums "$dir" && ok || bad "sums of $dir"
	# maps is smaps without the keys.
	grep -E '^[0-9a-f]+-' "$dir/smaps" | cmp -s - "$dir/maps" && ok ||
	    bad "$dir: maps and smaps differ"
done

# VmFlags and THPeligible as Linux has them.
awk 'FNR == NR { want[$1] = $0; n++; next }
    /^[0-9a-f]+-/ { split($1, r, "-") }
    /^THPeligible:/ { thp = $2 }
    /^VmFlags: / {
	sub(/^VmFlags: /, "")
	if (r[1] in want) {
		n--
		if (want[r[1]] != r[1] " " $0 thp) {
			print "got " r[1] " " $0 thp ", Linux has " want[r[1]]
			bad = 1
		}
	}
    }
    END { exit bad || n != 0 }' "$here/vmflags.linux" trees/linux/2/smaps &&
    ok || bad "VmFlags"

# A name stands where proc(5) has it, by the width of a pointer.
columns() {		# tree, column
	awk -v want="$2" 'NF > 5 && index($0, $6) != want { exit 1 }
	    END { exit NR == 0 }' "$1/2/maps" && ok || bad "$1: column of names"
}
columns trees/linux 74
columns trees/i386 50

# The break begins where the program's own data end, and they are no heap.
for want in "00424000-00428000 rw-p 00000000 00:00 0 " \
    "00428000-00438000 rw-p 00000000 00:00 0 .* \[heap\]"; do
	grep -qx "$want" trees/netbsd/2/maps && ok || bad "no line $want"
done

# ------------------------------------------------------- replayed traces ----

# Maps without device and inode, which are the host's, and without [vsyscall];
# a stack by its end.  What the linker wrote and then protected is an area of
# its own in Linux, but nobody recorded the writing: neighbours are joined.
bare_maps() {
	awk '
	function hex(s,	i, v) {
		v = 0
		for (i = 1; i <= length(s); i++)
			v = v * 16 + index("0123456789abcdef",
			    substr(s, i, 1)) - 1
		return v
	}
	function flush() {
		if (have)
			print (path == "[stack]" ? "" : start), end, perm,
			    offset, path
	}
	/\[vsyscall\]$/ { next }
	{
		split($1, r, "-")
		name = $0
		sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ */, "", name)
		gsub(/ \(deleted\)$/, "", name)
		run = name ~ /^\// ? hex($3) - hex(r[1]) : 0
		if (have && r[1] == end && $2 == perm && name == path &&
		    run == last) {
			end = r[2]
			next
		}
		flush()
		have = 1
		start = r[1]; end = r[2]; perm = $2; offset = $3
		path = name; last = run
	}
	END { flush() }' "$1"
}

# The first process of a trace, stopped in front of its exit.
replayed() {		# name of a capture
	local pid

	pid=$(head -1 "$traces/$1.strace" | awk '{ print $1 }')
	grep -vE "^$pid +([0-9.]+ +)?(exit_group\(|\+\+\+ exited)" \
	    "$traces/$1.strace" >cut.strace
	awk '/^#snap/ { on = $3 == "event=exec" } on' "$traces/$1.snaps" \
	    >exec.snaps
	"$uvmsim" replay -q --snaps exec.snaps --core core cut.strace \
	    >out 2>&1
	rm -rf replayed
	"$uvmsim" procfs core replayed >>out 2>&1 &&
	    [ -d "replayed/$pid" ] || { bad "$1: $(head -3 out)"; return; }
	bare_maps "$traces/$1.final.maps" >want.maps
	bare_maps "replayed/$pid/maps" >got.maps
	if cmp -s want.maps got.maps; then
		ok
	else
		bad "$1: maps differ (< kernel, > uvmsim)"
		diff want.maps got.maps | head
	fi
	check_sums "replayed/$pid" && ok || bad "sums of $1"
}

for f in "$traces"/*.final.maps; do
	name=$(basename "$f" .final.maps)
	[ -f "$traces/$name.strace" ] && [ -f "$traces/$name.snaps" ] &&
	    replayed "$name"
done

# ----------------------------------------------------------- procps pmap ----

# In the namespace: a tree on /proc, each process in each style.
cat >inside.sh <<'END'
tree=$1
mkdir -p "got/$tree"
mount --bind "$tree" /proc || exit 3
for dir in "$tree"/[0-9]*; do
	[ -d "$dir" ] || continue
	pid=${dir##*/}
	for mode in default x d X XX; do
		opt=-$mode
		[ "$mode" = default ] && opt=
		pmap $opt "$pid" >"got/$dir.$mode" 2>&1
		echo $? >"got/$dir.$mode.status"
	done
done
pmap 99999 >"got/$tree/missing" 2>&1
echo $? >"got/$tree/missing.status"
pmap -x 2 99999 >"got/$tree/some" 2>&1
echo $? >"got/$tree/some.status"
END

one_blank() {
	sed -e 's/[ \t]\{1,\}/ /g' -e 's/^ //' -e 's/ $//'
}

# What of pmap's output is not layout: no header lines, no rules.
pmap_rows() {		# mode
	one_blank | case $1 in
	default) cat ;;
	x | d)	grep -Ev '^(Address Kbytes|-+ )' ;;
	*)	grep -Ev '^(Address Perm|=+ )' ;;
	esac
}

# Headers name the keys in the order of smaps.
pmap_header() {		# dir mode
	local hidden='^$'

	[ "$2" = X ] && hidden='^((Kernel|MMU)PageSize|AnonHugePages|(Shared|Private)_(Clean|Dirty)|VmFlags)$'
	{
		printf '%s\n' Address Perm Offset Device Inode
		awk '/^[0-9a-f]+-/ && n++ { exit } /^[A-Z]/ {
		    sub(/:.*/, ""); print }' "$1/smaps" | grep -Ev "$hidden"
		echo Mapping
	} | tr '\n' ' ' | one_blank
}

compare_pmap() {
	local dir mode f

	for dir in trees/*/[0-9]*; do
		tr '\0' ' ' <"$dir/cmdline" >cmdline
		echo >>cmdline
		for mode in default x d X XX; do
			f=got/$dir.$mode
			awk -v mode=$mode -f "$here/oracle.awk" "$dir/stat" \
			    cmdline "$dir/smaps" | one_blank >want.pmap
			pmap_rows $mode <"$f" >got.pmap
			if cmp -s want.pmap got.pmap &&
			    [ "$(cat "$f.status")" = 0 ]; then
				ok
			else
				bad "pmap $mode of $dir: (< smaps, > pmap)"
				diff want.pmap got.pmap | head
			fi
			case $mode in
			X*)	[ "$(sed -n 2p "$f" | one_blank)" = \
				    "$(pmap_header "$dir" $mode)" ] && ok ||
				    bad "header of pmap -$mode of $dir" ;;
			esac
		done
	done
	for dir in got/trees/*; do
		[ "$(cat "$dir/missing.status")" = 42 ] &&
		    [ ! -s "$dir/missing" ] && ok ||
		    bad "$dir: pmap of nobody"
		[ "$(cat "$dir/some.status")" = 42 ] && ok ||
		    bad "$dir: pmap of one and nobody"
	done
}

namespace=
for try in "unshare -m" "unshare -rm"; do
	# shellcheck disable=SC2086
	$try sh -c 'mount --bind trees/linux /proc' 2>/dev/null &&
	    { namespace=$try; break; }
done
if ! command -v pmap >/dev/null 2>&1; then
	echo "skipped: no pmap on this host (procps)"
elif [ -z "$namespace" ]; then
	echo "skipped: this host allows no private mount of /proc"
else
	for tree in trees/*; do
		# shellcheck disable=SC2086
		$namespace sh inside.sh "$tree" >out 2>&1 ||
		    bad "$tree on /proc: $(head -3 out)"
	done
	compare_pmap
fi

# ------------------------------------------------------- BSDs' own trees ----

"$uvmsim" procfs --style netbsd "$here/netbsd.uvm" netbsd &&
    "$uvmsim" run -q --core core "$here/netbsd.uvm" >/dev/null
"$uvmsim" procfs --style freebsd "$examples/private-file.uvm" freebsd
[ -f netbsd/2/map ] && [ -f netbsd/2/maps ] && [ ! -e netbsd/2/smaps ] &&
    [ -f freebsd/2/map ] && [ ! -e freebsd/2/maps ] && ok ||
    bad "files of the other styles"
grep -Evq '^0x[0-9a-f]+( 0x[0-9a-f]+)( [r-][w-][x-]){2} N?COW N?NC [0-3] [0-9]+ [0-2]$' \
    netbsd/2/map && bad "NetBSD's map" || ok
awk '{ bad = bad || NF != 15 || $6 !~ /^[r-][w-][x-]$/ || $10 !~ /^N?COW$/ ||
    $11 !~ /^N?NC$/ || $14 !~ /^N?CH$/ } END { exit bad || NR == 0 }' \
    freebsd/2/map && ok || bad "FreeBSD's map"
# One process maps the file with a page of its own, the other without.
cat >want <<'END'
0x800000000 0x800004000 rw- vnode /etc/passwd CH 0
0x800000000 0x800004000 r-- vnode /etc/passwd NCH -1
END
head -qn 1 freebsd/*/map | awk '{ print $1, $2, $6, $12, $13, $14, $15 }' |
    cmp -s - want && ok || bad "FreeBSD's map: $(head -n 1 freebsd/2/map)"

# What FreeBSD would have as the object, and the stack of NetBSD: from calls.
cat >objects.uvm <<'END'
machine personality=freebsd
file /dev/fb 16K dev=7,1
spawn sh image=none
sh: shared = mmap 16K rw shared anon
sh: write shared 8K
sh: id = shmget 16K creat 0600
sh: shm = shmat id
sh: device = mmap 16K r shared file /dev/fb
sh: none = mmap 4K none private anon
sh: code = mmap 4K rx private anon
END
"$uvmsim" procfs --style freebsd objects.uvm objects
cat >want <<'END'
rw- swap
rw- swap
r-- device
--- none
r-x none
--- none
rw- none
r-x phys
END
awk '{ print $6, $12 }' objects/2/map | cmp -s - want && ok ||
    bad "FreeBSD's objects: $(cat objects/2/map)"

# -------------------------------------------------------- bad arguments ----

complains() {		# status, text, arguments
	local status=$1 text=$2

	shift 2
	"$uvmsim" procfs "$@" >out 2>err </dev/null
	if [ $? -eq "$status" ] && grep -qF -e "$text" err &&
	    [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ]; then
		ok
	else
		bad "procfs $*: expected $status, $text; got $(cat err)"
	fi
}
mkdir full empty
touch full/file plain
ls -A . full >before
complains 2 "expected CORE|SCRIPT DIR"
complains 2 "expected CORE|SCRIPT DIR" "$here/linux.uvm"
complains 2 "unexpected operand" "$here/linux.uvm" a b
complains 2 "did you mean freebsd?" --style=freebds "$here/linux.uvm" new
complains 1 "nowhere" nowhere new
complains 1 "plain" "$here/linux.uvm" plain
complains 1 "full: Directory not empty" "$here/linux.uvm" full
complains 1 "new/new" "$here/linux.uvm" new/new
complains 1 "'.' is not the name" "$here/linux.uvm" .
complains 1 "'' is not the name" "$here/linux.uvm" ""
echo "spwan sh" >bad.uvm
complains 1 "bad.uvm:1:" bad.uvm new
rm bad.uvm
# No room for a file: all is removed again.
(ulimit -f 0; trap '' XFSZ; exec "$uvmsim" procfs "$here/linux.uvm" new) \
    >/dev/null 2>&1
[ $? -eq 1 ] && ok || bad "files of no size"
rm -f out err
ls -A . full >after
rm -f after.x
grep -vx -e out -e err -e before -e after before >b
grep -vx -e out -e err -e before -e after -e b after >a
cmp -s a b && ok || bad "left behind: $(diff b a)"
"$uvmsim" procfs "$here/linux.uvm" empty/ && [ -f empty/2/maps ] && ok ||
    bad "an empty directory"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
