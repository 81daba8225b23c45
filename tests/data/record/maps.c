/*
 * The program of maps.*.xz: each call that changes a map, a signal, a child.
 * At its end it writes /proc/self/maps, which is maps.final.
 *
 *	cc -O1 -static -o /tmp/maps maps.c
 *	uvmsim record --children --keep maps /tmp/maps >maps.final
 *
 * The other logs are of /bin/true, and of
 *	/bin/sh -c "(/bin/true) | /bin/true; (x=1)"
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define K 1024

static volatile int seen;

static void
handler(int sig)
{
	seen = sig;
}

static void
copy_maps(void)
{
	static char buf[16 * K];
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (write(1, buf, (size_t)n) != n)
			_exit(1);
	close(fd);
}

/* A byte of each page. */
static void
touch(char *at, size_t len, char value)
{
	for (size_t i = 0; i < len; i += 4 * K)
		at[i] = value;
}

int
main(int argc, char **argv)
{
	int fd = open(argv[0], O_RDONLY), two = dup(fd);
	char *a, *b, *c, *f, *s;

	(void)argc;
	close(fd);
	touch(sbrk(40 * K), 30 * K, 1);
	(void)sbrk(-8 * K);
	a = mmap(NULL, 256 * K, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	touch(a, 256 * K, 2);
	mprotect(a + 64 * K, 16 * K, PROT_READ);
	munmap(a + 128 * K, 32 * K);
	b = mmap(NULL, 32 * K, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	touch(b, 32 * K, 3);
	mprotect(b + 28 * K, 4 * K, PROT_NONE);
	c = mmap(NULL, 64 * K, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	touch(c, 64 * K, 4);
	c = mremap(c, 64 * K, 512 * K, MREMAP_MAYMOVE);
	c[500 * K] = c[4];
	c = mremap(c, 512 * K, 96 * K, 0);
	madvise(c, 32 * K, MADV_DONTNEED);
	c[0] = 1;
	f = mmap(NULL, 24 * K, PROT_READ, MAP_PRIVATE, two, 8 * K);
	s = mmap(NULL, 16 * K, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	s[1] = f[5 * K];
	signal(SIGUSR1, handler);
	raise(SIGUSR1);
	if (fork() == 0) {
		touch(a, 32 * K, 5);
		munmap(b, 8 * K);
		s[0] = 6;
		_exit(7);
	}
	wait(NULL);
	a[1] = s[0];
	copy_maps();
	return a[1] == 6 && seen == SIGUSR1 ? 0 : 1;
}
