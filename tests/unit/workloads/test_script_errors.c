/*
 * What is said about scripts that are wrong: line, column, one sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

struct wrong {
	const char *text;
	const char *message;
};

#define SH "spawn sh image=none\n"

static const struct wrong statements[] = {
	{ "spwan sh\n", "1:1: unknown statement spwan; did you mean spawn?" },
	{ "\n\n   zzzzzz\n", "3:4: unknown statement zzzzzz" },
	{ "+\n",
	    "1:1: expected a statement such as spawn, or PROCESS:, "
	    "got +" },
	{ "machine rma=1M\n",
	    "1:9: unknown machine key \"rma\"; did you mean ram?" },
	{ "machine seed=1 ram=1\n",
	    "1:16: ram=1: expected a size from 64K to 8T, whole pages" },
	{ SH "machine ram=1M\n",
	    "2:1: the machine must be described before anything else" },
	{ "spawn\n",
	    "1:6: expected a name for the process, got the end of the line" },
	{ "spawn 1sh\n",
	    "1:7: expected a name of letters, digits and _, got 1sh" },
	{ "spawn kernel\n", "1:7: a process may not be named kernel" },
	{ "spawn sh personality=freebds\n",
	    "1:22: unknown personality freebds; did you mean freebsd?" },
	{ "spawn sh stcak=1M\n",
	    "1:10: unknown key stcak; did you mean stack?" },
	{ "spawn sh pid=0\n", "1:10: pid out of range: from 1 to 99999999" },
	{ "spawn sh 5\n",
	    "1:10: expected personality=, pid=, image= or a "
	    "limit such as stack=1M, got 5" },
	{ "spawn sh memlock=4K:\n",
	    "1:21: expected a size, got the end of the line" },
	{ "file /a\n",
	    "1:8: expected a size such as 64K, got the end of the line" },
	{ "file /a 12Z\n", "1:9: expected a size such as 64K, got 12Z" },
	{ "file /a 08\n", "1:9: expected a size such as 64K, got 08" },
	{ "file /a 18446744073709551616\n",
	    "1:9: number too large; at most 18446744073709551615" },
	{ "file /a 16777216T\n",
	    "1:9: number too large; at most 18446744073709551615" },
	{ "file /a 8388608T\n",
	    "1:9: file too large; at most 9223372036854775807 bytes" },
	{ "file \"/a b 4K\n",
	    "1:6: expected a path, but the closing quote is missing" },
	{ "file \"\" 4K\n", "1:6: expected a path, got an empty string" },
	{ "repeat\n", "1:7: expected a count, got the end of the line" },
	{ "repeat 3\n\n", "2:0: the repeat of line 1 has no end" },
	{ "end\n", "1:1: end without a repeat" },
	{ "repeat 2 3\nend\n", "1:10: expected the end of the line, got 3" },
	{ "repeat 100000\nrepeat 100000\nend\nend\n",
	    "2:1: the script would run more than 100000000 operations" },
	{ "repeat 18446744073709551615\nrepeat 3\nend\nend\n",
	    "1:1: the script would run more than 100000000 operations" },
	{ SH "repeat 2\nsh: read rand 0 4K count 60000000\nend\n",
	    "3:1: the script would run more than 100000000 operations" },
	{ "explain of\n",
	    "1:9: unknown thing to explain: of; did you mean on?" },
	{ "explain 3\n",
	    "1:9: expected on, off, a process or the end of the line, got 3" },
	{ "show\n",
	    "1:5: expected what to show, such as map or stats, got "
	    "the end of the line" },
	{ "show mpa sh\n",
	    "1:6: unknown thing to show: mpa; did you mean map?" },
	{ "show map\n", "1:9: expected a process, got the end of the line" },
	{ "show stats sh\n", "1:12: expected the end of the line, got sh" },
	{ "\x01\x7f\n",
	    "1:1: expected a statement such as spawn, or "
	    "PROCESS:, got ??" },
};

static const struct wrong operations[] = {
	{ "sh: read 0\n", "1:1: no process sh has been spawned or forked" },
	{ SH "hs: read 0\n", "2:1: no process hs; did you mean sh?" },
	{ "kernel: read 0\n", "1:8: the kernel makes no calls of its own" },
	{ SH "sh:\n",
	    "2:4: expected a call such as mmap, or read, write, "
	    "exec, got the end of the line" },
	{ SH "sh: mmpa 64K rw private\n",
	    "2:5: unknown call mmpa; did you mean mmap?" },
	{ SH "sh: mmap\n",
	    "2:9: expected a length such as 64K, got the end "
	    "of the line" },
	{ SH "sh: mmap 64Q rw private\n",
	    "2:10: expected a length such as 64K, got 64Q" },
	{ SH "sh: mmap 64K\n",
	    "2:13: expected a protection such as rw, r-x "
	    "or none, got the end of the line" },
	{ SH "sh: mmap 64K rw\n",
	    "2:16: expected flags such as private anon, "
	    "got the end of the line" },
	{ SH "sh: mmap 64K rw private at\n",
	    "2:27: expected an address, got the end of the line" },
	{ SH "sh: mmap 64K rw private =\n",
	    "2:25: expected flags such as private anon, got =" },
	{ SH "sh: mmap 64K rw private|\n",
	    "2:25: expected flags such as "
	    "private anon, got the end of the line" },
	{ SH "sh: munmap 0\n",
	    "2:13: expected a length such as 64K, got the "
	    "end of the line" },
	{ SH "sh: munmap 0 4K 5\n",
	    "2:17: expected the end of the line, got 5" },
	{ SH "sh: madvise 0 4K\n",
	    "2:17: expected an advice such as "
	    "dontneed, got the end of the line" },
	{ SH "sh: mlockall\n",
	    "2:13: expected current, future or both, got "
	    "the end of the line" },
	{ SH "sh: mmap(0, 64K, rw, MAP_PRIVATE)\n",
	    "2:33: expected a comma, got )" },
	{ SH "sh: mmap(0, 64K, rw, 2, -1, 0\n",
	    "2:30: expected a closing parenthesis, got the end of the line" },
	{ SH "sh: munmap(0, 4K, 5)\n",
	    "2:17: expected a closing parenthesis, got ," },
	{ SH "sh: open(4)\n", "2:11: expected a comma, got )" },
	{ SH "sh: fork\n",
	    "2:9: expected a name for the process, got the "
	    "end of the line" },
	{ SH "sh: read\n",
	    "2:9: expected an address, got the end of the line" },
	{ SH "sh: x = read 0\n", "2:9: an access has no result to name" },
	{ SH "sh: read rand 0\n",
	    "2:16: expected a length such as 16K, got "
	    "the end of the line" },
	{ SH "sh: read rand 0 4K count 0\n",
	    "2:27: count out of range: from 1 to 100000000" },
	{ SH "sh: read stride 0 4K\n",
	    "2:21: expected by SIZE: the distance "
	    "of a stride, got the end of the line" },
	{ SH "sh: read zipf 0 4K skew 9.5\n",
	    "2:25: expected a skew from 0 "
	    "to 8, such as 0.99, got 9.5" },
	{ SH "sh: read zipf 0 4K skew 8.000016\n",
	    "2:25: expected a skew from 0 to 8, such as 0.99, got 8.000016" },
	{ SH "sh: read zipf 0 4K skew 100\n",
	    "2:25: expected a skew from 0 to 8, such as 0.99, got 100" },
	{ SH "sh: read stride 0 64K by 0\n",
	    "2:27: the distance may not be 0" },
	{ SH "sh: madvise 0 4K MADV_RANDOM(3)\n",
	    "2:18: freebsd has no macro MADV_RANDOM()" },
	{ SH "sh: read 0xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
	    "2:10: expected an address, got 0xxxxxxxxxxxxxxxxxxxxxxx..." },
	{ SH "show procmap \"x\n",
	    "2:14: expected an argument of the tool, but the closing quote "
	    "is missing" },
	{ SH "show procmap 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n",
	    "2:53: more than 16 words" },
	{ SH "sh: read zipf 0 4K skew x\n",
	    "2:25: expected a skew from 0 "
	    "to 8, such as 0.99, got x" },
	{ SH "sh: read rand 0 4K skew 1\n",
	    "2:20: expected the end of the line, got skew" },
	{ SH "sh: read (1+\n",
	    "2:13: expected an address, got the end of the line" },
	{ SH "sh: read (1\n",
	    "2:12: expected a closing parenthesis, got the "
	    "end of the line" },
	{ SH "sh: read 0 fails\n",
	    "2:12: expected the end of the line, got fails" },
};

static const struct wrong expectations[] = {
	{ SH "expect\n", "2:7: expected a process, got the end of the line" },
	{ SH "expect sh: read 0\n",
	    "2:18: expected fails ERROR or returns "
	    "VALUE, got the end of the line" },
	{ SH "expect sh: read 0 fails ENOMME\n",
	    "2:25: unknown error ENOMME; did you mean ENOMEM?" },
	{ SH "expect sh: read 0 fails SIGSEVG\n",
	    "2:25: unknown error SIGSEVG; did you mean SIGSEGV?" },
	{ SH "expect sh residnt 0 == 1\n",
	    "2:11: unknown measure residnt; did you mean resident?" },
	{ SH "expect sh\n",
	    "2:10: expected what to measure, such as "
	    "resident, got the end of the line" },
	{ SH "expect sh refs 0 == 1\n",
	    "2:16: expected anon, amap or object, got 0" },
	{ SH "expect sh resident 0 = 1\n",
	    "2:22: expected a comparison: == != < <= > >=, got =" },
	{ SH "expect sh resident 0 ==\n",
	    "2:24: expected a value, got the end of the line" },
	{ SH "expect sh same-as hs 0 == 1\n",
	    "2:19: no process hs; did you mean sh?" },
	{ SH "expect machine fautls == 1\n",
	    "2:16: unknown counter fautls; did you mean faults?" },
	{ SH "expect machine == 1\n",
	    "2:16: expected a counter such as faults, got ==" },
};

/* Found when the statement runs. */
static const struct wrong runtime[] = {
	{ SH "sh: fork c pid=100000000\n",
	    "2:1: pid out of range: from 1 to 99999999" },
	{ SH "sh: fork c pid=nothing\n",
	    "2:16: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ "spawn sh image=none personality=linux\n"
	  "set sh oom_score_adj -1001\n",
	    "2:1: oom_score_adj -1001 out of range: from -1000 to 1000" },
	{ "spawn sh image=none personality=linux\n"
	  "set sh oom_score_adj 1001\n",
	    "2:1: oom_score_adj 1001 out of range: from -1000 to 1000" },
	{ SH "set sh vm_tsize nothing\n",
	    "2:17: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "set sh maxprot 0 r\n", "2:1: nothing is mapped at 0x0 of sh" },
	{ SH "kva sh amap 0 nothing\n",
	    "2:15: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "kva sh object nothing 0\n",
	    "2:15: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "kva object /none 0\n", "2:1: there is no file /none" },
	{ SH "expect sh: sbrk 0 returns nothing\n",
	    "2:27: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "expect sh resident nothing == 0\n",
	    "2:20: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "expect sh resident 0 nothing == 0\n",
	    "2:22: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "expect sh value 0 == nothing\n",
	    "2:22: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "expect sh queue 0 == nowhere\n",
	    "2:22: nowhere is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "expect sh advice 0 == nowhere\n",
	    "2:23: nowhere is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "expect sh killed == SIGBUS\n",
	    "2:21: SIGBUS is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "sh: read seq nothing 4K\n",
	    "2:14: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "sh: read seq 0 nothing\n",
	    "2:16: nothing is neither a name of sh nor a "
	    "constant of freebsd" },
	{ SH "show map sh\nsh: exit 0\nshow map sh\n",
	    "4:1: process sh has exited" },
	{ SH "sh: read nowhere\n",
	    "2:10: nowhere is neither a name of sh nor "
	    "a constant of freebsd" },
	{ SH "sh: buf = mmap 4K rw private anon\nsh: read bfu\n",
	    "3:10: bfu is neither a name of sh nor a constant of freebsd; "
	    "did you mean buf?" },
	{ SH "sh: mmap 64K rw privat\n",
	    "2:17: freebsd has no privat "
	    "(MAP_PRIVAT); did you mean MAP_PRIVATE?" },
	{ SH "sh: mmap(0, 64K, 3, MAP_ANNO, -1, 0)\n",
	    "2:21: MAP_ANNO is neither a name of sh nor a constant of "
	    "freebsd; did you mean MAP_ANON?" },
	{ SH "sh: minherit 0x1000 4K shrae\n",
	    "2:24: freebsd has no shrae "
	    "(INHERIT_SHRAE); did you mean INHERIT_SHARE?" },
	{ SH "sh: setrlimit foo 4K\n",
	    "2:15: unknown limit foo; expected as, "
	    "data, stack, memlock or rss" },
	{ SH "sh: read PROT_MPROTECT(1)\n",
	    "2:10: freebsd has no macro PROT_MPROTECT()" },
	{ SH SH,
	    "2:1: spawn fails with EEXIST: name: a process of this name "
	    "is running" },
	{ "spawn a pid=7\nspawn b pid=7\n",
	    "2:1: spawn fails with EEXIST: pid is 0x0: a process has this "
	    "pid" },
	{ "file /a 4K\nfile /a 8K\n", "2:1: the file /a exists already" },
	{ SH "sh: exit 0\nsh: read 0\n", "3:1: process sh has exited" },
	{ SH "sh: exit 0\nshow map sh\n", "3:1: process sh has exited" },
	{ SH "repeat 0\nsh: fork c\nend\nc: read 0\n",
	    "5:1: no process c exists by now" },
	{ SH "sh: read rand 0 0\n", "2:5: a pattern needs a length" },
	{ SH "sh: read zipf 0 1T\n",
	    "2:5: 268435456 places are too many for "
	    "this pattern; at most 4194304" },
	{ SH "sh: read seq 0 1T\n",
	    "2:5: the script would run more than 100000000 operations" },
	{ SH "sh: munmap 0x1000 0\n",
	    "2:5: sh: munmap fails with EINVAL: "
	    "len is 0x0: the length is 0" },
	{ SH "sh: read 0x1000\n",
	    "2:5: sh: read fails with EFAULT: addr is "
	    "0x1000: the page may not be accessed so (SIGSEGV, "
	    "SEGV_MAPERR)" },
};

#define TRY(list) \
	do { \
		for (size_t i = 0; i < NELEM(list); i++) \
			script_expect_error((list)[i].text, \
			    (list)[i].message); \
	} while (0)

static void
test_statements(void **state)
{
	(void)state;
	TRY(statements);
}

static void
test_operations(void **state)
{
	(void)state;
	TRY(operations);
}

static void
test_expectations(void **state)
{
	(void)state;
	TRY(expectations);
}

static void
test_runtime(void **state)
{
	(void)state;
	TRY(runtime);
}

/* n times piece between head and tail, as one line. */
static char *
long_text(const char *head, const char *piece, size_t n, const char *tail)
{
	size_t len = strlen(piece);
	char *text = malloc(strlen(head) + n * len + strlen(tail) + 1), *p;

	assert_non_null(text);
	p = stpcpy(text, head);
	for (size_t i = 0; i < n; i++)
		p = stpcpy(p, piece);
	stpcpy(p, tail);
	return text;
}

static void
expect_long(const char *head, const char *piece, size_t n, const char *tail,
    const char *message)
{
	char *text = long_text(head, piece, n, tail);

	script_expect_error(text, message);
	free(text);
}

static void
test_long(void **state)
{
	(void)state;
	expect_long(SH "sh: read ", "(", 100000, "0\n",
	    "2:42: expression "
	    "nested too deeply; at most 32 levels");
	expect_long(SH "sh: read ", "-", 100000, "0\n",
	    "2:42: expression "
	    "nested too deeply; at most 32 levels");
	expect_long(SH "sh: read 0", "+1", 500000, "\n",
	    "2:4107: expression "
	    "too long; at most 4096 parts");
	expect_long("", "x", 1000000, "\n",
	    "1:1: unknown statement "
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	expect_long("", "repeat 1\n", 40, "",
	    "33:1: repeats nested too "
	    "deeply; at most 32 levels");
	expect_long("file /", "y", 1000000, "\n",
	    "1:1000007: expected a size "
	    "such as 64K, got the end of the line");
	expect_long("", " ", 5 << 20, "\n",
	    "1:1: line too long; at most 4194304 bytes");
}

/* What is just within the limit is taken. */
static void
test_nested_enough(void **state)
{
	char *text = long_text(SH "sh: sbrk ", "(", 31,
	    "0)))))))))))))))))))"
	    "))))))))))))\n");

	(void)state;
	script_expect_counts(text, 0, 0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_expectations),
		cmocka_unit_test(test_runtime),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_nested_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
