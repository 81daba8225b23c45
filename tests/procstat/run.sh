#!/bin/bash
# procstat(1) from outside: run.sh UVMSIM; procstat stands beside it.
#
#  - procstat -v -a of each NAME.uvm here prints NAME.out, whose numbers were
#    worked out by hand from FreeBSD's rules
#  - over every example script: the header and each row have the columns of
#    FreeBSD's format, rows are those of `show ddb' of the simulator, JSON has
#    the same numbers as the text
#  - a core looks like the script that wrote it
#  - the command line: usage, exit statuses, who may see what
#
# Silent but for what differs; the last line is "N passed, M failed".
set -u
export LC_ALL=C
unset UVMSIM_CORE UVMSIM_PID UVMSIM_UID

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
bin=$(cd "$(dirname "$1")" && pwd)
uvmsim=$bin/$(basename "$1")
procstat=$bin/procstat
cd "$(dirname "$0")/../.." || exit 1
here=tests/procstat
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

ok() {
	passed=$((passed + 1))
}

bad() {
	failed=$((failed + 1))
	echo "$1"
	[ -s "$tmp/diff" ] && head -40 "$tmp/diff"
	: >"$tmp/diff"
}

# what, wanted, got
same() {
	if diff -u --label wanted --label got "$2" "$3" >"$tmp/diff"; then
		ok
	else
		bad "$1"
	fi
}

# status, arguments...: output in $tmp/out, complaints in $tmp/err
runs() {
	local want=$1 got

	shift
	timeout 60 "$procstat" "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	if [ $got -eq "$want" ]; then
		ok
	else
		cp "$tmp/err" "$tmp/diff"
		bad "procstat $*: exit status $got, expected $want"
	fi
}

# text: what the complaint must be, to the letter
complains() {
	printf '%s\n' "$@" >"$tmp/want"
	same "the complaint differs" "$tmp/want" "$tmp/err"
}

# ------------------------------------------------------------- by hand ----

for script in "$here"/*.uvm; do
	runs 0 -M "$script" -v -a
	same "$script: procstat -v -a" "${script%.uvm}.out" "$tmp/out"
	"$uvmsim" run -q --core "$tmp/core" "$script" || bad "$script"
	runs 0 -v -a -M "$tmp/core"
	same "$script: its core" "${script%.uvm}.out" "$tmp/out"
	runs 0 -v "$tmp/core"
	same "$script: its core as operand" "${script%.uvm}.out" "$tmp/out"
	(cd "$tmp" && mv core uvmsim.core && "$procstat" -v -a) >"$tmp/out"
	same "$script: uvmsim.core" "${script%.uvm}.out" "$tmp/out"
	UVMSIM_CORE=$tmp/uvmsim.core "$procstat" vm -a >"$tmp/out"
	same "$script: UVMSIM_CORE" "${script%.uvm}.out" "$tmp/out"
done

# ------------------------------------------------------------- formats ----

header='  PID              START                END PRT  RES PRES REF SHD'
header+=' FLAG  TP PATH'

# Each line as the format has it; prints what is not.
columns() {
	awk -v header="$header" '
	NR == 1		{ if ($0 != header) print "header: " $0; next }
	{
		hex = "( +0|0x[1-9a-f][0-9a-f]*)"
		form = "^ *[0-9]+ +" hex " +0x[1-9a-f][0-9a-f]* "
		form = form "[r-][w-][x-] +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ "
		form = form "[C-][N-][S-][UD-][W-] "
		form = form "(--|vn|sw|dv|ph|dd|sg|md|gd) (/.*)?$"
		if ($0 !~ form)
			print "row: " $0
		# widths, unless a number was too wide for them
		if (length($4) == 3 && length($1) < 6 && length($5) < 5 &&
		    length($6) < 5 && length($7) < 4 && length($8) < 4 &&
		    substr($0, 45, 3) != $4)
			print "columns: " $0
	}' "$1"
}

# Entries of a process by `show ddb': start, end, protection.
entries() {
	{ cat "$1"; echo "show ddb $2"; } >"$tmp/ddb.uvm"
	"$uvmsim" run "$tmp/ddb.uvm" 2>/dev/null |
	    sed -n 's/^ - 0x[0-9a-f]*: \(0x[0-9a-f]*\)->\(0x[0-9a-f]*\):.*/\1 \2/p'
}

# The JSON's rows as the text has them (without an interpreter of JSON).
unjson() {
	tr -d '\n' <"$1" | sed 's/{"kve_start"/\n&/g' | awk -F'"' '
	/^{"kve_start"/ {
		line = $4 " " $8
		match($0, /"kve_resident":[0-9]+/)
		split(substr($0, RSTART, RLENGTH), a, ":")
		line = line " " a[2]
		match($0, /"kve_private_resident":[0-9]+/)
		split(substr($0, RSTART, RLENGTH), a, ":")
		line = line " " a[2]
		match($0, /"kve_ref_count":[0-9]+/)
		split(substr($0, RSTART, RLENGTH), a, ":")
		line = line " " a[2]
		match($0, /"kve_shadow_count":[0-9]+/)
		split(substr($0, RSTART, RLENGTH), a, ":")
		print line " " a[2]
	}'
}

for script in workloads/examples/*.uvm; do
	"$uvmsim" run "$script" >"$tmp/run" 2>&1 || continue
	runs 0 -M "$script" -v -a
	columns "$tmp/out" >"$tmp/diff"
	if [ -s "$tmp/diff" ]; then
		bad "$script: format"
	else
		ok
	fi
	awk 'NR > 1 { print $2, $3, $5, $6, $7, $8 }' "$tmp/out" >"$tmp/text"
	runs 0 --libxo json -M "$script" -v -a
	unjson "$tmp/out" >"$tmp/json"
	same "$script: JSON has other numbers than the text" "$tmp/text" \
	    "$tmp/json"
done

for script in "$here"/types.uvm workloads/examples/brk.uvm; do
	name=$(sed -n 's/^spawn \([a-z]*\).*/\1/p' "$script" | head -n 1)
	entries "$script" "$name" >"$tmp/want"
	runs 0 -M "$script" -h -v 2
	awk '{ print $2, $3 }' "$tmp/out" >"$tmp/got"
	same "$script: other entries than show ddb" "$tmp/want" "$tmp/got"
	[ -s "$tmp/want" ] || bad "$script: show ddb shows nothing"
done

# -------------------------------------------------------- command line ----

fork=$here/fork.uvm
usage='usage: procstat [--libxo json | text] [-h] [-M core] -v | vm'
operands='                -a | pid ... | core ...'
while read -r line; do
	read -r -a args <<<"$line"
	runs 64 "${args[@]}"
	complains "$usage" "$operands"
	[ -s "$tmp/out" ] && bad "procstat $line: printed something"
done <<EOT

-v
-a
-v -a 2
-v -v 2
-x 2
-M
-v -M
--libxo
--libxo xml -v 2
--nosuch -v 2
-v -5
-v -- -5
-v 99999999999
-v 99999999999999999999
--libxo=xml -v 2
--libxo:X -v 2
vm -x 2
vm --libxo json 2
vm -a -v 2
-M
2
EOT

# One letter or one word, options before and behind it, and ways to say JSON.
runs 0 -M "$fork" -h -v 2
cp "$tmp/out" "$tmp/rows"
for args in "vm -h 2" "-h vm 2" "--libxo:T -h -v 2" "--libxo=text -hv 2" \
    "-v -h -- 2"; do
	# shellcheck disable=SC2086	# words
	runs 0 -M "$fork" $args
	same "procstat $args" "$tmp/rows" "$tmp/out"
done
runs 0 "-M$fork" --libxo json -v 2
cp "$tmp/out" "$tmp/rows"
for args in "--libxo=json -v 2" "--libxo:J -v 2" "--libxo:J vm 2"; do
	# shellcheck disable=SC2086
	runs 0 -M "$fork" $args
	same "procstat $args" "$tmp/rows" "$tmp/out"
done
runs 1 -M "$fork" -v -
complains 'procstat: -: No such file or directory'

runs 0 -h -M "$fork" -v 2
grep -q PID "$tmp/out" && bad "-h: a header"
runs 0 -M "$fork" -v 2 3
[ "$(grep -c PID "$tmp/out")" = 1 ] || bad "two processes: one header"
runs 0 -M "$fork" vm 3
head -n 1 "$tmp/out" >"$tmp/got"
echo "$header" >"$tmp/header"
same "header" "$tmp/header" "$tmp/got"

runs 1 -M "$fork" -v 4711
complains 'procstat: sysctl(kern.proc): No such process' \
    'procstat: procstat_getprocs()'
[ -s "$tmp/out" ] && bad "a process that is not there: printed something"
runs 1 -M /nonexistent -v 2
complains 'procstat: /nonexistent: No such file or directory'
runs 1 -v "$here/run.sh"
[ "$(wc -l <"$tmp/err")" = 1 ] || bad "not a core: one line"
(cd "$tmp" && rm -f uvmsim.core && "$procstat" -v 2) >"$tmp/out" 2>"$tmp/err"
complains \
    'procstat: sysctl(kern.proc): uvmsim.core: No such file or directory' \
    'procstat: procstat_getprocs()'

# The kernel's process has a header and no row.
runs 0 -M "$fork" -v 0
same "process 0" "$tmp/header" "$tmp/out"

# Another user's processes: the header, no row, no complaint.
export UVMSIM_UID=7
runs 0 -M "$fork" -v 2
runs 0 -v "$fork"
unset UVMSIM_UID
UVMSIM_UID=7 UVMSIM_CORE=$fork "$procstat" -v 2 >"$tmp/out" 2>"$tmp/err"
same "another user's process" "$tmp/header" "$tmp/out"
: >"$tmp/empty"
same "another user's process: complains" "$tmp/empty" "$tmp/err"

# Output that cannot be written.
if [ -e /dev/full ]; then
	"$procstat" -M "$fork" -v 2 >/dev/full 2>"$tmp/err"
	[ $? -eq 1 ] || bad "/dev/full: exit status not 1"
	complains 'procstat: standard output: write error'
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
