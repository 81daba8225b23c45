# Promotion, reservations and the lists of free blocks: counts that a few rules
# determine.

# The seven columns of an oracle.
columns='faults flt_przero promotions p_failures demotions mappings'
columns="$columns reserv_created"

# oracle ID ACTION PUBLISHED MEASURED [NOTE]
oracle() {
	same "$1: $2" "$3" "$4" "${5-}"
}

# after N: pages of 2M that are mapped, as the Nth `show superpages' says
after() {
	awk -v n="$1" '
	$1 == "SIZE" { seen++ }
	$1 == "2M" && seen == n { print $2 }' "$tmp/out"
}

# whole N WANTED
whole() {
	same "... mapped as 2M afterwards" "$2" "$(after "$1")"
}

downwards() {
	awk 'BEGIN {
		for (i = 511; i >= 0; i--)
			printf("a: write b+%d\n", i * 4096)
		print "show stats\nshow superpages"
	}'
}

touched() {
	run $figures/oracle-touch.uvm
	oracle O1 'write all 512 pages, upwards' \
	    '512 512 1 0 0 0 1' "$(since 1 2 "$columns")"
	whole 1 1
	run $figures/oracle-any-order.uvm
	oracle O1 'the same in random order' \
	    '512 512 1 0 0 0 1' "$(since 1 2 "$columns")"
	whole 1 1
	run $figures/oracle-read-first.uvm
	oracle O2a 'read all 512' '512 512 1 0 0 0 1' "$(since 1 2 "$columns")"
	whole 1 1
	oracle O2b 'then write all 512' \
	    '512 0 0 511 1 1 0' "$(since 2 3 "$columns")"
	whole 2 1
	run $figures/oracle-protect.uvm
	oracle O3 'O1; one inner page loses writing, gets it back, is written' \
	    '1 0 0 0 1 1 0' "$(since 1 2 "$columns")"
	whole 1 1
}

freed() {
	run $figures/oracle-free.uvm
	oracle O4 'O1, MADV_FREE of all, written again upwards' \
	    '1 0 1 0 1 0 0' "$(since 1 2 "$columns")"
	whole 1 1
	run $figures/oracle-free-last.uvm
	oracle O5a 'as O4, page 511 first, then 0 to 510' \
	    '3 0 1 2 1 0 0' "$(since 1 2 "$columns")"
	{
		sed '/free$/q' $figures/oracle-free.uvm
		downwards
	} >"$tmp/script"
	run "$tmp/script"
	oracle O5b 'as O4, downwards' \
	    '2 0 1 1 1 0 0' "$(since 1 2 "$columns")"
	whole 1 1
}

parts() {
	run $figures/oracle-unaligned.uvm
	oracle O6 '2M long, not 2M aligned (R: 1 to 2)' \
	    '512 512 0 0 0 0 1' "$(since 1 2 "$columns")" \
	    'one: the head gets none, the tail may grow'
	whole 1 0
	run $figures/oracle-hole.uvm
	oracle O7 'all but one page' \
	    '511 511 0 0 0 0 1' "$(since 1 2 "$columns")"
	same '... partpop queue: length, unused 4K pages' \
	    '1, 1' "$(since 1 2 'reserv_partpopq reserv_holes' |
	    sed 's/ /, /')"
}

forked() {
	run $figures/oracle-fork.uvm
	oracle O8 'fork of O1, the child reads all' \
	    '0 0 0 0 0 1 0' "$(since 1 2 "$columns")"
	whole 1 2
	oracle O9 'then the child writes one page (R: 0 to 1)' \
	    '1 0 0 0 1 0 1' "$(since 2 3 "$columns")" \
	    'the child has used the mapping: A is set'
	whole 2 1
	run $figures/oracle-fork-unused.uvm
	oracle O9 'the same, and the child has read nothing before' \
	    '1 0 0 0 0 0 1' "$(since 1 2 "$columns")" \
	    'A is clear: the mapping is taken away'
	whole 1 1
	run $figures/oracle-file.uvm
	oracle O10 'map a resident 2M of a file, read-only, ahead' \
	    '0 0 0 0 0 1 0' "$(since 1 2 "$columns")"
	run $figures/oracle-mixed.uvm
	oracle O11 'even pages read, then odd ones written' \
	    '512 512 0 1 0 0 1' "$(since 1 2 "$columns")"
	whole 1 0
	oracle O12 'then the even ones written' \
	    '2 0 1 1 0 0 0' "$(since 2 3 "$columns")"
	whole 2 1
}

# split ORDER: the first step at which the blocks of an order became fewer, as
# changes of the orders from 0, in $tmp/out's tables of `show domains'
split() {
	awk -v order="$1" -v low="$2" '
	$1 == 0 && NF > 10 {
		if (seen++ && $(6 + order) < was[order]) {
			for (i = low; i <= order; i++)
				printf("%s%+d", i > low ? " " : "",
				    $(6 + i) - was[i])
			print ""
			exit
		}
		for (i = 0; i <= 12; i++)
			was[i] = $(6 + i)
	}' "$tmp/out"
}

# each N STEP LENGTH: writes of N places of a mapping, and the blocks
each() {
	echo "spawn a image=none"
	awk -v n="$1" -v step="$2" -v size="$3" 'BEGIN {
		for (i = 0; i < n; i++) {
			printf("a: b%d = mmap %d rw private anon fixed " \
			    "at %d\n", i, size, 1073741824 + i * step)
			printf("a: write b%d\nshow domains\n", i)
		}
	}'
}

blocks() {
	{
		echo 'machine arch=amd64 ram=64M superpages=eager'
		each 30 2097152 2097152
	} >"$tmp/script"
	run "$tmp/script"
	same 'a block of order 12 is split for 2M: orders 9 10 11 12' \
	    '+1 +1 +1 -1' "$(split 12 9)"
	{
		echo 'machine arch=amd64 ram=8M superpages=eager'
		each 1000 8192 4096
	} >"$tmp/script"
	run "$tmp/script"
	same 'a block of order 9 is split for one page: orders 0 to 9' \
	    '+1 +1 +1 +1 +1 +1 +1 +1 +1 -1' "$(split 9 0)"
}

# breaks EDIT: in which order reservations 1 to 3 of the script, edited by sed,
# break as memory is used up
breaks() {
	{
		sed "$1" $figures/partpop.uvm
		awk 'BEGIN {
			for (i = 0; i < 14336; i += 128)
				printf("a: write eat+%dK 128K\n" \
				    "show reservations\n", i)
		}'
	} >"$tmp/script"
	run "$tmp/script"
	awk '
	function gone(  i) {
		for (i = 1; i <= 3; i++)
			if (n > 0 && !((n, i) in held) && !told[i]++)
				printf("%s%c", any++ ? " " : "", 64 + i)
	}
	$1 == "RESERVATION" { gone(); n++ }
	$2 == "amap" && $3 <= 3 { held[n, $3] = 1 }
	END { gone(); print "" }' "$tmp/out"
}

queue() {
	same 'A, B, C made in three ticks, A touched in a fourth: broken' \
	    'B C A' "$(breaks '')"
	same 'the same within one tick' 'A B C' \
	    "$(breaks /sleep/d)"
}

# incremental ARCH PROMOTIONS: one byte of each page of 64M
incremental() {
	{
		echo "machine arch=$1 ram=256M superpages=reserve"
		echo 'spawn a image=none'
		echo 'a: b = mmap 64M rw private anon fixed at 0x40000000'
		echo 'a: write seq b 64M'
		echo 'show superpages'
	} >"$tmp/script"
	run "$tmp/script"
	same "$1, 64M" "$2" "$(awk '$1 != "SIZE" && $3 > 0 {
		printf("%s%d of %s", n++ ? ", " : "", $3, $1)
	}' "$tmp/out")"
}

# Free blocks of 2M and more: at the start, when every other page of a full
# memory has been freed, when all have.
fragments() {
	{
		echo "machine arch=amd64 ram=64M superpages=$1"
		echo 'spawn a image=none'
		echo 'show domains'
		echo 'a: b = mmap 60M rw private anon fixed at 0x40000000'
		echo 'a: write seq b 60M'
		awk 'BEGIN {
			for (i = 1; i < 15360; i += 2)
				printf("a: madvise b+%dK 4K dontneed\n", i * 4)
		}'
		echo 'show domains'
		echo 'a: munmap b 60M'
		echo 'show domains'
	} | sed 's/spawn a/& personality=linux/' >"$tmp/script"
	run "$tmp/script"
	awk '$1 == 0 && NF > 10 {
		printf("%s%d", n++ ? ", " : "",
		    $15 + 2 * $16 + 4 * $17 + 8 * $18)
	}
	END { print "" }' "$tmp/out"
}

superpages() {
	title '## Promotions, faults, reservations'
	cat <<'END'
The expected figures are computed from FreeBSD's rules, those of O1 to O5, O11
and O12 by an independent model of them.  amd64, `superpages=reserve`; one
private anonymous range of 2M.  A row's figures are F Z P X D M R: faults,
pages filled with zero, promotions, failed promotions, demotions, larger
mappings made at once, reservations made.

END
	head4 what 'by the rules'
	touched
	freed
	parts
	forked
	title '### Blocks and queues'
	head4 what 'by the rules'
	blocks
	queue
	same '2M free of 64M: at first; every other page of 60M freed; all' \
	    '30, 0, 30' "$(fragments reserve)" \
	    'tables, a pool of their own, take one of 31'
	same 'the same without reservations' '30, 0, 30' "$(fragments eager)"
	title '### Incremental promotion: one byte of each page'
	cat <<'END'
Navarro (OSDI 2002) takes this for the worst case: everything is promoted from
size to size.  Of his 8K pages to 64K, 512K and 4M these are 1024, 128 and 16
promotions for 64M.  What it cost him, 8.9 %, is time and not reproduced.

END
	head4 promotions computed
	incremental amd64 '32 of 2M'
	incremental i386 '16 of 4M'
	incremental arm64 '1024 of 64K, 32 of 2M'
	incremental arm64-16k '32 of 2M, 2 of 32M'
	incremental riscv64 '1024 of 64K, 32 of 2M'
	incremental power '1024 of 64K'
}
