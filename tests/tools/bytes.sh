#!/bin/bash
# All that the commands of a build make of the inputs of the tree, as files:
# bytes.sh [-a] BINDIR DIR
#
# DIR/KIND/INPUT/ gets what one input gave: output, errors, status, core, events,
# JSON, report.  Two builds are alike when their directories are
# (determinism.sh, portability.sh).  Inputs are the example scripts, the recorded
# traces and the generators; with -a also the scripts of the tests, what the tools
# say of every core, curves, counts, sweeps and conversions of traces of
# references, lessons and explanations.  JOBS (2) inputs at a time; INPUTS is a
# pattern of those wanted (grep -E), as '^[a-z]* example/'.
set -u
export LC_ALL=C COLUMNS=80

all=
if [ "${1-}" = -a ]; then
	all=1
	shift
fi
if [ $# -lt 2 ]; then
	echo "usage: bytes.sh [-a] BINDIR DIR" >&2
	exit 2
fi
bin=$(realpath "$1") dir=$2
cd "$(dirname "$0")/../.." || exit 1
uvmsim=$bin/uvmsim

# run NAME COMMAND...: its output, errors and status
run() {
	"${@:2}" >"$1" 2>"$1.err" </dev/null
	echo $? >"$1.status"
}

# A script, or a log of system calls.
moments() {		# input
	local how=(run) snaps

	if [[ $1 != *.uvm ]]; then
		how=(replay --no-host-files)
		for snaps in "${1%.strace*}".snaps{,.xz}; do
			[ -e "$snaps" ] && how+=(--snaps "$snaps")
		done
	fi
	run out "$uvmsim" "${how[@]}" --core core --events events "$1"
	run json "$uvmsim" "${how[@]}" --json "$1"
	run report "$uvmsim" report -q -o report.html "$1"
}

# What the tools say of a core.
tools() {		# core
	run check "$uvmsim" check --json "$1"
	run procmap "$bin/procmap" -a -M "$1"
	run procmap.dump "$bin/procmap" -d -M "$1"
	run procstat "$bin/procstat" -M "$1" -v -a
	run vmstat "$bin/vmstat" -s -M "$1"
	run ksyms "$uvmsim" ksyms "$1"
	run procfs "$uvmsim" procfs "$1" proc
	run page "$uvmsim" report -q -o page.html "$1"
	# A pagemap has holes of terabytes.
	find proc -type f ! -name pagemap -print0 2>/dev/null | sort -z |
	    xargs -0 -r cat >procfs.all
	rm -rf proc
}

script() {		# input
	moments "$1"
	if [ -n "$all" ]; then
		run explain "$uvmsim" explain --all "$1"
		run record "$uvmsim" run -q --record plain.uvm "$1"
		[ ! -e core ] || tools core
	fi
}

# A trace of references: its first ones, counted in every way.
references() {		# input
	local format

	run mrc "$uvmsim" mrc --json --until 200000 "$1"
	run opt "$uvmsim" mrc --policy opt --until 60000 --all "$1"
	run sample "$uvmsim" mrc --sample 0.1 --plot sample.svg \
	    --until 200000 "$1"
	run wset "$uvmsim" wset --json --until 200000 "$1"
	run sweep "$uvmsim" sweep -j 1 -s "frames=16..64*2" \
	    -s policy=lru,fifo,opt,arc,clock -s engine=machine,count \
	    --until 30000 --csv "$1"
	run replay "$uvmsim" replay --until 100000 --core core \
	    --machine ram=1M --samples samples "$1"
	for format in $("$uvmsim" convert --list | awk '/ write / && $1 != "uvm" { print $1 }'); do
		run "to.$format" "$uvmsim" convert --until 20000 \
		    --to "$format" "$1" -
	done
	[ ! -e core ] || tools core
}

generator() {		# name
	run uvt "$uvmsim" generate "$1" -n 20000 -o - --to uvt
	[ -z "$all" ] || run mrc "$uvmsim" mrc --until 20000 "gen:$1"
}

lesson() {		# number
	run told "$uvmsim" lesson -q "$1"
	run solved "$uvmsim" lesson --solve "$1"
	run homework "$uvmsim" lesson --seed 1 --solution "$1"
	run sheets "$uvmsim" lesson --sheet "$1" --seeds 2-4
}

# One input, in its own directory; called again by xargs.
if [ $# -eq 4 ]; then
	input=$4
	[ ! -e "$input" ] || input=$(realpath "$input")
	mkdir -p "$dir" && cd "$dir" || exit 1
	"$3" "$input"
	exit
fi

inputs() {
	local i name

	for i in tests/data/traces/*.strace{,.xz}; do
		echo "script trace/$(basename "$i") $i"
	done
	for i in workloads/examples/*.uvm; do
		echo "script example/$(basename "$i") $i"
	done
	"$uvmsim" generate --list | sed -n 's/^\([a-z]*\) .*/\1/p' |
	    sed 's|.*|generator generated/& &|'
	[ -n "$all" ] || return
	for i in tests/data/lackey/*.lackey.xz; do
		echo "references lackey/$(basename "$i") $i"
	done
	for i in tests/{scripts,swap}/*.uvm workloads/lessons/*.uvm; do
		name=${i#*/}
		echo "script ${name%%/*}/$(basename "$i") $i"
	done
	"$uvmsim" lesson | sed -n 's/^ *\([0-9][0-9]*\) .*/\1/p' |
	    sed 's|.*|lesson lesson/& &|'
}

shopt -s nullglob
rm -rf "$dir"
mkdir -p "$dir" || exit 1
dir=$(realpath "$dir")
inputs | grep -E "${INPUTS:-.}" | while read -r kind name input; do
	printf '%s\0' "$bin" "$dir/$name" "$kind" "$input"
done | xargs -0 -r -n 4 -P "${JOBS:-2}" "tests/tools/bytes.sh" ${all:+-a}
