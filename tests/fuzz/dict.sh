#!/bin/bash
# Dictionaries of libFuzzer: dict.sh UVMSIM FOLDER
#
# FOLDER/TARGET gets the words that a target's inputs are made of: the strings
# in the tables of the sources that read them, and the options that the commands
# say they have.
set -eu

uvmsim=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$2"
cd "$2"

# words FILE...: strings of sources that look like words of an input
words() {
	cat "$@" | grep -v '^#' | grep -o '"[A-Za-z_.$@%+=<:|-][A-Za-z0-9_.=:()-]\{0,23\}"' |
	    grep -v '[%\]' | LC_ALL=C sort -u || :
}
options() {
	local name
	for name in $("$uvmsim" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		echo "\"$name\""
		"$uvmsim" "$name" --help | grep -o -- ' --[a-z-]*\| -[a-zA-Z]\>' |
		    sed 's/^ \(.*\)/"\1"/'
	done | LC_ALL=C sort -u
}
numbers='"4096" "64K" "18446744073709551615" "-1" "0x"'

cd "$top"
to=$OLDPWD
words workloads/script/*.c sim/*.c >"$to/script"
words workloads/calls/*.c workloads/replay/*.c >"$to/log"
cp "$to/log" "$to/convert"
cp "$to/script" "$to/stream"
words workloads/record/*.c >"$to/record"
words sim/config*.c vm/policy*.c vm/*/*.c pmap/tlb*.c pmap/geometr*.c \
    >"$to/config" 2>/dev/null
words workloads/sweep/*.c sim/config*.c >"$to/grid"
words workloads/gen/*.c >"$to/generator"
words workloads/refs/*.c >"$to/refs"
words workloads/step/*.c api/cmd_step*.c >"$to/step"
words workloads/lesson/*.c >"$to/lesson"
words workloads/explain/*.c api/cmd_explain*.c >"$to/explain"
{ options; words api/procmap/*.c api/procstat/*.c api/vmstat/*.c; } \
    >"$to/command"
for word in $numbers; do echo "$word"; done >"$to/numbers"
for file in "$to"/*; do
	[ "$file" = "$to/numbers" ] || cat "$to/numbers" >>"$file"
done
rm -f "$to/numbers"
find "$to" -size 0 -delete
