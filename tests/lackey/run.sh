#!/bin/bash
# Replay recorded reference traces: run.sh UVMSIM
#
# tests/data/lackey has traces of real programs and, for each, numbers counted
# by other programs (README.md there).  With ample memory each page is missed
# once.
#
# Says nothing when all is well but "N passed, 0 failed".
set -u
export LC_ALL=C

uvmsim=${1:?usage: run.sh UVMSIM}
data=$(dirname "$0")/../data/lackey
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }

# A number of a JSON object: number FILE KEY; the first one of that name.
number() {
	tr '{,}' '\n' <"$1" | awk -F: -v key="\"$2\"" '
	{ gsub(/ /, "") } $1 == key { print $2 + 0; exit }'
}

# A number of a stream of a golden file: golden FILE STREAM KEY
golden() {
	awk -v stream="\"$2\":" -v key="\"$3\":" '
	$1 == "\"data\":" || $1 == "\"all\":" { on = $1 == stream }
	on && $1 == key { print $2 + 0; exit }' "$1"
}

# equal WHAT KEY WANTED: the key of $tmp/json has that value
equal() {
	local got

	got=$(number "$tmp/json" "$2")
	if [ -n "$3" ] && [ "$got" = "$3" ]; then
		ok
	else
		bad "$1: $2 is $got, expected $3"
	fi
}

# one NAME STREAM OPTION...
one() {
	local name=$1 stream=$2 file=$data/$1.lackey.golden.json
	shift 2

	if ! "$uvmsim" replay --json "$@" "$data/$name.lackey.xz" \
	    >"$tmp/json" 2>"$tmp/err" || [ -s "$tmp/err" ]; then
		bad "$name $stream: $(head -3 "$tmp/err")"
		return
	fi
	set -- "$name $stream"
	equal "$1" references "$(golden "$file" "$stream" references)"
	equal "$1" touches "$(golden "$file" "$stream" touches)"
	equal "$1" distinct_pages_4k \
	    "$(golden "$file" "$stream" distinct_pages_4k)"
	equal "$1" misses "$(golden "$file" "$stream" distinct_pages_4k)"
	equal "$1" reads "$(number "$file" L)"
	equal "$1" writes $(($(number "$file" S) + $(number "$file" M)))
	equal "$1" modifies "$(number "$file" M)"
	equal "$1" skipped "$(number "$file" header_lines)"
	if [ "$stream" = data ]; then
		equal "$1" fetches 0
	else
		equal "$1" fetches "$(number "$file" I)"
	fi
	grep -q '"cut":false' "$tmp/json" && ok || bad "$1: cut"
}

for golden in "$data"/*.golden.json; do
	name=$(basename "$golden" .lackey.golden.json)
	one "$name" all
	one "$name" data --data-only
done
[ $passed -eq 80 ] || bad "expected 4 traces in $data"

# ---- the same in other clothes: text and core must be the same bytes ----

xz -dc "$data/ls.lackey.xz" | head -n 300000 >"$tmp/plain"
"$uvmsim" replay --core "$tmp/ref.core" - <"$tmp/plain" >"$tmp/ref" 2>&1 &&
    grep -q '^-: 2999[0-9]* references' "$tmp/ref" && ok ||
    bad "from a pipe: $(head -3 "$tmp/ref")"
same() {		# WHAT: what has just been replayed is what it was
	cmp -s "$tmp/ref" "$tmp/out" && cmp -s "$tmp/ref.core" "$tmp/core" &&
	    ok || bad "$1: $(head -3 "$tmp/out")"
	rm -f "$tmp/out" "$tmp/core"
}
clothes() {		# WHAT COMMAND...: standard input put into them
	local what=$1
	shift

	"$@" <"$tmp/plain" | "$uvmsim" replay --core "$tmp/core" - \
	    >"$tmp/out" 2>&1
	same "$what from a pipe"
	"$@" <"$tmp/plain" >"$tmp/file"
	"$uvmsim" replay --core "$tmp/core" "$tmp/file" 2>&1 |
	    sed "s|^$tmp/file|-|" >"$tmp/out"
	same "$what"
}
clothes plain cat
clothes xz xz -0 -c
clothes gzip gzip -1 -c
clothes "CR LF" sed 's/$/\r/'
clothes capitals tr a-f A-F
"$uvmsim" check -q "$tmp/ref.core" && ok || bad "the core"

# ---- broken off ----

broken() {		# WHAT FILE: replays up to there, and says so
	"$uvmsim" replay "$2" >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 0 ] && grep -q 'references.*the trace breaks off$' \
	    "$tmp/out" && [ "$(wc -l <"$tmp/err")" -eq 1 ] &&
	    grep -q 'breaks off' "$tmp/err" && ok ||
	    bad "$1: $(head -3 "$tmp/out" "$tmp/err")"
}
{ head -n 7000 "$tmp/plain"; printf ' L 1fff0'; } >"$tmp/cut"
broken "a cut line" "$tmp/cut"
gzip -c "$tmp/plain" | head -c 200000 >"$tmp/cut"
broken "cut gzip data" "$tmp/cut"
xz -c "$tmp/plain" | head -c 20000 >"$tmp/cut"
broken "cut xz data" "$tmp/cut"

# ---- errors: one line, its words, and status 1 or 2 ----

fails() {		# STATUS WORDS OPTION... on $tmp/t
	local want=$1 words=$2 status
	shift 2

	"$uvmsim" replay "$@" "$tmp/t" >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ $status -eq "$want" ] && [ ! -s "$tmp/out" ] &&
	    [ "$(wc -l <"$tmp/err")" -eq 1 ] &&
	    grep -qF -- "$words" "$tmp/err" && ok ||
	    bad "$*: exit status $status, expected $want and '$words':" \
		"$(head -3 "$tmp/out" "$tmp/err")"
	rm -f "$tmp/out"
}
printf 'I  00400000,1\n L 00400g00,1\n' >"$tmp/t"
fails 1 "t:2:9: expected a hexadecimal digit or a comma"
fails 1 "t:2:9: expected" --json
fails 1 "t:2:9: expected" --core "$tmp/no.core" --events "$tmp/no.events"
[ -z "$(ls "$tmp"/no.* 2>/dev/null)" ] && ok || bad "files are left"
printf 'I  00400000,1\nls: no such file\n' >"$tmp/t"
fails 1 't:2:1: expected "I  "'
printf 'I  00400000,1\n S f000000000000000,1\n' >"$tmp/t"
fails 1 "reference 2, a store of 1 bytes at 0xf000000000000000: expected"
cp "$tmp/plain" "$tmp/t"
fails 1 "no page of 32 is free" -m ram=128K
fails 1 "no page of 32 is free" -m ram=128K --events "$tmp/no.events"
fails 2 "--until 0: expected a number" --until 0
fails 2 "--until -1: expected a number" --until -1
fails 2 "--until 1K: expected a number" --until 1K
fails 2 "--until 99999999999999999999: expected" \
    --until 99999999999999999999
for option in --no-host-files "--maps all" "--snaps x" "--initial-maps x"; do
	# shellcheck disable=SC2086
	fails 2 "${option%% *} is for logs of system calls" $option
done
echo '1 brk(NULL) = 0x1000' >"$tmp/t"
fails 2 "--data-only is for traces of references" --data-only
fails 2 "--skip is for traces of references" --skip 5

# ---- --until; a machine of larger pages ----

"$uvmsim" replay --json --until 12345 "$tmp/plain" >"$tmp/json" 2>&1
equal "--until" references 12345
"$uvmsim" replay --json -m superpages=eager "$tmp/plain" >"$tmp/json" 2>&1
misses=$(number "$tmp/json" misses)
[ "$misses" -gt 0 ] &&
    [ "$misses" -lt "$(number "$tmp/json" distinct_pages_4k)" ] && ok ||
    bad "superpages=eager: $misses misses"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
