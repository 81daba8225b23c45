/*
 * The table of form.h, after the manual pages: argument order, and
 * which arguments a reader would name first.
 */
#include <string.h>

#include "form.h"

#define NO_OPTION \
	{ \
		{ \
			NULL, 0 \
		} \
	}

/*
 * Columns: letters of the arguments, what the string is, which come first in
 * words and how many of them must be there, which one the flags are and whether
 * one is needed, how many must be there in C, options.
 */
static const struct wl_form forms[SIM_NSYSCALLS] = {
	[SIM_SYS_MMAP] = { "alpMdo", NULL, "12", 2, 3, true, 6,
	    { { "at", 0 }, { "fd", 4 }, { "offset", 5 },
		{ "file", WL_OPT_FILE } },
	    0 },
	[SIM_SYS_MUNMAP] = { "al", NULL, "01", 2, -1, false, 2, NO_OPTION, 0 },
	[SIM_SYS_MPROTECT] = { "alp", NULL, "012", 3, -1, false, 3, NO_OPTION,
	    0 },
	[SIM_SYS_MINHERIT] = { "alI", NULL, "012", 3, -1, false, 3, NO_OPTION,
	    0 },
	[SIM_SYS_MADVISE] = { "alV", NULL, "012", 3, -1, false, 3, NO_OPTION,
	    0 },
	[SIM_SYS_POSIX_MADVISE] = { "alW", NULL, "012", 3, -1, false, 3,
	    NO_OPTION, 0 },
	[SIM_SYS_MLOCK] = { "al", NULL, "01", 2, -1, false, 2, NO_OPTION, 0 },
	[SIM_SYS_MLOCK2] = { "alK", NULL, "01", 2, 2, false, 3, NO_OPTION, 0 },
	[SIM_SYS_MUNLOCK] = { "al", NULL, "01", 2, -1, false, 2, NO_OPTION, 0 },
	[SIM_SYS_MLOCKALL] = { "C", NULL, "", 0, 0, true, 1, NO_OPTION, 0 },
	[SIM_SYS_MUNLOCKALL] = { "", NULL, "", 0, -1, false, 0, NO_OPTION, 0 },
	[SIM_SYS_MSYNC] = { "alS", NULL, "01", 2, 2, true, 3, NO_OPTION, 0 },
	[SIM_SYS_MINCORE] = { "ala", NULL, "01", 2, -1, false, 3, NO_OPTION,
	    0 },
	[SIM_SYS_MREMAP] = { "allRa", NULL, "012", 3, 3, false, 4,
	    { { "at", 4 } }, 0 },
	[SIM_SYS_REMAP_FILE_PAGES] = { "alpoM", NULL, "0123", 4, 4, false, 5,
	    NO_OPTION, 0 },
	[SIM_SYS_BRK] = { "a", NULL, "0", 1, -1, false, 1, NO_OPTION, 0 },
	[SIM_SYS_SBRK] = { "o", NULL, "0", 1, -1, false, 1, NO_OPTION, 0 },
	[SIM_SYS_FORK] = { "", "the child's name", "", 0, -1, false, 0,
	    { { "pid", WL_OPT_PID } }, 0 },
	[SIM_SYS_VFORK] = { "", "the child's name", "", 0, -1, false, 0,
	    { { "pid", WL_OPT_PID } }, 0 },
	[SIM_SYS_EXEC] = { "", "a path", "", 0, -1, false, 0, NO_OPTION, 0 },
	[SIM_SYS_EXIT] = { "o", NULL, "0", 0, -1, false, 0, NO_OPTION, 0 },
	[SIM_SYS_SHMGET] = { "olG", NULL, "1", 1, 2, false, 3, { { "key", 0 } },
	    0 },
	[SIM_SYS_SHMAT] = { "oaH", NULL, "0", 1, 2, false, 3, { { "at", 1 } },
	    0 },
	[SIM_SYS_SHMDT] = { "a", NULL, "0", 1, -1, false, 1, NO_OPTION, 0 },
	[SIM_SYS_SHMCTL] = { "oGa", NULL, "01", 2, -1, false, 2, NO_OPTION, 0 },
	[SIM_SYS_SHM_OPEN] = { "Oo", "a path", "", 0, 0, false, 1,
	    { { "mode", 1 } }, 0 },
	[SIM_SYS_SHM_UNLINK] = { "", "a path", "", 0, -1, false, 0, NO_OPTION,
	    0 },
	[SIM_SYS_MEMFD_CREATE] = { "E", "a name", "", 0, 0, false, 1, NO_OPTION,
	    0 },
	[SIM_SYS_OPEN] = { "Oo", "a path", "", 0, 0, false, 1,
	    { { "mode", 1 } }, 0 },
	[SIM_SYS_CLOSE] = { "d", NULL, "0", 1, -1, false, 1, NO_OPTION, 0 },
	[SIM_SYS_UNLINK] = { "", "a path", "", 0, -1, false, 0, NO_OPTION, 0 },
	[SIM_SYS_FTRUNCATE] = { "dl", NULL, "01", 2, -1, false, 2, NO_OPTION,
	    0 },
	[SIM_SYS_CPU] = { "o", NULL, "0", 1, -1, false, 1, NO_OPTION, 0 },
	[SIM_SYS_SLEEP] = { "o", NULL, "0", 1, -1, false, 1, NO_OPTION, 0 },
	[SIM_SYS_SWAPON] = { "F", "a path", "", 0, 0, false, 0, NO_OPTION, 0 },
	[SIM_SYS_SWAPOFF] = { "", "a path", "", 0, -1, false, 0, NO_OPTION, 0 },
	[SIM_SYS_SWAPCTL] = { "Zo", "a path", "0", 1, -1, false, 2,
	    { { "pri", 1 }, { "max", 1 } }, 1 },
	[SIM_SYS_SETRLIMIT] = { "Lll", NULL, "012", 2, -1, false, 3, NO_OPTION,
	    0 },
};

static const struct {
	char letter;
	uint8_t family;
	const char *what;
} letters[] = {
	{ 'a', WL_F_NONE, "an address" },
	{ 'l', WL_F_NONE, "a length such as 64K" },
	{ 'o', WL_F_NONE, "a number" },
	{ 'd', WL_F_NONE, "a descriptor" },
	{ 'p', WL_F_PROT, "a protection such as rw, r-x or none" },
	{ 'M', WL_F_MAP, "flags such as private anon" },
	{ 'V', WL_F_MADV, "an advice such as dontneed" },
	{ 'W', WL_F_POSIX_MADV, "an advice such as willneed" },
	{ 'I', WL_F_INHERIT, "share, copy, none or zero" },
	{ 'S', WL_F_MS, "flags such as sync" },
	{ 'C', WL_F_MCL, "current, future or both" },
	{ 'K', WL_F_MLOCK, "flags such as onfault" },
	{ 'R', WL_F_MREMAP, "flags such as maymove" },
	{ 'G', WL_F_IPC, "a word such as creat or rmid" },
	{ 'H', WL_F_SHM, "flags such as rdonly" },
	{ 'O', WL_F_OPEN, "flags such as rdwr creat" },
	{ 'E', WL_F_MFD, "flags such as cloexec" },
	{ 'F', WL_F_SWAPON, "flags such as prefer" },
	{ 'Z', WL_F_SWAPCTL, "on, off, ctl, nswap or stats" },
	{ 'L', WL_F_LIMIT, "a limit: as, data, stack, memlock or rss" },
};

/* OpenBSD spells two of its flags with underscores. */
static const char *const prefixes[][3] = {
	[WL_F_PROT] = { "PROT_" },
	[WL_F_MAP] = { "MAP_", "__MAP_" },
	[WL_F_MADV] = { "MADV_" },
	[WL_F_POSIX_MADV] = { "POSIX_MADV_" },
	[WL_F_INHERIT] = { "INHERIT_", "MAP_INHERIT_" },
	[WL_F_MS] = { "MS_" },
	[WL_F_MCL] = { "MCL_" },
	[WL_F_MLOCK] = { "MLOCK_" },
	[WL_F_MREMAP] = { "MREMAP_", "MAP_" },
	[WL_F_IPC] = { "IPC_", "SHM_" },
	[WL_F_SHM] = { "SHM_" },
	[WL_F_OPEN] = { "O_" },
	[WL_F_MFD] = { "MFD_" },
	[WL_F_LIMIT] = { "RLIMIT_" },
	[WL_F_SWAPON] = { "SWAP_FLAG_" },
	[WL_F_SWAPCTL] = { "SWAP_" },
	[WL_F_NONE] = { NULL },
};

static const char *const limits[SIM_NLIMITS][2] = {
	[SIM_RLIMIT_AS] = { "RLIMIT_AS", "as" },
	[SIM_RLIMIT_DATA] = { "RLIMIT_DATA", "data" },
	[SIM_RLIMIT_STACK] = { "RLIMIT_STACK", "stack" },
	[SIM_RLIMIT_MEMLOCK] = { "RLIMIT_MEMLOCK", "memlock" },
	[SIM_RLIMIT_RSS] = { "RLIMIT_RSS", "rss" },
};

const struct wl_form *
wl_form(enum sim_sysno no)
{
	return &forms[no];
}

static size_t
find_letter(char letter)
{
	size_t i = 0;

	while (i < NELEM(letters) - 1 && letters[i].letter != letter)
		i++;
	return i;
}

enum wl_family
wl_form_family(char letter)
{
	return letters[find_letter(letter)].family;
}

const char *
wl_form_what(char letter)
{
	return letters[find_letter(letter)].what;
}

const char *const *
wl_family_prefixes(enum wl_family family)
{
	return prefixes[family];
}

int
wl_limit_byname(const char *name)
{
	for (int i = 0; i < SIM_NLIMITS; i++)
		if (strcmp(limits[i][0], name) == 0 ||
		    strcmp(limits[i][1], name) == 0)
			return i;
	return strcmp(name, "RLIMIT_VMEM") == 0 ? SIM_RLIMIT_AS : -1;
}

const char *
wl_limit_name(uint64_t limit)
{
	return limit < SIM_NLIMITS ? limits[limit][0] : NULL;
}
