#!/bin/bash
# Miss-ratio curves of recorded traces: run.sh UVMSIM
#
# tests/data/lackey has traces of real programs and, for each, numbers counted
# by other programs (README.md there): every LRU and OPT number of them must
# come out, and the strings of textbooks as well.
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"

# Points of a JSON curve, "frames misses" a line: points FILE
points() {
	tr '{}' '\n\n' <"$1" | awk -F'[:,]' '$1 == "\"frames\"" {
		print $2, $4 }'
}

# A number of the object itself: number FILE KEY
number() {
	tr '{,}' '\n' <"$1" | awk -F: -v key="\"$2\"" '
	$1 == key { print $2 + 0; exit }'
}

# A number of a stream of a golden file: golden FILE STREAM KEY
golden() {
	awk -v stream="\"$2\":" -v key="\"$3\":" '
	$1 == "\"data\":" || $1 == "\"all\":" { on = $1 == stream }
	on && $1 == key { print $2 + 0; exit }' "$1"
}

# The misses of a policy, "frames misses" a line: budgets FILE STREAM POLICY
budgets() {
	awk -v stream="\"$2\":" -v policy="\"$3\":" '
	$1 == "\"data\":" || $1 == "\"all\":" { on = $1 == stream; in_it = 0 }
	/^   "/ { in_it = on && $1 == policy }
	in_it && /^    "/ { frames = $1; gsub(/[":]/, "", frames) }
	in_it && $1 == "\"misses\":" { print frames, $2 + 0 }' "$1"
}

# The curve of LRU, in the same form.
lru_curve() {
	awk -v stream="\"$2\":" '
	$1 == "\"data\":" || $1 == "\"all\":" { on = $1 == stream }
	on && /lru_miss_curve/ { in_it = 1; next }
	in_it && /}/ { exit }
	in_it { gsub(/[":,]/, ""); print $1, $2 }' "$1"
}

# curve NAME POLICY FILE OPTION...: the points of FILE, as one command
curve() {
	local what=$1 policy=$2 want=$3 trace=$4
	shift 4

	if [ "$(wc -l <"$want")" -lt 2 ]; then
		bad "$what $policy: no numbers to compare with"
		return
	fi
	"$uvmsim" mrc --policy "$policy" --json "$@" --points \
	    "$(cut -d' ' -f1 "$want" | paste -sd, -)" "$trace" \
	    >json 2>err && [ ! -s err ] && ok || bad "$what: $(head -3 err)"
	points json >got
	diff "$want" got >difference && ok ||
	    bad "$what $policy: $(head -5 difference)"
}

# one NAME STREAM OPTION...
one() {
	local name=$1 stream=$2 file=$data/$1.lackey.golden.json key
	local trace=$data/$1.lackey.xz
	shift 2

	lru_curve "$file" "$stream" >lru.want
	[ "$(wc -l <lru.want)" -eq 15 ] && ok || bad "$name: a golden curve"
	curve "$name $stream" lru lru.want "$trace" "$@"
	for policy in lru opt; do
		budgets "$file" "$stream" $policy >want
		[ "$(wc -l <want)" -eq 4 ] && ok || bad "$name: $policy"
		curve "$name $stream" $policy want "$trace" "$@"
	done
	for key in references touches distinct_pages_4k; do
		[ "$(number json $key)" = "$(golden "$file" "$stream" $key)" ] \
		    && ok || bad "$name $stream: $key"
	done
	# All sizes are the same curve, and it never rises.
	"$uvmsim" mrc --policy opt --all --json "$@" "$trace" >all
	points all >all.points
	awk 'NR == FNR { all[$1] = last = $2; next }
	    (all[$1] == "" ? last : all[$1]) != $2 { bad = 1 }
	    END { exit bad }' all.points want && ok ||
	    bad "$name $stream: --all has other points"
	awk '$1 != NR || (NR > 1 && $2 > last) { exit 1 } { last = $2 }
	    END { if (NR < 100) exit 1 }' all.points && ok ||
	    bad "$name $stream: --all is not falling"
}

for name in "${traces[@]}"; do
	one "$name" all
	one "$name" data --data-only
done
[ $passed -eq $((28 * ${#traces[@]})) ] || bad "expected 28 checks a trace"

# ---- strings of textbooks: book POLICY FRAMES MISSES STRING ----

string() {		# digits as pages of 4K
	echo "$1" | fold -w1 | sed 's/.*/ L 0000&008,4/'
}
book() {
	string "$4" >trace
	"$uvmsim" mrc --policy "$1" --points "$2" --json trace >json 2>err
	[ "$(points json)" = "$2 $3" ] && ok ||
	    bad "$1, $2 frames, $4: $(points json) $(cat err), expected $3"
}
belady=123412512345 ostep=01201303121 silberschatz=70120304230321201701
for row in "2 12 9 $belady" "3 10 7 $belady" "4 8 6 $belady" \
    "5 5 5 $belady" "2 9 7 $ostep" "3 5 5 $ostep" "4 4 4 $ostep" \
    "3 12 9 $silberschatz" "4 8 8 $silberschatz"; do
	set -- $row
	book lru "$1" "$2" "$4"
	book opt "$1" "$3" "$4"
done
for i in $(seq 0 9999); do
	printf ' L %08x,4\n' $((i % 50 * 4096))
done >loop
"$uvmsim" mrc --points 49,50 --json loop >json
[ "$(points json | tr '\n' ' ')" = "49 10000 50 50 " ] && ok || bad "loop"

# ---- pages of other sizes; a reference over two pages ----

printf ' S 00003ffe,4\n L 00008000,4\n L 00003000,8\n' >trace
shape() {		# ARCH TOUCHES PAGES PAGES4K
	"$uvmsim" mrc --machine "arch=$1" --json trace >json
	[ "$(number json touches)" = "$2" ] &&
	    [ "$(number json distinct_pages)" = "$3" ] &&
	    [ "$(number json distinct_pages_4k)" = "$4" ] && ok ||
	    bad "arch=$1: $(cat json)"
}
shape amd64 4 3 3
shape arm64-16k 4 3 3
shape arm64-64k 3 1 3

# ---- output ----

string $belady >trace
"$uvmsim" mrc trace >text && cat >text.want <<'EOF' && diff text text.want \
    >difference && ok || bad "text: $(cat difference)"
trace: lru, 12 references, 12 touches, 5 pages of 4K
    frames       misses   ratio
         1           12 1.00000 ########################################
         2           12 1.00000 ########################################
         3           10 0.83333 #################################
         4            8 0.66667 ###########################
         6            5 0.41667 #################
EOF
"$uvmsim" mrc -q --points 7,3,3 trace | awk 'NR > 1 { print $1, $2 }' >got
[ "$(tr '\n' ' ' <got)" = "3 10 7 5 " ] && ok || bad "--points: $(cat got)"
"$uvmsim" mrc -q - <trace | cmp -s - <(sed 1d text) && ok || bad "a pipe"
"$uvmsim" mrc --plot plot.svg trace | cmp -s - text && ok || bad "--plot, text"
[ "$(head -c 4 plot.svg)" = "<svg" ] && [ "$(tail -n 1 plot.svg)" = "</svg>" ] &&
    grep -q '>frames<' plot.svg && grep -q '>miss ratio<' plot.svg &&
    grep -q 'points="60.0,40.0 ' plot.svg && ok || bad "--plot"
cp trace '<&>'
"$uvmsim" mrc --plot - '<&>' | grep -q '&lt;&amp;&gt;: LRU' && ok ||
    bad "--plot, a strange name"
"$uvmsim" mrc --plot - --all loop >plot.svg && [ "$(wc -c <plot.svg)" -lt 9000 ] &&
    ok || bad "--plot --all"
if command -v python3 >/dev/null; then
	python3 -c 'import sys, xml.dom.minidom as m
m.parse(sys.argv[1])' plot.svg && ok || bad "the SVG is no XML"
fi
{ cat trace; printf ' L 0000'; } >cut
"$uvmsim" mrc --json cut >json 2>err && grep -q '"cut":true' json &&
    grep -q 'breaks off' err && [ "$(number json touches)" = 12 ] && ok ||
    bad "a trace that breaks off"

# ---- samples ----

"$uvmsim" mrc --sample 1 --json loop >json && "$uvmsim" mrc --json loop >exact
[ "$(points json)" = "$(points exact)" ] && ok || bad "--sample 1"
grep -q '"sample":{"rate":1,"seed":1,"pages":50,"touches":10000}' json && ok ||
    bad "--sample 1: $(cut -c1-300 json)"
xz -dc "$data/shuf.lackey.xz" >shuf
"$uvmsim" mrc --sample 25% shuf >one && "$uvmsim" mrc --sample 0.25 shuf |
    cmp -s - one && ok || bad "a share in percent"
"$uvmsim" mrc --sample 25% -m seed=2 shuf | cmp -s - one &&
    bad "the seed does not matter" || ok
"$uvmsim" mrc --sample-size 100 --json shuf >json
[ "$(tr '{,' '\n\n' <json | grep -c '"pages":100$')" = 1 ] && ok ||
    bad "--sample-size: $(cut -c1-300 json)"
"$uvmsim" mrc --json shuf >exact
within() {		# every exact ratio lies between low and high
	tr '{}' '\n\n' <exact | awk -F'[:,]' '$1 == "\"frames\"" {
		print $2, $6 }' >a
	tr '{}' '\n\n' <json | awk -F'[:,]' '$1 == "\"frames\"" {
		print $2, $8, $10 }' >b
	join a b | awk '$2 < $3 || $2 > $4 { exit 1 }
	    END { if (NR < 15) exit 1 }' && ok || bad "$1: bounds"
}
within "--sample-size 100"
"$uvmsim" mrc --sample 0.3 --json shuf >json
within "--sample 0.3"

# ---- errors: one line, its words, and the exit status ----

refuse 2 "expected TRACE" mrc
refuse 2 "unexpected operand" mrc trace trace
refuse 2 "expected lru or opt" mrc --policy fifo trace
for value in 0 1.1 -1 x 0.5x 1e-9 nan inf ''; do
	refuse 2 "expected a share" mrc --sample "$value" trace
done
for value in 0 -1 x 1x 99999999999999999999 ''; do
	refuse 2 "expected a number of pages" mrc --sample-size "$value" trace
	refuse 2 "expected numbers of frames" mrc --points "$value" trace
done
for value in 1,,2 1, ,1 1:2 4294967296; do
	refuse 2 "expected numbers of frames" mrc --points "$value" trace
done
refuse 2 "expected numbers of frames" mrc --points "$(seq -s, 5000)" trace
refuse 2 "expected one" mrc --all --points 1 trace
refuse 2 "expected one" mrc --sample 0.1 --sample-size 10 trace
refuse 2 "exact only" mrc --policy opt --sample 0.1 trace
refuse 2 "exact only" mrc --all --sample 0.1 trace
refuse 2 "arch" mrc --machine arch=vax trace
refuse 1 "nowhere: " mrc nowhere
echo 'open("a") = 3' >log
refuse 1 "log: expected a trace of references" mrc log
printf 'I  00400000,1\n' >fetch
refuse 1 "fetch: expected references, but it has none of data" mrc --data-only fetch
printf ' L 00400000,1\n L 0040g000,1\n' >broken
refuse 1 "broken:2:8: expected" mrc broken
refuse 1 "broken:2:8: expected" mrc --policy opt broken
refuse 1 "broken:2:8: expected" mrc --sample 0.5 --json broken
refuse 1 "no/where.svg: " mrc --plot no/where.svg trace

finish
