# What the sections share: running the simulator, reading its counters, and
# rows that check themselves.  Sourced by published.sh, which sets uvmsim and
# tmp.
#
# A script takes a snapshot of the counters with `show stats'; the figures of a
# step are what two snapshots differ by.

figures=workloads/figures
traces=tests/data/lackey
failed=0

die() {
	echo "published.sh: $*" >&2
	exit 2
}

# run ARGUMENT ...: of `uvmsim run'; what it prints is in $tmp/out.
run() {
	"$uvmsim" run "$@" >"$tmp/out" 2>"$tmp/err" ||
	    die "uvmsim run $*: $(head -1 "$tmp/err")"
}

# since FROM TO 'NAME ...': by what counters of two snapshots (0: the start)
# differ, in one line.  NAME+NAME is their sum.
since() {
	awk -v from="$1" -v to="$2" -v names="$3" '
	function of(name, n,  i, m, part, sum) {
		m = split(name, part, "+")
		for (i = 1; i <= m; i++)
			sum += value[n, part[i]]
		return sum
	}
	$1 == "pagesize" { n++ }
	{
		for (i = 1; i < NF; i += 2)
			value[n, $i] = $(i + 1)
	}
	END {
		if (n < to)
			exit 1
		m = split(names, name, " ")
		for (i = 1; i <= m; i++)
			printf("%s%d", i > 1 ? " " : "",
			    of(name[i], to) - of(name[i], from))
		print ""
	}' "$tmp/out" || die "snapshot $2 is missing"
}

# replay TRACE 'NAME ...' [OPTION ...]: numbers of its JSON, in one line.
replay() {
	trace=$1 names=$2
	shift 2
	"$uvmsim" replay "$traces/$trace.lackey.xz" --json "$@" \
	    >"$tmp/json" 2>"$tmp/err" ||
	    die "uvmsim replay $trace $*: $(head -1 "$tmp/err")"
	tr '{,}' '\n\n\n' <"$tmp/json" | awk -F: -v names="$names" '
	{ gsub(/[" ]/, "") }
	!($1 in value) { value[$1] = $2 }
	END {
		m = split(names, name, " ")
		for (i = 1; i <= m; i++)
			printf("%s%s", i > 1 ? " " : "", value[name[i]])
		print ""
	}'
}

# calc EXPRESSION [FORMAT]: of awk.
calc() {
	awk "BEGIN { printf(\"${2:-%d}\\n\", $1) }"
}

wrong() {
	echo "published.sh: $*" >&2
	failed=1
}

# same WHAT PUBLISHED MEASURED [NOTE]: they must be equal.
same() {
	verdict="same${4:+; $4}"
	if [ "$2" != "$3" ]; then
		wrong "$1: published $2, measured $3"
		verdict="**DIFFERS**"
	fi
	echo "| $1 | $2 | $3 | $verdict |"
}

# within WHAT PUBLISHED MEASURED LOW HIGH [NOTE]: a band, ends included.
within() {
	verdict="within $4 to $5${6:+; $6}"
	if [ "$(calc "$3 >= $4 && $3 <= $5")" != 1 ]; then
		wrong "$1: published $2, measured $3, not within $4 to $5"
		verdict="**NOT within $4 to $5**"
	fi
	echo "| $1 | $2 | $3 | $verdict |"
}

# differs WHAT PUBLISHED MEASURED WHY: they need not agree, and WHY.
differs() {
	echo "| $1 | $2 | $3 | $4 |"
}

# title TEXT: a heading.
title() {
	printf '\n%s\n\n' "$1"
}

# head4 [WHAT [SOURCE]]: of a table of rows.
head4() {
	echo "| ${1:-what} | ${2:-published} | measured | |"
	echo "|------|-----------|----------|--|"
}
