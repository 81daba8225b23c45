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

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
