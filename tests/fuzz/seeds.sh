#!/bin/bash
# Small inputs for each target of the fuzzer: seeds.sh UVMSIM FOLDER
#
# Fills FOLDER/TARGET with pieces of the tests' data, and with what uvmsim makes
# of the examples (cores, traces).  A folder that is there already gains them.
set -eu

uvmsim=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$2"
cd "$2"
for target in refs packed log convert record stream script core maps config \
    grid results elf generator command step lesson api lib; do
	mkdir -p $target
done

# piece TARGET FILE [LINES]: its first lines, decompressed
piece() {
	local name
	name=$(basename "$2" .xz)
	case $2 in
	*.xz)	xz -dc "$2" ;;
	*)	cat "$2" ;;
	esac 2>/dev/null | head -n "${3:-60}" | head -c 12000 >"$1/$name" || :
}

cp "$top"/tests/data/formats/* refs/ 2>/dev/null || :
rm -f refs/README.md refs/expect
for file in refs/*.gz refs/*.zst refs/*.zip; do # as they stand; xz of our own
	{ printf '\0'; cat "$file"; } >"packed/${file#refs/}"
done
{ printf '\0'; echo "a line" | xz; } >packed/line.xz
for how in 1 2 3 4; do	# three members; one, damaged; two, cut
	for head in whole='\2\0\0\0\0' damaged='\0\11\0\1\0' \
	    cut='\1\0\0\0\200'; do
		printf "\\$how${head#*=}some lines\nof a file\n\nin a pack\n" \
		    >"packed/${head%%=*}$how"
	done
done

for log in "$top"/tests/data/traces/*.strace "$top"/tests/data/calls/*[ps]; do
	case $log in
	*.maps)	continue ;;
	esac
	piece log "$log" 80
	piece convert "$log" 40
done
for snaps in "$top"/tests/data/traces/*.snaps* "$top"/tests/data/calls/*.maps
do
	piece maps "$snaps" 40
done
for log in "$top"/tests/data/record/*.xz; do
	piece record "$log" 120
	xz -dc "$log" | grep -a 'SYSCALL\|uvmsim:\|Command' | head -n 60 \
	    >"record/calls.$(basename "$log" .xz)" || :
done
for script in "$top"/workloads/examples/*.uvm "$top"/tests/*/*.uvm; do
	[ "$(wc -c <"$script")" -le 900 ] || continue
	cp "$script" "script/$(basename "$(dirname "$script")").$(basename \
	    "$script")"
done
for log in "$top"/tests/data/calls/*dump "$top"/tests/data/calls/*truss; do
	"$uvmsim" convert -q "$log" "stream/$(basename "$log").uvt" 2>/dev/null
done

# Cores of small machines, one of each system.
for system in freebsd netbsd openbsd linux; do
	"$uvmsim" run -m ram=1M,swap=1M,personality=$system --core \
	    core/$system - <<'SCRIPT' >/dev/null
file "/etc/x" 20000
spawn a image=none
a: m = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANON, -1, 0)
a: write m 20K
a: f = mmap(0, 16K, PROT_READ|PROT_WRITE, MAP_PRIVATE, "/etc/x", 0)
a: write f 4K
a: fork(b)
b: write m 4K
b: s = shmget(1, 8K, IPC_CREAT|SHM_R|SHM_W)
b: at = shmat(s, 0, 0)
b: write at 4K
SCRIPT
done

printf 'policy=lru\nframes=16\n' >config/policy
printf 'arch=i386\nram=8M\nswap=sd0:4M:disk=ssd,sd1:1M\n' >config/swap
printf 'tlb=skylake\ncpus=2\nsuperpages=reserve\nnuma=interleave\n' >config/tlb
printf 'policy = lru, clock, ws:tau=1000\nframes = 64..512*2\n' >grid/grid
printf 'arch = amd64, arm64-16k # two\nram=1M..4M*2\nengine=count\n' >grid/more
printf 'done frames=1 policy=lru : 1 2 3 4 5 6 7\n' >results/done
printf 'failed frames=2 policy=fifo : no memory\n' >results/failed
printf 'zipf,pages=100,n=1000,seed=3\n' >generator/zipf
printf 'seq,n=50\n' >generator/seq
head -c 6000 /bin/true >elf/true

# Command lines: those that the manual pages and documents show, if they name
# nothing but what there is in the folder of the target.
words() { printf '%s\n' "$@"; }
words run s.uvm >command/run
words run --json --core c in '' >command/run-core
printf 'spawn a\na: m = mmap 64K rw private anon\na: write m 20K\n' \
    >>command/run-core
words run --events e.json --samples r.csv --every 2 --stats all s.uvm \
    >command/run-events
words report -o page.html s.uvm >command/report
words explain s.uvm:5 >command/explain
words explain --json s.uvm:6:1 >command/explain-json
words replay -m frames=3,policy=lru t >command/replay
words count -p lru,arc --frames 1-8 t >command/count
words mrc --json t >command/mrc
words wset --tau 3 t >command/wset
words convert --to uvt t out >command/convert
words info --json t >command/info
words generate -o g -n 99 zipf:pages=20 >command/generate
words sweep -j 2 -r r in t '' 'policy = lru, fifo' 'frames = 1..4+1' \
    >command/sweep
words lesson -s 7 -c 1 >command/lesson
words lesson --sheet 3 --seeds 1-3 >command/sheet
words procfs s.uvm d >command/procfs
words ksyms s.uvm >command/ksyms
words procmap -M s.uvm -a -s 2 >command/procmap
words procstat -M s.uvm -v 2 >command/procstat
words procstat --libxo json -M s.uvm vm -a >command/procstat-json
words vmstat -M s.uvm -v >command/vmstat
words vmstat -p ALL -s -M s.uvm >command/vmstat-sizes
words step -x 'next 3' -x back s.uvm >command/step
words next 'next 3' back 'goto 2' map 'page m' 'break faults > 3' continue \
    'watch m' info help stack events quit >step/all
words 'n 2' 'b' 'print faults' 'show map a' 'list' 'until 5' q >step/short
for n in 1 11; do "$uvmsim" lesson $n -s 3 --key >lesson/key$n || :; done
"$uvmsim" lesson 1 -s 3 --form >lesson/form || :
printf '\001\001%s' "$(head -c 200 /bin/true | tr -d '\0')" >api/bytes
cp api/bytes lib/bytes
