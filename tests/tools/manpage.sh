#!/bin/bash
# uvmsim(1), the pages uvmsim-*(1) and --help say the same: manpage.sh UVMSIM
#
# Every command that the help lists stands in uvmsim(1), every option in one of
# the pages, every option of a page in a help text, and every machine key in
# both uvmsim(1) and the error message that lists the keys.
set -u
export LC_ALL=C

uvmsim=$1
page=$(dirname "$0")/../../docs/man/uvmsim.1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

commands=$("$uvmsim" help | awk '/^Commands:/ { on = 1; next }
    /^$/ { on = 0 } on { print $1 }')
for command in $commands; do
	"$uvmsim" "$command" --help
done >"$tmp/help"

{
	echo "$commands" | sed 's/^/command /'
	grep -o -e '--[a-z-]*' "$tmp/help" | sed 's/^--/option /'
} | sort -u >"$tmp/have"
{
	sed -n '/Ns =/!s/^\.It Cm \([a-z]*\).*/command \1/p' "$page"
	cat "$page" "${page%.1}"-*.1 | grep -o -e 'Fl -[a-z-]*' | sed 's/^Fl -/option /'
} | sort -u >"$tmp/documented"

# Keys of --machine, from the sentence about an unknown one.
"$uvmsim" run --machine nonsense=1 - 2>&1 </dev/null |
    sed 's/.*known: //; s/ (see.*//' | tr ' ' '\n' | sort >"$tmp/keys"
sed -n 's/^\.It Cm \([a-z]*\) Ns = Ns.*/\1/p' "$page" | sort >"$tmp/pagekeys"

failed=0
differ() {		# file file what
	if ! diff "$1" "$2" >"$tmp/diff"; then
		echo "$3 (< the command, > the man page):"
		cat "$tmp/diff"
		failed=$((failed + 1))
	fi
}
differ "$tmp/have" "$tmp/documented" "commands and options differ"
differ "$tmp/keys" "$tmp/pagekeys" "machine keys differ"

# The page of a command has each of its options, but for the common ones.
grep -o -e 'Fl -[a-z-]*' "$page" | sort -u >"$tmp/common"
: >"$tmp/lacking"
: >"$tmp/nothing"
for command in $commands; do
	own=${page%.1}-$command.1
	[ -e "$own" ] || continue
	"$uvmsim" "$command" --help | awk '/^Options:/ { on = 1; next }
	    on && match($0, /--[a-z-]+/) {
		print "Fl " substr($0, RSTART + 1, RLENGTH - 1) }' |
	    grep -v -x -F -f "$tmp/common" | while read -r option; do
		grep -q -e "$option\\([^a-z-]\\|\$\\)" "$own" ||
		    echo "uvmsim-$command(1): $option"
	done >>"$tmp/lacking"
done
differ "$tmp/lacking" "$tmp/nothing" "options that their page does not have"
echo "$((3 - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
