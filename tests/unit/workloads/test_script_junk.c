/*
 * Scripts damaged at random: each is either run or refused with one line, and
 * the machine is sound afterwards (the fixture checks it).
 *
 * The generator is fixed, so a failure can be repeated; UVMSIM_JUNK=N runs N
 * scripts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

static const char *const seeds[] = {
	"machine ram=4M seed=3\nspawn sh image=none\n"
	"sh: buf = mmap 64K rw private anon\nsh: write buf 16K\n"
	"sh: fork child\nchild: write buf 4K # mine\nshow map child\n"
	"expect child resident buf 64K == 4\nexplain\n",
	"file \"/a b\" 64K\nspawn a personality=linux stack=1M:2M\n"
	"a: f = mmap(0, 8K, PROT_READ, MAP_SHARED, \"/a b\", 4096)\n"
	"a: read zipf f 8K count 9 skew 1.5\nshow pages a f 8K\n"
	"expect a: write f fails SIGSEGV\nshow pte a f\n"
	"a: g = mremap f 8K 16K maymove\nshow amap a g\n",
	"repeat 2\nrepeat 3\nspawn z image=none personality=netbsd\n"
	"z: exit 1\nend\nend\nspawn q\nq: s = shmget 8K creat|0600\n"
	"q: p = shmat s\nq: mlock p 4K\nq: brk +64K\nexplain on\n"
	"q: minherit p 8K share\nexpect q prot p == rw-\n"
	"q: madvise break-4K 4K free\nshow stats\nshow frames\n",
	"machine arch=i386 personality=openbsd maxuser=0xbfbfe000 ram=2M\n"
	"set wxallowed 1\nspawn sh image=none\nfile /f 8K\n"
	"sh: b = mmap 8K rwx private anon fixed at 1M\nsh: write b 8K\n"
	"sh: f = mmap 8K r shared file /f\nset sh vm_daddr b\n"
	"set sh vm_dsize 4\nset sh map.flags 0x21\nset sh maxprot b rw\n"
	"set sh vm_maxsaddr 1M\nset sh vm_ssize 9\nkva sh map 0xcf7cac84\n"
	"kva sh entry b 0xcfa3a358\nkva sh amap b 0xd0d20c40\n"
	"kva object /f 0xda000058\nsh: fork c\nsh: brk b+64K\n"
	"sh: setrlimit stack 1M\nc: munmap b 4K\nc: exec /f\n"
	"show ddb sh\nshow ddb c\nshow tunables\nkva kernel pmap 0xd3800060\n",
};

static const char *const words[] = {
	"0",
	"-1",
	"4K",
	"0xfffffffffffff000",
	"(1+2)*4K",
	"rw",
	"none",
	"private",
	"shared",
	"fixed",
	"at",
	"fails",
	"returns",
	"==",
	"buf",
	"sh",
	"child",
	"kernel",
	"show",
	"ddb",
	"expect",
	"machine",
	"free",
	"repeat",
	"end",
	"explain",
	"set",
	"kva",
	"object",
	"vm_minsaddr",
	"vm_maxsaddr",
	"0xd1000000",
	"sh:",
	"fork",
	"munmap",
	"mprotect",
	"\"",
	"#",
	")",
	"16777215T",
	"MAP_ALIGNED(99)",
};

static uint64_t state;

static size_t
roll(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)(state % n);
}

/* Replace a number by another, which leaves most scripts well formed. */
static const char *const numbers[] = {
	"0",
	"2",
	"1",
	"4K",
	"8K",
	"64K",
	"(0-4K)",
	"0x100000",
	"1T",
	"4095",
	"stack_top",
	"break",
	"text",
};

/* Put text at a place, over so many bytes. */
static void
splice(char *s, size_t cap, size_t at, size_t over, const char *text)
{
	size_t len = strlen(s), n = strlen(text);

	if (at + over > len)
		over = len - at;
	if (len - over + n >= cap)
		return;
	memmove(s + at + n, s + at + over, len - at - over + 1);
	memcpy(s + at, text, n);
}

/* A large number here would be run, and take its time. */
static bool
sets_the_pace(const char *s, size_t at)
{
	static const char *const before[] = { "repeat ", "count ", "ram=" };

	for (size_t i = 0; i < NELEM(before); i++) {
		size_t n = strlen(before[i]);

		if (at >= n && strncmp(s + at - n, before[i], n) == 0)
			return true;
	}
	return false;
}

static void
damage(char *s, size_t cap)
{
	char byte[2] = { 0 }, line[80] = { 0 };
	size_t at = roll(strlen(s) + 1), word;

	switch (roll(12)) {
	case 0: /* another byte */
		byte[0] = (char)(1 + roll(255));
		splice(s, cap, at, roll(2), byte);
		break;
	case 1: /* bytes gone */ splice(s, cap, at, 1 + roll(8), ""); break;
	case 2: /* a piece twice */
		snprintf(line, 1 + roll(sizeof(line) - 1), "%s", s + at);
		splice(s, cap, roll(strlen(s) + 1), 0, line);
		break;
	case 3: /* a line less */
		at += strcspn(s + at, "\n");
		splice(s, cap, at, 1 + strcspn(s + at + (s[at] != '\0'), "\n"),
		    "");
		break;
	case 4: /* another word */
		word = at + strcspn(s + at, " \n");
		word += strspn(s + word, " \n");
		splice(s, cap, word, strcspn(s + word, " \n"),
		    words[roll(NELEM(words))]);
		break;
	default: /* another number */
		word = at + strcspn(s + at, "0123456789");
		splice(s, cap, word, strspn(s + word, "0123456789KM"),
		    numbers[roll(sets_the_pace(s, word) ? 2 : NELEM(numbers))]);
	}
}

/* Undamaged, they all run. */
static void
test_seeds(void **unused)
{
	struct script_result r;

	(void)unused;
	for (size_t i = 0; i < NELEM(seeds); i++) {
		script_run(&r, seeds[i]);
		if (!r.completed)
			fail_msg("%u:%u: %s", r.error.line, r.error.col,
			    r.error.text);
		assert_int_equal(r.failed, 0);
		script_free(&r);
	}
}

static void
test_junk(void **unused)
{
	const char *env = getenv("UVMSIM_JUNK");
	unsigned long n = env != NULL ? strtoul(env, NULL, 10) : 1500;
	struct script_result r;
	char text[2000];

	(void)unused;
	state = 0x9e3779b97f4a7c15u;
	for (unsigned long i = 0; i < n; i++) {
		strcpy(text, seeds[roll(NELEM(seeds))]);
		for (size_t k = 1 + roll(4); k > 0; k--)
			damage(text, sizeof(text));
		script_run(&r, text);
		if (!r.completed) {
			if (r.error.text[0] == '\0' || r.error.line == 0 ||
			    strchr(r.error.text, '\n') != NULL)
				fail_msg("script %lu:\n%s\n-> %u:%u: %s", i,
				    text, r.error.line, r.error.col,
				    r.error.text);
		}
		script_free(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
