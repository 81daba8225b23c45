#!/bin/bash
# The command from outside: exit statuses, messages, output files.
# run.sh UVMSIM
set -u
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
uvmsim=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
passed=0 failed=0

ok() {
	passed=$((passed + 1))
}

bad() {
	failed=$((failed + 1))
	echo "uvmsim $*"
	sed 's/^/	/' err
}

# A complaint: exit status, what stderr must contain, arguments.  One line on
# stderr, nothing on stdout.
complains() {
	local status=$1 text=$2

	shift 2
	"$uvmsim" "$@" >out 2>err </dev/null
	if [ $? -eq "$status" ] && grep -qF -e "$text" err &&
	    [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ]; then
		ok
	else
		bad "$*: expected exit status $status and: $text"
	fi
}

# Success: what stdout must contain, arguments.  Nothing on stderr.
says() {
	local text=$1

	shift
	if "$uvmsim" "$@" >out 2>err </dev/null &&
	    grep -qF -e "$text" out && [ ! -s err ]; then
		ok
	else
		bad "$*: expected: $text"
	fi
}

exists() {		# yes|no file...
	local want=$1 f

	shift
	for f in "$@"; do
		if [ -e "$f" ]; then have=yes; else have=no; fi
		[ $have = "$want" ] && ok || bad "$f exists: $have"
	done
}

says "uvmsim " version
says "uvmsim " --version
says "Commands:" help
says "Commands:" --help
for command in run replay mrc wset count check procfs ksyms bench version \
    help; do
	says "usage: uvmsim $command" $command --help
	says "usage: uvmsim $command" help $command
	complains 2 "unknown option --nonsense" $command --nonsense
done
"$uvmsim" >out 2>err
[ $? -eq 2 ] && [ ! -s out ] && grep -q '^usage:' err && ok || bad "(alone)"
complains 2 "did you mean replay?" repaly
complains 2 "unknown command zzzzzz" zzzzzz
complains 2 "did you mean check?" help chekc
complains 2 "did you mean --quiet?" run --queit x
complains 2 "expected SCRIPT" run
complains 2 "unexpected operand b" run a b
complains 2 "--core needs a value" run a --core
complains 2 "--json takes no value" run a --json=yes
complains 2 "ram" run --machine ram=lots a
complains 2 "arch" run --machine rach=amd64 a
complains 2 "--machine" run --machine , a
complains 2 "--maps" replay --maps some a
complains 1 "nowhere.uvm" run nowhere.uvm
complains 1 "nowhere" replay nowhere
complains 1 "nowhere" check nowhere

# Files appear whole or not at all.
printf 'machine ram=1M\nspawn a image=none\na: b = mmap 8K rw private anon\n' \
    >good.uvm
printf 'a: write b 4K\nexpect a resident b 8K == 1\n' >>good.uvm
sed 's/== 1/== 2/' good.uvm >fails.uvm
sed 's/b 4K/nowhere 4K/' good.uvm >error.uvm
files=(--core core --events events --record record)
"$uvmsim" run "${files[@]}" good.uvm >out 2>err && [ ! -s err ] && ok ||
    bad "run good.uvm"
exists yes core events record
says "core: ok (1 process," check core
says '"ok":true' check --json core
rm -f core events record
complains 1 "error.uvm:4:" run "${files[@]}" error.uvm
exists no core events record
"$uvmsim" run fails.uvm >out 2>err
[ $? -eq 1 ] && grep -q 'fails.uvm:5' err && ok || bad "run fails.uvm"
complains 1 "/nonexistent/e" run --events /nonexistent/e good.uvm
complains 1 "/nonexistent/c" run --core /nonexistent/c good.uvm
complains 1 "/nonexistent/r" run --record /nonexistent/r good.uvm
if [ -w /dev/full ]; then
	"$uvmsim" help >/dev/full 2>err
	[ $? -eq 1 ] && grep -q "standard output" err && ok || bad "full disk"
fi
leftover=$(find . -name '*.??????' -newer good.uvm)
[ -z "$leftover" ] && ok || bad "left behind: $leftover"

# Every event is one JSON object on a line that a strict reader accepts.
"$uvmsim" run -q --events events good.uvm
[ -s events ] && ! grep -Evq '^\{"event":"[a-z_]+"(,"[a-z]+":("[^"]*"|[0-9]+))*\}$' \
    events && ok || bad "events"

# The command line has the last word over the script's machine line.
says '"npages":512' run --json --machine ram=2M good.uvm
says '"npages":256' run --json good.uvm

# Each byte of a core counts.
"$uvmsim" run -q --core core good.uvm
size=$(stat -c %s core)
for at in 0 9 41 $((size / 2)) $((size - 1)); do
	cp core damaged
	byte=$(od -An -tu1 -j "$at" -N 1 core)
	printf "\\$(printf %03o $((byte ^ 1)))" |
	    dd of=damaged bs=1 seek="$at" conv=notrunc status=none
	complains 1 "damaged" check damaged
done
head -c $((size - 1)) core >damaged
complains 1 "damaged" check damaged

# A device is written to, or refused, but never replaced.
mkfifo pipe
timeout 20 cat pipe >events & reader=$!
"$uvmsim" run --events pipe good.uvm >out 2>err
wait "$reader"
if [ -p pipe ] && [ ! -s err ] && grep -q '"event"' events; then ok; else bad "a pipe"; fi
complains 1 "pipe: Illegal seek" run -q --core pipe good.uvm
if [ -p pipe ]; then ok; else bad "a core in place of a pipe"; fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
