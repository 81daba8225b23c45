#!/bin/bash
# The command from outside: exit statuses, messages, output files.
# run.sh UVMSIM
set -u
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM" >&2
	exit 2
fi
bin=$(cd "$(dirname "$1")" && pwd)
uvmsim=$bin/$(basename "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
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

# ------------------------------------------------- a row a complaint ----

"$uvmsim" generate zipf:pages=300 -n 20000 -o t.uvt >out
"$uvmsim" generate stride:pages=9 -n 100 -o u.uvt >out
"$uvmsim" generate forkserver:pages=8:requests=4 -o ops.uvt >out
cat t.uvt u.uvt >two.uvt
head -c 3000 t.uvt >cut.uvt
printf ' L 1,8\n L zz\n' >bad.lackey
printf 'policy=lru,fifo\nframes=4,8\n' >grid
cp "$top"/tests/data/calls/ls.freebsd.kdump .
many=$(printf 'lru,%.0s' {1..64})lru
long=$(printf '1%.0s' {1..400})
machines=$(printf -- '-m ram=1M %.0s' {1..33})
# exit status | what is said | the words
while IFS='|' read -r status text words; do
	# shellcheck disable=SC2086	# words
	complains "$status" "$text" $words
done <<END
2|--machine given more than 32 times|run $machines good.uvm
2|--machine: xxxxxxxxxxxxxxxxxxxx... is too long|run -m $(printf 'x%.0s' {1..400}) good.uvm
2|--machine: ram=1111111111111111... is too long|run -m ram=$long good.uvm
2|--explain goes with --events FILE|run --explain good.uvm
2|--stats takes at most 256 names|run --samples x --stats $(printf 'faults,%.0s' {1..256})faults good.uvm
2|no counter is named bogus|run --samples x --stats bogus good.uvm
2|--every takes a number of operations, not '0'|run --samples x --every 0 good.uvm
1|nowhere/x: No such file|run --samples nowhere/x good.uvm
1|nowhere/x: No such file|run --json --samples nowhere/x good.uvm
2|--timeout 1us: expected a time such as|run --timeout 1us good.uvm
2|--timeout 9999999999999999999: expected a time|run --timeout 9999999999999999999 good.uvm
2|--timeout 99999999999m: expected a time|run --timeout 99999999999m good.uvm
2|--max-host-memory 1K: expected a size from 16M on|run --max-host-memory 1K good.uvm
2|--policy takes at most 64 policies|count --policy $many --frames 3 t.uvt
2|--frames takes at most 64 numbers|count --frames $(seq -s, 1 65) t.uvt
2|expected --frames N|count t.uvt
1|bad.lackey:2:4: expected an address|count --frames 3 bad.lackey
1|bad.lackey:2:4: expected an address|mrc bad.lackey
1|bad.lackey:2:4: expected an address|wset bad.lackey
1|bad.lackey:2:4: expected an address|info bad.lackey
1|cut.uvt: expected references, but it has none|mrc cut.uvt
1|cut.uvt: expected references, but it has none|wset cut.uvt
2|--sample 2: expected a share from 0.000001 to 1|mrc --sample 2 t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff 0.9,0.1 t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff 0.1 t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff 0.1,0.2x t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff 0,1.1 t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff 2,3 t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff .1,.2 t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff 0,0.0000001 t.uvt
2|--pff takes two faults a touch|wset --frames 3 --pff x t.uvt
2|expected --frames N: faults depend on it|wset --policy lru t.uvt
2|expected --frames N: faults depend on it|wset --pff 0,1 t.uvt
1|info: .: Is a directory|info .
1|a log of system calls (kdump)|info ls.freebsd.kdump
1|good.uvm: expected a trace of references|info good.uvm
2|expected IN OUT|convert t.uvt
2|expected IN OUT|convert
1|a script is made of a log of system calls only|convert ops.uvt x.uvm
1|good.uvm: expected a trace of references|convert good.uvm x.uvt
1|nowhere/x.uvt: No such file|convert t.uvt nowhere/x.uvt
2|--from bogus: expected a format|convert --from bogus t.uvt x.uvt
2|expected a name that ends in .uvt|convert t.uvt x.bogus
2|there is no generator 'nosuch'|generate nosuch:n=3 -o x.uvt
2|there is no generator 'zzz'|generate --list zzz
2|bogus: expected a format: uvt|generate zipf:pages=9 -n 9 -o x --to bogus
2|x.bogus: expected --to FORMAT, or a suffix: uvt|generate zipf:pages=9 -n 9 -o x.bogus
2|--append: expected OUT to be uvt|generate zipf:pages=9 -n 9 -o x.lackey --append
2|--append: expected OUT to be uvt|generate zipf:pages=9 -n 9 -o x --append
2|zipf has one process and no script|generate zipf:pages=9 -n 9 -o x.uvm
2|seed is a number from 0 to|generate zipf:pages=9 -n 9 --seed x -o x.uvt
1|u.uvt has no operations, forkserver has some|generate forkserver:requests=2 -o u.uvt --append
1|ops.uvt has operations, zipf has none|generate zipf:pages=9 -n 9 -o ops.uvt --append
1|nowhere/x.uvm: No such file|generate forkserver:requests=2 -o nowhere/x.uvm
2|expected [GRID] TRACE|sweep
1|-: expected a trace of references|sweep grid -
2|no counter is named bogus|sweep --stats bogus grid t.uvt
2|--maps is for logs of system calls|replay --maps all t.uvt
2|--memory takes a size of 1M at least, not '1K'|step --memory 1K good.uvm
2|--memory takes a size of 1M at least, not 'x'|step --memory x good.uvm
2|standard input is for commands|step -
2|standard input is for commands|step --beside ram=2M -x run -
2|zzz: expected a system call such as mmap, or an errno|explain --errors zzz
1|explain --errors EINVAL tells of an errno|explain EINVAL
1|explain: E: No such file|explain E
2|expected a number from 1 on behind the colon, not '0'|explain t.uvt:0
2|expected t.uvt:N, the number of an operation|explain t.uvt:20:2
2|expected ops.uvt:N, the number of an operation|explain ops.uvt
1|ops.uvt:20: --max-ops 10 are done|explain --max-ops 10 ops.uvt:20
1|ops.uvt:9999: the trace has only|explain ops.uvt:9999
2|--runs takes 1 to 99, not '0'|bench --runs 0
2|--runs takes 1 to 99, not '100'|bench --runs 100
2|no benchmark 'fault-sq'; did you mean fault-seq?|bench fault-sq
2|no benchmark 'zzzzzzzzzz'; see --list|bench zzzzzzzzzz
2|--loop takes a number from 1|bench --loop 0 fault-seq
2|--loop takes a number from 1|bench --loop 3
2|no loop for 'mem-page'|bench --loop 3 mem-page
END
exists no x.uvt x.uvm x.lackey x
for tool in procmap procstat vmstat; do
	"$bin/$tool" --timeout=zz --max-host-memory=1K >out 2>err
	[ $? -ne 0 ] && [ ! -s out ] && grep -qx "$tool: --timeout zz: \
expected a time such as 2, 0.5, 90s, 5m or 20ms" err && ok || bad "$tool"
done

# ------------------------------------------------ what two ways agree on ----

# As many references as both traces; a name for each in what is known of it.
says "20100 references" convert two.uvt three.uvt
"$uvmsim" info two.uvt >out
[ "$(grep -c '^  source: gen:' out)" -eq 2 ] && ok || bad "info two.uvt"
says '"references":20100' info --json three.uvt
"$uvmsim" convert -q two.uvt two.lackey && "$uvmsim" convert -q three.uvt \
    three.lackey && cmp -s <(grep -v '^=' two.lackey) <(grep -v '^=' three.lackey) &&
    ok || bad "two traces"
says '"cut":true' info --json cut.uvt
says "breaks off" info cut.uvt
says ", generated" info gen:zipf:pages=9:n=100
says '"format":"references from a rule"' info --json gen:zipf:pages=9:n=100

# Maps as text and as JSON; of one process alone.
"$uvmsim" replay -q --maps all ls.freebsd.kdump | grep -v '^#' >areas
"$uvmsim" replay -q --json --maps all ls.freebsd.kdump >json
[ -s areas ] && cmp -s areas <(sed 's/.*"maps":\[//; s/"\]}\].*//' json |
    grep -o '"[0-9a-f]*-[^"]*' | tr -d '"') && ok || bad "maps as JSON"
[ "$(grep -o '"pid":[0-9]*' json | sort -u | paste -sd' ')" = \
    '"pid":1234 "pid":1235' ] && ok || bad "processes of the maps"

# A sample has a band round its curve, an exact curve has none.
"$uvmsim" mrc -q --sample 0.2 --plot some.svg t.uvt >out
"$uvmsim" mrc -q --plot all.svg t.uvt >out
[ "$(grep -c '<polygon' some.svg all.svg | paste -sd' ')" = \
    'some.svg:1 all.svg:0' ] && ok || bad "bands of curves"

# Counters over time: the names in front of the file say how it is written.
"$uvmsim" run -q --samples json:a.txt --every 1 good.uvm
"$uvmsim" run -q --samples csv:b.txt --every 1 good.uvm
"$uvmsim" run -q --samples c.csv --every 1 --stats faults,minflt good.uvm
[ "$(grep -c '^{"sample"' a.txt)" -gt 0 ] && [ "$(sed 1d b.txt |
    awk -F, '$3 == 2 { print $1 }' | paste -sd' ')" = "$(grep -o '"sample":[0-9]*' \
    a.txt | cut -d: -f2 | paste -sd' ')" ] && ok || bad "samples in two forms"
[ "$(head -1 c.csv | grep -o 'machine_.*')" = machine_faults,machine_minflt ] &&
    ok || bad "chosen counters"

# A grid's rows are those of count; what is asked for in addition is a column.
says "$("$uvmsim" count --policy fifo --frames 8 t.uvt |
    awk '$1 == "fifo" { print "fifo,8,20000,20000," $3 }')" sweep -q --csv grid t.uvt
printf 'policy=lru\nframes=4\nram=1M,2M\n' >machines
says '"faults":' sweep -q --json --stats faults machines t.uvt
says 'ram    touches' sweep -q machines t.uvt
"$uvmsim" sweep -q grid bad.lackey >out 2>err
[ $? -eq 1 ] && grep -q 'bad.lackey:2:4: expected an address' err && ok ||
    bad "sweep of a bad trace"
says 'resident 10.00' count --policy ws --frames 10 t.uvt
says '"call":"mmap","errno":"EACCES"' explain --errors --json EACCES
[ "$("$uvmsim" explain --errors --json EACCES | wc -l)" -eq "$("$uvmsim" \
    explain --errors EACCES | sed -n 's/^[a-z]* EACCES //p' | wc -w)" ] && ok ||
    bad "errors as JSON, one for each system"

# The benchmarks, small: rows for people and for programs.
says 'lookup-local' bench --quick --runs 2 lookup-l uvt-b
"$uvmsim" bench --quick --json --runs 1 lookup-l uvt-b >json
grep -Eqx '\{"runs":1,"quick":true,"benchmarks":\[\{"name":"lookup-local",.*,"unit":"ns","median":[0-9.e-]+,"target":5,"floor":null,.*\},\{"name":"uvt-bytes",.*,"memory":null\}\]\}' json &&
    ok || bad "bench --json"
[ "$("$uvmsim" bench --list | wc -l)" -gt 60 ] && ok || bad "bench --list"
"$uvmsim" bench --loop 10 mmap-1k >out && [ ! -s out ] && ok || bad "bench --loop"

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
