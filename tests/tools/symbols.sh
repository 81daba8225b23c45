#!/bin/bash
# libuvmsim.so exports what its headers declare, and nothing else; every one of
# these functions is in a manual page: symbols.sh BUILDDIR
#
#  1. functions that the headers under api/include declare, as the compiler
#     reads them, against the symbols that the shared library defines: both ways
#  2. the library is asked for by its versioned name, and its programs too
#  3. it takes nothing from the C library that ends the program, prints, or
#     changes what happens at signals
#  4. functions of <uvmsim.h> against .Fn and .Fo lines of docs/man: both ways
set -u
export LC_ALL=C

build=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
lib=$build/lib/libuvmsim.so
passed=0 failed=0

differ() {		# what, file, file
	if diff "$2" "$3" >"$tmp/diff"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1"
		cat "$tmp/diff"
	fi
}

# Functions that a header declares: gcc -aux-info says where each one is.
declared() {		# folder, header, option...
	local folder=$1 header=$2

	shift 2
	gcc -std=gnu11 -fsyntax-only -aux-info "$tmp/aux" "$@" \
	    -I "$folder" -x c - <<<"#include <sys/types.h>
#include <$header>" || return 1
	sed -n 's|^/\* [^:]*api/include/[^:]*:[0-9]*:NC \*/ extern||p' "$tmp/aux" |
	    sed 's/ (.*//; s/.*[ *]//' | sed -n '/^uvmsim_/p'
}

{
	declared api/include uvmsim.h
	for folder in api/include/*/; do
		folder=${folder%/}
		(cd "$folder" && find . -name '*.h') | sed 's|^\./||' |
		    sort >"$tmp/headers"
		while read -r header; do
			# Kernels of 32 bits have functions of their own.
			declared "$folder" "$header" &&
			    declared "$folder" "$header" -DUVMSIM_ILP32 ||
			    echo "$folder/$header cannot be read" >&2
		done <"$tmp/headers"
	done
} | sort -u >"$tmp/declared"
nm -D --defined-only "$lib" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
    grep -v '^__' | sort -u >"$tmp/exported"
differ "< what the headers declare, > what libuvmsim.so exports:" \
    "$tmp/declared" "$tmp/exported"
[ -s "$tmp/declared" ] || { echo "no header declares anything"; failed=1; }

readelf -d "$lib" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p' >"$tmp/soname"
readlink "$(dirname "$lib")/libuvmsim.so" >"$tmp/link"
differ "< soname, > what libuvmsim.so is a link to:" "$tmp/soname" "$tmp/link"
if grep -q 'libuvmsim\.so\.[0-9]' "$tmp/soname"; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo "the soname has no version: $(cat "$tmp/soname")"
fi

ends='_?_?exit|_Exit|quick_exit|abort|v?errx?|signal|sigaction|system'
prints='v?printf|puts|putchar|perror|stdout|v?warnx?|setlocale'
nm -D -u "$lib" | sed 's/.* //; s/@.*//' | grep -x -E "($ends|$prints)" \
    >"$tmp/taken"
: >"$tmp/nothing"
differ "libuvmsim.so takes from the C library:" "$tmp/nothing" "$tmp/taken"

declared api/include uvmsim.h | sort -u >"$tmp/own"
sed -n 's/^\.F[no] \(uvmsim_[a-z0-9_]*\).*/\1/p' docs/man/*.3 | sort -u |
    grep -v -e '^uvmsim_\(freebsd\|netbsd\|openbsd\|aix\)_' -e '_fn$' \
    -e '^uvmsim_sys_$' >"$tmp/manual"
# Inline functions are no symbols, and are in the manual all the same.
sed -n 's/^\(uvmsim_[a-z0-9_]*\)(.*/\1/p' api/include/uvmsim.h >>"$tmp/own"
sort -u -o "$tmp/own" "$tmp/own"
differ "< functions of uvmsim.h, > functions of docs/man/*.3:" "$tmp/own" \
    "$tmp/manual"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
