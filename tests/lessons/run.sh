#!/bin/bash
# Lessons and the numbers of textbooks: run.sh UVMSIM
#
#  - every script of workloads/lessons runs, expects something, and gets it
#  - the reference strings: the .lackey file and the .uvm script of a name have
#    the same references; every number of the table below comes out of `count',
#    of a machine with that policy and so many frames, and, for LRU and OPT, of
#    `mrc'
#  - the working-set policy on Belady's string, three ways
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"
cd "$top" || exit 1
lessons=workloads/lessons

# equal WANTED GOT WHAT
equal() {
	if [ "$1" = "$2" ]; then ok; else bad "$3: expected $1, got $2"; fi
}

# number KEY: of the JSON object on standard input, its first one
number() {
	tr '{,}' '\n\n\n' | awk -F: -v key="\"$1\"" '$1 == key {
		print $2; exit }'
}

# ------------------------------------------------------------ scripts ----

n=0
for script in "$lessons"/*.uvm; do
	n=$((n + 1))
	if ! "$uvmsim" run --json --machine check=on "$script" >"$tmp/json" \
	    2>"$tmp/err" || [ -s "$tmp/err" ]; then
		bad "$script: $(head -2 "$tmp/err")"
	elif [ "$(number passed <"$tmp/json")" -eq 0 ]; then
		bad "$script expects nothing"
	else
		ok
	fi
done
[ $n -ge 9 ] || bad "$n scripts in $lessons, 9 or more expected"

# ------------------------------------------------------------ strings ----

# Pages of a string, from the trace and from the script.
for trace in "$lessons"/*.lackey; do
	name=$(basename "$trace" .lackey)
	while read -r _ where; do
		echo $((0x${where%,1} / 4096 - 256))
	done <"$trace" >"$tmp/trace"
	sed -n 's/^a: read p+\([0-9]*\)\*4K 1$/\1/p' "$lessons/$name.uvm" \
	    >"$tmp/script"
	equal "$(paste -sd' ' "$tmp/trace")" "$(paste -sd' ' "$tmp/script")" \
	    "$name: pages"
done

# The loop: fifty pages, ten thousand references.
awk 'BEGIN { for (i = 0; i < 10000; i++)
	printf " L %x,1\n", 1048576 + 4096 * (i % 50) }' >"$tmp/loop.lackey"

trace_of() {
	case $1 in loop) echo "$tmp/loop.lackey" ;;
	*) echo "$lessons/$1.lackey" ;; esac
}

# The faults of a machine: what the process's line of `show wset' says.
machine_faults() {	# NAME POLICY FRAMES
	"$uvmsim" run --machine "policy=$2,frames=$3,check=on" \
	    "$lessons/$1.uvm" 2>/dev/null | awk '$2 == "a" { print $6 }'
}

# string frames fifo lru opt clock (bit set when the page comes in); -: not said
while read -r name frames fifo lru opt clock; do
	for pair in fifo="$fifo" lru="$lru" opt="$opt" clock:set=1="$clock"; do
		policy=${pair%=*} want=${pair##*=}
		[ "$want" = - ] && continue
		got=$("$uvmsim" count --json --policy "$policy" --frames \
		    "$frames" "$(trace_of "$name")" | number misses)
		equal "$want" "$got" "count $policy, $frames frames, $name"
		if [ "$policy" != opt ]; then
			equal "$want" "$(machine_faults "$name" "$policy" \
			    "$frames")" "machine $policy, $frames frames, $name"
		fi
		case $policy in lru | opt)
			got=$("$uvmsim" mrc --json --policy "$policy" --points \
			    "$frames" "$(trace_of "$name")" | number misses)
			equal "$want" "$got" "mrc $policy, $frames frames, $name"
		esac
	done
done <<'END'
belady 2 12 12 9 12
belady 3 9 10 7 9
belady 4 10 8 6 10
belady 5 5 5 5 5
ostep 2 9 9 7 9
ostep 3 7 5 5 7
ostep 4 4 4 4 4
silberschatz 3 15 12 9 14
silberschatz 4 10 8 8 9
tanenbaum 3 9 10 7 9
tanenbaum 4 10 8 6 10
loop 49 10000 10000 - -
loop 50 50 50 50 50
END

# ----------------------------------------------------- working sets ----

# tau, faults, the sum of the twelve sizes
while read -r tau faults sum; do
	"$uvmsim" wset --json --tau "$tau" "$lessons/belady.lackey" \
	    >"$tmp/json"
	equal "$faults" "$(number faults <"$tmp/json")" "wset tau=$tau: faults"
	equal "$sum" "$(number mean <"$tmp/json" | awk '{
		printf "%.0f", $1 * 12 }')" "wset tau=$tau: mean"
	equal "$faults" "$(machine_faults denning "ws:tau=$tau" 5)" \
	    "machine ws:tau=$tau"
	"$uvmsim" count --json --policy "ws:tau=$tau" --frames 5 \
	    "$lessons/belady.lackey" >"$tmp/json"
	equal "$faults" "$(number misses <"$tmp/json")" "count ws:tau=$tau"
	equal "$sum" "$(number mean_resident <"$tmp/json" | awk '{
		printf "%.0f", $1 * 12 }')" "count ws:tau=$tau: mean"
done <<'END'
2 12 23
3 10 33
4 8 40
5 7 44
END

finish
