#!/bin/bash
# What a command may take of its host: run.sh UVMSIM [hostile inputs, times]
#
# Scripts, traces, compressed files and cores that ask for all memory, or would
# run for days.  Memory and time are measured from outside by peak.c.  Each run
# ends with one line, status 1, no file but those that were asked for, and, where
# a machine was there, a core that `uvmsim check' finds sound and that is, byte
# for byte, the one of a run of so many operations.
#
# A sanitized or instrumented program has memory of its own, and much: there
# bounds of memory are not tried.
. "$(dirname "$0")/../tools/checks.sh"

"${CC:-cc}" -O1 -o peak "$top/tests/bounds/peak.c" || exit 1
mkdir work && cd work || exit 1
instrumented=$(grep -c -m 1 -E '__asan_init|__gcov_dump' "$uvmsim")
inputs=0 compared=0

# bounded ARGUMENT...: uvmsim, measured; => $status $kb $ms, ../out, ../err
bounded() {
	inputs=$((inputs + 1))
	../peak "$uvmsim" "$@" >../out 2>../all </dev/null
	read -r status kb ms <<<"$(tail -n 1 ../all)"
	sed '$d' ../all >../err
}

# ends TEXT WHAT: it has ended with status 1 and one line that has TEXT
ends() {
	check "$2: status $status" [ "$status" -eq 1 ]
	check "$2: one line: $(head -c 300 ../err)" \
	    [ "$(wc -l <../err)" -eq 1 ]
	check "$2" says ../err "$1"
}

only() {	# WHAT FILE...: no others are there
	local what=$1 there

	shift
	there=$(find . -type f | sed 's|^\./||' | sort)
	check "$what: files: $there" \
	    [ "$there" = "$(printf '%s\n' "$@" | sort)" ]
}

# ---- memory ----

# memory SIZE-IN-M WHAT ARGUMENT...
memory() {
	local m=$1 what=$2

	shift 2
	bounded "$@" --max-host-memory "${m}M" --timeout 60
	ends "out of the ${m}M of host memory that --max-host-memory allows" \
	    "$what"
	check "$what: $kb KB of ${m}M" [ "$kb" -le $((m << 10)) ]
}

# script NAME SIZE...: ../NAME.uvm within so much; its core against that of a
# run without a bound, to the same operation
script() {
	local name=$1 m n

	shift
	for m; do
		rm -f core same
		memory "$m" "$name" run --core core "../$name.uvm"
		only "$name" core
		check "$name: check" "$uvmsim" check -q core
		n=$(sed -n 's/.*ended after \([0-9]*\) operations.*/\1/p
		    s/.*before operation \([0-9]*\) is.*/\1 - 1/p' ../err)
		[ -n "$n" ] || continue
		"$uvmsim" run -q --max-ops $((n)) --core same "../$name.uvm" \
		    2>../err
		check "$name: the core of $((n)) operations" cmp core same
		compared=$((compared + 1))
	done
	rm -f core same
}

put() { { echo "machine ${2//,/ }"; echo "spawn sh"; cat; } >"../$1.uvm"; }

put pages ram=1T,swap=0 <<EOF
sh: b = mmap 64T rw private anon
repeat 1000
sh: write seq b 256M
sh: write rand b 64T count 90000
end
EOF
put once ram=1T,swap=0 <<EOF
sh: b = mmap 64T rw private anon
sh: write b 512G
EOF
put maps ram=512M,swap=0 <<EOF
repeat 10000000
sh: mmap 4K rw shared anon
sh: mmap 4K r private anon
end
EOF
put sparse ram=8T,swap=0 <<EOF
sh: b = mmap 64T rw private anon
sh: write stride b 64T by 2M count 30000000
EOF
put files ram=64M <<EOF
$(seq -f 'file /tmp/f%.0f 4K' 200000)
EOF
put forks ram=4G <<EOF
sh: b = mmap 1G rw private anon
sh: write b 1G
$(seq 20000 | sed 's/.*/sh: fork kid&\nkid&: write b 64K/')
EOF
put tables ram=8T,swap=16G <<EOF
sh: mmap 4K rw private anon
EOF
put names ram=64M <<EOF
$(seq -f 'sh: x%.0f = mmap 4K rw private anon' 150000)
EOF

if [ "$instrumented" -eq 0 ]; then
	script pages 16 64
	script sparse 32
	script maps 32
	script once 16
	only once
	for m in 16 24; do
		memory $m names run --core core ../names.uvm
		memory $m files run --core core ../files.uvm
		memory $m forks run --core core ../forks.uvm
		bounded run --max-host-memory ${m}M ../tables.uvm
		check "8T in ${m}M: status $status" [ "$status" -eq 0 ]
		check "8T in ${m}M: $kb KB" [ "$kb" -le $((m << 10)) ]
		rm -f core
	done
	gen=gen:uniform:pages=268435456:n=100000000000
	memory 32 "replay" replay --core core $gen
	check "replay: check" "$uvmsim" check -q core
	gen=gen:seq:pages=268435456:n=100000000000
	memory 32 "replay" replay --core core $gen
	check "replay: check" "$uvmsim" check -q core
	n=$(sed -n 's/.*ended after \([0-9]*\) references.*/\1/p' ../err)
	"$uvmsim" replay -q --until "${n:-1}" --core same $gen
	check "replay: the core of $n references" cmp core same
	compared=$((compared + 1))
	rm -f core same
	gen=gen:uniform:pages=268435456:n=100000000000
	memory 32 "mrc" mrc $gen
	memory 32 "wset" wset $gen
	memory 32 "count" count --frames 100 $gen
	memory 64 "sweep" sweep --set ram=1G,2G,4G $gen
	only "traces"
	for z in "gzip -1" "xz -0" "zstd -q -3"; do
		head -c 200M /dev/zero | $z >../bomb
		bounded run --max-host-memory 32M --timeout 2 ../bomb
		check "$z: status $status" [ "$status" -eq 1 ]
		check "$z: $kb KB" [ "$kb" -le 32768 ]
		bounded replay --max-host-memory 32M --timeout 2 ../bomb
		check "$z, replay: $kb KB" [ "$kb" -le 32768 ]
	done
	only "bombs"
	"$uvmsim" run -q --core ../large --max-ops 200000 ../pages.uvm 2>../err
	memory 16 "a large core" check ../large
fi

# ---- operations ----

script=$top/workloads/examples/access-patterns.uvm
"$uvmsim" run -q --record ../plain --core ../whole "$script"
for n in 1 7 50; do
	bounded run -q --max-ops $n --core core --record part "$script"
	ends "--max-ops $n are done; the state is in core" "max-ops $n"
	check "max-ops $n: check" "$uvmsim" check -q core
	check "max-ops $n: a prefix" \
	    cmp -n "$(stat -c %s part)" part ../plain
	compared=$((compared + 1))
done
rm -f core part
bounded run -q --max-ops 99999999 --core core "$script"
check "max-ops of more than there are: status $status" [ "$status" -eq 0 ]
check "max-ops of more than there are" cmp core ../whole
rm -f core

for t in gen:zipf:n=50000 gen:forkserver:n=50000; do
	for n in 1 1000 1024; do
		bounded replay --max-ops $n --core core "$t"
		ends "--max-ops $n are done" "replay $t --max-ops $n"
		cp ../out ../first
		if [[ $t != gen:forkserver* ]]; then
			"$uvmsim" replay --until $n --core same "$t" >../out
			check "replay $t $n: core" cmp core same
			check "replay $t $n: text" cmp ../first ../out
			compared=$((compared + 1))
		fi
		check "replay $t $n: check" "$uvmsim" check -q core
	done
	rm -f core same
done
bounded replay --max-ops 50000 gen:zipf:n=50000
check "as many as there are: status $status" [ "$status" -eq 0 ]
for c in "mrc" "mrc --policy opt" "wset" "count --frames 10 --policy lru,opt" \
    "replay --policy opt --frames 10"; do
	# shellcheck disable=SC2086	# words
	bounded $c --max-ops 1000 gen:zipf:n=50000
	ends "--max-ops 1000 are done" "$c"
	cp ../out ../first
	# shellcheck disable=SC2086	# words
	"$uvmsim" $c --until 1000 gen:zipf:n=50000 >../out
	check "$c: as with --until" cmp ../first ../out
	compared=$((compared + 1))
done
bounded generate zipf:n=50000 --max-ops 1000 -o part.uvt
ends "--max-ops 1000 are done" "generate"
bounded convert --max-ops 500 part.uvt less.uvt
ends "--max-ops 500 are done" "convert"
"$uvmsim" convert --until 500 part.uvt same.uvt >../out
for f in less same; do "$uvmsim" convert -q --to lackey $f.uvt - | grep -v '^=='
done >../both
check "convert: as with --until" [ "$(head -n 500 ../both | cksum)" = \
    "$(tail -n 500 ../both | cksum)" ]
compared=$((compared + 1))
bounded report --max-ops 20 -o page.html "$script"
ends "--max-ops 20 are done" "report"
bounded step --max-ops 20 -x 'goto 100' -x where "$script"
check "step: operation 20 is the last" says ../out "20"
only "operations" part.uvt less.uvt same.uvt page.html
rm -f -- *

# ---- time ----

# late SECONDS WHAT ARGUMENT...: it ends then, and not much later
late() {
	local after=$1 what=$2

	shift 2
	bounded "$@" --timeout "$after"
	ends "--timeout $after is over" "$what"
	check "$what: $ms ms" [ "$ms" -ge 300 ]
	check "$what: $ms ms" [ "$ms" -le 10000 ]
}

put long ram=64M <<EOF
sh: b = mmap 1M rw private anon
repeat 40000000
sh: read b 1
end
EOF
put shows ram=64M <<EOF
repeat 40000000
expect machine faults == 0
end
EOF
late 0.4 "a script" run --core core ../long.uvm
check "a script: check" "$uvmsim" check -q core
only "a script" core
rm -f core
late 0.4s "expectations" run ../shows.uvm
late 400ms "replay" replay gen:zipf:n=100000000000
late 0.4 "mrc" mrc gen:zipf:n=100000000000
late 0.4 "count" count --frames 9 --policy opt gen:zipf:n=100000000000
late 0.4 "sweep" sweep --set ram=1G gen:zipf:n=100000000000
late 0.4 "generate" generate zipf:n=100000000000 -o part.uvt
late 0.4 "explain" explain ../long.uvm:5:30000000
mkfifo ../silent
exec 9<>../silent
late 0.4 "a pipe that gives nothing" run ../silent
late 0.4 "a pipe that gives nothing" replay ../silent
exec 9>&-
only "time"

# ---- what is no bound ----

refuse 2 "expected a size from 16M on" run --max-host-memory 1M x
refuse 2 "expected a size from 16M on" run --max-host-memory much x
refuse 2 "expected a number of operations" run --max-ops 0 x
refuse 2 "expected a number of operations" run --max-ops -1 x
refuse 2 "expected a time such as" run --timeout 0 x
refuse 2 "expected a time such as" run --timeout 5y x
refuse 2 "expected a time such as" run --timeout "" x
for t in 2 0.5 90s 5m 1.5h 20ms; do
	check "--timeout $t" "$uvmsim" run -q --timeout $t "$script"
done

echo "TRUST inputs $inputs"
echo "TRUST compared $compared"
finish
