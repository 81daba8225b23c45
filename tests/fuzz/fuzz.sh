#!/bin/bash
# Run libFuzzer on the targets, as many side by side as there are cores:
#
#	fuzz.sh [-t] PROGRAM PLAIN UVMSIM FOLDER SECONDS [TARGET...]
#
# each for SECONDS, or with -t all of them together: they take turns until the
# time is over.  PLAIN is test_fuzz, which has the list of targets and unpacks
# their corpora; UVMSIM makes seeds.
#
#	FOLDER/corpus/TARGET	inputs found, from one run to the next; made small
#				at the end
#	FOLDER/failed/		inputs that failed
#	FOLDER/log/		what libFuzzer has said
#
# The end is a line for each target, `TRUST inputs N TARGET' (run-tests.sh), and
#
#	N inputs, M targets, T seconds, F findings
#
# with, for each finding, its file and how to see it again; exit status 1 then.
set -u

together='' jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
[ "${1-}" = -t ] && together=1 && shift
program=$(realpath "$1") plain=$(realpath "$2") uvmsim=$(realpath "$3")
mkdir -p "$4"
folder=$(cd "$4" && pwd) seconds=$5
shift 5
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit 1
names=$("$plain" -L | awk '{ print $1 }')
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $names
start=$SECONDS

mkdir -p "$folder/failed" "$folder/log"
[ -d "$folder/seeds/done" ] ||
    { bash "$here/seeds.sh" "$uvmsim" "$folder/seeds" &&
    mkdir -p "$folder/seeds/done"; } || exit 1
bash "$here/dict.sh" "$uvmsim" "$folder/dict" || exit 1

# What a target begins with: seeds, its corpus, what has failed once.
begin() {
	local into=$folder/begin/$1

	rm -rf "$into"
	mkdir -p "$into" "$folder/corpus/$1"
	"$plain" -u "$1" "$into" 2>/dev/null || :
	for from in "$folder/seeds/$1" "tests/data/fuzz/$1"; do
		[ ! -d "$from" ] || cp "$from"/* "$into" 2>/dev/null || :
	done
}

# one TARGET SECONDS: libFuzzer, once
one() {
	local log=$folder/log/$1 dict=()

	[ ! -s "$folder/dict/$1" ] || dict=("-dict=$folder/dict/$1")
	FUZZ=$1 exec nice "$program" -artifact_prefix="$folder/failed/$1-" \
	    -timeout=60 -report_slow_units=60 -rss_limit_mb=2560 \
	    -malloc_limit_mb=1024 -max_len=16384 -max_total_time="$2" \
	    -print_final_stats=1 "${dict[@]}" ${SEED:+-seed="$SEED"} \
	    "$folder/corpus/$1" "$folder/begin/$1" >"$log" 2>&1
}

# Add up what one run has done.
declare -A inputs=() edges=() broken=() pid_of=()
tally() {
	local n log=$folder/log/$1

	n=$(awk '/number_of_executed_units/ { print $2 }' "$log")
	# A run that failed has no statistics, but a line each doubling.
	[ -n "$n" ] || n=$(sed -n 's/^#\([0-9]*\).*/\1/p' "$log" | tail -n 1)
	inputs[$1]=$((${inputs[$1]-0} + ${n:-0}))
	edges[$1]=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	[ "$2" -eq 0 ] || [ -n "$stopped" ] || broken[$1]=1
}

# turn SECONDS TARGET...: each of them so long, $jobs at a time
turn() {
	local time=$1 running=0 pid status target

	shift
	for target; do
		[ -z "${broken[$target]-}$stopped" ] || continue
		[ $running -lt "$jobs" ] || gather
		one "$target" "$time" &
		pid_of[$!]=$target
		running=$((running + 1))
	done
	while [ $running -gt 0 ]; do gather; done
}
gather() {
	wait -n -p pid "${!pid_of[@]}"
	status=$?
	[ -n "${pid-}" ] || { running=0; return; }
	tally "${pid_of[$pid]}" $status
	unset "pid_of[$pid]"
	running=$((running - 1))
}

# The corpus of a target without what adds nothing.
minimise() {
	local from=$folder/corpus/$1 into=$folder/small/$1

	rm -rf "$into"
	mkdir -p "$into"
	if FUZZ=$1 timeout 120 nice "$program" -merge=1 -timeout=60 \
	    -rss_limit_mb=2560 -max_len=16384 "$into" "$from" \
	    "$folder/begin/$1" >"$folder/log/$1.merge" 2>&1; then
		rm -rf "$from"
		mv "$into" "$from"
	fi
}

stopped=''
trap 'stopped=1; kill "${!pid_of[@]}" 2>/dev/null' INT TERM
for target; do begin "$target"; done
if [ -z "$together" ]; then
	turn "$seconds" "$@"
else
	# Turns of at most half a minute, four or more if there is the time.
	slot=$((seconds * jobs / $# / 4))
	[ $slot -le 30 ] || slot=30
	[ $slot -ge 2 ] || slot=2
	while [ -z "$stopped" ] && [ $((SECONDS - start)) -lt "$seconds" ]; do
		left=$(((start + seconds - SECONDS) * jobs / $#))
		[ $left -lt $slot ] && slot=$((left > 0 ? left : 1))
		turn "$slot" "$@"
		[ ${#broken[@]} -lt $# ] || break
	done
fi
took=$((SECONDS - start))
if [ -z "$stopped" ] && [ -z "${NOMERGE-}" ]; then
	for target; do minimise "$target"; done
fi

all=0
for target; do
	n=${inputs[$target]-0}
	all=$((all + n))
	printf '%-10s %10d inputs %7d edges %6d in the corpus  %s\n' "$target" \
	    "$n" "${edges[$target]:-0}" \
	    "$(find "$folder/corpus/$target" -type f | wc -l)" \
	    "${broken[$target]:+FAILS}"
done
for target; do
	[ -n "${broken[$target]-}" ] || continue
	file=$(find "$folder/failed" -name "$target-*" -printf '%T@ %p\n' |
	    sort -n | tail -n 1 | cut -d ' ' -f 2)
	echo "$target: $(grep -m 1 -E 'ERROR|runtime error|SUMMARY' \
	    "$folder/log/$target" || tail -n 1 "$folder/log/$target")"
	echo "	${file:-see $folder/log/$target}"
	echo "	FUZZ_TELL=1 FUZZ=$target $program $file"
done
for target; do echo "TRUST inputs ${inputs[$target]-0} $target"; done
echo "$all inputs, $# targets, $took seconds, ${#broken[@]} findings"
[ ${#broken[@]} -eq 0 ] && [ -z "$stopped" ]
