#!/bin/bash
# The test tools themselves: each must complain about what it is there for.
set -u
cd "$(dirname "$0")" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

check() {		# what, wanted exit status, wanted text, command...
	local what=$1 status=$2 text=$3 got

	shift 3
	got=$("$@" 2>&1)
	if [ $? -eq "$status" ] && [[ $got == *"$text"* ]]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf '%s: expected "%s", got:\n%s\n' "$what" "$text" "$got"
	fi
}

check "runner counts" 1 "3 passed, 1 failed" \
    ./run-tests.sh true "echo 2 passed, 0 failed" false
check "runner names the command" 1 "reproduce: exit 7" \
    ./run-tests.sh "exit 7"
check "runner is silent" 0 "1 passed, 0 failed" ./run-tests.sh "echo noise"
TEST_TIMEOUT=1 check "runner ends a hang" 1 "timeout" \
    ./run-tests.sh "sleep 20"

# Facts: of tests that pass, added up by program; nothing else is one.
mkdir -p "$tmp/tests/some"
printf '#!/bin/sh\necho TRUST states 5\necho noise\necho TRUST states 37\n' \
    >"$tmp/tests/some/run.sh"
chmod +x "$tmp/tests/some/run.sh"
facts() {
	rm -f "$tmp/facts"
	./run-tests.sh -T "$tmp/facts" "$@" >"$tmp/facts.log"
	cat "$tmp/facts"
	tail -n 1 "$tmp/facts.log"
}
check "facts add up" 0 "some states 42 -
echo inputs 7 odd
2 passed, 0 failed" facts "$tmp/tests/some/run.sh uvmsim" \
    "echo TRUST inputs 7 odd"
check "facts of what fails" 0 "sh states 2 -
1 passed, 1 failed" facts "echo TRUST faults 1; false" \
    "sh -c 'echo TRUST states 2'"
for fact in "inputs seven" "inputs" "bananas 3" "inputs 3 4" "inputs -1" \
    "inputs 3 of many"; do
	check "fact '$fact'" 1 "not a fact: TRUST $fact" \
	    ./run-tests.sh "echo TRUST $fact"
done

printf '```console\n$ echo a\na\n$ seq 3\n1\n...\n3\n```\n' >"$tmp/good.md"
printf '```console\n$ echo a\nb\n```\n' >"$tmp/bad.md"
printf '.Bd -literal\n$ echo a\\-b\na-b\n.Ed\n' >"$tmp/good.1"
printf '.Bd -literal\n$ echo a\nb\n.Ed\n' >"$tmp/bad.1"
check "doctest good" 0 "3 passed, 0 failed" \
    ./doctest.sh /bin "$tmp/good.md" "$tmp/good.1"
check "doctest bad page" 1 "bad.md:2: echo a" ./doctest.sh /bin "$tmp/bad.md"
check "doctest bad man page" 1 "bad.1:2" ./doctest.sh /bin "$tmp/bad.1"

# A house with three things wrong.
mkdir -p "$tmp/house/"{tests/tools,obj/{vm,sim},vm,sim}
cp floors.sh "$tmp/house/tests/tools"
cat >"$tmp/house/vm/x.c" <<'EOF'
#include "sim/sim.h"
#include <stdlib.h>
static int counter;
extern int sim_number(void);
static const char *const names[] = { "a", "b" };
const char *f(int i) { counter++; return i ? names[i] : malloc(sim_number()); }
EOF
echo 'int sim_number(void) { return 1; }' >"$tmp/house/sim/y.c"
for f in vm/x sim/y; do
	cc -fPIC -Wno-implicit-function-declaration -c -o \
	    "$tmp/house/obj/$f.o" -x c <(grep -v sim.h "$tmp/house/$f.c")
done
floors() {
	"$tmp/house/tests/tools/floors.sh" obj
}
check "floors: include" 1 "vm/x.c:1: vm/ includes sim/sim.h" floors
check "floors: symbol" 1 "obj/vm/x.o: needs sim_number of sim/" floors
check "floors: libc" 1 "obj/vm/x.o: takes malloc from outside" floors
check "floors: state" 1 "counter: writable static data" floors

# A library that exports too much and too little, under a name without version.
mkdir -p "$tmp/build/lib"
echo 'int uvmsim_create, uvmsim_bogus; int puts(const char *);
    int f(void) { return puts(""); }' |
    cc -shared -fPIC -o "$tmp/build/lib/libuvmsim.so" -x c -
check "symbols: too many" 1 "> uvmsim_bogus" ./symbols.sh "$tmp/build"
check "symbols: too few" 1 "< uvmsim_destroy" ./symbols.sh "$tmp/build"
check "symbols: prints" 1 "> puts" ./symbols.sh "$tmp/build"
check "symbols: soname" 1 "has no version" ./symbols.sh "$tmp/build"

# A command without lists: nothing can be offered where something should be.
mkdir "$tmp/bin"
cat >"$tmp/bin/uvmsim" <<'EOF'
#!/bin/sh
case "$*" in
help)	printf 'Commands:\n  run  run\n' ;;
*--help) printf 'Options:\n      --one N  one, see\n    --two  two\n' ;;
*)	echo "x: unknown key; known: arch (see x)" >&2; exit 2 ;;
esac
EOF
chmod +x "$tmp/bin/uvmsim"
check "completion" 1 "bash: uvmsim convert --from" ./completion.sh "$tmp/bin"

# Coverage: of 7 lines 5 are run and of 8 branches 4 taken; assert() has none.
mkdir -p "$tmp/measured/"{vm,obj/vm}
cat >"$tmp/measured/vm/x.c" <<'EOF'
#include <assert.h>
int main(int argc, char **argv)
{
	assert(argc > 0 &&
	    argv);
	if (argc > 1 && argv[1][0])
		argc = 2;
	if (argc > 1 ||
	    argc < 1)
		argc = 3;
	return argc - 1;
}
EOF
(cd "$tmp/measured" && gcc -O0 --coverage -c -o obj/vm/x.o vm/x.c &&
    gcc --coverage -o x obj/vm/x.o)
coverage() {
	local here=$PWD

	(cd "$tmp/measured" && "$here/coverage.sh" "$@")
}
check "coverage: table" 0 \
    "all              7       5  71.43%         8       3  37.50%" \
    coverage . ./x
check "coverage: missed" 0 "vm/x.c:7: not run" coverage -f vm/x.c .
check "coverage: no such file" 1 "none.c: no such file has been measured" \
    coverage -f none.c .

# The table of trust, of a make that says what it is to say.
cat >"$tmp/make" <<'EOF'
#!/bin/bash
for a; do case $a in TRUST=*) facts=${a#TRUST=} ;; esac; done
case " $* " in
*' check '*)	echo 'unit/x states 12 -' >>"$facts"
		echo '1234 passed, 0 failed' ;;
*' fuzz '*)	printf 'TRUST inputs 1234567 log\nTRUST inputs 99 core\n' ;;
*' portability '*) echo 'PLATFORM s390x 44 0' ;;
*' lint '*)	echo 'ANALYZER cppcheck 444 0 gcc 33 0' ;;
*' bounds '*)	[ ! -e "$facts.fail" ] || exit 1 ;;
esac
EOF
chmod +x "$tmp/make"
printf '%s\n' '<!-- make trust-report writes what follows -->' \
    '<!-- end of what make trust-report writes -->' >"$tmp/page.md"
unset ROWS LENGTH TIME # of a report that runs this
trust() {
	MAKE="$tmp/make" ./trust-report.sh "$tmp/b" "$tmp/page.md" \
	    "$tmp/results" >"$tmp/trust.log"
	echo "status $?"
	cat "$tmp/page.md"
}
check "trust: facts" 0 "| 1,234 | 0 | - | - | - | 12 | - | 0:" trust
check "trust: sums" 0 "| - | 1,234,666 | - |" cat "$tmp/page.md"
check "trust: kinds" 0 "| log | 1,234,567 |" cat "$tmp/page.md"
check "trust: platforms" 0 "| s390x | 44 | 0 |" cat "$tmp/page.md"
check "trust: analyzers" 0 "| gcc | 33 | 0 |" cat "$tmp/page.md"
check "trust: as written" 0 "" ./trust-report.sh -c "$tmp/page.md" \
    "$tmp/results"
check "trust: not again" 0 "status 0" trust
check "trust: nothing ran" 1 "" grep . "$tmp/trust.log"
touch "$tmp/b/trust/bounds.facts.fail"
ROWS=bounds check "trust: failure" 0 "| bounds FAILED |" trust
check "trust: others stay" 0 "| log | 1,234,567 |" cat "$tmp/page.md"
sed -i 's/1,234,567/1,234,568/' "$tmp/page.md"
check "trust: by hand" 1 "the table is not that of" \
    ./trust-report.sh -c "$tmp/page.md" "$tmp/results"
check "trust: kinds and sum" 1 "inputs by kind are 1234667, in all 1234666" \
    awk -v page=p -v rows=check -f trust-check.awk "$tmp/page.md"
check "trust: no such row" 2 "unknown row cheese, expected one of check" \
    env ROWS=cheese ./trust-report.sh "$tmp/b" "$tmp/page.md" \
    "$tmp/results"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
