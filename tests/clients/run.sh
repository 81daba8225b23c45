#!/bin/bash
# Programs written for FreeBSD, NetBSD, OpenBSD and AIX, as their users write
# them: run.sh UVMSIM
#
# tests/clients/SYSTEM/NAME.c is compiled with that system's headers alone
# (-I api/include/SYSTEM) and the library beside UVMSIM, by each compiler at
# hand, and run on the machine that NAME.uvm makes: once through a core, once
# through the script itself.  It must print NAME.out and end with status 0.
# NAME.args has its arguments, if any; NAME.env has settings such as
# UVMSIM_PID=100.
set -u
export LC_ALL=C
unset UVMSIM_CORE UVMSIM_PID UVMSIM_UID

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
uvmsim=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
lib=$(cd "$(dirname "$uvmsim")/../lib" && pwd) || exit 1
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# A sanitized library needs a program that is.
flags=(-std=gnu11 -Wall -Wextra -Werror -g)
compilers=(cc)
if nm -D "$lib/libuvmsim.so" | grep -q __asan_init; then
	flags+=(-fsanitize=address,undefined -fno-sanitize-recover=all)
elif command -v clang >/dev/null; then
	compilers+=(clang)
fi

check() {		# what, wanted, got
	if cmp -s "$2" "$3"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1: differs from what is expected"
		diff "$2" "$3" | head -n 20
	fi
}

run() {			# core or script, base of the names
	local args=() settings=()

	[ -e "$2.args" ] && read -r -a args <"$2.args"
	[ -e "$2.env" ] && mapfile -t settings <"$2.env"
	if ! env UVMSIM_CORE="$1" "${settings[@]}" "$tmp/client" \
	    "${args[@]}" >"$tmp/got" 2>"$tmp/err"; then
		echo "exit status not 0" >>"$tmp/got"
	fi
	cat "$tmp/err" >>"$tmp/got"
}

for source in tests/clients/*/*.c; do
	base=${source%.c}
	system=$(basename "$(dirname "$source")")
	"$uvmsim" run -q --core "$tmp/core" "$base.uvm" || exit 1
	for cc in "${compilers[@]}"; do
		if ! "$cc" "${flags[@]}" -I "api/include/$system" \
		    -o "$tmp/client" "$source" -L"$lib" -luvmsim \
		    -Wl,-rpath,"$lib" 2>"$tmp/err"; then
			failed=$((failed + 1))
			echo "$source: $cc refuses it"
			head -n 20 "$tmp/err"
			continue
		fi
		run "$tmp/core" "$base"
		check "$base, $cc, a core" "$base.out" "$tmp/got"
		run "$base.uvm" "$base"
		check "$base, $cc, a script" "$base.out" "$tmp/got"
	done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
