#!/bin/bash
# The same bytes from every compiler, and on other kinds of hosts:
# portability.sh BUILD
#
# BUILD is the release build, which all others are compared with.  Each platform
# of the table below is built in BUILD-portability/NAME.  PLATFORMS (all) names
# those wanted; "compilers": those of this host.  Of each
#
#  bytes	everything that bytes.sh lets the commands make, file by file
#  cores	the release build reads the platform's cores as the platform does,
#		and the other way round
#
# and of those with a processor of their own, run by qemu-user if the kernel
# here cannot run them, also
#
#  golden	the folders of tests whose output is known beforehand
#  programs	the unit programs
#  model	a short run of the programs of tests/model
#
# (INPUTS, a pattern, and GOLDEN, folders, for a part of them.)
# A line for each step; at the end one for each platform, the facts for the
# trust report, and "N passed, M failed".
set -u
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -x "$1/bin/uvmsim" ]; then
	echo "usage: portability.sh BUILD" >&2
	exit 2
fi
cd "$(dirname "$0")/../.." || exit 1
release=$(realpath "$1")
work=$release-portability
jobs=${JOBS:-$(nproc)}
unset MAKEFLAGS MAKELEVEL

# name, compiler, settings of make; of foreign ones Debian's architecture, where
# it has its libraries (qemu's name is the beginning), the dynamic linker
table() {
	cat <<-'END'
	gcc-O0|gcc|OPT=-O0
	gcc-O2|gcc|OPT=-O2
	gcc-native|gcc|OPT=-O3 -march=native
	gcc-lto|gcc|OPT=-O2 -flto=auto;AR=gcc-ar
	clang-O0|clang|OPT=-O0
	clang-O2|clang|OPT=-O2
	clang-O3|clang|OPT=-O3
	clang-lto|clang|OPT=-O2 -flto;AR=llvm-ar;LDFLAGS=-fuse-ld=lld
	s390x|s390x-linux-gnu-gcc|OPT=-O2|s390x|s390x-linux-gnu|ld64.so.1
	i386|i686-linux-gnu-gcc|OPT=-O2|i386|i386-linux-gnu|ld-linux.so.2
	arm64|aarch64-linux-gnu-gcc|OPT=-O2|arm64|aarch64-linux-gnu|ld-linux-aarch64.so.1
	END
}

# Folders of tests for emulated commands.  Not here: those that compile
# programs, need a terminal, send signals by the clock, start too many programs;
# and those that look at what "bytes" has compared with the release build, which
# passes them (explain generate lackey lessons mrc replace replay scripts swap
# sweep wset).
golden=${GOLDEN:-calls cli convert cut policies procfs procmap procstat report
	step uvt vmstat}

# Unit programs that are not run: what takes minutes when emulated; where
# pointers have 32 bits, what calls machines of 64 with them
# (docs/portability.md).
slow='test_bench test_model test_pmap_mincore test_super_random'
pointers='test_mincore test_mman test_mman_netbsd test_mman_openbsd test_sizes'

passed=0 failed=0 platforms=0 states=0 summary=()

say() { printf '%s\n' "$*"; }
elapsed() { echo "$((SECONDS - started)) s"; }

# count WHAT PASSED FAILED: of the platform under test
count() {
	passed=$((passed + $2)) failed=$((failed + $3))
	p_failed=$((p_failed + $3))
	line+="${line:+, }$2 of $(($2 + $3)) $1"
}

# -------------------------------------------------------------- building ----

# Settings of make for the platform under test, one an array element.
settings() {
	local root=$work/sysroot/$arch libs cross=/usr/${cc%-gcc}/lib

	IFS=';' read -ra make_args <<<"$make_settings"
	make_args+=("CC=$cc" "BUILD=$dir")
	[ -n "$arch" ] || return
	make_args+=("AR=${cc%gcc}ar" EMULATED=1)
	root=$root/root
	libs=$root/usr/lib/$multiarch:$root/lib/$multiarch
	make_args+=("CPPFLAGS=-isystem $root/usr/include \
-isystem $root/usr/include/$multiarch" "LDFLAGS=-L${libs//:/ -L} \
-Wl,--disable-new-dtags -Wl,-rpath,$libs:$cross \
-Wl,-rpath-link,$libs -Wl,--dynamic-linker=$cross/$loader")
}

build() {
	local targets=(all)

	if [ -n "$arch" ]; then
		tests/tools/sysroot.sh "$arch" "$work/sysroot/$arch" || return
		targets+=(tests)
	fi
	settings
	mkdir -p "$dir"
	if ! make -j "$jobs" "${make_args[@]}" "${targets[@]}" \
	    >"$dir/build.log" 2>&1; then
		grep -E 'error|Error' "$dir/build.log" | head -20
		return 1
	fi
}

# How a program of the platform is run: by the kernel here, else by qemu; then
# there are scripts in dir/run/bin that look like the commands.
prepare_run() {
	local program

	run=
	bin=$dir/bin
	if [ -z "$arch" ] || "$dir/bin/uvmsim" version >/dev/null 2>&1; then
		return
	fi
	run=qemu-${multiarch%%-*}-static
	bin=$dir/run/bin
	mkdir -p "$bin"
	ln -sfn ../lib "$dir/run/lib"
	for program in "$dir"/bin/*; do
		# shellcheck disable=SC2016	# for the script itself
		printf '#!/bin/sh\nexec %s -0 "$0" %s "$@"\n' "$run" "$program" \
		    >"$bin/${program##*/}"
		chmod +x "$bin/${program##*/}"
	done
	"$bin/uvmsim" version >/dev/null
}

# ----------------------------------------------------------------- bytes ----

# same NAME FILE FILE: are they?  If not, where they begin to differ.
same() {
	local where

	where=$(cmp "$2" "$3" 2>&1) && return
	say "$platform: $1: $where"
	where=$(awk '{ for (i = 1; i < NF; i++) if ($i ~ /^(byte|char)$/)
	    print $(i + 1) + 0 }' <<<"$where")
	[ -n "$where" ] || return 1
	where=$((where > 17 ? where - 17 : 0))
	for file in "$2" "$3"; do
		od -A d -j "$where" -N 48 -t x1z "$file" | sed '$d;s/^/	/'
		echo "	--"
	done
	return 1
}

# All files below two directories.
compare_all() {		# reference, other
	local file good=0 bad=0

	while read -r file; do
		if same "$file" "$1/$file" "$2/$file" >>"$dir/differences"; then
			good=$((good + 1))
			[ "${file##*/}" != core ] || states=$((states + 1))
		else
			bad=$((bad + 1))
		fi
	done < <({ (cd "$1" && find . -type f); (cd "$2" && find . -type f); } |
	    sort -u)
	[ "$((good + bad))" -gt 0 ] || bad=1
	count "$3" $good $bad
}

bytes() {
	rm -f "$dir/differences"
	JOBS=$jobs tests/tools/bytes.sh -a "$bin" "$dir/bytes" \
	    >"$dir/bytes.log" 2>&1
	compare_all "$work/reference" "$dir/bytes" "files"
	head -40 "$dir/differences" 2>/dev/null
}

# Cores of one build, read by another: it must say what their maker says.
cores() {
	local core good=0 bad=0 from reader out=$dir/cross

	mkdir -p "$out"
	for from in reference bytes; do
		reader=$bin/uvmsim
		[ $from = reference ] || reader=$release/bin/uvmsim
		while read -r core; do
			rm -f "$out"/*
			# They name the file as they were told to.
			(cd "${core%/*}" && "$reader" check --json core
			"$reader" report -q -o "$out/page" core) \
			    >"$out/check" 2>&1
			if same "check $core" "${core%/*}/check" "$out/check" &&
			    same "report $core" "${core%/*}/page.html" \
			    "$out/page"; then
				good=$((good + 1))
			else
				bad=$((bad + 1))
			fi
		done < <(find "$([ $from = bytes ] && echo "$dir/bytes" ||
		    echo "$work/reference")" -path '*/example/*' -name core |
		    sort)
	done
	[ "$((good + bad))" -gt 0 ] || bad=1
	states=$((states + good))
	count "cores read" $good $bad
}

# ----------------------------------------------------------------- tests ----

# Commands for run-tests.sh; its last line is counted.
run_tests() {		# what, command...
	local log=$dir/${1// /-}.log p f

	TEST_TIMEOUT=1500 tests/tools/run-tests.sh -j "$jobs" "${@:2}" \
	    >"$log" 2>&1
	read -r p f < <(sed -n \
	    '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log")
	[ "${f:-1}" -eq 0 ] || head -100 "$log" | sed "s/^/$platform: /"
	count "$1" "${p:-0}" "${f:-1}"
}

golden() {
	local folder commands=()

	for folder in $golden; do
		commands+=("tests/$folder/run.sh $bin/uvmsim")
	done
	# What the tests themselves compile is for the commands to load; there
	# is no MPI for other hosts.
	CC=$cc MPIRUN=none run_tests "golden tests" "${commands[@]}"
}

programs() {
	local program commands=() without=$slow

	[ "$arch" != i386 ] || without+=" $pointers"
	for program in "$dir"/tests/unit/*/test_*; do
		[[ " $without " != *" ${program##*/} "* ]] || continue
		commands+=("$run $program")
	done
	run_tests "unit tests" "${commands[@]}"
}

# Programs of the model know -L (their variants), -r seeds and -n operations.
model() {
	local program commands=()

	for program in "$dir"/tests/model/test_*; do
		# shellcheck disable=SC2086	# run may be nothing
		if $run "$program" -L >/dev/null 2>&1 </dev/null; then
			commands+=("$run $program -r 1 -n 1500")
		fi
	done
	run_tests "models" "${commands[@]}"
}

# ------------------------------------------------------------- platforms ----

step() {		# what
	local before=$p_failed

	started=$SECONDS
	"$1"
	say "$platform: $1: ${line##*, }$([ "$p_failed" -eq "$before" ] ||
	    echo " FAILED"), $(elapsed)"
}

one() {
	local p_failed=0 line='' begun=$SECONDS started=$SECONDS steps what

	dir=$work/$platform
	if ! build || ! prepare_run; then
		failed=$((failed + 1))
		summary+=("$platform: cannot be built or run")
		say "${summary[-1]}"
		return
	fi
	say "$platform: built$([ -z "$run" ] || echo " for $run"), $(elapsed)"
	steps='bytes cores'
	[ -z "$arch" ] || steps+=' golden programs model'
	for what in $steps; do
		step "$what"
	done
	[ "$p_failed" -ne 0 ] || platforms=$((platforms + 1))
	summary+=("$platform: $([ "$p_failed" -eq 0 ] && echo passed ||
	    echo FAILED): $line; $((SECONDS - begun)) s")
}

wanted=${PLATFORMS:-$(table | cut -d'|' -f1)}
compilers=$(table | awk -F'|' '$4 == "" { print $1 }')
wanted=${wanted/compilers/$compilers} lists=()
for platform in $wanted; do
	if ! table | grep -q "^$platform|"; then
		echo "portability.sh: unknown platform $platform, expected one" \
		    "of $(table | cut -d'|' -f1 | paste -sd' ')" >&2
		exit 2
	fi
	lists+=("portability-$platform")
done
tests/tools/deps.sh "${lists[@]}" || exit 1

started=$SECONDS
mkdir -p "$work"
if ! JOBS=$jobs tests/tools/bytes.sh -a "$release/bin" "$work/reference"; then
	say "what all are compared with could not be made"
	exit 1
fi
say "release build: $(find "$work/reference" -type f | wc -l) files," \
    "$(elapsed)"
for platform in $wanted; do
	IFS='|' read -r _ cc make_settings arch multiarch loader \
	    < <(table | grep "^$platform|")
	one
done
printf '%s\n' "${summary[@]}" "TRUST platforms $platforms" \
    "TRUST states $states" "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
