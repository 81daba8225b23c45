#!/bin/bash
# Swap devices and disks: run.sh UVMSIM [NAME...]
#
# For each tests/swap/NAME.uvm: its expectations hold, it prints NAME.out (if
# there is one), and its record, run, prints the same and has a record of the
# same bytes; a core of its end can be loaded.  Then machine keys and statements
# that are wrong: each line of errors.txt is what is said about it.
#
# Silent but for what differs; the last line is "N passed, M failed".
set -u
export LC_ALL=C

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM [NAME...]" >&2
	exit 2
fi
bin=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
cd "$(dirname "$0")" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

result() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}

script() {
	local name=$1 ok=0

	"$bin" run "$name.uvm" --record "$tmp/rec" --core "$tmp/core" \
	    >"$tmp/out" 2>"$tmp/err" || ok=1
	if [ -e "$name.out" ]; then
		diff -u "$name.out" "$tmp/out" || ok=1
	elif [ -s "$tmp/out" ]; then
		ok=1
		cat "$tmp/out"
	fi
	cat "$tmp/err"
	"$bin" run "$tmp/rec" --record "$tmp/again" >"$tmp/out2" || ok=1
	cmp "$tmp/out" "$tmp/out2" && cmp "$tmp/rec" "$tmp/again" || ok=1
	"$bin" check "$tmp/core" >"$tmp/out3" 2>&1 || { cat "$tmp/out3"; ok=1; }
	[ $ok -eq 0 ] || echo "  reproduce: $bin run tests/swap/$name.uvm"
	return $ok
}

# a script's lines, \n between them, then what is said
wrong() {
	local line=$1 want=$2 got

	printf '%b\n' "$line" >"$tmp/wrong.uvm"
	got=$("$bin" run "$tmp/wrong.uvm" 2>&1)
	got=${got//"$tmp/"/}
	[ "$got" = "$want" ] && return 0
	printf '%s\n  expected %s\n  got      %s\n' "$line" "$want" "$got"
	return 1
}

if [ $# -eq 0 ]; then
	for f in *.uvm; do
		script "${f%.uvm}"
		result $?
	done
	while IFS= read -r line; do
		IFS= read -r want
		wrong "$line" "${want#	}"
		result $?
	done <errors.txt
else
	for name; do
		script "$name"
		result $?
	done
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
