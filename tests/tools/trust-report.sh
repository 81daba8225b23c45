#!/bin/bash
# The table of trust: what has been tried, and how it ended.
#
#	trust-report.sh BUILD PAGE RESULTS	run all, write the table into PAGE
#	trust-report.sh -w BUILD PAGE RESULTS	write what the last runs have left
#	trust-report.sh -c PAGE RESULTS		has PAGE the table of these results?
#
# Each row of runs() is a target of the makefile.  What it has done it says in
# the lines that run-tests.sh describes (TRUST key number [kind]), on stdout or
# through run-tests.sh -T, and with
#
#	PLATFORM name passed failed	tests of a build for another platform
#	ANALYZER name files findings	what looked at the sources
#	N passed, M failed		tests
#
# make coverage leaves coverage.tsv.  Nothing else goes into the table, which
# stands between two comments of PAGE.
#
# The environment chooses:
#
#	MAKE	how to run make (make)
#	LENGTH	long, or short: about half an hour (long)
#	TIME	seconds for all fuzzers together
#	ROWS	the names of the rows to run; others keep their last result
#
# Results are in RESULTS/NAME.tsv and part of the tree, so that rows may be run
# on several hosts; logs are in BUILD/trust.  What has passed at this commit and
# at this length is not run again unless ROWS asks for it: a report that was
# interrupted goes on where it was.  The exit status is 1 if a run failed: the
# table says which.
set -u
export LC_ALL=C

here=$(dirname "$0")
make=${MAKE:-make}
length=${LENGTH:-long}

# name|command of the short report|of the long one, if another|what it is
runs() {
	cat <<-END
	check|check||every test, as released and sanitized
	models|model N=20000; soak N=50000|model; soak|random operations against naive models
	fuzz|fuzz TOGETHER=1 TIME=${TIME:-120}|fuzz TOGETHER=1 TIME=${TIME:-3600}|any bytes as each kind of input
	fuzz-api|fuzz-api N=1000000|fuzz-api|random calls of the C interfaces
	second-opinion|second-opinion||the same operations on the host's kernel
	fault-commands|fault-commands||failures of the host, at every place of every command
	fault-machine|fault-machine||each allocation of the machine and each I/O of its disks fails
	hostile|hostile N=2000|hostile|damaged and hostile files
	bounds|bounds||limits of memory, operations and time
	compilers|portability PLATFORMS=compilers||the same bytes from other compilers
	s390x|portability PLATFORMS=s390x||the same bytes there (big-endian), emulated
	i386|portability PLATFORMS=i386||the same bytes there (32 bits)
	arm64|portability PLATFORMS=arm64||the same bytes there, emulated
	analyzers|lint||sources, by other programs
	memcheck|memcheck||tests under valgrind
	threads|tsan||what uses threads, under ThreadSanitizer
	coverage|coverage||tests of an instrumented build
	END
}

die() {
	echo "trust-report.sh: $*" >&2
	exit 2
}

# The commit that is checked out, with a + when files differ from it.
commit() {
	local id

	id=$(git rev-parse --short=10 HEAD 2>/dev/null) || id=unknown
	[ -z "$(git status --porcelain -uno -- . ":!$page" \
	    ":!$results" 2>/dev/null)" ] ||
	    id=$id+
	echo "$id"
}

# What a run said, as lines of the .tsv: see trust-table.awk.
said() {		# name
	awk -v OFS='\t' -v run="$1" '
	facts { say($2, $3, $4 == "-" ? part($1) : $4) }
	facts { next }
	/^TRUST / && NF >= 3 { say($2, $3, NF > 3 ? $4 : run) }
	/^PLATFORM / && NF == 4 { print "platform", $2, $3, $4 }
	/^ANALYZER / { for (i = 2; i + 2 <= NF; i += 3)
			print "analyzer", $i, $(i + 1), $(i + 2) }
	function part(test) {
		sub(/.*\//, "", test)
		sub(/^test_/, "", test)
		gsub(/_/, "-", test)
		return test
	}
	function say(key, number, kind) {
		print "fact", run, key, number, kind
	}' facts=1 "$dir/$1.facts" facts=0 "$dir/$1.log"
	if [ "$1" = coverage ] && [ "$build-coverage/coverage.tsv" \
	    -nt "$dir/$1.facts" ]; then
		sed 's/^/coverage	/' "$build-coverage/coverage.tsv"
	fi
}

# Sum of the lines "N passed, M failed" of a log.
tests_of() {
	awk '/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3; n++ }
	END { if (n) print p "\t" f; else print "-\t-" }' "$1"
}

run() {			# name, targets with their settings, separated by ;
	local name=$1 status=passed begun=$SECONDS target targets

	printf '%-16s make %s\n' "$name" "$2"
	rm -f "$results/$name.tsv"
	: >"$dir/$name.facts"
	: >"$dir/$name.log"
	IFS=';' read -ra targets <<<"$2"
	for target in "${targets[@]}"; do
		# shellcheck disable=SC2086	# words
		$make BUILD="$build" TRUST="$dir/$name.facts" $target \
		    >>"$dir/$name.log" 2>&1 </dev/null || status=FAILED
	done
	{
		printf 'run\t%s\t%s\t%s\t%d\t%s\tmake %s\n' "$name" $status \
		    "$(tests_of "$dir/$name.log")" $((SECONDS - begun)) \
		    "$now" "$2"
		said "$name"
	} >"$dir/$name.new"
	mv "$dir/$name.new" "$results/$name.tsv"
	[ $status = passed ] || {
		tail -n 30 "$dir/$name.log" | sed 's/^/	/'
		echo "	FAILED: see $dir/$name.log"
	}
}

# Has it passed at this commit?
done_before() {		# name, targets
	[ -z "${ROWS-}" ] && [ -e "$results/$1.tsv" ] &&
	    awk -F'\t' -v of="$now" -v command="make $2" '
	    $1 == "run" && $3 == "passed" && $7 == of && $8 == command { n++ }
	    END { exit !n }' "$results/$1.tsv"
}

run_all() {
	local name short long command

	while IFS='|' read -r name short long _; do
		command=$short
		[ "$length" = long ] && command=${long:-$short}
		case " ${ROWS:-$name} " in
		*" $name "*)
			done_before "$name" "$command" || run "$name" "$command"
			;;
		esac
	done < <(runs)
}

# The results there are, as the text between the two comments of the page.
table() {
	local name what

	while IFS='|' read -r name _ _ what; do
		printf 'row\t%s\t%s\n' "$name" "$what"
		cat "$results/$name.tsv" 2>/dev/null
	done < <(runs) | awk -F'\t' -v date="$(date -u +%F)" -v commit="$now" \
	    -f "$here/trust-table.awk"
}

begin='<!-- make trust-report writes what follows -->'
end='<!-- end of what make trust-report writes -->'

# Put the text of a file between the two comments of the page.
insert() {		# file
	awk -v begin="$begin" -v end="$end" -v file="$1" '
	$0 == end { off = 0; seen++ }
	!off { print }
	$0 == begin {
		off = 1
		seen++
		while ((getline line <file) > 0)
			print line
	}
	END { exit seen != 2 }' "$page" >"$page.new" || {
		rm -f "$page.new"
		die "$page: expected the comments '$begin' and '$end...'"
	}
	mv "$page.new" "$page"
}

# Is the table the one of the results, but for the line that says when it was
# written, and do its sums agree?
check() {
	local text

	text=$(mktemp)
	# shellcheck disable=SC2064	# now
	trap "rm -f '$text'" EXIT
	awk -v begin="$begin" -v end="$end" '
	$0 == end { on = 0 }
	on
	$0 == begin { on = 1 }' "$page" >"$text"
	diff <(grep -v '^Written on' "$text") \
	    <(table | grep -v '^Written on') || {
		echo "$page: the table is not that of $results:" \
		    "expected what trust-report.sh -w writes"
		exit 1
	}
	awk -v page="$page" -v rows="$(runs | cut -d'|' -f1 | paste -sd' ')" \
	    -f "$here/trust-check.awk" "$text"
}

mode=run
while getopts wc o; do
	case $o in
	w)	mode="write" ;;
	c)	mode=check ;;
	*)	exit 2 ;;
	esac
done
shift $((OPTIND - 1))
case $length in long|short) ;; *) die "LENGTH=$length: long or short" ;; esac
for name in ${ROWS-}; do
	runs | grep -q "^$name|" ||
	    die "unknown row $name, expected one of" \
	    "$(runs | cut -d'|' -f1 | paste -sd' ')"
done
if [ $mode = check ]; then
	page=${1:?usage: trust-report.sh -c PAGE RESULTS} results=${2:?RESULTS}
	now=
	check
	exit
fi

build=${1:?usage: trust-report.sh BUILD PAGE RESULTS} page=${2:?PAGE}
results=${3:?RESULTS}
dir=$build/trust
mkdir -p "$dir" "$results"
dir=$(cd "$dir" && pwd)
now=$(commit)
[ $mode = write ] || run_all
table >"$dir/table.md"
insert "$dir/table.md"
! grep -q '^run	[^	]*	FAILED' "$results"/*.tsv 2>/dev/null
