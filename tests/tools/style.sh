#!/bin/bash
# The layout rules that clang-format does not know: style.sh [FILE...]
#
#  - lines of at most 80 columns, no blanks at their ends
#  - files of at most 800 lines, functions of at most 120 (tables are not
#    functions)
#  - a .c file opens with a comment, a header has a guard named after it
#  - no marks of unfinished work
#
# Prints one line per violation; the exit status is 1 if there was any.
set -u
export LC_ALL=C.UTF-8

cd "$(dirname "$0")/../.." || exit 1
if [ $# -eq 0 ]; then
	mapfile -t files < <(find pmap vm sim workloads api tests \
	    -name '*.[ch]' | sort)
	set -- "${files[@]}"
fi

awk '
function say(text) {
	print FILENAME ":" FNR ": " text
	bad = 1
}
function columns(line,	n, i, c) {
	for (n = i = 0; i++ < length(line); ) {
		c = substr(line, i, 1)
		if (c == "\t")
			n += 8 - n % 8
		else if (c < "\200" || c >= "\300")
			n++
	}
	return n
}
FNR == 1 {
	start = 0
	guard = toupper(FILENAME)
	sub(/.*\//, "", guard)
	gsub(/[^A-Z0-9]/, "_", guard)
	if ($0 !~ /^\/\*/)
		say("expected a comment that says what the file is")
}
columns($0) > 80		{ say("longer than 80 columns") }
/[ \t]+$/			{ say("blanks at the end of the line") }
FNR == 801			{ say("the file has more than 800 lines") }
/TODO|FIXME|(^|[^X])XXX([^X]|$)/ { say("a mark of unfinished work") }
FILENAME ~ /\.h$/ && /^#ifndef .*_H$/ && guard != "" {
	if ($2 !~ guard "$")
		say("expected a guard that ends in " guard)
	guard = ""
}
/^[a-z_].*\(.*[^;]$/		{ name = $0; sub(/\(.*/, "", name) }
/^\{/				{ start = FNR }
/^\}$/ && start			{
	if (FNR - start - 1 > 120)
		say(name "() has more than 120 lines")
	start = 0
}
END { exit bad }' "$@"
