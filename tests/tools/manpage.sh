#!/bin/bash
# uvmsim(1) and --help say the same: manpage.sh UVMSIM
#
# Every command and every option that the help texts list stands in the man
# page, every option of the man page in a help text, and every machine key in
# both the page and the error message that lists the keys.
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
	grep -o -e 'Fl -[a-z-]*' "$page" | sed 's/^Fl -/option /'
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
echo "$((2 - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
