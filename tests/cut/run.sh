#!/bin/bash
# Traces that break off: run.sh UVMSIM
#
# A trace of every format is cut at many places.  Replay and count must take
# what lies before the place, no more than the whole trace has, no less the
# later the place lies, say that the trace breaks off (but where a record ends,
# which a format without an end cannot know), and succeed; a core is written.
# The same for compressed data, and for traces through pipes.
. "$(dirname "$0")/../tools/checks.sh"

formats=$top/tests/data/formats
plain() {
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*.zst) zstd -qdc "$1" ;;
	*) cat "$1" ;;
	esac
}

number() { sed "s/.*\"$1\":\\([0-9]*\\).*/\\1/"; }

# cut FILE NAME UNIT ENDS PLACE...: of its bytes, so many each time; ENDS: how
# many of the places may lie between two records; rising
cut_at() {
	local file=$1 name=$2 unit=$3 ends=$4 last=0 most whole=0 n

	shift 4
	most=$("$uvmsim" replay -q --json "$file" 2>/dev/null | number "$unit")
	for place in "$@"; do
		head -c "$place" "$file" >part
		rm -f c
		"$uvmsim" replay --json --core c part >out 2>err
		status=$?
		n=$(number "$unit" <out)
		if ! grep -q 'breaks off' err; then
			whole=$((whole + 1))
		elif ! grep -q '"cut":true' out; then
			bad "$name at $place: cut is not in JSON"
		fi
		if [ $status -ne 0 ] || [ ! -s c ] || [ -z "$n" ] ||
		    [ "$n" -lt "$last" ] || [ "$n" -gt "$most" ]; then
			bad "$name at $place: status $status, $n of $most" \
			    "behind $last: $(head -1 err)"
			return
		fi
		last=$n
	done
	[ $whole -le "$ends" ] && ok ||
	    bad "$name: $whole of $# places, and nothing is said"
}

# places SIZE: odd ones, closer together near the end
places() {
	awk -v size="$1" -v less="${slow:-0}" 'BEGIN {
		for (k = 24; k > 0; k -= 2 + 3 * less + k % 3)
			if ((at = size - k * k * 7 - k % 5 - 1) > size / 3)
				print at
	}'
}

for row in ls.pinatrace:0 ls.course:5 ls.hex.xz:5 ls.decimal:6 \
    ls.champsim.xz:1 ls.cloudsuite.gz:1 ls.drmemtrace:0 \
    requests.oracleGeneral:3 requests.csv:4 perl_faults.perfscript:2 \
    ls_faults.perftrace:3; do
	name=${row%:*}
	plain "$formats/$name" >whole
	# shellcheck disable=SC2046	# numbers
	cut_at whole "$name" references "${row#*:}" \
	    $(places "$(stat -c %s whole)")
done
xz -dc "$data/ls.lackey.xz" | head -n 3000 >whole
# Half a line of lackey's can be a line; its newline may be missing.
# shellcheck disable=SC2046
cut_at whole lackey references 8 $(places "$(stat -c %s whole)")
cp whole t.lackey
"$uvmsim" convert -q t.lackey t.uvt
# shellcheck disable=SC2046
cut_at t.uvt uvt references 0 $(places "$(stat -c %s t.uvt)")
"$uvmsim" generate -o ops.uvt forkserver:n=3000
# shellcheck disable=SC2046
cut_at ops.uvt "uvt with operations" references 0 \
    $(places "$(stat -c %s ops.uvt)")
# shellcheck disable=SC2046
cut_at "$formats/ls.drmemtrace.zip" zip references 14 \
    $(places "$(stat -c %s "$formats/ls.drmemtrace.zip")")

# Compressed: of numbers that no half of them can pass for.
seq 4294967297 4096 4509967296 >numbers
gzip -c numbers >numbers.gz
xz -c numbers >numbers.xz
zstd -qc numbers >numbers.zst
for form in gz xz zst; do
	# shellcheck disable=SC2046
	cut_at numbers.$form "$form" references 0 \
	    $(places "$(stat -c %s numbers.$form)")
	size=$(($(stat -c %s numbers.$form) - 400))
	head -c $size numbers.$form >part
	"$uvmsim" convert -q --from decimal part part.hex 2>/dev/null
	grep '^[0-9a-f]' part.hex | sed 's/^0x//' >got
	# shellcheck disable=SC2046	# numbers
	printf '%x\n' $(head -n "$(wc -l <got)" numbers) >want
	cmp -s want got && ok || bad "$form: other numbers than before the cut"
	# Through a pipe it is the same.
	"$uvmsim" replay --json part 2>/dev/null | sed 's/"part"//' >want
	cat part | "$uvmsim" replay --json - 2>/dev/null |
	    sed 's/"-"//' >got
	cmp -s want got && ok || bad "$form: through a pipe"
	for command in "mrc --points 9" "count --frames 9" "wset" \
	    "sweep --set engine=count --set frames=9"; do
		# shellcheck disable=SC2086
		"$uvmsim" $command part >out 2>err
		[ $? -eq 0 ] && says err "breaks off" && ok ||
		    bad "$command of cut $form: $(head -1 err)"
	done
done

# A log: calls that are cut are not done; snapshots behind are not asked for.
log=$top/tests/data/traces/memops
# shellcheck disable=SC2046
cut_at "$log.strace" strace lines 6 $(places "$(stat -c %s "$log.strace")")
for line in 20 60 100; do
	bytes=$(head -n $line "$log.strace" | wc -c)
	for drop in 1 2 7; do
		head -c $((bytes - drop)) "$log.strace" >part
		head -n $((line - 1)) "$log.strace" >before
		"$uvmsim" replay --snaps "$log.snaps" --maps all part \
		    >got 2>err
		status=$?
		"$uvmsim" replay --snaps "$log.snaps" --maps all before \
		    >want 2>/dev/null
		[ $status -eq 0 ] && cmp -s want got && says err "breaks off" &&
		    ok || bad "line $line less $drop: $(head -1 err)"
	done
done
finish
