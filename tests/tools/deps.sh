#!/bin/sh
# Install what is missing: deps.sh build|check|lint|portability...
#
# Looks for each header and command first, so that it costs nothing when all is
# there.  Installs through apt-get, with sudo where it must; where it cannot,
# it names the packages and fails.  The list WHAT-PART includes the list WHAT.
set -u

CC=${CC:-gcc}

# what for, what to look for (a header ends in .h; a library of clang's begins
# with libclang_rt; a file with its path), Debian's package
table() {
	cat <<-'EOF'
	build	gcc	build-essential
	build	uthash.h	uthash-dev
	build	jemalloc/jemalloc.h	libjemalloc-dev
	build	zlib.h	zlib1g-dev
	build	lzma.h	liblzma-dev
	build	zstd.h	libzstd-dev
	build	ncurses.h	libncurses-dev
	check	cmocka.h	libcmocka-dev
	check	clang	clang
	check	libclang_rt.fuzzer	libclang-rt-dev
	check	xz	xz-utils
	check	zstd	zstd
	check	script	bsdutils
	check	tmux	tmux
	check	pkg-config	pkgconf
	check	pmap	procps
	check	mpirun	openmpi-bin
	check	atf-c.h	libatf-dev
	check	kyua	kyua
	check	node	nodejs
	check	chromium	chromium
	coverage	lcov	lcov
	lint	clang	clang
	lint	clang-format	clang-format
	lint	clang-tidy	clang-tidy
	lint	cppcheck	cppcheck
	lint	mandoc	mandoc
	memcheck	valgrind	valgrind
	memcheck	valgrind/memcheck.h	valgrind
	portability	clang	clang
	portability-gcc-lto	gcc-ar	gcc
	portability-clang-lto	llvm-ar	llvm
	portability-clang-lto	ld.lld	lld
	portability-s390x	s390x-linux-gnu-gcc	gcc-s390x-linux-gnu
	portability-s390x	/usr/s390x-linux-gnu/include/stdio.h	libc6-dev-s390x-cross
	portability-s390x	qemu-s390x-static	qemu-user-static
	portability-i386	i686-linux-gnu-gcc	gcc-i686-linux-gnu
	portability-i386	/usr/i686-linux-gnu/include/stdio.h	libc6-dev-i386-cross
	portability-i386	qemu-i386-static	qemu-user-static
	portability-arm64	aarch64-linux-gnu-gcc	gcc-aarch64-linux-gnu
	portability-arm64	/usr/aarch64-linux-gnu/include/stdio.h	libc6-dev-arm64-cross
	portability-arm64	qemu-aarch64-static	qemu-user-static
	EOF
}

present() {
	case $1 in
	/*)	[ -e "$1" ] ;;
	*.h)	echo "#include <$1>" |
		    "$CC" -E -include stdarg.h -include stddef.h \
		    -include setjmp.h -include stdint.h - >/dev/null 2>&1 ;;
	libclang_rt*)
		ls "$(clang -print-resource-dir 2>/dev/null)"/lib/*/"$1"* \
		    >/dev/null 2>&1 ;;
	*)	command -v "$1" >/dev/null 2>&1 ;;
	esac
}

missing=
for want in "$@"; do
	list=$(table | awk -v w="$want" '
	    $1 == w || index(w, $1 "-") == 1 { print $2 ":" $3 }')
	if [ -z "$list" ]; then
		echo "deps.sh: unknown list $want" >&2
		exit 2
	fi
	for row in $list; do
		present "${row%%:*}" || missing="$missing ${row#*:}"
	done
done
[ -z "$missing" ] && exit 0

refuse() {
	echo "$1; please install:$missing" >&2
	exit 1
}

command -v apt-get >/dev/null 2>&1 || refuse "apt-get not found"
as_root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null 2>&1 || refuse "not root, and no sudo"
	if [ -t 0 ]; then
		as_root=sudo
	else
		as_root="sudo -n"
	fi
fi

echo "installing:$missing"
install() {
	# shellcheck disable=SC2086
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
	    --no-install-recommends $missing >/dev/null
}
# A list that cannot be refreshed may still do.
$as_root apt-get update -qq
install || refuse "apt-get failed"
