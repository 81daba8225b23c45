#!/bin/bash
# Workload scripts and what they must print: run.sh UVMSIM [NAME...]
#
# For each workloads/examples/NAME.uvm and tests/scripts/NAME.uvm:
#  - it prints tests/scripts/NAME.out, and its exit status is 0 (or what
#    NAME.status says); what goes to stderr is NAME.err, if there is one;
#  - its record, run, prints the same and has a record of the same bytes.
# For each literal block of the man page that a comment line `.\" script'
# precedes: it runs, and its record is a fixed point too.
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
cd "$(dirname "$0")/../.." || exit 1
here=tests/scripts
man=docs/man/uvmsim-script.5
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# label file wanted got: compare, show the difference
same() {
	diff -u --label "$2 (expected)" --label "$2 (got)" "$3" "$4" >"$tmp/d" &&
	    return 0
	echo "$1"
	head -60 "$tmp/d"
	return 1
}

# script stdout-wanted-or-empty stderr-wanted status
check() {
	local ok=0 status again

	timeout 120 "$bin" run --record "$tmp/record" "$1" >"$tmp/out" \
	    2>"$tmp/err"
	status=$?
	if [ "$status" -ne "$4" ]; then
		echo "$1: exit status $status, expected $4"
		head -5 "$tmp/err"
		ok=1
	fi
	if [ -n "$2" ]; then
		same "$1: standard output differs" "$2" "$2" "$tmp/out" ||
		    ok=1
	fi
	same "$1: standard error differs" "$3" "$3" "$tmp/err" || ok=1
	if [ -e "$tmp/record" ]; then
		timeout 120 "$bin" run --record "$tmp/record2" "$tmp/record" \
		    >"$tmp/out2" 2>/dev/null
		again=$?
		if [ "$again" -ne "$status" ]; then
			echo "$1: its record's exit status is $again"
			ok=1
		fi
		same "$1: its record prints something else" record \
		    "$tmp/out" "$tmp/out2" || ok=1
		same "$1: the record of its record differs" record \
		    "$tmp/record" "$tmp/record2" || ok=1
	elif [ "$status" -eq 0 ]; then
		echo "$1: no record was written"
		ok=1
	fi
	rm -f "$tmp/record" "$tmp/record2"
	if [ "$ok" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "    reproduce: $bin run $1"
	fi
}

# Is the name among those asked for (all, when none is)?
wanted() {
	local name=$1

	shift
	[ $# -eq 0 ] && return 0
	case " $* " in *" $name "*) return 0 ;; esac
	return 1
}

: >"$tmp/empty"
for script in workloads/examples/*.uvm "$here"/*.uvm; do
	[ -e "$script" ] || continue
	name=$(basename "$script" .uvm)
	wanted "$name" "$@" || continue
	out=$here/$name.out err=$here/$name.err status=0
	if [ ! -e "$out" ]; then
		echo "$script: there is no $out"
		failed=$((failed + 1))
		continue
	fi
	[ -e "$err" ] || err=$tmp/empty
	[ -e "$here/$name.status" ] && status=$(cat "$here/$name.status")
	check "$script" "$out" "$err" "$status"
done

# The examples of the manual page.
if wanted man "$@" && [ -e "$man" ]; then
	mkdir "$tmp/man"
	awk -v dir="$tmp/man" '
	/^\.\\" script$/	{ next_is = 1; next }
	/^\.Bd/ && next_is	{ file = sprintf("%s/line%d.uvm", dir, NR)
				  next_is = 0; next }
	/^\.Ed/			{ if (file != "") close(file); file = ""; next }
	file != ""		{ gsub(/\\&/, ""); gsub(/\\-/, "-")
				  gsub(/\\e/, "\\"); print >file }
	' "$man"
	for script in "$tmp"/man/*.uvm; do
		[ -e "$script" ] || continue
		check "$script" "" "$tmp/empty" 0
	done
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
