#!/bin/bash
# Every machine with every system's processes: run.sh UVMSIM
#
# What is expected is computed here, from the table of machines below and from
# the sizes that the script writes; the program has the last word on nothing.
#
#  - a script on each machine under each personality, check=on: counts of pages,
#    contents after fork, the heap, shared memory, a file, a core
#  - the core passes `uvmsim check', and the tools say the same of it
#  - likewise with larger pages, by each policy, that are made, locked, shared
#    with a child and taken apart
#  - every area of every process lies within the user's half on page borders
#  - the examples hold on every machine with pages of 4K
#  - what no machine has is refused in one line
set -u
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
bin=$(cd "$(dirname "$1")" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
examples=workloads/examples
cd "$here/../.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
	[ -s "$tmp/err" ] && head -5 "$tmp/err"
}

# name, bytes of a page, end of the user's half as a power of two (or, on
# 32 bits, the least that it may be)
machines='
amd64 4096 47
amd64-la57 4096 56
i386 4096 32
i386-pae 4096 32
arm64 4096 48
arm64-16k 16384 48
arm64-64k 65536 48
riscv64 4096 38
riscv64-sv48 4096 47
riscv64-sv57 4096 56
power 4096 51
'

# ----------------------------------------------------- the table is whole ---

"$bin/uvmsim" run --machine arch=none /dev/null >"$tmp/out" 2>"$tmp/err"
sed 's/.*a machine: //; s/(.*//; s/,/ /g; s/ or / /g; s/;.*//' "$tmp/err" |
    tr ' ' '\n' | grep . | sort >"$tmp/has"
echo "$machines" | awk 'NF { print $1 }' | sort >"$tmp/known"
if cmp -s "$tmp/has" "$tmp/known"; then
	ok
else
	bad "other machines than this test knows: $(tr '\n' ' ' <"$tmp/has")"
fi
: >"$tmp/err"

# ------------------------------------------------------------- one machine --

# What every system does the same; $p: bytes of a page.
script() {		# arch, personality
	cat <<-EOF
	machine arch=$1 personality=$2 check=on ram=$((4096 * p)) seed=3
	file /data/f $((10 * p - 1))
	spawn sh pid=10
	sh: a = mmap $((40 * p)) rw private anon
	sh: write seq a $((17 * p))
	expect sh resident a $((40 * p)) == 17
	sh: mprotect a+$((4 * p)) $((2 * p)) r
	expect sh prot a+$((4 * p - 1)) == rw-
	expect sh prot a+$((4 * p)) == r--
	expect sh prot a+$((6 * p)) == rw-
	expect sh: write a+$((5 * p)) fails SIGSEGV
	sh: s = shmget $((3 * p - 5))
	sh: w = shmat s
	sh: fork kid pid=11
	kid: write a+$((7 * p - 1)) 2
	expect kid same-as sh a $((17 * p)) == 15
	expect kid resident a $((40 * p)) == 17
	sh: write w $((2 * p + 1))
	expect kid same-as sh w $((3 * p)) == 3
	kid: shmdt w
	expect kid: read w fails SIGSEGV
	sh: munmap a+$((30 * p)) $((p + 1))
	expect sh: read a+$((31 * p)) fails SIGSEGV
	sh: read a+$((32 * p))
	sh: f = mmap $((12 * p)) r shared file /data/f
	sh: read f $((10 * p))
	expect sh resident f $((12 * p)) == 10
	expect sh: read f+$((10 * p)) fails SIGBUS
	expect sh tag f+$((3 * p)) == file /data/f $((3 * p))
	sh: b = brk + $((5 * p))
	sh: mlock a $((2 * p))
	expect sh wired a $((40 * p)) == 2
	kid: exec /bin/other
	kid: x = mmap 1 rw private anon
	kid: write x
	expect kid resident x $p == 1
	expect machine pagesize == $p
	EOF
	[ "$2" = linux ] || echo "expect sh value SHMLBA == $p"
}

areas() {		# maps file of a process, log2 of the end of user space
	awk -v page="$p" -v bits="$2" '
	function hex(s,   i, v) {
		for (i = 1; i <= length(s); i++)
			v = v * 16 + index("0123456789abcdef",
			    substr(s, i, 1)) - 1
		return v
	}
	{
		split($1, a, "-")
		start = hex(a[1]); end = hex(a[2]); offset = hex($3)
		if (start % page || end % page || offset % page)
			print "not on page borders: " $0
		if (start >= end || start < last)
			print "out of order: " $0
		if (end > 2 ^ bits)
			print "beyond the user half: " $0
		last = end
	}
	END { if (NR == 0) print "no areas" }' "$1"
}

# Size, Rss and statm of a process against each other, all in pages of $p.
counts() {		# a process's directory in the tree
	awk -v page="$p" '
	FILENAME ~ /smaps$/ && /^Size:/ { size += $2 }
	FILENAME ~ /smaps$/ && /^Rss:/ { rss += $2 }
	FILENAME ~ /smaps$/ && /^KernelPageSize:/ && $2 * 1024 != page {
		print "KernelPageSize " $2
	}
	FILENAME ~ /status$/ && /^VmSize:/ && $2 != size { print "VmSize " $2 }
	FILENAME ~ /status$/ && /^VmRSS:/ && $2 != rss { print "VmRSS " $2 }
	FILENAME ~ /statm$/ && $1 * page != size * 1024 { print "statm " $0 }
	FILENAME ~ /statm$/ && $2 * page != rss * 1024 { print "statm " $0 }' \
	    "$1/smaps" "$1/status" "$1/statm"
}

look() {		# what, its complaints
	if [ -z "$2" ]; then ok; else bad "$1: $2"; fi
}

tools() {		# label, log2 of the end of user space, resident pages
	local pid rows say
	rm -rf "$tmp/proc"
	"$bin/uvmsim" check "$tmp/core" >"$tmp/out" 2>"$tmp/err" && ok ||
	    bad "$1: check of its core"
	"$bin/uvmsim" procfs "$tmp/core" "$tmp/proc" >"$tmp/out" 2>"$tmp/err" &&
	    ok || bad "$1: procfs of its core"
	for pid in 10 11; do
		say=$(areas "$tmp/proc/$pid/maps" "$2")
		look "$1: areas of $pid" "$say"
		say=$(counts "$tmp/proc/$pid")
		look "$1: counts of $pid" "$say"
	done
	"$bin/procstat" -M "$tmp/core" -v 10 >"$tmp/out" 2>"$tmp/err" ||
	    bad "$1: procstat"
	# the file's row: all of it shared, so many pages
	rows=$(awk '$NF == "/data/f" { print $5 }' "$tmp/out")
	[ "$rows" = 10 ] && ok || bad "$1: procstat says $rows pages of the file"
	# AIX counts in 4K whatever the page is
	"$bin/vmstat" -v -M "$tmp/core" >"$tmp/out" 2>"$tmp/err"
	rows=$(awk '/ memory pages$/ { print $1 }' "$tmp/out")
	[ "$rows" = $((p)) ] && ok || bad "$1: vmstat says $rows pages of memory"
}

one() {			# arch, end, personality
	local label="$1 $3"
	script "$1" "$3" >"$tmp/s.uvm"
	if ! timeout 60 "$bin/uvmsim" run -q --core "$tmp/core" "$tmp/s.uvm" \
	    >"$tmp/out" 2>"$tmp/err" || [ -s "$tmp/err" ]; then
		bad "$label: the script"
		return
	fi
	ok
	tools "$label" "$2"
	: >"$tmp/err"
	# Its record gives the same core.
	"$bin/uvmsim" run -q --record "$tmp/r.uvm" "$tmp/s.uvm" >"$tmp/out" 2>&1
	"$bin/uvmsim" run -q --core "$tmp/again" "$tmp/r.uvm" >"$tmp/out" 2>&1
	cmp -s "$tmp/core" "$tmp/again" && ok ||
	    bad "$label: another core from its record"
}

# Sanitized: one system a machine, in turn.
systems=(freebsd netbsd openbsd linux) turn=0
while read -r arch p end; do
	[ -n "$arch" ] || continue
	some=("${systems[@]}")
	case $bin in *-asan/*) some=("${systems[turn++ % 4]}") ;; esac
	for personality in "${some[@]}"; do
		one "$arch" "$end" "$personality"
	done
done <<<"$machines"

# ---------------------------------------------------------- larger pages ----

# The largest page that each machine promotes to (table of docs/machines.md).
large_of() {		# arch
	case $1 in
	i386)		echo $((4 << 20)) ;;
	arm64-16k)	echo $((32 << 20)) ;;
	power)		echo $((64 << 10)) ;;
	*)		echo $((2 << 20)) ;;
	esac
}

# Three larger pages: the first two written whole, one locked and then shared
# with a child, which copies a page of it; the third begun.  $l: bytes of one.
large_script() {	# arch, policy
	local personality=linux third=$p early=$l collapse= machine
	case $2 in
	reserve)	personality=freebsd ;;
	eager)		third=$l ;;
	collapse)	early=$p collapse="sh: sleep 11" ;;
	esac
	machine="arch=$1 personality=$personality superpages=$2"
	machine="$machine ram=$((6 * l + 4096 * p))"
	cat <<-EOF
	machine $machine domains=2 cpus=2 tlb=skylake
	spawn sh pid=10 image=none
	sh: a = mmap $((3 * l)) rw private anon at 0x40000000 fixed
	sh: write seq a $((2 * l))
	expect sh pagesize a == $early
	$collapse
	sh: read a
	expect sh pagesize a == $l
	sh: mlock a+$l $l
	expect sh wired a+$l $l == $((l / p))
	sh: fork kid pid=11
	kid: cpu 1
	kid: read seq a $((2 * l))
	kid: write a+$((3 * p)) 1
	expect kid pagesize a+$((3 * p)) == $p
	expect kid same-as sh a $((2 * l)) == $((2 * l / p - 1))
	sh: write a+$((2 * l))
	expect sh pagesize a+$((2 * l)) == $third
	sh: mprotect a $p r
	expect sh pagesize a == $p
	expect sh pagesize a+$l == $l
	expect sh resident a $((2 * l)) == $((2 * l / p))
	EOF
}

large() {		# arch, policy
	local label="$1 superpages=$2" say
	large_script "$1" "$2" >"$tmp/s.uvm"
	if ! timeout 60 "$bin/uvmsim" run -q --core "$tmp/core" "$tmp/s.uvm" \
	    >"$tmp/out" 2>"$tmp/err" || [ -s "$tmp/err" ]; then
		bad "$label: the script"
		return
	fi
	ok
	"$bin/uvmsim" check "$tmp/core" >"$tmp/out" 2>"$tmp/err" && ok ||
	    bad "$label: check of its core"
	rm -rf "$tmp/proc"
	"$bin/uvmsim" procfs "$tmp/core" "$tmp/proc" >"$tmp/out" 2>"$tmp/err" &&
	    ok || bad "$label: procfs of its core"
	say=$(counts "$tmp/proc/10"; counts "$tmp/proc/11")
	look "$label: counts" "$say"
	: >"$tmp/err"
	"$bin/uvmsim" run -q --record "$tmp/r.uvm" "$tmp/s.uvm" >"$tmp/out" 2>&1
	"$bin/uvmsim" run -q --core "$tmp/again" "$tmp/r.uvm" >"$tmp/out" 2>&1
	cmp -s "$tmp/core" "$tmp/again" && ok ||
	    bad "$label: another core from its record"
}

while read -r arch p end; do
	[ -n "$arch" ] || continue
	l=$(large_of "$arch")
	for policy in reserve eager collapse; do
		large "$arch" "$policy"
	done
done <<<"$machines"

# -------------------------------------------------------------- examples ----

# Those that need an i386's addresses or the sizes of page that a machine has,
# and on power (user space begins at 256M) those that map below.
elsewhere() {		# arch, example
	case $2 in
	procmap-*)	[ "$1" != i386 ] ;;
	inheritance | personalities-differ) [ "$1" = power ] ;;
	collapse | superpage* | tlb) [ "$1" != amd64 ] && [ "$1" != amd64-la57 ] ;;
	page-sizes)	[ "$1" != arm64 ] ;;
	*)		false ;;
	esac
}

while read -r arch p end; do
	[ "$p" = 4096 ] || continue
	for f in "$examples"/*.uvm; do
		elsewhere "$arch" "$(basename "$f" .uvm)" && continue
		timeout 60 "$bin/uvmsim" run -q -m "arch=$arch,check=on" "$f" \
		    >"$tmp/out" 2>"$tmp/err" && ok || bad "$arch: $f"
	done
done <<<"$machines"

# -------------------------------------------------------------- refusals ----

# words of the one line, then arguments of uvmsim
refused() {
	local say=$1
	shift
	"$bin/uvmsim" "$@" >"$tmp/out" 2>"$tmp/err"
	[ $? -ne 0 ] && [ "$(wc -l <"$tmp/err")" = 1 ] &&
	    grep -q "$say" "$tmp/err" && ok || bad "$*: not refused for: $say"
	: >"$tmp/err"
}

echo 'spawn sh' >"$tmp/s.uvm"
refused 'pages of 16384 bytes' run -m arch=arm64-16k,ram=1028K "$tmp/s.uvm"
refused 'pages of 65536 bytes, 16 at least' run -m arch=arm64-64k,ram=512K \
    "$tmp/s.uvm"
refused 'pages of 65536 bytes' run -m arch=arm64-64k,maxuser=0x40001000 \
    "$tmp/s.uvm"
refused 'end at 0x4000000000 at most' run \
    -m arch=riscv64,maxuser=0x8000000000 "$tmp/s.uvm"
refused 'room for 4294963200 bytes' run -m arch=i386,ram=4G "$tmp/s.uvm"

# The digging tools know the kernels of two machines.
while read -r arch p end; do
	[ -n "$arch" ] || continue
	"$bin/uvmsim" run -q -m "arch=$arch" --core "$tmp/core" "$tmp/s.uvm"
	"$bin/procmap" -M "$tmp/core" -a 2 >"$tmp/out" 2>"$tmp/err"
	status=$?
	case $arch in
	amd64 | i386)
		[ $status -eq 0 ] && [ -s "$tmp/out" ] && ok ||
		    bad "procmap on $arch" ;;
	*)
		[ $status -ne 0 ] && [ ! -s "$tmp/out" ] &&
		    [ "$(wc -l <"$tmp/err")" = 1 ] &&
		    grep -q "arch=$arch: .* amd64 and i386 only" "$tmp/err" &&
		    ok || bad "procmap on $arch is not refused" ;;
	esac
	: >"$tmp/err"
done <<<"$machines"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
