#!/bin/bash
# Traces from one format into another: run.sh UVMSIM
#
# What comes back through uvt must be the recorded references, line by line, and
# the numbers counted from it the same.  Through formats that keep less, the
# counts that they keep.  The samples of tests/data/formats are read as their
# own counts say.
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"
formats=$top/tests/data/formats

[ -z "$slow" ] || traces+=(ls)	# the rest is about these two
for name in "${traces[@]}"; do
	trace=$data/$name.lackey.xz
	"$uvmsim" convert -q "$trace" "$name.uvt" || bad "$name to uvt"
	"$uvmsim" convert -q "$name.uvt" "$name.lackey" || bad "$name back"
	xz -dc "$trace" | grep -v '^==' >want
	grep -v '^==' "$name.lackey" >got
	check "$name comes back" cmp -s want got
	refs=$(wc -l <want)
	check "$name: at most 2.5 bytes a reference" \
	    [ $((10 * $(stat -c %s "$name.uvt"))) -le $((25 * refs)) ]
	"$uvmsim" count --policy lru,fifo --frames 16,256 "$trace" |
	    tail -n +2 >want
	"$uvmsim" count --policy lru,fifo --frames 16,256 "$name.uvt" |
	    tail -n +2 >got
	check "$name: the same counts" cmp -s want got
done

# Through pipes and compressed.
xz -0 -c ls.uvt >ls.uvt.xz
check "compressed" "$uvmsim" convert -q ls.uvt.xz two.uvt
"$uvmsim" convert --to lackey - - <two.uvt >piped.lackey
check "through pipes" cmp -s <(grep -v '^==' ls.lackey) \
    <(grep -v '^==' piped.lackey)
cat ls.uvt sort.uvt >both.uvt
"$uvmsim" convert -q both.uvt both.lackey
check "one behind the other" cmp -s \
    <(grep -hv '^==' ls.lackey sort.lackey) <(grep -v '^==' both.lackey)
"$uvmsim" convert -q ls.uvt again.uvt
"$uvmsim" convert -q ls.uvt again2.uvt
check "the same bytes twice" cmp -s again.uvt again2.uvt

# Cut, damaged, and what is no trace.
head -c 100000 ls.uvt >cut.uvt
"$uvmsim" convert cut.uvt cut.lackey >out 2>err
check "a cut trace is converted up to there" \
    [ $? -eq 0 -a "$(grep -vc '^==' cut.lackey)" -eq 32768 ]
check "and says so" says err "warning: the trace breaks off"
cp ls.uvt bad.uvt
printf 'x' | dd of=bad.uvt bs=1 seek=90000 conv=notrunc 2>/dev/null
check "damage is found" refuses 1 "block 3 at byte" \
    "$uvmsim" convert bad.uvt bad.lackey
check "nothing is left of it" [ ! -e bad.lackey ]
echo hello >no.txt
check "no trace" refuses 1 "expected a trace of references" \
    "$uvmsim" convert no.txt no.uvt
check "no such file" refuses 1 "No such file" "$uvmsim" convert none x.uvt
check "no format" refuses 2 "ends in .uvt, .lackey, " \
    "$uvmsim" convert ls.uvt x.y
check "unknown format" refuses 2 "--to pin: expected" \
    "$uvmsim" convert --to pin ls.uvt x
check "nowhere to write" refuses 1 "No such file" \
    "$uvmsim" convert ls.uvt none/x.uvt
check "no such --from" refuses 2 "--from pin: expected" \
    "$uvmsim" convert --from pin ls.uvt x.uvt

# -------------------------------------------------------- other formats ----

# counts TRACE OPTION...: touches, pages, misses and dirty evictions
counts() {
	"$uvmsim" count -q --json --policy lru,fifo,opt --frames 16,256 "$@" |
	    sed 's/.*"touches"/"touches"/'
}

# Data in formats without sizes, fetches, or modifies: what is touched, and
# written, is the same.
for name in ls; do
	counts "$name.uvt" --data-only >want
	counts "$name.uvt" >want.all
	for format in course champsim; do
		"$uvmsim" convert -q "$name.uvt" "$name.$format"
		counts "$name.$format" --data-only >got
		check "$name: data through $format" cmp -s want got
	done
	check "$name: all through champsim" cmp -s want.all \
	    <(counts "$name.champsim")
	"$uvmsim" convert -q "$name.uvt" "$name.hex"
	check "$name: addresses" cmp -s \
	    <(sed 's/"dirty_evictions":[0-9]*//g' want.all) \
	    <(counts "$name.hex" | sed 's/"dirty_evictions":[0-9]*//g')
	# A modify is a load and a store there: as many touches more.
	"$uvmsim" convert -q "$name.uvt" "$name.pinatrace"
	check "$name: data through pinatrace" cmp -s \
	    <(sed 's/"touches":[0-9]*//' want) \
	    <(counts "$name.pinatrace" | sed 's/"touches":[0-9]*//')
done
modifies=$(grep -c '^ M' ls.lackey)
check "modifies of pinatrace" [ "$("$uvmsim" replay ls.pinatrace --json |
    sed 's/.*"references":\([0-9]*\).*/\1/')" -eq $((1044917 + modifies)) ]

# What these formats hold they give back, byte by byte.
for format in course champsim hex pinatrace; do
	"$uvmsim" convert -q "ls.$format" mid.uvt
	"$uvmsim" convert -q mid.uvt "again.$format"
	check "$format comes back" cmp -s \
	    <(grep -av '^# ' "ls.$format" | sed 's/^0x[0-9a-f]*: //') \
	    <(grep -av '^# ' "again.$format" | sed 's/^0x[0-9a-f]*: //')
done
"$uvmsim" convert ls.uvt some.course >out
check "fetches left out are told" says out \
    "some.course: 1044897 references, from uvt to course, 2829363 fetches left"
"$uvmsim" convert --data-only ls.uvt data.uvt >out
check "--data-only" says out \
    "data.uvt: 1044897 references, from uvt to uvt, 2829363 fetches left out"

# The samples, against counts that another program made.
while read -r file format refs fetches writes touches pages lru4 lru16; do
	case $file in '#'*) continue ;; esac
	"$uvmsim" count --json --policy lru --frames 4,16 --one-space \
	    "$formats/$file" >out 2>err
	got=$(sed 's/.*"references":\([0-9]*\),"touches":\([0-9]*\),/\1 \2 /
	    s/"distinct_pages_4k":\([0-9]*\),/\1 /
	    s/"cut":false,"runs":[^}]*"misses":\([0-9]*\)[^}]*},/\1 /
	    s/{[^}]*"misses":\([0-9]*\).*/\1/' out)
	check "$file" [ "$got" = "$refs $touches $pages $lru4 $lru16" ]
	check "$file: silent" [ ! -s err ]
	check "$file is $format" says <("$uvmsim" convert --to uvt \
	    "$formats/$file" a.uvt) "from $format to uvt"
	check "$file: kinds" [ "$("$uvmsim" convert --to lackey a.uvt - |
	    awk '/^I/ { f++ } /^ [SM]/ { w++ } END { print f + 0, w + 0 }')" \
	    = "$fetches $writes" ]
	check "$file --from $format" cmp -s out <("$uvmsim" count --json \
	    --policy lru --frames 4,16 --one-space --from "$format" \
	    "$formats/$file")
done <"$formats/expect"

# Processes are kept: blocks of uvt have their numbers.
"$uvmsim" convert -q "$formats/ls.drmemtrace.xz" a.uvt
processes=$(grep -abo UVTBR a.uvt | while IFS=: read -r at rest; do
	od -An -v -tu4 -j$((at + 24)) -N4 a.uvt
    done | sort -u | tr -d ' \n')
check "processes of drmemtrace" [ "$processes" = 01 ]

# Each command takes --from.
check "mrc --from" "$uvmsim" mrc -q --from objects "$formats/ls.decimal" >out
check "wset --from" "$uvmsim" wset -q --from decimal "$formats/ls.decimal" >out
check "replay --from" "$uvmsim" replay --from decimal "$formats/ls.decimal" \
    >out
check "another format" refuses 1 "ls.decimal:1:1: expected COMMAND" \
    "$uvmsim" count --frames 1 --from perfscript "$formats/ls.decimal"
"$uvmsim" convert --list >out
check "--list" [ "$(grep -c ' read' out)" -ge 14 ]
printf '\377\006\000\000sNaPpY...' >x.sz
check "snappy is refused" refuses 1 "compressed with snappy" \
    "$uvmsim" convert x.sz x.uvt

finish
