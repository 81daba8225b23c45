/*
 * The table of script_form.h, after the manual pages: argument order, and
 * which arguments a reader would name first.
 */
#include <string.h>

#include "script_form.h"

static const struct wl_form forms[SIM_NSYSCALLS] = {
	[SIM_SYS_MMAP] = { .args = "alpMdo", .pos = "12", .pos_min = 2,
	    .flags = 3, .need_flags = true, .exact_min = 6,
	    .opt = { { "at", 0 }, { "fd", 4 }, { "offset", 5 },
	    { "file", WL_OPT_FILE } } },
	[SIM_SYS_MUNMAP] = { .args = "al", .pos = "01", .pos_min = 2,
	    .flags = -1, .exact_min = 2 },
	[SIM_SYS_MPROTECT] = { .args = "alp", .pos = "012", .pos_min = 3,
	    .flags = -1, .exact_min = 3 },
	[SIM_SYS_MINHERIT] = { .args = "alI", .pos = "012", .pos_min = 3,
	    .flags = -1, .exact_min = 3 },
	[SIM_SYS_MADVISE] = { .args = "alV", .pos = "012", .pos_min = 3,
	    .flags = -1, .exact_min = 3 },
	[SIM_SYS_POSIX_MADVISE] = { .args = "alW", .pos = "012", .pos_min = 3,
	    .flags = -1, .exact_min = 3 },
	[SIM_SYS_MLOCK] = { .args = "al", .pos = "01", .pos_min = 2,
	    .flags = -1, .exact_min = 2 },
	[SIM_SYS_MLOCK2] = { .args = "alK", .pos = "01", .pos_min = 2,
	    .flags = 2, .exact_min = 3 },
	[SIM_SYS_MUNLOCK] = { .args = "al", .pos = "01", .pos_min = 2,
	    .flags = -1, .exact_min = 2 },
	[SIM_SYS_MLOCKALL] = { .args = "C", .pos = "", .flags = 0,
	    .need_flags = true, .exact_min = 1 },
	[SIM_SYS_MUNLOCKALL] = { .args = "", .pos = "", .flags = -1 },
	[SIM_SYS_MSYNC] = { .args = "alS", .pos = "01", .pos_min = 2,
	    .flags = 2, .need_flags = true, .exact_min = 3 },
	[SIM_SYS_MINCORE] = { .args = "ala", .pos = "01", .pos_min = 2,
	    .flags = -1, .exact_min = 3 },
	[SIM_SYS_MREMAP] = { .args = "allRa", .pos = "012", .pos_min = 3,
	    .flags = 3, .exact_min = 4, .opt = { { "at", 4 } } },
	[SIM_SYS_REMAP_FILE_PAGES] = { .args = "alpoM", .pos = "0123",
	    .pos_min = 4, .flags = 4, .exact_min = 5 },
	[SIM_SYS_BRK] = { .args = "a", .pos = "0", .pos_min = 1, .flags = -1,
	    .exact_min = 1 },
	[SIM_SYS_SBRK] = { .args = "o", .pos = "0", .pos_min = 1, .flags = -1,
	    .exact_min = 1 },
	[SIM_SYS_FORK] = { .args = "", .str = "the child's name", .pos = "",
	    .flags = -1, .opt = { { "pid", WL_OPT_PID } } },
	[SIM_SYS_VFORK] = { .args = "", .str = "the child's name", .pos = "",
	    .flags = -1, .opt = { { "pid", WL_OPT_PID } } },
	[SIM_SYS_EXEC] = { .args = "", .str = "a path", .pos = "",
	    .flags = -1 },
	[SIM_SYS_EXIT] = { .args = "o", .pos = "0", .flags = -1 },
	[SIM_SYS_SHMGET] = { .args = "olG", .pos = "1", .pos_min = 1,
	    .flags = 2, .exact_min = 3, .opt = { { "key", 0 } } },
	[SIM_SYS_SHMAT] = { .args = "oaH", .pos = "0", .pos_min = 1,
	    .flags = 2, .exact_min = 3, .opt = { { "at", 1 } } },
	[SIM_SYS_SHMDT] = { .args = "a", .pos = "0", .pos_min = 1,
	    .flags = -1, .exact_min = 1 },
	[SIM_SYS_SHMCTL] = { .args = "oGa", .pos = "01", .pos_min = 2,
	    .flags = -1, .exact_min = 2 },
	[SIM_SYS_SHM_OPEN] = { .args = "Oo", .str = "a path", .pos = "",
	    .flags = 0, .exact_min = 1, .opt = { { "mode", 1 } } },
	[SIM_SYS_SHM_UNLINK] = { .args = "", .str = "a path", .pos = "",
	    .flags = -1 },
	[SIM_SYS_MEMFD_CREATE] = { .args = "E", .str = "a name", .pos = "",
	    .flags = 0, .exact_min = 1 },
	[SIM_SYS_OPEN] = { .args = "Oo", .str = "a path", .pos = "",
	    .flags = 0, .exact_min = 1, .opt = { { "mode", 1 } } },
	[SIM_SYS_CLOSE] = { .args = "d", .pos = "0", .pos_min = 1,
	    .flags = -1, .exact_min = 1 },
	[SIM_SYS_UNLINK] = { .args = "", .str = "a path", .pos = "",
	    .flags = -1 },
	[SIM_SYS_FTRUNCATE] = { .args = "dl", .pos = "01", .pos_min = 2,
	    .flags = -1, .exact_min = 2 },
	[SIM_SYS_SETRLIMIT] = { .args = "Lll", .pos = "012", .pos_min = 2,
	    .flags = -1, .exact_min = 3 },
};

static const struct {
	char		letter;
	uint8_t		family;
	const char     *what;
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
