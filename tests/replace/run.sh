#!/bin/bash
# Replacement policies inside a machine, over recorded traces: run.sh UVMSIM
#
#  - LRU, FIFO and OPT misses and LRU and FIFO dirty evictions of the golden
#    files in tests/data/lackey, at each of their budgets, of all references and
#    of data alone, through page table, faults and swap
#  - every policy of the house in the machine and in the counting engine: the
#    same misses and dirty evictions, for several sizes, parameters and traces
#  - a policy from outside (that of docs/policies.md); opt from a pipe
#  - what does not go together, in one line
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"

# ------------------------------------------------------------ goldens ----

# value KEY FILE: of a key at the top level of one JSON object
value() {
	sed -n "s/^{\([^{]*,\)*\"$1\":\([0-9]*\),.*/\2/p" "$2"
}

# one NAME STREAM OPTION...: replays at each policy and budget of the file
one() {
	local name=$1 stream=$2 what want policy frames got
	shift 2

	golden "$data/$name.lackey.golden.json" "$stream" >want
	awk '$2 != 0 { print $1, $2 }' want | sort -u >runs
	while read -r policy frames; do
		if ! "$uvmsim" replay --policy "$policy" --frames "$frames" \
		    --json "$@" "$data/$name.lackey.xz" >json 2>err ||
		    [ -s err ]; then
			bad "$name $stream $policy $frames: $(head -3 err)"
			continue
		fi
		grep -e "^$policy $frames " -e '^trace ' want |
		while read -r _ _ what want; do
			got=$(value "$what" json)
			[ "$got" = "$want" ] && echo ok ||
			    echo "$what $got, expected $want"
		done >said
		passed=$((passed + $(grep -c '^ok$' said)))
		grep -v '^ok$' said >wrong &&
		    bad "$name $stream $policy $frames: $(cat wrong)"
	done <runs
}

for name in "${traces[@]}"; do
	one "$name" all
	one "$name" data --data-only
done
# each, twice: 12 runs of 3 sums and misses each, 8 of dirty evictions
[ $passed -eq $((${#traces[@]} * 2 * (12 * 4 + 8))) ] ||
    bad "expected ${#traces[@]} traces of 56 numbers twice, not $passed numbers"

# ------------------------------------------- against the counting engine ----

policies=$("$uvmsim" count --list | awk '/^[a-z0-9]/ { print $1 }')
[ "$(echo "$policies" | wc -w)" -ge 13 ] || bad "policies: $policies"

# Lines "policy frames misses evictions dirty" of the engine's JSON.
counted() {
	tr '{' '\n' <"$1" | sed -n 's/^"policy":"\([^"]*\)","frames":\([0-9]*\)'`
	    `',"misses":\([0-9]*\),"evictions":\([0-9]*\)'`
	    `',"dirty_evictions":\([0-9]*\).*/\1 \2 \3 \4 \5/p'
}

# same TRACE POLICY,... FRAMES,...: the machine says what the engine says
same() {
	local trace=$1 list=$2 frames=$3 policy n misses evictions dirty got

	if ! "$uvmsim" count --json --policy "$list" --frames "$frames" \
	    "$trace" >json 2>err; then
		bad "count $trace: $(cat err)"
		return
	fi
	counted json >want
	[ -s want ] || bad "count $trace says nothing"
	while read -r policy n misses evictions dirty; do
		"$uvmsim" replay --json --policy "$policy" --frames "$n" \
		    "$trace" >json 2>err
		got="$(value misses json) $(value evictions json)"
		got="$got $(value dirty_evictions json)"
		if [ "$got" = "$misses $evictions $dirty" ]; then ok; else
			bad "$trace $policy $n: $got, expected" \
			    "$misses $evictions $dirty $(cat err)"
		fi
	done <want
}

# Pieces of the recorded traces, and one that no program would leave behind.
piece() { xz -dc "$data/$1.lackey.xz" | sed -n "$2p" >"$1.lackey"; }
less=1
[ -z "$slow" ] || less=4
piece cc1 "1,$((160000 / less))"
piece sort "300000,$((300000 + 120000 / less))"
awk -v n=$((60000 / less)) 'BEGIN { srand(7); for (i = 0; i < n; i++) {
	page = int(exp(rand() * log(4000)))
	kind = rand() < 0.3 ? " S" : rand() < 0.1 ? " M" : " L"
	printf "%s %x,%d\n", kind, 4096 * (page * 7919 % 100003) + 4090,
	    rand() < 0.05 ? 16 : 4
} }' >zipf.lackey
all=$(echo $policies | tr ' ' ,)
same cc1.lackey "$all" 1,12,90
same sort.lackey "$all" 5,40
same zipf.lackey "$all" 2,100,1500
same zipf.lackey \
    clock:set=1,nfu:period=50,ws:tau=77,ws:tau=3000,wsclock:tau=500 33,800
same zipf.lackey 2q:kin=50:kout=20,s3fifo:small=40 33,800

# Swap that is too small, or none, changes what is written, not what goes.
for swap in 0 64K 1G; do
	"$uvmsim" replay --json --policy lru --frames 100 \
	    --machine swap=$swap,check=off zipf.lackey >json
	echo "$(value misses json) $(value dirty_evictions json)"
done | uniq >out
[ "$(wc -l <out)" -eq 1 ] && ok || bad "swap changes misses: $(cat out)"

# ------------------------------------------------- outside ones, pipes ----

awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' \
    "$top/docs/policies.md" >mru.c
${CC:-cc} -std=gnu11 -shared -fPIC -I"$top/api/include" -o mru.so mru.c ||
    bad "the example of docs/policies.md"
same zipf.lackey ./mru.so 50,400
same zipf.lackey "$tmp/mru.so" 50
for policy in opt lru; do
	"$uvmsim" replay --json --policy $policy --frames 60 zipf.lackey >file
	"$uvmsim" replay --json --policy $policy --frames 60 - \
	    <zipf.lackey >out 2>err
	cat zipf.lackey | "$uvmsim" replay --json --policy $policy \
	    --frames 60 - >pipe 2>>err
	if [ -n "$(value misses file)" ] &&
	    [ "$(value misses file)" = "$(value misses pipe)" ] &&
	    cmp -s out pipe && [ ! -s err ]; then ok; else
		bad "$policy from a pipe: $(cat pipe err)"
	fi
done
# The future ends where the replay does.
"$uvmsim" replay --json --policy opt --frames 60 \
    --until $((30000 / less)) zipf.lackey >out
head -$((30000 / less)) zipf.lackey >begin.lackey
"$uvmsim" replay --json --policy opt --frames 60 begin.lackey >pipe
got="$(value misses out) $(value dirty_evictions out)"
want="$(value misses pipe) $(value dirty_evictions pipe)"
[ -n "$(value misses out)" ] && [ "$got" = "$want" ] && ok ||
    bad "opt --until: $got, not $want"

# All of memory for one policy: more memory, fewer faults under LRU.
last=999999
for ram in 512K 1M 4M 16M; do
	"$uvmsim" replay --json --policy lru \
	    --machine ram=$ram,swap=32M,check=off zipf.lackey >json 2>err
	now=$(value misses json)
	if [ -n "$now" ] && [ "$now" -le $last ] && [ ! -s err ]; then ok; else
		bad "lru ram=$ram: ${now:-$(cat err)} misses after $last"
	fi
	last=${now:-0}
done

# ------------------------------------------------------------ scripts ----

cat >script.uvm <<EOF
machine policy=lru frames=3 swap=1M check=on
spawn p
p: buf = mmap 64K rw private anon
p: write buf 12K
p: read buf 4K
p: write buf+12K 4K
expect machine evictions == 1
expect machine dirtyevict == 1
p: write buf+4K 4K
expect machine evictions == 2
expect machine majflt == 1
p: mlock buf+4K 4K
p: read buf+16K 12K
expect machine evictions == 4
p: munlock buf+4K 4K
p: munmap buf 64K
EOF
if "$uvmsim" run -q script.uvm >out 2>&1; then ok; else
	bad "script.uvm: $(cat out)"
fi

# A core is loaded with its policies, whose state agrees with its page tables.
for policy in $policies; do
	[ "$policy" = opt ] && continue
	for frames in 0 30; do
		cat >core.uvm <<EOF
machine policy=$policy frames=$frames ram=512K swap=1M
spawn p
p: buf = mmap 1M rw private anon
p: write buf 600K
p: read buf 400K
p: mlock buf 4K
p: fork c
c: write buf+100K 200K
p: munmap buf+8K 20K
EOF
		if "$uvmsim" run -q --core a.core core.uvm >out 2>&1 &&
		    "$uvmsim" check a.core >>out 2>&1; then ok; else
			bad "core of $policy frames=$frames: $(cat out)"
		fi
	done
done

# ------------------------------------------------------------- errors ----

refuse 2 "expected --frames N" replay --policy lru zipf.lackey
refuse 2 "no policy 'mru'" replay --policy mru --frames 5 zipf.lackey
refuse 2 "mru takes no parameters" replay --policy ./mru.so:x=1 --frames 5 \
    zipf.lackey
refuse 2 "--frames takes a number from 1 to" replay --policy lru --frames 0 \
    zipf.lackey
refuse 2 "not '5x'" replay --policy lru --frames 5x zipf.lackey
refuse 1 "frames=5: policy=uvm does not count" replay --frames 5 zipf.lackey
refuse 1 "does not go with superpages=eager" replay --policy lru --frames 5 \
    --machine superpages=eager zipf.lackey
refuse 1 "bad.lackey:2:" replay --policy opt --frames 5 bad.lackey \
    < <(printf ' L 1000,4\n L 1000;4\n' >bad.lackey)
printf 'machine policy=opt frames=5\nspawn p\n' >opt.uvm
refuse 1 "only the replay of a trace of references" run opt.uvm
refuse 2 "--policy is for traces of references" replay --policy lru \
    --frames 5 "$top/tests/data/traces/$(ls "$top/tests/data/traces" |
	grep -m1 strace)"

finish
