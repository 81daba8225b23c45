#!/bin/bash
# Commands that are interrupted, or watched: run.sh UVMSIM
#
# A command reads a trace from a pipe that stops in the middle of a record; when
# it has read all of that it gets a real signal.  What it prints and writes must
# be, byte for byte, what it makes of so many references with --until (but for
# the lines read, of which a reader may be ahead); the status is the signal's.
# Then what is left of files, signals that are ignored, a second signal, and the
# line of progress on a terminal.
. "$(dirname "$0")/../tools/checks.sh"

trap 'rm -rf "$tmp"; kill $(jobs -p) 2>/dev/null' EXIT

# wait_for PID BYTES: it has read them, and sleeps
wait_for() {
	local n

	for n in $(seq 3000); do
		[ "$(awk '$1 == "rchar:" { print $2 }' /proc/$1/io)" -ge "$2" ] &&
		    grep -q '^State:.S' /proc/$1/status && return
		sleep 0.01
	done 2>/dev/null
	return 1
}

# interrupted SIGNAL FILE BYTES COMMAND...: uvmsim COMMAND on a pipe that gives
# so many bytes of FILE and stops; => $status, out, err
interrupted() {
	local signal=$1 file=$2 bytes=$3 pid before

	shift 3
	rm -f fifo
	mkfifo fifo
	env --default-signal=INT,TERM,HUP "$uvmsim" "$@" >out 2>err 9>&- &
	pid=$!
	exec 9>fifo
	before=$(awk '$1 == "rchar:" { print $2 }' /proc/$pid/io)
	head -c "$bytes" "$file" >&9
	wait_for $pid $((before + bytes)) || bad "$*: it does not read"
	kill -s "$signal" $pid
	wait $pid 2>/dev/null
	status=$?
	exec 9>&-
}

# stopped_at BYTES COMMAND...: uvmsim COMMAND, interrupted when it has written
# more than so many; => $status, out, err
stopped_at() {
	local bytes=$1 pid n

	shift
	env --default-signal=INT "$uvmsim" "$@" >out 2>err &
	pid=$!
	for n in $(seq 3000); do
		[ "$(awk '$1 == "wchar:" { print $2 }' /proc/$pid/io)" -gt \
		    "$bytes" ] && break
		sleep 0.01
	done 2>/dev/null
	kill -INT $pid
	wait $pid 2>/dev/null
	status=$?
}

# How much it says that it has done.
done_of() { sed -n 's/.*interrupted after \([0-9]*\) .*/\1/p' err; }

# same_as_until FILE BYTES COMMAND...: the result, with all files; whole records
same_as_until() {
	local file=$1 bytes=$2 most n

	shift 2
	interrupted INT "$file" "$bytes" "$@" --json fifo
	n=$(done_of)
	head -c "$bytes" "$file" >part
	most=$("$uvmsim" replay -q --json part | sed \
	    's/.*"references":\([0-9]*\).*/\1/')
	[ $status -eq 130 ] && [ "${n:-0}" -gt 100 ] && [ "$n" -le "$most" ] &&
	    ok || bad "$* $file: status $status after $n of $most"
	sed 's/"lines":[0-9]*,"skipped":[0-9]*,//' out >out.got
	for f in c e s.csv; do
		[ -e $f ] && mv $f $f.got
	done
	"$uvmsim" "$@" --json --until "$n" "$file" 2>err |
	    sed "s|\"$file\"|\"fifo\"|
	    s/\"lines\":[0-9]*,\"skipped\":[0-9]*,//" >out
	for f in out c e s.csv; do
		[ ! -e $f.got ] || cmp $f $f.got && ok ||
		    bad "$1 of $file: $f is not that of --until $n"
		rm -f $f $f.got
	done
}

xz -dc "$data/ls.lackey.xz" | head -n 60000 >t.lackey
"$uvmsim" convert -q t.lackey t.uvt
"$uvmsim" convert -q t.lackey t.hex
"$uvmsim" convert -q t.lackey t.pinatrace
"$uvmsim" convert -q t.lackey t.champsim
gzip -c t.lackey >t.lackey.gz
replay="replay --core c --events e --samples s.csv --every 7777"
for command in "$replay" "$replay --policy lru --frames 40" \
    "mrc --points 3,30" "count --frames 10" "wset --frames 20 --series"; do
	# shellcheck disable=SC2086	# words
	same_as_until t.lackey 300001 $command
done
for file in t.hex t.pinatrace t.champsim t.uvt; do
	# shellcheck disable=SC2086
	same_as_until $file 90001 $replay
done
# Bytes of compressed data: as far as they can be decoded, whole lines.
interrupted INT t.lackey.gz 50000 count --frames 10 fifo
n=$(done_of)
[ "$status" -eq 130 ] && [ "${n:-0}" -gt 1000 ] && ok ||
    bad "compressed: status $status after $n"
cmp -s <("$uvmsim" count --frames 10 --until "$n" t.lackey | tail -n 2) \
    <(tail -n 2 out) && ok || bad "compressed: not --until $n"
# Operations and references.
"$uvmsim" generate -o ops.uvt forkserver:n=40000
interrupted INT ops.uvt 40000 replay --core c --json fifo
n=$(done_of)
mv out out.got
"$uvmsim" replay --core c2 --json --until "$n" ops.uvt | sed 's/ops.uvt/fifo/' >out
[ "$status" -eq 130 ] && [ "${n:-0}" -gt 1000 ] && cmp -s out out.got &&
    cmp -s c c2 && ok || bad "operations: status $status after $n"

# A log: what has come of it is the log.
log=$top/tests/data/traces/python_threads.strace
bytes=$(head -n 151 "$log" | head -c -20 | wc -c)
interrupted TERM "$log" "$bytes" replay --snaps "${log%.strace}.snaps" \
    --core c --maps all fifo
[ "$status" -eq 143 ] && says err "interrupted after 150 lines of fifo" && ok ||
    bad "a log: status $status: $(cat err)"
head -n 150 "$log" >part.strace
"$uvmsim" replay --snaps "${log%.strace}.snaps" --core c2 --maps all \
    part.strace >want 2>/dev/null
cmp -s want out && cmp -s c c2 && ok || bad "a log: not that of 150 lines"

# A sweep: its points are not done, none is printed.
interrupted HUP t.lackey 300001 sweep --set frames=10,20 --set engine=count fifo
[ "$status" -eq 129 ] && says err "interrupted: 0 of 2 points are done" &&
    [ "$(wc -l <out)" -le 2 ] && ok || bad "sweep: status $status"

# What is written whole, or not.
interrupted INT t.lackey 300001 convert fifo x.uvt
[ "$status" -eq 130 ] && says err "interrupted: x.uvt is not written" &&
    [ -z "$(ls x.uvt* 2>/dev/null)" ] && ok || bad "convert: status $status"
stopped_at 8192 generate -o x.uvt zipf:n=100000000000
[ "$status" -eq 130 ] && says err "interrupted: x.uvt is not written" &&
    [ -z "$(ls x.uvt* 2>/dev/null)" ] && ok || bad "generate is interrupted"

# A script: core, record and samples are those of the operations done.
cat >long.uvm <<-'END'
	machine ram=64M
	spawn sh
	sh: buf = mmap 16M rw private anon
	repeat 30000000
	sh: write buf 4K
	end
END
stopped_at 3072 run --core c --samples s.csv --every 10000 long.uvm
n=$(done_of)
sed "s/repeat .*/repeat $((n - 2))/" long.uvm >short.uvm
"$uvmsim" run --core c2 --samples s2.csv --every 10000 short.uvm
[ $status -eq 130 ] && cmp -s s.csv s2.csv && cmp -s c c2 && ok ||
    bad "a script: status $status after $n operations"

# A signal that is ignored stays so.
rm -f fifo
mkfifo fifo
(trap '' INT; exec "$uvmsim" count --frames 10 fifo >out 2>err) &
pid=$!
exec 9>fifo
head -c 300001 t.lackey >&9
wait_for $pid 300001
kill -INT $pid
tail -c +300002 t.lackey >&9
exec 9>&-
wait $pid
[ $? -eq 0 ] && cmp -s <(tail -n +2 out) \
    <("$uvmsim" count --frames 10 t.lackey | tail -n +2) && ok ||
    bad "an ignored signal"

# The second one does not wait for what the first one has begun.
rm -f fifo full
mkfifo fifo full
exec 8<>full
env --default-signal=INT "$uvmsim" wset --series --every 1 fifo >full 2>err 9>&- &
pid=$!
exec 9>fifo
head -c 300001 t.lackey >&9
wait_for $pid 300001
kill -INT $pid
read -r line <&8		# it prints, into a pipe that nobody empties
sleep 0.1
kill -INT $pid
wait $pid 2>/dev/null
status=$?
exec 8>&- 9>&-
[ $status -eq 130 ] && [ -n "$line" ] && [ ! -s err ] && ok ||
    bad "a second signal: status $status, '$line'"

# ------------------------------------------------------------ progress ----

# on_terminal COMMAND...: what it writes to a terminal
on_terminal() { TERM=xterm script -qec "$*" /dev/null </dev/null | tr '\r' '\n'; }

on_terminal "$uvmsim" mrc --points 10 gen:uniform:n=30000000 >out
grep -qE 'uvmsim mrc: +[0-9.]+M references  [0-9.]+[KM]/s' out && ok ||
    bad "progress of a generator: $(head -c 300 out | cat -v)"
[ "$(grep -c 'left' out)" -eq 0 ] && ok || bad "its length is not known"
for n in $(seq 1000); do cat t.lackey.gz; done >big.gz
TERM=xterm script -qec "$uvmsim count --policy lru,arc,2q,lfu,s3fifo,sieve \
    --frames 10,20,40,80 big.gz" /dev/null >out 2>/dev/null </dev/null &
pid=$!
for n in $(seq 3000); do
	grep -q left out && break
	sleep 0.01
done
kill $pid
wait $pid 2>/dev/null
grep -qE 'uvmsim count: +[0-9]+%  [0-9.]+[KM]? references  [0-9.]+[KM]?/s  [0-9:]+ left' \
    out && ok || bad "progress of a file: $(head -c 300 out | cat -v)"
on_terminal "$uvmsim" mrc -q --points 10 gen:uniform:n=30000000 >out
grep -q 'references' out && bad "progress although --quiet" || ok
"$uvmsim" mrc --points 10 gen:uniform:n=30000000 >out 2>err
[ ! -s err ] && ok || bad "progress without a terminal"
finish
