# shellcheck shell=bash
# What the run.sh of a folder of tests begins with; it says
#
#	. "$(dirname "$0")/../tools/checks.sh"
#
# and is called with the path of uvmsim.  From there on
#
#	$uvmsim	that path, absolute
#	$top	the top of the tree; $data, its recorded traces
#	$traces	those that the build can wait for
#	$slow	it is sanitized: fewer of the same cases will do; else empty
#	$tmp	an empty folder, in which the rest runs; gone at the end
#
# and the functions below count.  The last line of a run.sh is `finish': "N
# passed, M failed", and an exit status that is 0 if there is no M.
set -u
export LC_ALL=C

uvmsim=$(realpath "${1:?usage: run.sh UVMSIM}")
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034	# for those who read this file
data=$top/tests/data/lackey traces=(cc1 ls shuf sort) slow=''
case $uvmsim in *-asan/* | *-tsan/*) traces=(sort) slow=1 ;; esac
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }
finish() { echo "$passed passed, $failed failed"; exit $((failed != 0)); }

# check WHAT COMMAND...: it succeeds
check() { if "${@:2}"; then ok; else bad "$1"; fi; }

# says FILE TEXT: it has this text; if not, it is shown
says() { grep -qF -- "$2" "$1" || { cat "$1"; false; }; }

# refuses STATUS TEXT COMMAND...: it fails with one line that has this text
refuses() {
	local status=$1 text=$2

	shift 2
	"$@" >out 2>err </dev/null
	[ $? -eq "$status" ] && [ "$(wc -l <err)" -eq 1 ] && says err "$text"
}

# refuse STATUS TEXT ARGUMENT...: so does uvmsim, and prints nothing else
refuse() {
	local what=${*:3}

	if refuses "$1" "$2" "$uvmsim" "${@:3}" && [ ! -s out ]; then ok; else
		bad "$what: '$(head -3 err)', expected status $1 and '$2'"
	fi
}

# golden FILE STREAM [curve]: its numbers, "policy frames what number" a line;
# "trace 0" for what depends on neither.  With the points of LRU's curve?
golden() {
	awk -v stream="$2" -v curve="${3-}" '
	{ gsub(/[ ",:{}\[\]]+/, " "); sub(/^ /, "") }
	$1 == "data" || $1 == "all" { on = $1 == stream; next }
	!on { next }
	$1 ~ /^(lru|fifo|opt|lru_miss_curve|checks)$/ { policy = $1; next }
	$1 == "references" || $1 == "touches" || $1 == "distinct_pages_4k" {
		print "trace", 0, $1, $2; next }
	policy == "lru_miss_curve" && NF == 2 && curve != "" {
		print "lru", $1, "misses", $2 }
	policy ~ /^(lru|fifo|opt)$/ && $1 ~ /^[0-9]+$/ { frames = $1; next }
	policy ~ /^(lru|fifo|opt)$/ && ($1 == "misses" ||
	    $1 == "dirty_evictions") { print policy, frames, $1, $2 }
	' "$1" | sort -u
}
