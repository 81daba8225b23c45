# TLBs, page walks, page tables, shoot-downs.

# ------------------------------------------------------------- reach ----

# preset, arch, log2 of base and larger page, entries: L1 and L2 for base
# pages, L1 and L2 for larger ones (what a level does not hold: that of L1
# again)
presets='
nehalem     amd64     12 21  64  512 32   32
haswell     amd64     12 21  64 1024 32 1024
skylake     amd64     12 21  64 1536 32 1536
sunnycove   amd64     12 21  64 2048 32 2048
goldencove  amd64     12 21  96 2048 32 2048
zen1        amd64     12 21  64 1536 64 1536
zen2        amd64     12 21  64 2048 64 2048
zen3        amd64     12 21  64 2048 64 2048
zen4        amd64     12 21  72 3072 72 3072
zen5        amd64     12 21  96 4096 96 4096
neoverse-n1 arm64     12 21  48 1280 48 1280
neoverse-v1 arm64     12 21  40 2048 40 2048
firestorm   arm64-16k 14 25 160 3072 160 3072
champsim    amd64     12 21  64 1536 64 1536
virtuoso    amd64     12 21  64 2048 64 2048
alpha21264  amd64     12 21 128  128 128 128
'
l1=256 l2=4112 # pages; more than any preset has entries there

# sweeps PRESET ARCH SHIFT POLICY COUNTER FROM STEP: sweeps over FROM + STEP,
# FROM + 2 * STEP ... pages, 16 of them, each twice; the first length whose
# second sweep adds to the counter, or nothing
sweeps() {
	awk -v arch="$2" -v shift="$3" -v policy="$4" -v from="$6" \
	    -v step="$7" 'BEGIN {
		size = 2 ^ shift
		most = from + 16 * step
		printf("machine arch=%s ram=%.0fM superpages=%s tags=off\n",
		    arch, most * size / 1048576 * 1.02 + 64, policy)
		print "spawn a image=none"
		printf("a: b = mmap %.0f rw private anon fixed at " \
		    "0x200000000\n", most * size)
		printf("a: write stride b %.0f by %.0f\n", most * size, size)
		for (n = from + step; n <= most; n += step)
			for (i = 0; i < 2; i++)
				printf("a: read stride b %.0f by %.0f\n" \
				    "show tlb\n", n * size, size)
	}' >"$tmp/script"
	run --machine "tlb=$1" "$tmp/script"
	awk -v counter="$5" -v from="$6" -v step="$7" '
	$1 == counter {
		if (++n % 2 == 0 && $2 > last) {
			print from + n / 2 * step
			exit
		}
		last = $2
	}' "$tmp/out"
}

# entries PRESET ARCH SHIFT POLICY COUNTER MOST: the longest cyclic sweep
# without a miss, in pages
entries() {
	low=0 step=$(($6 / 16))
	while :; do
		first=$(sweeps "$1" "$2" "$3" "$4" "$5" "$low" "$step")
		low=$((${first:-0} - step))
		[ "$step" -gt 1 ] && [ "$low" -ge 0 ] || break
		step=$(((step + 15) / 16))
	done
	echo "$low"
}

# size BYTES: in K, M or G
size() {
	calc "$1" %.0f | awk '{
		n = split("K M G", unit, " ")
		x = $1 / 1024
		for (i = 1; x >= 1024 && i < n; i++)
			x /= 1024
		print x unit[i]
	}'
}

# reach N1 N2 SHIFT: of two levels of that many entries
reach() {
	echo "$1 = $(size "$1 * 2 ^ $3"), $2 = $(size "$2 * 2 ^ $3")"
}

# measured PRESET ARCH SHIFT POLICY: the reach of both levels
measured() {
	n=$(entries "$1" "$2" "$3" "$4" l1d_misses $l1)
	reach "$n" "$(entries "$1" "$2" "$3" "$4" walks $l2)" "$3"
}

reaches() {
	while read -r name arch base large n1 n2 m1 m2; do
		[ -n "$name" ] || continue
		same "$name, $(size "2 ^ $base") pages" \
		    "$(reach "$n1" "$n2" "$base")" \
		    "$(measured "$name" "$arch" "$base" never)"
		same "$name, $(size "2 ^ $large") pages" \
		    "$(reach "$m1" "$m2" "$large")" \
		    "$(measured "$name" "$arch" "$large" eager)"
	done <<-END
	$presets
	END
}

# ---------------------------------------------------- hits of 64 pages ----

# hits TLB PAGES TOUCHES PATTERN: hits and references of touches of so many
# pages in a steady state
hits() {
	cat >"$tmp/script" <<-END
	machine arch=amd64 ram=64M tlb=$1
	spawn a image=none
	a: b = mmap 16M rw private anon fixed at 0x40000000
	a: write b $(($2 * 4))K
	a: read $4 b $(($2 * 4))K count $3
	show stats
	a: read $4 b $(($2 * 4))K count $3
	show stats
	END
	run "$tmp/script"
	since 1 2 'tlb_l1d_hits tlb_l1d_hits+tlb_l1d_misses'
}

rates() {
	for pages in 128 256 1024; do
		set -- $(hits custom:l1=64 $pages 100000 rand)
		within "uniform over $pages pages, 64 entries: hits" \
		    "$(calc "64 / $pages" %.4f)" "$(calc "$1 / $2" %.4f)" \
		    "$(calc "64 / $pages * 0.95" %.4f)" \
		    "$(calc "64 / $pages * 1.05" %.4f)" 'of 100000 references'
	done
	for pages in 65 100 1000; do
		set -- $(hits custom:l1=64 $pages $((pages * 100)) seq)
		same "cyclic over $pages pages, 64 entries: hits" 0 "$1"
	done
	set -- $(hits custom:l1=64 64 6400 seq)
	same 'cyclic over 64 pages, 64 entries: hits of 6400' 6400 "$1"
}

# string NAME ENTRIES PUBLISHED REFERENCE ...: misses of true LRU
string() {
	{
		name=$1 n=$2 published=$3
		shift 3
		echo 'machine arch=amd64 ram=16M'
		echo 'spawn a image=none'
		echo 'a: b = mmap 1M rw private anon fixed at 0x40000000'
		for page; do
			echo "a: read b+$((page * 4))K"
		done
		echo 'show stats'
	} >"$tmp/script"
	run --machine "tlb=custom:l1=$n" "$tmp/script"
	same "$name, $n: misses" "$published" "$(since 0 1 tlb_l1d_misses)"
}

strings() {
	set -- 1 2 3 4 1 2 5 1 2 3 4 5
	string 'Belady' 2 12 "$@"
	string 'Belady' 3 10 "$@"
	string 'Belady' 4 8 "$@"
	string 'Belady' 5 5 "$@"
	set -- 0 1 2 0 1 3 0 3 1 2 1
	string 'OSTEP' 2 9 "$@"
	string 'OSTEP' 3 5 "$@"
	string 'OSTEP' 4 4 "$@"
	set -- 7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1
	string 'Silberschatz' 3 12 "$@"
	string 'Silberschatz' 4 8 "$@"
	cat >"$tmp/script" <<-END
	machine arch=amd64 ram=16M
	spawn a image=none
	a: b = mmap 1M rw private anon fixed at 0x40000000
	a: read seq b 200K count 10000
	show stats
	END
	run --machine tlb=custom:l1=49 "$tmp/script"
	same 'loop of 50 pages, 10000 references, 49: hits' 0 \
	    "$(since 0 1 tlb_l1d_hits)"
	run --machine tlb=custom:l1=50 "$tmp/script"
	same 'the same, 50: hits' 9950 "$(since 0 1 tlb_l1d_hits)"
}

# ------------------------------------------------------------- walks ----

# walks ARCH POLICY TLB: references a walk, of 512 pages of one range
walks() {
	cat >"$tmp/script" <<-END
	machine arch=$1 ram=64M superpages=$2 tlb=$3
	spawn a image=none
	a: b = mmap 8M rw private anon fixed at 0x10000000
	a: write seq b 8M
	show stats
	a: read seq b 8M
	show stats
	END
	run "$tmp/script"
	set -- $(since 1 2 'tlb_walk_refs tlb_walks')
	calc "$1 / $2" %g
}

native() {
	while read -r what arch policy tlb published; do
		same "$(echo "$what" | tr _ ' ')" "$published" \
		    "$(walks "$arch" "$policy" "$tlb")"
	done <<-END
	amd64,_4K	amd64 never none 4
	amd64,_2M	amd64 eager none 3
	LA57,_4K	amd64-la57 never none 5
	LA57,_2M	amd64-la57 eager none 4
	i386,_4K	i386 never none 2
	i386_PAE,_4K	i386-pae never none 3
	arm64,_4K	arm64 never none 4
	arm64,_2M	arm64 eager none 3
	riscv64_Sv39,_4K riscv64 never none 3
	riscv64_Sv39,_2M riscv64 eager none 2
	Sv48,_4K	riscv64-sv48 never none 4
	Sv57,_4K	riscv64-sv57 never none 5
	amd64,_4K,_PDE_cached	amd64 never none:pwc=32 1
	amd64,_2M,_PDPE_cached	amd64 eager none:pwc=32:pwc=4 1
	END
}

nested() {
	while read -r what arch policy host published; do
		same "$(echo "$what" | tr _ ' ')" "$published" \
		    "$(walks "$arch" "$policy" "none:nested=$host")"
	done <<-END
	nested,_4_of_4:_4K_in_4K amd64 never 4 24
	nested,_5_of_5:_LA57 amd64-la57 never 5 35
	nested,_4_of_3:_4K_in_2M amd64 never 3 19
	nested,_3_of_4:_2M_in_4K amd64 eager 4 19
	nested,_3_of_3:_2M_in_2M amd64 eager 3 15
	nested,_2_of_2:_two_levels_by_i386 i386 never 2 8
	END
	within 'POWER, hashed table: lines read' '1 to 2' \
	    "$(walks power never none)" 1 2
}

# tables POLICY: of 1G at 1G, mapped densely; Linux's VmPTE is all but the root
tables() {
	cat >"$tmp/script" <<-END
	machine arch=amd64 ram=2G superpages=$1 tags=off
	spawn a image=none
	a: b = mmap 1G rw private anon fixed at 0x40000000
	a: write seq b 1G
	END
	rm -rf "$tmp/proc"
	"$uvmsim" procfs "$tmp/script" "$tmp/proc" 2>"$tmp/err" ||
	    die "uvmsim procfs: $(head -1 "$tmp/err")"
	awk '$1 == "VmPTE:" { print $2 / 4 + 1; exit }' \
	    "$tmp"/proc/[0-9]*/status
}

# ----------------------------------------------------------- strides ----

# stride ARCH POLICY SHIFT: references a miss, a base page apart, over more
# larger pages than the TLB of the Alpha 21264 has entries
stride() {
	cat >"$tmp/script" <<-END
	machine arch=$1 ram=512M superpages=$2 tlb=alpha21264 tags=off
	spawn a image=none
	a: b = mmap $((160 << $3)) rw private anon fixed at 0x40000000
	a: write seq b $((160 << $3))
	show stats
	a: read seq b $((160 << $3))
	show stats
	END
	run "$tmp/script"
	set -- $(since 1 2 'tlb_l1d_hits+tlb_l1d_misses tlb_l1d_misses')
	calc "$1 / $2" %g
}

columns_of() {
	run --machine "superpages=$1" $figures/matrix-column.uvm
	since 1 2 'tlb_l1d_hits+tlb_l1d_misses tlb_l1d_misses' | sed 's/ /, /'
}

strides() {
	same '8K pages, 8K apart (here 4K): references a miss' 1 \
	    "$(stride amd64 never 12)"
	same '512K pages, 8K apart: 64 (here 64K, 4K apart: 16)' 16 \
	    "$(stride power reserve 16)" 'as many as base pages fit'
	same 'the same, 2M and 4K: 512' 512 "$(stride amd64 reserve 21)"
	same '1024 x 1024 by columns: references, misses; base pages' \
	    '4096, 4096' "$(columns_of never)"
	same 'the same with larger pages' '4096, 0' "$(columns_of reserve)"
}

# -------------------------------------------------------- shoot-downs ----

told='tlb_ipis_sent tlb_pages_invalidated tlb_full_flushes'

# unmap POLICY PAGES [TLB]: single pages invalidated and full flushes
unmap() {
	cat >"$tmp/script" <<-END
	machine arch=amd64 ram=64M superpages=$1 tlb=${3:-skylake}
	spawn a image=none
	a: b = mmap $(($2 * 4))K rw private anon fixed at 0x40000000
	a: write seq b $(($2 * 4))K
	show stats
	a: munmap b $(($2 * 4))K
	show stats
	END
	run "$tmp/script"
	since 1 2 'tlb_pages_invalidated tlb_full_flushes' | sed 's/ /, /'
}

shootdowns() {
	run $figures/shootdown-threads.uvm
	same 'promotion, two processors in the space: IPIs, pages, flushes' \
	    '0 0 0' "$(since 1 2 "$told")"
	same '... it was promoted' 1 "$(since 1 2 promotions)"
	same '... then unmapped: both invalidate all 512' \
	    '1 1024 0' "$(since 2 3 "$told")"
	run --machine tlb=skylake $figures/oracle-read-first.uvm
	same 'promotion takes writing from 512 clean pages' \
	    '0 0 0' "$(since 1 2 "$told")"
	run --machine tlb=skylake,superpages=never \
	    $figures/oracle-read-first.uvm
	same '512 pages read are written: M is set' \
	    '0 0 0' "$(since 2 3 "$told")"
	run $figures/shootdown-shared.uvm
	same 'a page of four processes on four processors goes' \
	    '3 4 0' "$(since 1 2 "$told")" 'an IPI for each of the others'
	same '... IPIs taken by processors 0 1 2 3' '0 1 1 1' \
	    "$(awk '$1 == "ipis_received" {
		for (i = 3; i <= 6; i++)
			printf("%s%d", i > 3 ? " " : "", $i)
		print ""
	    }' "$tmp/out")"
	same 'unmap 4095 pages: invalidated, full flushes' '4095, 0' \
	    "$(unmap never 4095)"
	same 'unmap 4096 pages (FreeBSD: 16M)' '0, 1' "$(unmap never 4096)"
	same 'unmap 33 pages, Linux' '33, 0' \
	    "$(unmap never 33 skylake:threshold=34)"
	same 'unmap 34 pages, Linux' '0, 1' \
	    "$(unmap never 34 skylake:threshold=34)"
	same 'unmap a promoted 2M page' '512, 0' "$(unmap reserve 512)"
	same 'unmap a 2M page mapped at once' '1, 0' "$(unmap eager 512)"
	same 'unmap 16M, promoted' '0, 1' "$(unmap reserve 4096)"
	same 'unmap 16M, mapped at once' '8, 0' "$(unmap eager 4096)"
}

tlb() {
	title '## TLBs'
	cat <<'END'
Reach: entries times the size of the page, first of L1, then of L2 (of L1 again
where L2 does not hold the size).  Measured is the longest cyclic sweep over
pages side by side whose repetition misses nothing: one page more, and it does.
What is known of the processors, and how well, is in docs/tlb.md; presets that
are not from anywhere (none, power) are left out.

END
	head4 what 'entries x size'
	reaches
	title '### Rates of hits'
	head4 'fully associative, LRU' 'closed form'
	rates
	title '### Strings of references'
	cat <<'END'
Examples of text books on page replacement; a fully associative TLB with true
LRU is a memory of as many frames.  Their other columns (FIFO, OPT, CLOCK) need
page replacement with a choice of policy, which there is none.

END
	head4 'string, entries'
	strings
	title '### References of a walk, no TLB'
	head4 what computed
	native
	nested
	title '### Tables of 1G, mapped densely: pages'
	head4 what computed
	same '4K pages: 512 + 1 + 1 + 1' 515 "$(tables never)"
	same '2M pages, mapped at once' 3 "$(tables eager)"
	same '2M pages, promoted: tables are kept' 515 "$(tables reserve)"
	title '### Strides and matrices (Navarro, OSDI 2002)'
	cat <<'END'
The TLB of the Alpha 21264, 128 entries.  Base pages are 4K, not 8K, and larger
ones 64K (of power) and 2M, not 64K, 512K and 4M; the closed forms hold for any
sizes: a miss for each page that is left, so larger/base references a miss.

END
	head4 what 'closed form'
	strides
	title '### Shoot-downs'
	head4 'IPIs, pages invalidated, full flushes' 'by the rules'
	shootdowns
}
