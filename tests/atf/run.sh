#!/bin/bash
# Test programs in the style of the systems' own suites (ATF), compiled against
# the client headers as a user would: run.sh UVMSIM
#
# t_NAME.c is written for NetBSD, NAME_test.c for FreeBSD (superpages_test.c
# for a machine that makes larger pages).  Each case is a
# fresh program over a fresh machine; kyua(1) runs them if it is installed, else
# the programs themselves do.
set -u
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
build=$(cd "$(dirname "$1")/.." && pwd) || exit 2
top=$(cd "$(dirname "$0")/../.." && pwd)
CC=${CC:-cc}
case $build in
*-clang*)	CC=clang ;;
esac
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

if ! echo '#include <atf-c.h>' | "$CC" -E - >/dev/null 2>&1; then
	echo "skipped: atf-c.h is not installed (libatf-dev)"
	exit 0
fi

# The library was built with sanitizers: so must the programs be.
flags=(-std=gnu11 -g -Wall -Wextra -Werror)
libs=("$build/lib/libuvmsim.a" -latf-c -lzstd -llzma -lz -lm -pthread)
if nm "$build/lib/libuvmsim.a" 2>/dev/null | grep -q ' U __asan_init'; then
	flags+=("-fsanitize=address,undefined")
	echo 'leak:libatf-c' >"$tmp/suppressions"	# not ours
	export LSAN_OPTIONS=suppressions=$tmp/suppressions:print_suppressions=0
else
	libs+=(-ljemalloc)
fi
if nm "$build/lib/libuvmsim.a" 2>/dev/null | grep -q '__gcov_'; then
	flags+=(--coverage)
fi

# A machine that each case of a system's programs begins with.
for system in freebsd netbsd; do
	printf '%s\n' "machine personality=$system ram=64M" 'spawn t pid=2' \
	    >"$tmp/$system.uvm"
done
printf '%s\n' 'machine ram=64M superpages=reserve' 'spawn t pid=2' \
    >"$tmp/superpages.uvm"

# one result: program, case, exit status, its output
result() {
	if [ "$3" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1:$2: failed"
		sed 's/^/	/' "$4"
	fi
}

run_by_itself() {	# program
	local name=$1 case status

	for case in $("$tmp/$name" -l | sed -n 's/^ident: //p'); do
		(cd "$tmp/work" && "$tmp/$name" -r "$tmp/result" "$case") \
		    >"$tmp/out" 2>&1
		status=$?
		cat "$tmp/result" >>"$tmp/out" 2>/dev/null
		grep -q '^passed$' "$tmp/result" 2>/dev/null || status=1
		result "$name" "$case" "$status" "$tmp/out"
		rm -f "$tmp/result"
	done
}

run_by_kyua() {		# program
	local name=$1 line case

	printf '%s\n' 'syntax(2)' 'test_suite("uvmsim")' \
	    "atf_test_program{name=\"$name\"}" >"$tmp/Kyuafile"
	rm -f "$tmp/results.db"
	kyua --loglevel=error --logfile="$tmp/log" test \
	    --results-file="$tmp/results.db" -k "$tmp/Kyuafile" >"$tmp/kyua" 2>&1
	while read -r line; do
		case=${line#*:}
		case=${case%% *}
		echo "$line" >"$tmp/out"
		[[ $line == *'->  passed'* ]]
		result "$name" "$case" $? "$tmp/out"
	done < <(grep "^$name:" "$tmp/kyua")
}

mkdir "$tmp/work" || exit 1
export UVMSIM_PID=2
for source in "$top"/tests/atf/*.c; do
	name=$(basename "$source" .c)
	system=netbsd
	[[ $name == *_test ]] && system=freebsd
	if ! "$CC" "${flags[@]}" -I"$top/api/include/$system" \
	    -o "$tmp/$name" "$source" "${libs[@]}" >"$tmp/out" 2>&1; then
		result "$name" compile 1 "$tmp/out"
		continue
	fi
	export UVMSIM_CORE=$tmp/$system.uvm
	[[ $name == superpages_* ]] && UVMSIM_CORE=$tmp/superpages.uvm
	before=$((passed + failed))
	if command -v kyua >/dev/null 2>&1 && [ -z "${NO_KYUA:-}" ]; then
		run_by_kyua "$name"
	else
		run_by_itself "$name"
	fi
	if [ $((passed + failed)) -eq "$before" ]; then
		echo "no case was run" >"$tmp/out"
		result "$name" all 1 "$tmp/out"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
