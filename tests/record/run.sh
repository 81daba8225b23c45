#!/bin/bash
# Recorded programs: logs into traces, traces through the machine: run.sh UVMSIM
#
# The logs in ../data/record need no valgrind.  With valgrind here, a program is
# recorded as well; without, that is said, and what `record' says of it checked.
#
# Says nothing else when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"
data=$top/tests/data/record

# START END PROT OFFSET PATH of what the program itself has mapped: not
# valgrind's own memory, nor what the kernel gives every process.  The heap,
# which valgrind maps in its own way, is not compared here.
own_map() {
	awk '$1 ~ /^#/ { next }
	{
		split($1, at, "-")
		path = NF > 3 ? $NF == "(deleted)" ? $(NF - 1) : $NF : "-"
		if (path ~ /^[0-9]+$/) path = "-"
		if (length(at[1]) > 10 || at[1] ~ /^04000000/) next
		if (at[1] ~ /^58/ || at[1] ~ /^100[0-9a-f]/) next
		print at[1], at[2], $2, $3, path
	}'
}

for log in true.32276 maps.32248 pipe.32381; do
	name=${log%%.*}
	check "$name: convert" "$uvmsim" convert -q "$data/$log.xz" "$name.uvt"
	"$uvmsim" replay "$name.uvt" >out 2>err
	check "$name: no difference" [ $? -eq 0 ]
	check "$name: nothing reported" [ ! -s err ]
	check "$name: all is mapped" says out ", 0 touches of nothing mapped"
	for copy in "$data/${log%.*}".*.xz; do
		xz -dc "$copy" >"$(basename "$copy" .xz)"
		# Plain, for what it is its content tells.
		cp "$(basename "$copy" .xz)" "$(basename "$copy")"
	done
	"$uvmsim" convert -q "$log.xz" plain.uvt
	check "$name: the same bytes from plain logs" \
	    cmp -s "$name.uvt" plain.uvt
	rm -- *.xz
	"$uvmsim" replay --json "$name.uvt" >one.json
	xz -0 -c "$name.uvt" | "$uvmsim" replay --json - >two.json
	check "$name: through a pipe" cmp -s <(sed 's/"trace":"[^"]*"//' \
	    one.json) <(sed 's/"trace":"[^"]*"//' two.json)
done

# What the program itself saw in /proc/self/maps at its end.
"$uvmsim" replay --maps 32248 maps.uvt 2>err | own_map >got
own_map <"$data/maps.final" >want
check "the map is the kernel's" cmp -s want got
check "and is one" [ "$(wc -l <got)" -ge 12 ]
"$uvmsim" replay --maps all maps.uvt 2>err | grep -c '^#pid' >count
check "two maps" [ "$(cat count)" = 2 ]

# The references are the log's, and readers of references take the trace.
"$uvmsim" convert -q true.uvt true.lackey
check "references come back" cmp -s <(grep '^[I ][ LSM] ' true.32276) \
    <(grep -v '^==' true.lackey)
"$uvmsim" convert -q --from lackey true.32276 refs.uvt
check "references alone" [ "$("$uvmsim" count --policy lru --frames 64 \
    refs.uvt | tail -1)" = "$("$uvmsim" count --policy lru --frames 64 \
    true.uvt | tail -1)" ]
"$uvmsim" replay refs.uvt >out
check "one big map without operations" says out "distinct 4K pages"

# The machine is the user's.
check "under a policy" "$uvmsim" replay -q --policy lru --frames 64 pipe.uvt
check "little memory, swap" "$uvmsim" replay -q \
    --machine ram=2M,swap=16M pipe.uvt
check "superpages" "$uvmsim" replay -q --machine superpages=eager pipe.uvt
"$uvmsim" replay --core core pipe.uvt >out
check "a sound core" "$uvmsim" check -q core
"$uvmsim" replay --until 1000 true.uvt >out
check "until" says out " 1000 references,"
"$uvmsim" replay --data-only true.uvt >out
check "data only" [ -z "$(grep fetches out)" ]

# What is not whole.
{ head -n 70000 true.32276; printf 'I  040'; } >cut.32276
"$uvmsim" convert cut.32276 cut.uvt >out
check "a log that breaks off" says out "the log breaks off"
check "is replayed up to there" "$uvmsim" replay -q cut.uvt
head -c 90000 true.uvt >part.uvt
check "a trace that breaks off" "$uvmsim" replay -q part.uvt
grep -v 'sys_mmap.*0x4a1c000' true.32276 >hole.32276
"$uvmsim" convert -q hole.32276 hole.uvt
"$uvmsim" replay hole.uvt >out 2>err
check "a map with a hole" [ $? -eq 1 ]
check "says where" says err "at 0x4a1c"
sed '65545s/.*/words/' true.32276 >words.32276
check "no reference" refuses 1 "words.32276:65545:1: expected" \
    "$uvmsim" convert words.32276 x.uvt
check "no trace of it is left" [ ! -e x.uvt ]
mv pipe.32538 away
"$uvmsim" convert pipe.32381 x.uvt >out 2>err
check "a child without a log" says out "1 child not recorded"
check "is told" says err "has no log: expected"
ln -s pipe.32538.xz pipe.32538.xz # to itself
check "a child whose log cannot be read" refuses 1 \
    "pipe.32538.xz: Too many levels of symbolic links" \
    "$uvmsim" convert -q pipe.32381 x.uvt

# Without valgrind, and with.
check "no valgrind" refuses 1 "valgrind is not installed" \
    env PATH=/nonexistent "$uvmsim" record true
check "no standard output" refuses 2 "expected a file" \
    "$uvmsim" record -o - true
check "no command" refuses 2 "" "$uvmsim" record
if command -v valgrind >/dev/null; then
	"$uvmsim" record -o live.uvt -- cat /dev/null 2>err
	check "record" [ $? -eq 0 ]
	"$uvmsim" replay live.uvt >out 2>err
	check "replay what was recorded" [ $? -eq 0 ]
	check "all is mapped" says out ", 0 touches of nothing mapped"
	"$uvmsim" record --children --keep live -o live.uvt -- \
	    sh -c 'echo a | cat; (x=1)' >out 2>err
	check "record processes" [ $? -eq 0 ]
	cat live.[0-9]* | grep -c '== Lackey' >heads
	check "and what a child did before exec" [ "$(cat heads)" = 5 ]
	check "the program's output" [ "$(cat out)" = a ]
	"$uvmsim" replay live.uvt >out 2>err
	check "replay processes" [ $? -eq 0 ]
	check "four of them" says out " 4 processes"
	"$uvmsim" record -o no.uvt -- ./nothing >out 2>err
	check "no such command" [ $? -eq 1 ]
	check "leaves no trace" [ ! -e no.uvt ]
else
	echo "skipped: recording (valgrind is not installed)"
fi

finish
