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
#include <sim/sim.h>

int
main(void)
{
	struct sim_config config;
	struct machine *m;
	char err[200];

	sim_config_default(&config);
	if (sim_machine_create(&config, &m, err, sizeof(err)) != 0)
		return 1;
	puts(machine_check(m, err, sizeof(err)) == NULL ? "sound" : err);
	sim_machine_destroy(m);
	return 0;
}
EOF

use_library() {
	local cflags

	cflags=$(sed -n 's/^Cflags: //p' "$root/lib/pkgconfig/uvmsim.pc")
	cflags=${cflags//'${includedir}'/$root/include/uvmsim}
	# shellcheck disable=SC2086
	cc $cflags -o "$tmp/user" "$tmp/user.c" -L"$root/lib" -luvmsim &&
	    [ "$(LD_LIBRARY_PATH=$root/lib "$tmp/user")" = sound ]
}

# A program of FreeBSD's, by that system's pkg-config file alone.
use_client() {
	local cflags

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
	cflags=$(sed -n 's/^Cflags: //p' \
	    "$root/lib/pkgconfig/uvmsim-freebsd.pc")
	cflags=${cflags//'${includedir}'/$root/include/uvmsim}
	# shellcheck disable=SC2086
	cc $cflags -o "$tmp/client" "$tmp/client.c" -L"$root/lib" -luvmsim &&
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
check "command" "$root/bin/uvmsim" version
check "library" use_library
check "client headers" use_client
check "man page" test -s "$root/share/man/man1/uvmsim.1"
check "man page 5" test -s "$root/share/man/man5/uvmsim-script.5"
check "pkg-config" grep -q "^prefix=/opt$" "$root/lib/pkgconfig/uvmsim.pc"
check "complete command" completes replay "$root/bin/uvmsim" rep
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
