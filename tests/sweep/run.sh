#!/bin/bash
# Sweeps over recorded traces: run.sh UVMSIM
#
#  - misses, evictions and dirty evictions of the golden files of
#    tests/data/lackey, through both engines, as rows of a sweep
#  - the same bytes from one thread, two, few lanes at a time, a file of
#    results, a pipe, and processes of mpirun (said if there is no mpirun)
#  - a point that fails, a trace that does not end well, a sweep that is
#    interrupted or killed and goes on, what is wrong in one line
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"

# same WHAT FILE FILE
same() {
	if cmp -s "$2" "$3"; then
		ok
	else
		bad "$1:"
		diff "$2" "$3" | head -5
	fi
}

# ------------------------------------------------------------- golden ----

# Lines "policy,frames,misses,dirty" of the stream of all references.
rows_of() {
	golden "$1" all | awk '
	$3 == "misses" { m[$1 "," $2] = $4 }
	$3 == "dirty_evictions" { d[$1 "," $2] = $4 }
	END { for (i in m) print i "," m[i] "," (i in d ? d[i] : "") }' | sort
}

names=(ls sort) until=300000
[ -z "$slow" ] || names=(ls) until=60000
for name in "${names[@]}"; do
	rows_of "$data/$name.lackey.golden.json" >want
	frames=$(cut -d, -f2 want | sort -nu | paste -sd,)
	for engine in count machine; do
		"$uvmsim" sweep -s engine=$engine -s policy=lru,fifo,opt \
		    -s "frames=$frames" --csv "$data/$name.lackey.xz" >got ||
		    bad "$name $engine: status $?"
		awk -F, 'NR > 1 { print $2 "," $3 "," $6 "," $8 }' got |
		    sort >rows
		while IFS=, read -r policy n misses dirty; do
			if grep -qE "^$policy,$n,$misses,${dirty:-[0-9]+}\$" \
			    rows; then
				ok
			else
				bad "$name $engine: expected $policy, $n" \
				    "frames: $misses misses, $dirty dirty," \
				    "not $(grep "^$policy,$n," rows)"
			fi
		done <want
		[ -s want ] || bad "$name: no golden counts"
	done
done

# --------------------------------------------------------- same bytes ----

cat >grid <<-'END'
	# two engines, three policies, four sizes, one of which is nonsense
	engine = count, machine
	policy = clock, ws:tau=500, opt
	frames = 24..96*2, 0
END
trace=$data/ls.lackey.xz
"$uvmsim" sweep -j 1 --until $until grid "$trace" >table 2>err
[ $? -eq 1 ] && grep -q '6 of 24 points failed' err && ok ||
    bad "failed points: $(cat err)"
[ "$(grep -c failed: table)" -eq 6 ] && ok || bad "rows that failed"
[ "$(wc -l <table)" -eq 25 ] && ok || bad "rows"

for form in '' --csv --json; do
	# shellcheck disable=SC2086
	sweep() { "$uvmsim" sweep $form --until $until "$@" 2>/dev/null; }

	sweep -j 1 grid "$trace" >one
	sweep -j 2 grid "$trace" >got
	same "two threads $form" one got
	sweep -j 3 --live 2 grid "$trace" >got
	same "two lanes at a time $form" one got
	xz -dc "$trace" | sweep grid - >got
	same "a pipe $form" one got
	rm -f results
	sweep -r results grid "$trace" >got
	same "a file of results $form" one got
	sort -R results >mixed
	{ head -1 results; grep -vxF "$(head -1 results)" mixed | head -9
	} >part
	sweep -r part grid "$trace" >got
	same "half of the results $form" one got
	[ "$(wc -l <part)" -eq 19 ] && ok || bad "results of the second run"
	printf 'GARBAGE' >>part
	sweep -r part -s policy=opt -s seed=1,2 grid "$trace" >got
	[ "$(grep -c GARBAGE part)" -eq 1 ] && ok || bad "garbage"
done
[ "$(grep -c '"error"' one)" -eq 6 ] && ok || bad "JSON of failed points"

mpirun=${MPIRUN:-mpirun}
mpi() {
	"$mpirun" --allow-run-as-root --oversubscribe -np "$@" 2>err
}

# Started by mpirun, and no library of it, or one that is something else.
libz=$(ldd "$uvmsim" | awk '$1 ~ /^libz\.so/ { print $3 }')
mkdir fake
: >fake/libmpi.so.40
fake() { OMPI_COMM_WORLD_SIZE=2 LD_LIBRARY_PATH=$PWD/fake "$uvmsim" "$@" 2>err; }
for why in 'file too short' "${libz:+undefined symbol: MPI_Init_thread}"; do
	fake sweep -s frames=4 "$trace" >got
	if [ $? -eq 1 ] && [ ! -s got ] && grep -q \
	    "started by mpirun, but .*: $why" err; then ok
	else bad "a false library: $(cat err)"; fi
	[ -z "$libz" ] || ln -sf "$libz" fake/libmpi.so.40
done
OMPI_COMM_WORLD_SIZE=1 sweep -s frames=4 "$trace" >got
sweep -s frames=4 "$trace" >want
same "mpirun -np 1 needs no library" want got

# Wanted where it is there and works: not every place lets it make its sockets.
if ! command -v "$mpirun" >/dev/null; then
	echo "skipped: mpirun ($mpirun: not installed)"
elif ! mpi 2 true; then
	echo "skipped: mpirun does not run here: $(grep -m1 . err)"
else
	for n in 1 2 3; do
		mpi $n "$uvmsim" sweep --json --until $until grid "$trace" >got
		same "mpirun -np $n" one got
	done
	head -5 results >part
	mpi 2 "$uvmsim" sweep --json --until $until -r part grid "$trace" >got
	same "mpirun and a file of results" one got
	[ "$(wc -l <part)" -eq 19 ] && ok || bad "results of mpirun"
	mpi 2 "$uvmsim" sweep -s frames=4 nothing >got && bad "mpirun: no trace"
	grep -q 'uvmsim sweep: nothing: No such file' err && ok ||
	    bad "mpirun: $(head -1 err)"
	mpi 2 "$uvmsim" sweep -s frames=4 - <"$trace" >got && bad "mpirun: -"
	grep -q 'uvmsim sweep: .*standard input' err && ok ||
	    bad "mpirun and standard input: $(head -1 err)"
	head -c 20000 "$trace" >cut.lackey.xz
	"$uvmsim" sweep -s frames=4,8 cut.lackey.xz >want 2>said
	mpi 2 "$uvmsim" sweep -s frames=4,8 cut.lackey.xz >got
	same "mpirun and a trace that breaks off" want got
	check "mpirun: where it breaks off" grep -qxF "$(cat said)" err
fi

# ------------------------------------------------------- interruptions ----

xz -dc "$trace" | head -200000 >first
whole=$trace
[ -z "$slow" ] || whole=first

# One lane at a time: the signal comes when some have made their rows.
interrupted() {		# signal
	local pid

	rm -f results
	env --default-signal=INT "$uvmsim" sweep -j 1 --live 1 -r results \
	    -s engine=machine -s policy=lru,fifo -s frames=8..64*2 "$whole" \
	    >out 2>err &
	pid=$!
	for _ in $(seq 600); do
		[ "$(wc -l 2>/dev/null <results || echo 0)" -ge 3 ] && break
		sleep 0.05
	done
	kill -s "$1" $pid
	wait $pid
	status=$?
} 2>/dev/null

"$uvmsim" sweep -j 2 -s engine=machine -s policy=lru,fifo \
    -s frames=8..64*2 "$whole" >one
for signal in INT TERM KILL; do
	interrupted $signal
	[ $status -gt 128 ] && ok || bad "$signal: status $status"
	rows=$(($(wc -l <results) - 1))
	[ $rows -ge 2 ] && [ $rows -lt 8 ] && ok || bad "$signal: $rows rows"
	if [ $signal != KILL ]; then
		[ "$(($(wc -l <out) - 2))" -eq $rows ] && ok ||
		    bad "$signal: rows printed: $(cat out)"
		grep -q "interrupted: $rows of 8 points are done; they are" \
		    err && ok || bad "$signal: $(cat err)"
	fi
	"$uvmsim" sweep -r results -s engine=machine -s policy=lru,fifo \
	    -s frames=8..64*2 "$whole" >got
	same "after $signal" one got
	[ "$(wc -l <results)" -eq 9 ] && ok || bad "$signal: measured twice"
done

# A machine whose memory runs out fails alone.
"$uvmsim" sweep -s policy=none -s ram=64K,64M first >out 2>err
[ $? -eq 1 ] && ok || bad "memory that runs out: status"
grep -qE '^64K failed: first: reference [0-9]+, .*no page of 16 is free' out &&
    ok || bad "memory that runs out: $(cat out)"
"$uvmsim" sweep -s policy=none -s ram=64M --csv first | tail -1 | cut -d, -f3- \
    >want
"$uvmsim" sweep -s policy=none -s ram=64K,64M --csv first 2>err | tail -1 |
    cut -d, -f3- >got
same "its neighbour" want got

# -------------------------------------------------------------- errors ----

refuse 2 "expected [GRID] TRACE" sweep
refuse 2 "expected GRID, or --set" sweep first
refuse 2 "did you mean frames?" sweep -s frmes=1 first
refuse 2 "given more than 64 times" \
    sweep $(printf -- '-s seed=%d ' {1..65}) first
refuse 2 "more than 1000000 points" \
    sweep -s seed=1..1000 -s frames=1..1001 first
refuse 2 "--jobs takes a number from 1" sweep -j 0 -s frames=1 first
refuse 2 "--live takes a number from 1" sweep --live 0 -s frames=1 first
refuse 2 "--until takes a number" sweep --until -1 -s frames=1 first
refuse 2 "no counter is named nothing" \
    sweep --stats faults,nothing -s seed=1 first
refuse 2 "--csv or --json" sweep --csv --json -s frames=1 first
refuse 1 "nothing: No such file" sweep -s frames=1 nothing
refuse 1 "expected a trace of references" sweep -s frames=1 grid
refuse 1 "nothing: No such file" sweep nothing first
echo 'frames 4' >wrong
refuse 1 'wrong:1: expected KEY=VALUE' sweep wrong first
printf ' L 00001000,4\n L 00zz1000,4\n' >broken
refuse 1 "broken:2:6: " sweep -s engine=count -s frames=4 broken
refuse 1 "expected a file of results" sweep -r grid -s seed=1 first
head -1000 first >other
refuse 1 "of another trace" sweep -r results -s seed=1 other

head -c 200010 first >cut
"$uvmsim" sweep -s engine=count -s frames=4 cut >out 2>err && ok ||
    bad "a trace that breaks off: $(cat err)"
grep -q 'warning: the trace breaks off' err && ok || bad "cut: $(cat err)"

"$uvmsim" sweep --json --stats faults,tlb_walks -s tlb=off,skylake \
    -s superpages=never,reserve -s arch=amd64,arm64-16k first >out
[ "$(grep -c '"tlb_walks":[0-9]' out)" -ge 4 ] && ok || bad "statistics"

finish
