#!/bin/bash
# What make install puts down works, and make uninstall takes it all away:
# install.sh BUILDDIR
#
# Installs under a scratch DESTDIR, compiles a program against the installed
# headers and shared library, asks the completion, uninstalls.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

check() {		# what, command...
	local what=$1

	shift
	if "$@" >"$tmp/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what: failed"
		cat "$tmp/log"
	fi
}

dest=(BUILD="$build" DESTDIR="$tmp/dest" PREFIX=/opt)
root=$tmp/dest/opt

cat >"$tmp/user.c" <<'EOF'
#include <stdio.h>
#include <uvmsim.h>

int
main(void)
{
	struct uvmsim *u = NULL;

	if (uvmsim_create(&u, "ram=64M") != 0 || uvmsim_check(u) != 0)
		fprintf(stderr, "%s\n", uvmsim_errmsg());
	else
		printf("%s is sound\n", uvmsim_version());
	uvmsim_destroy(u);
	return 0;
}
EOF

# pc NAME FIELD: a field of a pkg-config file, as pkg-config would give it
pc() {
	sed -n "s/^$2: //p" "$root/lib/pkgconfig/$1.pc" |
	    sed "s|\${includedir}|$root/include/uvmsim|g
	s|\${libdir}|$root/lib|g"
}

# use_library COMPILER OPTION...: the shared library, then the static one
use_library() {
	local version

	version=$(pc uvmsim Version)
	# shellcheck disable=SC2046
	"$@" $(pc uvmsim Cflags) -o "$tmp/user" "$tmp/user.c" \
	    $(pc uvmsim Libs) &&
	    [ "$(LD_LIBRARY_PATH=$root/lib "$tmp/user")" = \
	    "$version is sound" ] &&
	    readelf -d "$tmp/user" | grep -q 'NEEDED.*libuvmsim\.so\.[0-9]' &&
	    "$@" $(pc uvmsim Cflags) -o "$tmp/user" "$tmp/user.c" \
	    -x none "$root/lib/libuvmsim.a" $(pc uvmsim Libs.private) &&
	    [ "$("$tmp/user")" = "$version is sound" ]
}

# What docs/examples shows, against what is installed and nothing else.
compile_example() {
	local name=uvmsim cc=(cc -std=c11)

	grep -q 'libs uvmsim-freebsd' "$1" && name=uvmsim-freebsd
	[[ $1 == *.cc ]] && cc=(c++ -std=c++17)
	grep -q ' -shared ' "$1" && cc+=(-shared -fPIC)
	# shellcheck disable=SC2046
	"${cc[@]}" -Wall -Wextra -Werror -pthread $(pc "$name" Cflags) \
	    -o "$tmp/example" "$1" $(pc "$name" Libs)
}

# Only what is public: one header, and the folders of the systems.
headers() {
	local list

	list=$(cd "$root/include/uvmsim" && echo *)
	[ "$list" = "aix bsd_resource.h bsd_unistd.h freebsd netbsd openbsd \
uvmsim.h" ] || { echo "$list"; return 1; }
}

# A program of FreeBSD's, by that system's pkg-config file alone.
use_client() {
	cat >"$tmp/client.c" <<'END'
#include <sys/types.h>
#include <sys/user.h>
#include <libutil.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	int n;

	return kinfo_getvmmap(getpid(), &n) != NULL && n > 0 ? 0 : 1;
}
END
	echo 'spawn sh pid=7' >"$tmp/sh.uvm"
	# shellcheck disable=SC2046
	cc $(pc uvmsim-freebsd Cflags) -o "$tmp/client" "$tmp/client.c" \
	    $(pc uvmsim-freebsd Libs) &&
	    LD_LIBRARY_PATH=$root/lib UVMSIM_CORE=$tmp/sh.uvm UVMSIM_PID=7 \
	    "$tmp/client"
}

complete_word() {	# words of a line... -> what completion offers
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
	_uvmsim "$1"; echo "${COMPREPLY[*]}"' \
	    "$root/share/bash-completion/completions/uvmsim" "$@"
}

completes() {		# wanted, words...
	local want=$1

	shift
	[ "$(complete_word "$@")" = "$want" ] ||
	    { complete_word "$@"; return 1; }
}

check "install" make "${dest[@]}" install
[ "$failed" -eq 0 ] || exit 1
check "command" "$root/bin/uvmsim" version
check "library" use_library cc -Wall -Wextra -Werror
check "library, C++" use_library c++ -Wall -Wextra -Werror -x c++
check "public headers" headers
for source in docs/examples/*.c docs/examples/*.cc; do
	check "$source" compile_example "$source"
done
check "client headers" use_client
check "man page" test -s "$root/share/man/man1/uvmsim.1"
check "man page 5" test -s "$root/share/man/man5/uvmsim-script.5"
check "pkg-config" grep -q "^prefix=/opt$" "$root/lib/pkgconfig/uvmsim.pc"
check "complete command" completes replay "$root/bin/uvmsim" repl
check "complete option" completes --json "$root/bin/uvmsim" check --j
check "complete key" completes personality= "$root/bin/uvmsim" run -m pers
check "complete second key" completes never,tlb= \
    "$root/bin/uvmsim" run --machine superpages = never,tl
check "complete value" completes "riscv64-sv48 riscv64-sv57" \
    "$root/bin/uvmsim" run -m arch = riscv64-
check "complete all values" completes "never reserve eager collapse" \
    "$root/bin/uvmsim" replay --machine = superpages =
check "uninstall" make "${dest[@]}" uninstall
check "nothing left" test -z "$(find "$tmp/dest" -type f -o -type l)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
