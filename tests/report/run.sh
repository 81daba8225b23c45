#!/bin/bash
# uvmsim report: pages and figures.  What the page computes is tested by node
# against the simulator, the page itself in Chromium.
. "$(dirname "$0")/../tools/checks.sh"
export UVMSIM=$uvmsim TOP=$top

script=$top/workloads/examples/fork-cow.uvm
trace=gen:zipf:pages=64:n=2000

report() { "$uvmsim" report "$@"; }
same() { report "$@" -o a && report "$@" -o b && cmp -s a b; }

# ---- a page ----

check "a page of a script" report -o cow.html "$script"
check "its title" says cow.html "<title>$script</title>"
check "a title of one's own" report --title 'A & <b>' -o t.html "$script"
check "a title is text" says t.html "<title>A &amp; &lt;b&gt;</title>"
check "to standard output" cmp -s <(report -o - "$script") cow.html
check "from standard input" report -o in.html - <"$script"

# Nothing from elsewhere: the only addresses are names, not places.
check "no other file" bash -c '[ -s cow.html ] && ! grep -noE \
    "(src|href)=\"[^\"#]*\"|@import|url\(" cow.html |
    grep -v "href=\"data:,\""'
check "plots have their licence" says cow.html "Leon Sorokin"

check "twice the same: a script" same "$script"
check "twice the same: a trace" same $trace
"$uvmsim" run -q --core x.core "$script"
check "a page of a core" report -o core.html x.core
check "twice the same: a core" same x.core

# A run that stops is told up to there; the status says that it did.
printf 'spawn p\np: write 0x10 1\n' >bad.uvm
refuses 1 "bad.uvm:2" report -o bad.html bad.uvm
check "a run that stops has a page" says bad.html "it stopped: "

# ---- figures ----

for figure in map pagetable frames heat faults rss wset mrc; do
	check "svg $figure" report --svg $figure -o $figure.svg $trace
	check "svg $figure is one drawing" bash -c "
	    [ \$(grep -c '<svg ' $figure.svg) -eq 1 ] &&
	    [ \"\$(tail -1 $figure.svg)\" = '</svg>' ] &&
	    ! grep -qE 'nan|inf' $figure.svg"
	check "svg $figure twice" same --svg $figure $trace
done
for figure in map pagetable frames; do
	check "svg $figure of a core" report --svg $figure -o c.svg x.core
done
# The map of an earlier moment is another one: before the fork there is no
# page of the child.
check "svg at 3" report --svg map --at 3 -o at3.svg "$script"
check "svg at 5" report --svg map --at 5 -o at5.svg "$script"
check "they differ" bash -c '! cmp -s at3.svg at5.svg'

# ---- what is wrong is said ----

refuse 2 "expected -o FILE" report "$script"
refuse 2 "expected one of map, pagetable" report --svg nothing -o x "$script"
refuse 2 "--at x: expected the number" report --at x -o x "$script"
refuse 2 "--moments 0: expected a number" report --moments 0 -o x "$script"
refuse 1 "the run has 5 operations" report --at 99 -o x "$script"
refuse 1 "a figure over time needs a run" report --svg faults -o x x.core
refuse 1 "No such file" report -o x nowhere.uvm
refuse 1 "No such file" report -o nowhere/x "$script"
head -c 200 x.core >cut.core
refuse 1 "cut.core" report -o x cut.core
check "no file of what failed" [ ! -e x ]

# A trace that breaks off is told of as far as it goes, with a warning; one that
# is damaged too, but that is a failure.
"$uvmsim" generate zipf:pages=20 -n 60000 -o long.uvt >/dev/null
head -c "$(($(stat -c %s long.uvt) - 9))" long.uvt >torn.uvt
"$uvmsim" report -o torn.html torn.uvt 2>err
check "a trace that breaks off" [ "$?: $(cat err)" = \
    "0: uvmsim report: torn.uvt: warning: the trace breaks off" ]
check "it is in the page" grep -q '; the trace breaks off' torn.html
{ cat torn.uvt; printf '123456789'; } >damaged.uvt
refuse 1 "the checksum is another one" report -o damaged.html damaged.uvt
check "the page of a damaged trace" grep -q 'it stopped: ' damaged.html
rm -f ./*.uvt torn.html damaged.html

# ---- what the page computes; the page ----

# The page is the same bytes whatever built the simulator (determinism.sh), so
# that Chromium looks at that of the build for release alone, and the figures
# that it derives are worked out there; the sanitized one has them asked once.
tests="model derive browser"
case $uvmsim in
*-asan/*)	tests=model ;;
*-coverage/*)	tests="model derive" ;;
esac
for t in $tests; do
	if node --test "$top/tests/report/$t.test.mjs" >$t.log 2>&1; then
		ok
	else
		bad "$t.test.mjs: $(grep -A12 '^not ok' $t.log)"
	fi
	grep -h "Chromium does not start" $t.log
done
finish
