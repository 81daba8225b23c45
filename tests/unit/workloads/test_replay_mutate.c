/*
 * Damaged logs and snapshots: whatever stands in them, a replay ends, the
 * machine's invariants hold, and nothing crashes or leaks.
 *
 *	test_replay_mutate [ROUNDS [SEED]]
 */
#include "strace_fixture.h"
#include "tests/random.h"

#include <inttypes.h>

static uint64_t state;

static const char *const words[] = { "0x", "0", "-1", "NULL", ", ", ")", "(",
	"<", ">", "\"", "\\", "{", "}", " = ", "= ?", "<unfinished ...>",
	"<... mmap resumed>", "+++ exited with 0 +++", "0xffffffffffffffff",
	"18446744073709551615", "MAP_FIXED", "MAP_SHARED", "PROT_NONE",
	"MREMAP_FIXED|MREMAP_MAYMOVE", "15491 ", "15492 ", "\n", "\r", "/*",
	"*/", "0x200000000000", "4096", "1", "CLONE_VM|CLONE_VFORK",
	"[pid 15493] ", "CLONE_THREAD", "1<<63", "-1 ENOMEM (x)",
	"0x7fffffffe000", "execve(" };

/* One change; text has room for one word more. */
static void
mutate(char *text, size_t *len)
{
	size_t at = rnd_below(&state, (uint32_t)*len), n, m;
	const char *w;

	switch (rnd_below(&state, 6)) {
	case 0: /* a byte */ text[at] = (char)rnd_below(&state, 256); break;
	case 1: /* a word in */
		w = words[rnd_below(&state, NELEM(words))];
		n = strlen(w);
		memmove(text + at + n, text + at, *len - at);
		memcpy(text + at, w, n);
		*len += n;
		break;
	case 2: /* bytes out */
		n = 1 + rnd_below(&state, 40);
		if (n > *len - at)
			n = *len - at;
		memmove(text + at, text + at + n, *len - at - n);
		*len -= n;
		break;
	case 3: /* a digit for another */
		while (at < *len && (text[at] < '0' || text[at] > '9'))
			at++;
		if (at < *len)
			text[at] = (char)('0' + rnd_below(&state, 10));
		break;
	case 4: /* a line to another place */
		while (at > 0 && text[at - 1] != '\n')
			at--;
		for (n = 0; at + n < *len && text[at + n] != '\n'; n++)
			continue;
		m = rnd_below(&state, (uint32_t)(*len - n) + 1);
		if (m + n <= *len)
			memmove(text + m, text + at, n);
		break;
	default: /* the end away */
		if (rnd_below(&state, 20) == 0)
			*len = at + 1;
		break;
	}
	if (*len == 0)
		text[(*len)++] = '\n';
}

static char *
damaged(const char *whole, size_t len, unsigned changes, size_t *outlen)
{
	char *text = malloc(len + 64 * (changes + 1));

	assert_non_null(text);
	memcpy(text, whole, len);
	*outlen = len;
	while (changes-- > 0)
		mutate(text, outlen);
	text[*outlen] = '\0';
	for (size_t i = 0; i < *outlen; i++)
		if (text[i] == '\0') /* the fixture takes strings */
			text[i] = '\1';
	return text;
}

static unsigned rounds = 60;

static void
test_damaged(void **unused)
{
	size_t loglen, snaplen, n;
	char *log = log_read("tests/data/traces/memops.strace", &loglen);
	char *snaps = log_read("tests/data/traces/memops.snaps", &snaplen);
	static struct log_result res;

	(void)unused;
	for (unsigned i = 0; i < rounds; i++) {
		char *text = damaged(log, loglen,
		    1 + rnd_below(&state, i % 8 == 0 ? 200 : 6), &n);
		char *map = damaged(snaps, snaplen,
		    i % 4 == 0 ? 1 + rnd_below(&state, 4) : 0, &n);

		log_replay(text, i % 3 != 0 ? map : NULL, &res);
		free(text);
		free(map);
	}
	free(log);
	free(snaps);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damaged),
	};

	if (argc > 1)
		rounds = (unsigned)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		state = strtoull(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
