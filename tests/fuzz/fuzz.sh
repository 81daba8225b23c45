#!/bin/bash
# Run the fuzzer on its targets, one behind the other:
#
#	fuzz.sh PROGRAM UVMSIM FOLDER SECONDS [TARGET...]
#
# Inputs that were found are kept in FOLDER/corpus, those that failed in
# FOLDER/failed.  Seeds are made if there are none; tests/data/fuzz has the
# inputs of failures that have been repaired.
set -u

program=$(realpath "$1") uvmsim=$2 folder=$3 seconds=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
past=$here/../data/fuzz
all="refs log convert record stream script core maps config grid results elf
    generator"
[ $# -gt 0 ] || set -- $all
status=0

[ -d "$folder/seeds/generator" ] ||
    bash "$here/seeds.sh" "$uvmsim" "$folder/seeds" || exit 1
mkdir -p "$folder/failed"
folder=$(cd "$folder" && pwd)

for target; do
	mkdir -p "$folder/corpus/$target"
	from="$folder/seeds/$target"
	[ -d "$past/$target" ] && from="$from $past/$target"
	# shellcheck disable=SC2086	# two folders
	FUZZ=$target "$program" -artifact_prefix="$folder/failed/$target-" \
	    -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 \
	    -max_len=16384 -max_total_time="$seconds" -print_final_stats=1 \
	    ${SEED:+-seed=$SEED} "$folder/corpus/$target" $from \
	    >"$folder/$target.log" 2>&1
	if [ $? -ne 0 ]; then
		tail -n 40 "$folder/$target.log"
		echo "FUZZ=$target fails: see $folder/failed"
		status=1
	elif [ -z "${QUIET-}" ]; then
		awk -v target="$target" '/number_of_executed_units/ { n = $2 }
		    /peak_rss_mb/ { print target ": " n " inputs, " $2 " MB" }' \
		    "$folder/$target.log"
	fi
done
exit $status
