#!/bin/bash
# docs/published.md is what docs/figures/published.sh makes of this simulator,
# and the script tells of a figure that is not as it was published: run.sh
# UVMSIM
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"
cd "$top" || exit 1

# Every figure is as published, or within its band, and the page is up to date.
if docs/figures/published.sh "$uvmsim" >"$tmp/page" 2>"$tmp/err" &&
    [ ! -s "$tmp/err" ]; then
	ok
else
	bad "docs/figures/published.sh:"
	cat "$tmp/err"
fi
if cmp -s "$tmp/page" docs/published.md; then
	ok
else
	bad "docs/published.md is not what make published makes:"
	diff docs/published.md "$tmp/page" | head -20
fi

# As many figures are compared as there should be.
if [ "$(grep -c '| same\|| within' "$tmp/page")" -ge 180 ]; then
	ok
else
	bad "few figures are compared in docs/published.md"
fi

# caught WHAT SECTION PATTERN: $tmp/fake is not believed
caught() {
	local status

	docs/figures/published.sh "$tmp/fake" "$2" >/dev/null 2>"$tmp/err"
	status=$?
	if [ "$status" -ne 0 ] && grep -q "$3" "$tmp/err"; then
		ok
	else
		bad "$1: exit status $status, and said: $(head -1 "$tmp/err")"
	fi
}

# fake TEXT: a command that runs UVMSIM otherwise
fake() {
	printf '#!/bin/sh\n%s\n' "$1" >"$tmp/fake"
	chmod +x "$tmp/fake"
}

fake "exec '$uvmsim' \"\$@\" --machine superpages=never"
caught 'a machine without larger pages' superpages \
    'O1: write all 512 pages, upwards: published 512 512 1 0 0 0 1, measured'
fake "'$uvmsim' \"\$@\" | sed 's/\(demotions  *\)1 /\12 /'"
caught 'a demotion too many' superpages '^published.sh: O3'
fake 'echo out of order >&2; exit 1'
caught 'a simulator that does not run' superpages 'out of order'

if docs/figures/published.sh "$uvmsim" nothing >/dev/null 2>"$tmp/err" ||
    ! grep -q 'nothing is no section' "$tmp/err"; then
	bad "an unknown section is accepted"
else
	ok
fi

finish
