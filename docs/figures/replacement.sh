# Page replacement: reference strings of textbooks, working sets, thresholds of
# a page daemon.

belady='1 2 3 4 1 2 5 1 2 3 4 5'
ostep='0 1 2 0 1 3 0 3 1 2 1'
silberschatz='7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1'
loop50=$(awk 'BEGIN { for (i = 0; i < 10000; i++) printf("%d ", i % 50) }')

# faults_of POLICY FRAMES STRING: page faults of a process of a machine
faults_of() {
	{
		echo "machine policy=$1 frames=$2 ram=4M swap=4M"
		echo 'spawn a image=none'
		echo 'a: p = mmap 64*4K rw private anon'
		for page in $3; do
			echo "a: read p+$page*4K 1"
		done
		echo 'show stats'
	} >"$tmp/script"
	run "$tmp/script"
	since 0 1 faults
}

# A trace of loads of these pages.
as_trace() {
	for page in $1; do
		printf ' L %08x,8\n' $((page * 4096 + 65536))
	done
}

# misses_of POLICY FRAMES STRING: of a replay, which may see the future
misses_of() {
	as_trace "$3" >"$tmp/trace.lackey"
	"$uvmsim" replay --policy "$1" --frames "$2" --json \
	    "$tmp/trace.lackey" >"$tmp/json" 2>"$tmp/err" ||
	    die "uvmsim replay: $(head -1 "$tmp/err")"
	sed 's/.*"misses":\([0-9]*\).*/\1/' "$tmp/json"
}

# textbook NAME PAGES FRAMES FIFO LRU OPT CLOCK
textbook() {
	same "$1, $3 frames, FIFO" "$4" "$(faults_of fifo "$3" "$2")"
	same "$1, $3 frames, LRU" "$5" "$(faults_of lru "$3" "$2")"
	same "$1, $3 frames, OPT" "$6" "$(misses_of opt "$3" "$2")"
	same "$1, $3 frames, CLOCK, bit set on insert" "$7" \
	    "$(faults_of clock:set=1 "$3" "$2")"
}

textbooks() {
	title '## Reference strings: page faults'
	head4 'string and policy' 'faults'
	textbook Belady "$belady" 2 12 12 9 12
	textbook Belady "$belady" 3 9 10 7 9
	textbook Belady "$belady" 4 10 8 6 10
	textbook Belady "$belady" 5 5 5 5 5
	textbook OSTEP "$ostep" 2 9 9 7 9
	textbook OSTEP "$ostep" 3 7 5 5 7
	textbook OSTEP "$ostep" 4 4 4 4 4
	textbook Silberschatz "$silberschatz" 3 15 12 9 14
	textbook Silberschatz "$silberschatz" 4 10 8 8 9
	for policy in fifo lru; do
		same "loop of 50 pages, 10000 references, 49 frames, $policy" \
		    10000 "$(misses_of "$policy" 49 "$loop50")"
		same "the same, 50 frames, $policy" 50 \
		    "$(misses_of "$policy" 50 "$loop50")"
	done
}

# Denning's working sets of Belady's string: tau, faults, mean size
working_sets() {
	title '## Working sets of that string of Belady (Denning)'
	head4 'window' 'faults, mean size'
	as_trace "$belady" >"$tmp/trace.lackey"
	"$uvmsim" wset --tau 2,3,4,5 "$tmp/trace.lackey" \
	    >"$tmp/out" 2>"$tmp/err" ||
	    die "uvmsim wset: $(head -1 "$tmp/err")"
	for row in '2 12 1.92' '3 10 2.75' '4 8 3.33' '5 7 3.67'; do
		set -- $row
		same "tau $1" "$2, $3" "$(awk -v tau="$1" '
		$1 == tau { print $4 ", " $2 }' "$tmp/out")"
	done
}

# FreeBSD's thresholds: pages, reserved, severe, min, target, wakeup, inactive
thresholds() {
	title "## FreeBSD's page daemon: thresholds by memory, in pages"
	head4 'pages of memory' 'reserved, severe, min, target, wakeup, inactive'
	while read -r pages figures_of_it; do
		printf 'machine policy=freebsd ram=%d\nshow daemon\n' \
		    $((pages * 4096)) >"$tmp/script"
		run "$tmp/script"
		same "$pages" "$figures_of_it" "$(tr -d ',' <"$tmp/out" | awk '
		$1 == "reserved" { printf("%d %d %d %d %d", $2, $4, $6, $8, $10) }
		$1 == "active" { printf(" %d\n", $6) }')"
	done <<'END'
4096 71 80 90 147 126 220
32768 108 189 270 756 675 1134
262144 407 1061 1716 5643 5076 8464
1048576 1431 4051 6672 22395 20151 33592
4194304 5527 16012 26497 89407 80460 134110
END
}

replacement() {
	textbooks
	working_sets
	thresholds
}
