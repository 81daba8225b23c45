#!/bin/bash
# Replacement policies over recorded traces: run.sh UVMSIM
#
#  - LRU, FIFO and OPT misses and LRU and FIFO dirty evictions of the golden
#    files in tests/data/lackey, at each of their budgets, of all references and
#    of data alone; each point of their LRU curves
#  - the policy that docs/policies.md shows, compiled as a shared object
#  - what is wrong with policies, objects, numbers and traces, in one line
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"

# The same of what the command says.
said() {
	tr '{,}' '\n\n\n' <"$1" | tr -d '"' | awk -F: '
	$1 == "policy" { policy = $2 }
	$1 == "frames" { frames = $2 }
	$1 == "references" || $1 == "touches" || $1 == "distinct_pages_4k" {
		print "trace", 0, $1, $2 }
	$1 == "misses" || $1 == "dirty_evictions" {
		print policy, frames, $1, $2 }' | sort -u
}

# one NAME STREAM OPTION...
one() {
	local name=$1 stream=$2 file=$data/$1.lackey.golden.json frames line
	shift 2

	golden "$file" "$stream" curve >"$tmp/want"
	frames=$(awk '$2 != 0 { print $2 }' "$tmp/want" | sort -nu |
	    paste -sd,)
	if ! "$uvmsim" count --policy lru,fifo,opt --frames "$frames" --json \
	    "$@" "$data/$name.lackey.xz" >"$tmp/json" 2>"$tmp/err" ||
	    [ -s "$tmp/err" ]; then
		bad "$name $stream: $(head -3 "$tmp/err")"
		return
	fi
	said "$tmp/json" >"$tmp/got"
	while read -r line; do
		if grep -qFx -e "$line" "$tmp/got"; then
			ok
		else
			bad "$name $stream: expected $line, not" \
			    "$(grep -F "${line% *} " "$tmp/got")"
		fi
	done <"$tmp/want"
}

for name in "${traces[@]}"; do
	one "$name" all
	one "$name" data --data-only
done
# 3 sums, 12 + 8 numbers, 15 points of the curve of which 4 are the same
[ $passed -eq $((${#traces[@]} * 2 * (3 + 12 + 8 + 11))) ] ||
    bad "expected ${#traces[@]} traces of 34 numbers twice, not $passed numbers"

# ------------------------------------------------------ from outside ----

mkdir -p other
awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' \
    "$top/docs/policies.md" >mru.c
compile() {		# compile OBJECT OPTION... < source
	local object=$1
	shift
	${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -shared -fPIC \
	    -I"$top/api/include" "$@" \
	    -o "$object" -x c -
}
compile mru.so <mru.c || bad "the example of docs/policies.md"
awk 'BEGIN { for (i = 0; i < 10000; i++)
	printf " L %08x,4\n", 0x10000000 + 4096 * (i % 50) }' >loop.lackey

# expect WANTED COMMAND...: its last line of output
expect() {
	local want=$1 got
	shift

	got=$("$uvmsim" count "$@" 2>&1 | tail -1 | tr -s ' ')
	if [ "$got" = "$want" ]; then ok; else
		bad "$*: '$got', expected '$want'"
	fi
}
expect "./mru.so 49 253 0.0253 0" --policy ./mru.so --frames 49 loop.lackey
# The same in a machine, and what may not name a file.
cat >loop.uvm <<'END'
spawn sh
sh: buf = mmap 200K rw private anon
repeat 200
sh: read buf 200K
end
expect machine faults == 253
END
check "a machine under it" "$uvmsim" run \
    --machine policy=./mru.so,frames=49 loop.uvm
refuse 2 "other/none.so" run --machine policy=other/none.so loop.uvm
refuse 2 "takes no parameters" run --machine policy=./mru.so:x=1 loop.uvm
sed '1i machine policy=./mru.so frames=49' loop.uvm >named.uvm
refuse 1 "the file of a policy is for --machine, and for no script" \
    run named.uvm
"$uvmsim" run -q --machine policy=./mru.so,frames=49 --core mru.core loop.uvm
refuse 1 "the file of a policy is for --machine" check mru.core

expect "lru 49 10000 1.0000 0" --policy lru --frames 49 loop.lackey
expect "$tmp/mru.so 50 50 0.0050 0" --policy "$tmp/mru.so" --frames 50 \
    loop.lackey

# ------------------------------------------------------------ errors ----

sed 's/UVMSIM_POLICY_ABI/& + 1/' mru.c | compile other/abi.so
sed '/\.victim = /d' mru.c | compile other/victim.so -Wno-unused-function
sed 's/uvmsim_policy uvmsim_policy =/uvmsim_policy mru =/' mru.c | compile other/name.so
echo "no object" >other/text.so

refuse 2 "other/abi.so: it was compiled for another version" count \
    --policy other/abi.so --frames 1 loop.lackey
refuse 2 "other/victim.so: it lacks one of bytes, init, hit, victim" count \
    --policy other/victim.so --frames 1 loop.lackey
refuse 2 "other/name.so: expected a struct uvmsim_policy" count \
    --policy other/name.so --frames 1 loop.lackey
refuse 2 "other/text.so" count --policy other/text.so --frames 1 loop.lackey
refuse 2 "other/none.so" count --policy other/none.so --frames 1 loop.lackey
refuse 2 "mru takes no parameters, not 'x=1'" count --policy ./mru.so:x=1 \
    --frames 1 loop.lackey
refuse 2 "no policy 'mru'; expected a file, or one of fifo lru" count \
    --policy lru,mru --frames 1 loop.lackey
refuse 2 "no policy ''" count --policy lru, --frames 1 loop.lackey
refuse 2 "expected --frames" count loop.lackey
refuse 2 "--frames takes numbers from 1 to " count --frames 1,0 loop.lackey
refuse 2 "not '0'" count --frames 1,0 loop.lackey
refuse 2 "not ''" count --frames 1, loop.lackey
refuse 2 "not '99999999999999999999'" count --frames 99999999999999999999 \
    loop.lackey
refuse 2 "--seed takes a number, not 'x'" count --seed x --frames 1 loop.lackey
refuse 2 "expected TRACE" count --frames 1
refuse 1 "none.lackey" count --frames 1 none.lackey
refuse 1 "expected a trace of references" count --frames 1 mru.c
printf ' L 10000000,4\n L 10000000;4\n' >bad.lackey
refuse 1 "bad.lackey:2:" count --frames 1 bad.lackey

# A trace that breaks off is counted as far as it goes, with a warning.
head -c 100 loop.lackey >cut.lackey
"$uvmsim" count --frames 10 --json cut.lackey >out 2>err
if grep -q '"touches":7,.*"cut":true' out && grep -q 'breaks off' err; then
	ok
else
	bad "cut.lackey: $(cat out err)"
fi
# References across pages and at the end of the addresses; fetches left out.
printf 'I  00001fff,2\n S 00002ffe,4\n M fffffffffffffffe,2\n' >edge.lackey
expect "lru 9 4 0.8000 0" --frames 9 edge.lackey
expect "lru 9 3 1.0000 0" --frames 9 --data-only edge.lackey
# One that would wrap around ends where the addresses end.
sed 's/fffe,2/fffe,8/' edge.lackey >wrap.lackey
expect "lru 9 4 0.8000 0" --frames 9 wrap.lackey
refuse 2 "the name of a policy is too long" count --frames 1 \
    -p "$(printf 'x%.0s' {1..1024})" edge.lackey
"$uvmsim" count --list | grep -q '^sieve ' && ok || bad "--list"

finish
