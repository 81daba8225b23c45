#!/bin/bash
# The libraries that uvmsim needs, as Debian has them for another architecture,
# unpacked under DIR: sysroot.sh ARCH DIR
#
# Nothing is installed: apt-get works on lists of its own under DIR, so that it
# needs no root and cannot disturb what is here; the host's architecture may be
# any.  Links to absolute paths are made to lead into DIR.  uthash, of headers
# alone, is copied from the host.  With all there (DIR/ready), it does nothing.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: sysroot.sh ARCH DIR" >&2
	exit 2
fi
arch=$1
packages='zlib1g zlib1g-dev liblzma5 liblzma-dev libzstd1 libzstd-dev
	libncursesw6 libtinfo6 libncurses-dev libjemalloc2 libjemalloc-dev
	libcmocka0 libcmocka-dev'

mkdir -p "$2"
cd "$2"
dir=$PWD
[ ! -e ready ] || exit 0
# shellcheck disable=SC2154	# status is set by the shell
trap 'status=$?; [ $status -eq 0 ] ||
    echo "sysroot.sh: no libraries for $arch in $dir: see $dir/log" >&2' EXIT
rm -rf root deb
mkdir -p state/lists/partial cache/archives/partial root/usr/include deb
: >state/status

apt() {
	apt-get -qq -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
	    -o APT::Sandbox::User="$(id -un)" -o Dir::State="$dir/state" \
	    -o Dir::State::status="$dir/state/status" \
	    -o Dir::Cache="$dir/cache" "$@"
}

{
	# A list that cannot be refreshed may still do.
	apt update || true
	# shellcheck disable=SC2086
	(cd deb && apt download $packages)
} >log 2>&1
for package in deb/*.deb; do
	dpkg-deb -x "$package" root
done
find root -type l | while read -r link; do
	target=$(readlink "$link")
	[[ $target != /* ]] || ln -sfn "$dir/root$target" "$link"
done
cp /usr/include/ut*.h root/usr/include
touch ready
