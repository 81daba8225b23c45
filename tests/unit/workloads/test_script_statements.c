/*
 * Every statement does what it says.  Expected values come from the manual
 * pages of the calls and from arithmetic, not from the program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

#define SH "spawn sh image=none\n"
#define BUF SH "sh: buf = mmap 64K rw private anon\n"
#define LX "spawn sh image=none personality=linux\n"

/* A script all of whose expectations must be met. */
struct good {
	const char *text;
	uint64_t expects;
};

static void
try(const struct good *g, size_t n)
{
	for (size_t i = 0; i < n; i++)
		script_expect_counts(g[i].text, g[i].expects, 0);
}

static const struct good lines[] = {
	{ "", 0 },
	{ "\n# nothing\n   # at all\n", 0 },
	{ "spawn sh\r\n", 0 },              /* from another system */
	{ "spawn sh # with a comment", 0 }, /* no newline */
	{ "\t spawn \t sh \t\n", 0 },
	{ "file \"/a#b c\" 4K\nspawn sh\n"
	  "sh: mmap 4K r private file \"/a#b c\"\n",
	    0 },
	{ "machine\n", 0 },
	{ "machine ram=1M seed=3\n"
	  "expect machine npages == 256\n",
	    1 },
};

static const struct good spawning[] = {
	{ "spawn a pid=50\nspawn b\na: x = fork c\nexpect a value x == 52\n",
	    1 },
	{ "spawn a image=none data=8K:16K\na: setrlimit data 16K 16K\n", 0 },
	{ "spawn a memlock=0x1000 image=none\n"
	  "a: b = mmap 8K rw private anon\na: mlock b 4K\n"
	  "expect a: mlock b+4K 4K fails ENOMEM\n",
	    1 },
	{ "spawn a image=/bin/cat\nexpect a maxprot text == rwx\n", 1 },
	{ "spawn a\na: exit 3\nexpect a status == 3\nexpect a alive == 0\n"
	  "spawn a\nexpect a alive == 1\n",
	    3 },
	{ SH "sh: fork c\nc: exit\nsh: fork c\nc: read stack_top-1\n", 0 },
	{ SH "sh: fork c pid=9\nsh: fork d pid 10\n", 0 },
	{ SH "sh: x = fork(\"c\", 99)\nexpect sh value x == 99\n", 1 },
	{ BUF "sh: write buf\nsh: vfork c\nc: write buf\n"
	      "expect c tag buf == sh tag buf\nc: exit 0\nsh: write buf\n",
	    1 },
	{ "spawn a\na: exec /bin/ls\na: read text\n", 0 },
	{ "spawn a\na: exec(\"/bin/ls\")\na: exec text\na: fetch text 1\n", 0 },
};

static const struct good numbers[] = {
	{ SH "expect sh value 64K == 65536\n"
	     "expect sh value 0x10 == 16\nexpect sh value 010 == 8\n"
	     "expect sh value 1m == 1M\nexpect sh value 1G == 1024*1M\n"
	     "expect sh value 1T == 0x10000000000\n"
	     "expect sh value 2+3*4 == 14\nexpect sh value (2+3)*4 == 20\n"
	     "expect sh value 10-2-3 == 5\nexpect sh value 1|2|8 == 11\n"
	     "expect sh value -1 == 18446744073709551615\n"
	     "expect sh value ~0 == -1\nexpect sh value --3 == 3\n"
	     "expect sh value NULL == 0\nexpect sh value 1 + 1|4 == 6\n",
	    15 },
	{ BUF "expect sh value buf + 4K == buf+4096\n"
	      "expect sh value buf-buf == 0\n",
	    2 },
	{ SH "expect sh value PROT_READ|PROT_WRITE == 3\n"
	     "expect sh value MAP_ANON == 0x1000\n"
	     "expect sh value MAP_ALIGNED(21) == 0x15000000\n"
	     "expect sh value PROT_MAX(PROT_READ) == 0x10000\n",
	    4 },
	{ LX "expect sh value MAP_ANON == 0x20\n", 1 },
	{ "spawn sh personality=netbsd\n"
	  "expect sh value PROT_MPROTECT(2) == 16\n"
	  "expect sh value MAP_ALIGNED(16) == 0x10000000\n",
	    2 },
	/* A result hides a constant of the same name; names are inherited. */
	{ SH "sh: PROT_READ = sbrk 0\nsh: fork c\n"
	     "expect c value PROT_READ == sh value PROT_READ\n"
	     "expect sh value PROT_READ == break_start\n",
	    2 },
};

/* In words and as in C: the same effect. */
static const struct good calls[] = {
	{ SH "sh: a = mmap 64K rw private anon\n"
	     "sh: b = mmap(0, 65536, PROT_READ|PROT_WRITE, "
	     "MAP_PRIVATE|MAP_ANON, -1, 0)\nexpect sh value b == a+64K\n"
	     "expect sh prot b == rw\n",
	    2 },
	{ SH "sh: a = mmap 4K r-x private|anon at 0x10000 fixed\n"
	     "expect sh value a == 0x10000\nexpect sh prot a == r-x\n"
	     "sh: b = mmap 4K PROT_NONE MAP_PRIVATE MAP_ANON 0x10 at 0x20000\n"
	     "expect sh value b == 0x20000\nexpect sh prot b == none\n",
	    4 },
	{ "file /f 64K\n" SH "sh: a = mmap 8K r shared file /f offset 8K\n"
	  "expect sh tag a == file /f 8K\n"
	  "sh: b = mmap(0, 8K, r, MAP_SHARED, \"/f\", 8K)\n"
	  "expect sh tag b == sh tag a\n"
	  "sh: d = open /f rdwr\nexpect sh value d == 3\n"
	  "sh: c = mmap 8K rw shared fd d offset 8K\nsh: write c\n"
	  "expect sh tag a == sh tag c\nsh: close d\n"
	  "expect sh: close d fails EBADF\n",
	    5 },
	{ BUF "sh: mprotect buf 4K r\nexpect sh prot buf == r--\n"
	      "sh: mprotect(buf, 4K, PROT_NONE)\nexpect sh prot buf == none\n"
	      "expect sh prot buf+4K == rw\nsh: munmap buf 4K\n"
	      "expect sh: read buf fails SEGV_MAPERR\nsh: munmap(buf, 64K)\n"
	      "expect sh entries buf 64K == 0\n",
	    5 },
	{ BUF "sh: minherit buf 4K zero\nexpect sh inherit buf == zero\n"
	      "sh: minherit(buf, 4K, INHERIT_NONE)\n"
	      "expect sh inherit buf == none\n"
	      "sh: madvise buf 4K sequential\n"
	      "expect sh advice buf == sequential\n"
	      "sh: posix_madvise buf 4K random\n"
	      "expect sh advice buf == random\n"
	      "sh: madvise(buf, 4K, MADV_NORMAL)\n"
	      "expect sh advice buf == normal\n",
	    5 },
	{ BUF "sh: mlock buf 8K\nexpect sh wired buf 64K == 2\n"
	      "sh: munlock(buf, 4K)\nexpect sh wired buf 64K == 1\n"
	      "sh: munlockall\nexpect sh wired buf 64K == 0\n"
	      "sh: mlockall future\nsh: c = mmap 8K rw private anon\n"
	      "expect sh wired c 8K == 2\nsh: munlockall()\n",
	    4 },
	{ BUF "sh: mincore buf 64K\nsh: mincore(buf, 4K, 0)\n"
	      "sh: msync buf 4K sync\nsh: msync(buf, 4K, MS_ASYNC)\n",
	    0 },
	{ "spawn sh\nsh: a = sbrk 8K\nexpect sh value a == break_start\n"
	  "sh: brk +8K\nexpect sh break == a+16K\nsh: brk -4K\n"
	  "expect sh break == a+12K\nsh: brk(a)\nexpect sh break == a\n"
	  "sh: brk a+4K\nexpect sh break == a+4K\n",
	    5 },
	{ SH "sh: i = shmget 8K creat 0600\nsh: p = shmat i\n"
	     "sh: q = shmat(i, 0, SHM_RDONLY)\nsh: write p\n"
	     "expect sh tag q == sh tag p\n"
	     "expect sh: write q fails SIGSEGV\nsh: shmctl i rmid\n"
	     "sh: shmdt p\nsh: shmdt(q)\nexpect sh: shmat i fails EINVAL\n"
	     "sh: j = shmget(7, 4K, IPC_CREAT|0600)\n"
	     "sh: k = shmget 4K key 7\nexpect sh value j == sh value k\n"
	     "sh: r = shmat j at 0x100000\nexpect sh value r == 1M\n",
	    5 },
	{ SH "sh: d = shm_open /s rdwr creat mode 0600\n"
	     "sh: ftruncate d 8K\nsh: p = mmap 8K rw shared fd d\n"
	     "sh: write p 8K\nsh: shm_unlink /s\n"
	     "expect sh: shm_open(\"/s\", O_RDONLY, 0) fails ENOENT\n"
	     "sh: ftruncate(d, 4K)\nexpect sh: read p+4K fails SIGBUS\n",
	    2 },
	{ SH "sh: d = open(\"/new\", O_RDWR|O_CREAT)\nsh: ftruncate d 4K\n"
	     "sh: unlink /new\nexpect sh: open /new fails ENOENT\n",
	    1 },
	{ LX "sh: d = memfd_create m\nsh: ftruncate d 4K\n"
	     "sh: e = memfd_create(\"m\", MFD_CLOEXEC)\n",
	    0 },
	{ LX "sh: a = mmap 8K rw private anon at 0x100000 fixed\n"
	     "sh: write a 8K\nsh: b = mremap a 8K 8K maymove fixed at 2M\n"
	     "expect sh value b == 0x200000\n"
	     "expect sh resident b 8K == 2\nsh: mlock2 b 4K\n"
	     "sh: mlock2 b 4K onfault\n"
	     "sh: c = mremap(b, 8K, 4K, 0)\nexpect sh value c == b\n",
	    3 },
	/* NetBSD's order is another; in words it is the same. */
	{ "spawn sh image=none personality=netbsd\n"
	  "sh: a = mmap 8K rw private anon at 0x100000 fixed\n"
	  "sh: write a\nsh: b = mremap a 8K 16K fixed at 0x200000\n"
	  "expect sh value b == 0x200000\n"
	  "sh: c = mremap(b, 16K, 0x300000, 16K, MAP_FIXED)\n"
	  "expect sh value c == 0x300000\nexpect sh resident c 16K == 1\n",
	    3 },
	{ SH "sh: sleep 3\nsh: sleep(2)\nexpect machine clock >= 5000000000\n"
	     "expect machine clock < 5000001000\n"
	     "expect sh: sleep 86400000 fails EINVAL\nsh: sleep 86399995\n"
	     "sh: sleep 0\nexpect sh: sleep 1 fails EINVAL\n"
	     "expect sh: sleep -1 fails EINVAL\n",
	    5 },
	{ SH "sh: setrlimit as 1T\nsh: setrlimit(RLIMIT_AS, 1G, 1T)\n"
	     "expect sh: setrlimit as 2T 1T fails EINVAL\n",
	    1 },
};

static const struct good repeats[] = {
	{ BUF "repeat 3\nsh: write buf\nend\nexpect machine writes == 3\n", 1 },
	{ BUF "repeat 3\nrepeat 4\nsh: read buf\nend\nsh: write buf\nend\n"
	      "expect machine reads == 12\nexpect machine writes == 3\n",
	    2 },
	{ BUF "repeat 0\nsh: read nonsense\nend\n", 0 },
	{ BUF "repeat 2\nend\nrepeat 0\nrepeat 5\nsh: read buf\nend\nend\n"
	      "expect machine reads == 0\n",
	    1 },
	{ SH "repeat 5\nsh: fork c\nc: exit\nend\nexpect machine forks == 5\n",
	    1 },
};

static void
test_lines(void **state)
{
	(void)state;
	try(lines, NELEM(lines));
}

static void
test_spawning(void **state)
{
	(void)state;
	try(spawning, NELEM(spawning));
}

static void
test_numbers(void **state)
{
	(void)state;
	try(numbers, NELEM(numbers));
}

static void
test_calls(void **state)
{
	(void)state;
	try(calls, NELEM(calls));
}

static void
test_repeats(void **state)
{
	(void)state;
	try(repeats, NELEM(repeats));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_spawning),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
