/*
 * Rows of logs of strace and the maps that they come to: a program of one
 * page, its stack, and what follows its execve.
 */
#ifndef TEST_STRACE_ROWS_H
#define TEST_STRACE_ROWS_H

#include "strace_fixture.h"

#define EXEC "1 execve(\"/bin/x\", [\"x\"], 0x1) = 0\n"
#define IMAGE "00400000-00401000 r-xp 00000000 /bin/x\n"
#define STACK "7ffff0000000-7ffff0021000 rw-p 00000000\n"
#define IMAGE_LINES \
	"00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n" \
	"7ffff0000000-7ffff0021000 rw-p 00000000 00:00 0    [stack]\n"
#define SNAP "#snap pid=1 event=exec k=1\n" IMAGE_LINES
#define ANON "PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0"

struct log_maps {
	const char *log;   /* behind EXEC */
	const char *maps;  /* all that are told */
	unsigned from_log; /* calls whose answer is the log's */
};

/* => what the last of them came to */
const struct log_result *log_check_maps(const struct log_maps *, size_t n,
    const char *snaps);
#define CHECK(cases, snaps) \
	log_check_maps(cases, sizeof(cases) / sizeof((cases)[0]), snaps)

#endif /* TEST_STRACE_ROWS_H */
