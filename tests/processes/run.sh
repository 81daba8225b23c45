#!/bin/bash
# Traces of several processes: run.sh UVMSIM
#
# A page is that of a process: replay, count, mrc, wset and sweep are held
# against an awk program that keeps lists of (process, page), over traces of few
# processes, of more than have bits of their own in a key, and of processes that
# take turns at each reference; --one-space against the same references without
# their processes.
. "$(dirname "$0")/../tools/checks.sh"

# trace PROCESSES REFERENCES SEED: perf script's lines, each process on pages of
# its own liking; some are the same addresses in all
trace() {
	awk -v np="$1" -v n="$2" -v seed="$3" '
	BEGIN {
		srand(seed)
		for (i = 0; i < n; i++) {
			pid = 100 + int(rand() * np)
			page = 16 + int(rand() * 12)
			if (rand() < 0.5)
				page += pid * 7 % 50 + int(rand() * 8)
			if (rand() < 0.1)
				page += 2 ^ 30
			printf "p %d/%d %d.0: page-faults: %x008 1000\n",
			    pid, pid, i, page
		}
	}'
}

# model FRAMES: "touches pages misses", LRU over all processes together
model() {
	awk -v frames="$1" '
	{
		split($2, id, "/")
		key = one ? $5 : id[1] " " $5
		touches++
		if (!(key in seen))
			pages += seen[key] = 1
		if (key in when) {
			delete at[when[key]]
		} else {
			misses++
			if (++resident > frames) {
				while (!(oldest in at))
					oldest++
				delete when[at[oldest]]
				delete at[oldest]
				resident--
			}
		}
		when[key] = NR
		at[NR] = key
	}
	BEGIN { oldest = 1 }
	END { print touches, pages, misses }' one="${2-0}" -
}

# counted COMMAND ARGUMENT...: the same numbers as uvmsim has them
count() {
	"$uvmsim" count --json --frames "$@" |
	    sed 's/.*"touches":\([0-9]*\).*_4k":\([0-9]*\).*"misses":\([0-9]*\).*/\1 \2 \3/'
}

curve() {
	"$uvmsim" mrc --json --points "$@" |
	    sed 's/.*"touches":\([0-9]*\).*_4k":\([0-9]*\).*"misses":\([0-9]*\).*/\1 \2 \3/'
}

working_sets() {
	"$uvmsim" wset --json --frames "$@" |
	    sed 's/.*"touches":\([0-9]*\).*pages":\([0-9]*\),"cut.*"misses":\([0-9]*\).*/\1 \2 \3/'
}

swept() {		# frames, engine and its keys, trace
	"$uvmsim" sweep --csv --set "frames=$1" --set "$2" "${@:3}" | awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ print $at["touches"], $at["pages_4k"], $at["misses"] }'
}

# the machine with one pool of frames: all of its memory
replayed() {
	"$uvmsim" replay --json "$@" |
	    sed 's/.*"touches":\([0-9]*\).*"misses":\([0-9]*\).*_4k":\([0-9]*\).*"cut.*/\1 \3 \2/'
}

same() { [ "$1" = "$2" ] && ok || bad "$3: '$2', expected '$1'"; }

for case in "2 3000" "17 4000" "300 6000"; do
	read -r np n <<<"$case"
	trace "$np" "$n" "$np" >t.perf
	"$uvmsim" convert -q t.perf t.uvt
	for frames in 8 64; do
		want=$(model "$frames" <t.perf)
		for t in t.perf t.uvt; do
			same "$want" "$(count "$frames" $t)" "$np: count $t"
			same "$want" "$(curve "$frames" $t)" "$np: mrc $t"
			same "$want" "$(working_sets "$frames" $t)" \
			    "$np: wset $t"
		done
		same "$want" "$(swept "$frames" engine=count t.perf)" \
		    "$np: sweep"
		one=$(model "$frames" 1 <t.perf)
		same "$one" "$(count "$frames" --one-space t.perf)" \
		    "$np: count of one space"
		same "$one" "$(curve "$frames" --one-space t.uvt)" \
		    "$np: mrc of one space"
		same "$one" "$(working_sets "$frames" --one-space t.perf)" \
		    "$np: wset of one space"
		same "$one" "$(swept "$frames" engine=count --one-space \
		    t.uvt)" "$np: sweep of one space"
	done
	# Memory for all: each page of each process is missed once.
	want=$(model 1000000 <t.perf)
	same "$want" "$(replayed t.perf)" "$np: replay"
	same "$want" "$(replayed t.uvt)" "$np: replay of uvt"
	same "$want" "$(swept 0 engine=machine t.uvt)" "$np: sweep of machines"
	same "$(model 1000000 1 <t.perf)" "$(replayed --one-space t.perf)" \
	    "$np: replay of one space"
done

# OPT, which must know the future, agrees with the counting engine.
misses() { sed 's/.*"misses":\([0-9]*\).*/\1/'; }
trace 5 3000 9 >t.perf
same "$("$uvmsim" count --json --policy opt --frames 20 t.perf | misses)" \
    "$("$uvmsim" mrc --json --policy opt --points 20 t.perf | misses)" "OPT"

# The frames of --frames are each process's own: as many runs, one for each.
want=0
for pid in $(seq 100 104); do
	grep "^p $pid/" t.perf >one.perf
	want=$((want + $("$uvmsim" replay --json --policy lru --frames 6 \
	    one.perf | misses)))
done
same "$want" "$("$uvmsim" replay --json --policy lru --frames 6 t.perf |
    misses)" "frames of each process"
same "$(for pid in $(seq 100 104); do
	grep "^p $pid/" t.perf >one.perf
	"$uvmsim" replay --json --policy opt --frames 6 one.perf | misses
    done | awk '{ n += $1 } END { print n }')" \
    "$("$uvmsim" replay --json --policy opt --frames 6 t.perf | misses)" \
    "OPT of each process"

# More processes than have bits of their own in a key (2047 of 4K pages).
awk 'BEGIN {
	for (round = 0; round < 2; round++)
		for (pid = 1; pid <= 5000; pid++)
			for (page = 16; page < 18; page++)
				printf "p %d/%d 1.0: page-faults: " \
				    "%x%08x000 1000\n", pid, pid, pid % 3, page
}' >many.perf
want="20000 10000 10000"
same "$want" "$(count 20000 many.perf)" "many: count"
same "$want" "$(curve 20000 many.perf)" "many: mrc"
same "$want" "$(working_sets 20000 many.perf)" "many: wset"
same "20000 6 6" "$(count 20000 --one-space many.perf)" "many in one space"
awk '$2 ~ /^(.|..|[1-4]..)\// { print; n++ }' many.perf >some.perf
same "$(model 1000000 <some.perf)" "$(replayed some.perf)" "many: replay"

# Processes of the machine: their own, by name, counted one by one.
trace 3 2000 4 >t.perf
"$uvmsim" replay -q --samples s.csv --every 1000000 t.perf
awk -F, 'NR > 1 && $3 != "" { print $4, $6, $10 }' s.csv >got
awk '{ split($2, id, "/"); pid = id[1]
	if (!(pid in number)) { number[pid] = n++; of[n - 1] = pid }
	refs[pid]++
	if (!((pid, $5) in seen)) { seen[pid, $5] = 1; pages[pid]++ } }
END { for (i = 0; i < n; i++)
	print "trace" (i ? i : ""), pages[of[i]], refs[of[i]] }' t.perf >want
check "samples of each process: $(diff want got)" cmp -s want got
"$uvmsim" replay --events e.json t.perf >out
check "the summary counts them" says out ": 3 processes, 2000 references,"
"$uvmsim" replay --json t.perf | grep -q '"processes":3,' && ok ||
    bad "processes in JSON"
"$uvmsim" replay --json --one-space t.perf | grep -q '"processes":1,' && ok ||
    bad "one process in JSON"

# What fails names the process.
printf 'p %s 1.0: page-faults: %s 1000\n' 1/1 5000 2/2 ffff800000000000 >bad.perf
refuse 1 "reference 2, a load of 1 bytes at 0xffff800000000000 by process 1: " \
    replay bad.perf
refuse 2 "--one-space is for traces of references" replay --one-space \
    "$top/tests/data/traces/ls.strace"
finish
