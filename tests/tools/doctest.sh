#!/bin/bash
# Run the commands that the documentation shows: doctest.sh BINDIR FILE...
#
# An example is a block of lines "$ command" followed by what it prints (stdout
# and stderr), in Markdown fenced as ```console, in a man page between
# .Bd -literal and .Ed when its first line begins with "$ ".  An output line
# "..." stands for any lines.  Commands run with BINDIR in front of PATH, in a
# scratch directory that shows the tree's own files; pkg-config finds the library
# beside BINDIR, and so do programs that are linked with it.
#
# A command whose output differs is printed with file and line.
set -u
export LC_ALL=C COLUMNS=80

if [ $# -lt 2 ]; then
	echo "usage: doctest.sh BINDIR FILE..." >&2
	exit 2
fi
bin=$(cd "$1" && pwd) || exit 2
shift
top=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export PATH="$bin:$PATH"
export PKG_CONFIG_PATH=${bin%/*}/lib/pkgconfig LD_LIBRARY_PATH=${bin%/*}/lib

# file -> $tmp/steps/NNN.{cmd,want,line}
extract() {
	rm -rf "$tmp/steps" && mkdir "$tmp/steps"
	awk -v dir="$tmp/steps" -v man="$([[ $1 == *.md ]] || echo 1)" '
	function put(line) {
		if (line ~ /^\$ /) {
			step = sprintf("%s/%03d", dir, ++n)
			print substr(line, 3) >(step ".cmd")
			print FNR >(step ".line")
			printf "" >(step ".want")
		} else if (line ~ /^> / && step != "" && !out) {
			print substr(line, 3) >>(step ".cmd")
			return
		} else if (step != "") {
			print line >(step ".want")
		}
		out = line !~ /^\$ /
	}
	function plain(line) {		# mdoc escapes
		gsub(/\\&/, "", line); gsub(/\\-/, "-", line)
		gsub(/\\\(aq/, "\047", line); gsub(/\\\(ga/, "`", line)
		gsub(/\\\(ti/, "~", line); gsub(/\\\(ha/, "^", line)
		gsub(/\\e/, "\\", line)
		return line
	}
	!man && /^```console/		{ inside = 1; step = ""; next }
	!man && /^```/			{ inside = 0; next }
	man && /^\.Bd.*-literal/	{ inside = 1; step = ""; next }
	man && /^\.Ed/			{ inside = 0; next }
	inside				{ put(man ? plain($0) : $0) }
	' "$1"
}

# want got: do they agree, "..." standing for any lines?
agree() {
	awk -v wantfile="$1" -v gotfile="$2" '
	function match_from(i, j,	k) {
		for (; i <= nw; i++) {
			if (want[i] == "...") {
				for (k = j; k <= ng + 1; k++)
					if (match_from(i + 1, k))
						return 1
				return 0
			}
			if (j > ng || want[i] != got[j])
				return 0
			j++
		}
		return j > ng
	}
	BEGIN {
		while ((getline line <wantfile) > 0)
			want[++nw] = line
		while ((getline line <gotfile) > 0)
			got[++ng] = line
		exit !match_from(1, 1)
	}'
}

passed=0 failed=0
for file in "$@"; do
	work=$tmp/work
	rm -rf "$work" && mkdir "$work"
	ln -s "$top"/* "$work"/
	extract "$file"
	for cmd in "$tmp"/steps/*.cmd; do
		[ -e "$cmd" ] || continue
		step=${cmd%.cmd}
		(cd "$work" && timeout "${TEST_TIMEOUT:-120}" bash "$cmd") >"$step.got" 2>&1 \
		    </dev/null
		# Blank lines at the end belong to the page, not the output.
		for f in got want; do
			sed -i -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$step.$f"
		done
		if agree "$step.want" "$step.got"; then
			passed=$((passed + 1))
			continue
		fi
		failed=$((failed + 1))
		echo "$file:$(cat "$step.line"): $(cat "$cmd")"
		diff -u --label documented "$step.want" --label actual \
		    "$step.got"
	done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
