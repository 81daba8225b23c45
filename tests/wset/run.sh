#!/bin/bash
# Working sets of recorded traces: run.sh UVMSIM
#
#  - sizes, means, maxima and faults of the first references of each trace in
#    tests/data/lackey, sample by sample, against an awk program that keeps the
#    last touch of every page and counts
#  - curve, histograms, faults of a policy against `mrc' and `count'
#  - text, JSON and CSV have the same numbers; the plot has its size
#  - samples of a running machine: --samples of replay and run
#  - what is wrong with options and traces, in one line
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"

# same WANTED GOT WHAT: two files
same() {
	if diff "$1" "$2" >diff; then ok; else
		bad "$3"
		head -5 diff
	fi
}

# number KEY: of the JSON object on standard input, its first one
number() {
	tr '{,}' '\n\n\n' | awk -F: -v key="\"$1\"" '$1 == key {
		print $2; exit }'
}

# ----------------------------------------------------------- oracle ----

# Pages of 4K touched, one a line, from lackey's text.
touches() {
	awk '
	function hex(s,	i, v) {
		for (i = v = 0; i++ < length(s);)
			v = v * 16 + index("0123456789abcdef",
			    substr(s, i, 1)) - 1
		return v
	}
	/^(I | [LSM]) / {
		split($2, part, ",")
		at = hex(tolower(part[1]))
		first = int(at / 4096)
		last = int((at + part[2] - 1) / 4096)
		for (; first <= last; first++)
			print first
	}'
}

# naive TAU EVERY < pages: "time size faults" a sample, then "all sum max faults"
naive() {
	awk -v tau="$1" -v every="$2" '
	function sample(	p, n) {
		for (p in last)
			n += last[p] > NR - tau
		print NR, n + 0, faults - before
		before = faults
	}
	{
		fault = !($1 in last) || NR - last[$1] > tau
		faults += fault
		size += fault
		# the page whose last touch leaves the window
		old = at[NR - tau]
		delete at[NR - tau]
		if (old != "" && last[old] == NR - tau && old != $1)
			size--
		last[$1] = NR
		at[NR] = $1
		sum += size
		if (size > max)
			max = size
	}
	NR % every == 0 { sample() }
	END {
		if (NR % every)
			sample()
		print "all", sum, max, faults
	}'
}

for name in ls sort; do
	xz -dc "$data/$name.lackey.xz" | head -60000 >part.lackey
	touches <part.lackey >pages
	for tau in 1 50 1000 7777 50000; do
		naive "$tau" 2500 <pages >all.want
		grep -v all all.want >series.want
		"$uvmsim" wset --tau "$tau" --every 2500 --csv part.lackey |
		    awk -F, 'NR > 1 { print $1, $4, $5 }' >series.got
		same series.want series.got "$name, tau $tau: series"
		"$uvmsim" wset --tau "$tau" --json part.lackey >json
		awk -v k="$(wc -l <pages)" '$1 == "all" {
			printf "%.6f %d %d\n", $2 / k, $3, $4 }' all.want >want
		awk -v mean="$(number mean <json)" -v max="$(number max <json)" \
		    -v faults="$(number faults <json)" 'BEGIN {
			printf "%.6f %d %d\n", mean, max, faults }' >got
		same want got "$name, tau $tau: mean, maximum, faults"
	done
done

# ------------------------------------------- against the other commands ----

trace=$data/ls.lackey.xz
"$uvmsim" wset --tau 1024,65536 --all --csv "$trace" >curve.csv
"$uvmsim" wset --tau 1024,65536 --json "$trace" >json
for tau in 1024 65536; do
	awk -F, -v tau=$tau '$1 == tau { printf "%.6f %d\n", $2, $3 }' \
	    curve.csv >want
	tr '{' '\n' <json | grep "\"tau\":$tau," | tr ',}' '\n\n' | awk -F: '
	$1 == "\"mean\"" { mean = $2 } $1 == "\"faults\"" { faults = $2 }
	END { printf "%.6f %d\n", mean, faults }' >got
	same want got "curve at tau=$tau against following it"
done
awk -F, 'NR > 2 && ($2 < size || $3 > faults) { print "line", NR }
{ size = $2; faults = $3 }' curve.csv >got
same /dev/null got "the curve rises, and its faults fall"

# Touches that LRU with 64 frames misses: all distances above, and first ones.
"$uvmsim" wset --reuse --csv "$trace" | awk -F, '
$1 == "distance" && ($2 == "" || $2 > 64) { n += $3 } END { print n }' >got
"$uvmsim" mrc --points 64 --json "$trace" | tr '{' '\n' |
    awk -F'[:,]' '/"frames"/ { print $4 }' >want
same want got "distances above 64 are misses of LRU with 64 frames"
"$uvmsim" wset --reuse --csv "$trace" | awk -F, '
$1 == "interval" { n += $3 } END { print n }' >got
number touches <json >want
same want got "intervals are touches"

for policy in lru fifo clock:set=1 sieve ws:tau=5000; do
	"$uvmsim" count --policy $policy --frames 64 --json "$trace" |
	    number misses >want
	"$uvmsim" wset --policy $policy --frames 64 --every 3333 --csv \
	    "$trace" | awk -F, 'NR > 1 { n += $(NF - 1) } END { print n }' >got
	same want got "$policy: misses of all windows"
done

# ------------------------------------------------------------- forms ----

"$uvmsim" wset --tau 1000 --every 500000 --series --frames 64 --phases \
    --plot "$trace" >text
"$uvmsim" wset --tau 1000 --every 500000 --series --frames 64 --phases \
    --json "$trace" >json
"$uvmsim" wset --tau 1000 --every 500000 --frames 64 --csv "$trace" >csv
awk -F, 'NR > 1 { print $1, $4, $5, $6 }' csv >want
awk 'on { print $1, $3, $4, $5 } /^ *time / { on = 1 }' text >got
same want got "text and CSV"
sed 's/.*"series":\[//; s/\],"phases".*//' json | tr '}' '\n' |
    sed -n 's/.*"time":\([0-9]*\),.*"sizes":\[\([0-9]*\)\],"faults":\[\([0-9]*\)\],"misses":\([0-9]*\),.*/\1 \2 \3 \4/p' >got
same want got "JSON and CSV"
"$uvmsim" wset --plot "$trace" >text
[ "$(grep -c '^ *[0-9.e+]* |' text)" -eq 16 ] && ok ||
    bad "the plot has 16 rows"
[ "$(awk 'NR > 1 && length($0) > n { n = length($0) } END { print n }' text)" \
    -le 79 ] && ok || bad "lines longer than 79"
if command -v python3 >/dev/null; then
	"$uvmsim" wset --curve --reuse --phases --series --frames 8 --json \
	    "$trace" | python3 -m json.tool >/dev/null && ok ||
	    bad "JSON with all keys"
fi

# A program that goes through 30 pages thrice, then stays on 3 others.
awk 'BEGIN {
	for (i = 0; i < 900; i++)
		printf " L %x,1\n", 1048576 + 4096 * (i % 30)
	for (i = 0; i < 900; i++)
		printf " L %x,1\n", 4194304 + 4096 * (i % 3) }' >two.lackey
"$uvmsim" wset --every 100 --phases --frames 20 two.lackey >text
awk 'on { print $1, $2, $3, $4 } /phase from/ { on = 1 }' text >got
printf '%s\n' '0 900 9 30.0' '900 1800 9 3.0' >want
same want got "two phases"
grep -q '^thrashing: 9 of 18 windows, the first at 0 ' text && ok ||
    bad "thrashing: $(grep thrashing: text)"
"$uvmsim" wset --every 100 --frames 30 two.lackey |
    grep -q '^thrashing: no window' && ok || bad "30 frames are enough"

# --------------------------------------------------- running machines ----

"$uvmsim" replay -q --samples s.csv --every 1000000 "$trace" >/dev/null
head -1 s.csv | sed 's/,machine_.*//' >got
echo sample,ops,pid,process,size,rss,pss,wset,dirty,refs,faults,major,free,evicted,swapped,thrashing >want
same want got "columns of samples"
awk -F, '$3 == "" { n += $10; f += $11; rss = $6 } END { print n, f, rss }' \
    s.csv >got
"$uvmsim" replay --json "$trace" | tr ',' '\n' | awk -F: '
$1 == "\"touches\"" { n = $2 } $1 == "\"misses\"" { f = $2 }
END { print n, f, f }' >want
same want got "samples add up"
"$uvmsim" replay -q --samples s.json --every 1000000 "$trace"
grep -o '"all":.*"wset":[0-9]*' s.json | sed 's/.*://' >got
awk -F, '$3 == "" { print $8 }' s.csv >want
same want got "samples as JSON lines"
"$uvmsim" run -q --samples s.csv "$top/workloads/lessons/phases.uvm"
awk -F, '$4 == "a" { print $8 }' s.csv >got
printf '64\n8\n40\n' >want
same want got "samples of a script"

# -------------------------------------------------------------- errors ----

refuse 2 "expected TRACE" wset
refuse 2 "--tau takes up to 16 numbers" wset --tau 0 two.lackey
refuse 2 "--tau takes up to 16 numbers" wset --tau 5,x two.lackey
refuse 2 "--tau takes up to 16 numbers" wset --tau 4294967297 two.lackey
refuse 2 "--tau takes up to 16 numbers" wset --tau \
    1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17 two.lackey
refuse 2 "--every takes a number of touches" wset --every 0 two.lackey
refuse 2 "--frames takes a number" wset --frames 0 two.lackey
refuse 2 "expected --frames N" wset --policy fifo two.lackey
refuse 2 "no policy 'mfu'" wset --policy mfu --frames 3 two.lackey
refuse 2 "must know the future" wset --policy opt --frames 3 two.lackey
refuse 2 "--pff takes two" wset --frames 3 --pff 0.1 two.lackey
refuse 2 "--pff takes two" wset --frames 3 --pff 0.1,0.01 two.lackey
refuse 2 "--pff takes two" wset --frames 3 --pff 0.1,2 two.lackey
refuse 2 "--csv or --json" wset --csv --json two.lackey
refuse 2 "--csv takes one" wset --csv --curve --reuse two.lackey
refuse 1 "nothing.lackey: No such file" wset nothing.lackey
echo hello >text.lackey
refuse 1 "expected a trace of references" wset text.lackey
printf ' L 1000,4\n L 1000;4\n' >broken.lackey
refuse 1 "broken.lackey:2:" wset broken.lackey
printf 'I  1000,4\n' >fetch.lackey
refuse 1 "it has none of data" wset --data-only fetch.lackey
refuse 2 "--every takes a number" replay --samples s --every x two.lackey
refuse 2 "--every needs --samples" replay --every 5 two.lackey
refuse 1 "no/such: " replay --samples no/such two.lackey
[ -e s ] && bad "a file of a run that failed" || ok

finish
