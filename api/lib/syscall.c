/*
 * System calls of the public interface: any of them by number, and numbers by
 * name.  The typed ones are in sys_*.c.
 */
#include "syscall.h"

#include <string.h>

#include "api/mman/calls.h"
#include "workloads/explain/explain.h"

/* Fixed numbers to the machine's, which may be in any order; 0: none. */
#define CALL(id) [UVMSIM_SYS_##id] = SIM_SYS_##id + 1
static const uint8_t numbers[] = { CALL(MMAP), CALL(MUNMAP), CALL(MPROTECT),
	CALL(MINHERIT), CALL(MADVISE), CALL(POSIX_MADVISE), CALL(MLOCK),
	CALL(MLOCK2), CALL(MUNLOCK), CALL(MLOCKALL), CALL(MUNLOCKALL),
	CALL(MSYNC), CALL(MINCORE), CALL(MREMAP), CALL(REMAP_FILE_PAGES),
	CALL(BRK), CALL(SBRK), CALL(FORK), CALL(VFORK), CALL(EXEC), CALL(EXIT),
	CALL(SHMGET), CALL(SHMAT), CALL(SHMDT), CALL(SHMCTL), CALL(SHM_OPEN),
	CALL(SHM_UNLINK), CALL(MEMFD_CREATE), CALL(OPEN), CALL(CLOSE),
	CALL(UNLINK), CALL(FTRUNCATE), CALL(SETRLIMIT), CALL(CPU), CALL(SLEEP),
	CALL(SWAPON), CALL(SWAPOFF), CALL(SWAPCTL) };
#undef CALL

/* => false: there is no such number */
static bool
number_of(int number, enum sim_sysno *no)
{
	if (number <= 0 || (size_t)number >= NELEM(numbers) ||
	    numbers[number] == 0)
		return false;
	*no = (enum sim_sysno)(numbers[number] - 1);
	return true;
}

int
lib_call(struct uvmsim *u, int pid, const struct sim_call *c, uint64_t *ret)
{
	struct process *p = lib_acts(u, pid);
	uint64_t own;
	int err;

	if (p == NULL || !lib_within(u))
		return -1;
	if (ret == NULL)
		ret = &own;
	lib_story_begin(u, &(const struct wl_deed){ .p = p, .call = c });
	err = sim_syscall(u->m, p, c, ret);
	lib_story_end(u, err, *ret, NULL);
	return lib_result(u, sim_sysname(c->no), err);
}

int
lib_call_number(struct uvmsim *u, int pid, const struct sim_call *c)
{
	uint64_t ret;

	return lib_call(u, pid, c, &ret) == 0 ? (int)ret : -1;
}

/* Calls that take a string, and cannot do without. */
static bool
needs_string(enum sim_sysno no)
{
	static const bool takes[] = {
#define X(id, name, n, str) [SIM_SYS_##id] = (str),
		SIM_SYSCALLS(X)
#undef X
	};

	return takes[no] && no != SIM_SYS_FORK && no != SIM_SYS_VFORK;
}

int
uvmsim_syscall(struct uvmsim *u, int pid, int number, const uint64_t *args,
    unsigned nargs, const char *string, uint64_t *ret)
{
	struct sim_call c = { .str = string };

	if (!number_of(number, &c.no))
		return api_fail(EINVAL, "no system call has the number %d",
		    number);
	if (nargs > NELEM(c.arg))
		return api_fail(EINVAL, "a call has at most %zu arguments",
		    NELEM(c.arg));
	if ((nargs > 0 && !lib_needs(args, "the arguments")) ||
	    ((string != NULL || needs_string(c.no)) &&
		!lib_path(string, "the name")))
		return -1;
	if (nargs > 0)
		memcpy(c.arg, args, nargs * sizeof(*args));
	return lib_call(u, pid, &c, ret);
}

const char *
uvmsim_syscall_name(int number)
{
	enum sim_sysno no;

	return number_of(number, &no) ? sim_sysname(no) : NULL;
}

int
uvmsim_syscall_number(const char *name)
{
	const int no = name != NULL ? sim_sysbyname(name) : -1;

	for (size_t i = 1; no >= 0 && i < NELEM(numbers); i++)
		if (numbers[i] == no + 1)
			return (int)i;
	return api_fail(ENOENT, "no system call is called \"%.32s\"",
	    name != NULL ? name : "");
}

/* --------------------------------------------------------------- flags ---- */

/* One name or number. => false: there is none */
static bool
one_flag(const struct uvmsim *u, const struct process *p, const char *word,
    uint64_t *value)
{
	return sim_const_here(u->m, p->personality, word, value) == 0 ||
	    sim_parse_size(word, value) == 0;
}

int
uvmsim_flags(struct uvmsim *u, int pid, const char *names, uint64_t *value)
{
	const struct process *p = lib_running(u, pid);
	char word[64];
	uint64_t bits, sum = 0;
	size_t n;

	if (p == NULL || !lib_needs(names, "the text") ||
	    !lib_needs(value, "where the value goes"))
		return -1;
	for (;; names += n + 1) {
		names += strspn(names, " \t");
		n = strcspn(names, "|");
		size_t len = n;

		while (len > 0 &&
		    (names[len - 1] == ' ' || names[len - 1] == '\t'))
			len--;
		if (len < sizeof(word)) {
			memcpy(word, names, len);
			word[len] = '\0';
		}
		if (len >= sizeof(word) || !one_flag(u, p, word, &bits))
			return api_fail(ENOENT, "%s has no \"%.*s\"",
			    p->personality->name, (int)(len < 63 ? len : 63),
			    names);
		sum |= bits;
		if (names[n] == '\0')
			break;
	}
	*value = sum;
	return 0;
}
