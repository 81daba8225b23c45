/*
 * What a replay has to know of the system whose calls a log has: its memory
 * calls, the calls that make processes, numbers that differ.
 *
 * The BSDs' names are those that their readers have made plain
 * (calls/bsdlog.h): __vfork14 is vfork, break is brk.
 */
#include <string.h>

#include "accept.h"
#include "int.h"

/* -------------------------------------------------------------- tables --- */

static const struct wl_row linux_rows[] = {
	{ "mmap", SIM_SYS_MMAP, 6, WL_RES_ADDR, WL_ROW_FD | WL_ROW_LOCK, 1 },
	{ "mmap2", SIM_SYS_MMAP, 6, WL_RES_ADDR, WL_ROW_FD | WL_ROW_LOCK, 1 },
	{ "munmap", SIM_SYS_MUNMAP, 2, WL_RES_ZERO, WL_ROW_FREES, 0 },
	{ "mprotect", SIM_SYS_MPROTECT, 3, WL_RES_ZERO, 0, 0 },
	{ "pkey_mprotect", SIM_SYS_MPROTECT, 3, WL_RES_ZERO, 0, 0 },
	{ "madvise", SIM_SYS_MADVISE, 3, WL_RES_ZERO, WL_ROW_LOCK, 0 },
	{ "mlock", SIM_SYS_MLOCK, 2, WL_RES_ZERO, WL_ROW_LOCK, 0 },
	{ "mlock2", SIM_SYS_MLOCK2, 3, WL_RES_ZERO, WL_ROW_LOCK, 0 },
	{ "munlock", SIM_SYS_MUNLOCK, 2, WL_RES_ZERO, 0, 0 },
	{ "mlockall", SIM_SYS_MLOCKALL, 1, WL_RES_ZERO, WL_ROW_LOCK, 0 },
	{ "munlockall", SIM_SYS_MUNLOCKALL, 0, WL_RES_ZERO, 0, 0 },
	{ "msync", SIM_SYS_MSYNC, 3, WL_RES_ZERO, 0, 0 },
	{ "mincore", SIM_SYS_MINCORE, 2, WL_RES_ZERO, 0, 0 },
	{ "mremap", SIM_SYS_MREMAP, 5, WL_RES_ADDR, WL_ROW_FREES | WL_ROW_LOCK,
	    2 },
	{ "remap_file_pages", SIM_SYS_REMAP_FILE_PAGES, 5, WL_RES_ZERO, 0, 0 },
	{ "brk", SIM_SYS_BRK, 1, WL_RES_BRK, WL_ROW_FREES, 0 },
	{ "shmget", SIM_SYS_SHMGET, 3, WL_RES_ID, 0, 0 },
	{ "shmat", SIM_SYS_SHMAT, 3, WL_RES_ADDR, WL_ROW_SHMID, 0 },
	{ "shmdt", SIM_SYS_SHMDT, 1, WL_RES_ZERO, WL_ROW_FREES, 0 },
	{ "shmctl", SIM_SYS_SHMCTL, 2, WL_RES_ZERO, WL_ROW_SHMID, 0 },
	{ "map_shadow_stack", SIM_SYS_MMAP, 2, WL_RES_ADDR, WL_ROW_SHADOW, 0 },
	{ .name = NULL },
};

static const struct wl_row bsd_rows[] = {
	{ "mmap", SIM_SYS_MMAP, 6, WL_RES_ADDR, WL_ROW_FD | WL_ROW_LOCK, 1 },
	{ "munmap", SIM_SYS_MUNMAP, 2, WL_RES_ZERO, WL_ROW_FREES, 0 },
	{ "mprotect", SIM_SYS_MPROTECT, 3, WL_RES_ZERO, 0, 0 },
	{ "minherit", SIM_SYS_MINHERIT, 3, WL_RES_ZERO, 0, 0 },
	{ "madvise", SIM_SYS_MADVISE, 3, WL_RES_ZERO, 0, 0 },
	{ "posix_madvise", SIM_SYS_POSIX_MADVISE, 3, WL_RES_ZERO, 0, 0 },
	{ "mlock", SIM_SYS_MLOCK, 2, WL_RES_ZERO, WL_ROW_LOCK, 0 },
	{ "munlock", SIM_SYS_MUNLOCK, 2, WL_RES_ZERO, 0, 0 },
	{ "mlockall", SIM_SYS_MLOCKALL, 1, WL_RES_ZERO, WL_ROW_LOCK, 0 },
	{ "munlockall", SIM_SYS_MUNLOCKALL, 0, WL_RES_ZERO, 0, 0 },
	{ "msync", SIM_SYS_MSYNC, 3, WL_RES_ZERO, 0, 0 },
	{ "mincore", SIM_SYS_MINCORE, 2, WL_RES_ZERO, WL_ROW_VEC, 0 },
	/* NetBSD: old, its size, new, its size, flags */
	{ "mremap", SIM_SYS_MREMAP, 5, WL_RES_ADDR, WL_ROW_FREES | WL_ROW_LOCK,
	    3 },
	{ "brk", SIM_SYS_BRK, 1, WL_RES_BRK, WL_ROW_FREES, 0 },
	{ "shmget", SIM_SYS_SHMGET, 3, WL_RES_ID, 0, 0 },
	{ "shmat", SIM_SYS_SHMAT, 3, WL_RES_ADDR, WL_ROW_SHMID, 0 },
	{ "shmdt", SIM_SYS_SHMDT, 1, WL_RES_ZERO, WL_ROW_FREES, 0 },
	{ "shmctl", SIM_SYS_SHMCTL, 2, WL_RES_ZERO, WL_ROW_SHMID, 0 },
	{ .name = NULL },
};

#define SHARED (WL_BIRTH_VM | WL_BIRTH_VFORK)

static const struct wl_birthcall linux_births[] = {
	{ "clone", WL_BIRTH_BY_MEMBER, 0 },
	{ "clone2", WL_BIRTH_BY_MEMBER, 0 },
	{ "clone3", WL_BIRTH_BY_MEMBER, 0 },
	{ "fork", WL_BIRTH_FIXED, 0 },
	{ "vfork", WL_BIRTH_FIXED, SHARED },
	{ .name = NULL },
};

static const struct wl_birthcall bsd_births[] = {
	{ "fork", WL_BIRTH_FIXED, 0 },
	{ "vfork", WL_BIRTH_FIXED, SHARED },
	{ "pdfork", WL_BIRTH_FIXED, 0 },
	{ "rfork", WL_BIRTH_BY_RFORK, 0 },
	{ "clone", WL_BIRTH_BY_ARGUMENT, 0 }, /* NetBSD's; Linux's bits */
	{ .name = NULL },
};

#define LINUX_LIMITS \
	{ \
		2, 3, 5, 8, 9 \
	}
#define BSD_LIMITS \
	{ \
		2, 3, 5, 6, 10 \
	}

static const struct wl_system systems[] = {
	{ .personality = &sim_linux,
	    .rows = linux_rows,
	    .births = linux_births,
	    .map_anon = 0x20,
	    .map_noreplace = 0x100000,
	    .refuses = true,
	    .limits = LINUX_LIMITS },
	{ .personality = &sim_freebsd,
	    .rows = bsd_rows,
	    .births = bsd_births,
	    .map_anon = 0x1000,
	    .map_noreplace = 0x4000,
	    .dupfd_cloexec = 17,
	    .bsd = true,
	    .text = 0x1021000,
	    .text32 = 0x2000,
	    .limits = BSD_LIMITS },
	{ .personality = &sim_netbsd,
	    .rows = bsd_rows,
	    .births = bsd_births,
	    .map_anon = 0x1000,
	    .dupfd_cloexec = 12,
	    .bsd = true,
	    .text = 0x400000,
	    .text32 = 0x8048000,
	    .limits = BSD_LIMITS },
	{ .personality = &sim_openbsd,
	    .rows = bsd_rows,
	    .births = bsd_births,
	    .map_anon = 0x1000,
	    .map_noreplace = 0x800,
	    .dupfd_cloexec = 10,
	    .bsd = true,
	    .text = 0x400000,
	    .text32 = 0x8048000,
	    .limits = BSD_LIMITS },
};

const struct wl_system *
wl_system_of(const struct sim_personality *personality)
{
	for (size_t i = 0; i < NELEM(systems); i++)
		if (systems[i].personality == personality)
			return &systems[i];
	return &systems[0];
}

const struct wl_row *
wl_row_find(const struct wl_system *sys, const char *name)
{
	const struct wl_row *row = sys->rows;

	while (row->name != NULL && strcmp(row->name, name) != 0)
		row++;
	return row->name != NULL ? row : NULL;
}

bool
wl_system_name(const void *ctx, const char *name, size_t len, uint64_t *v)
{
	const struct wl_system *sys = ctx;
	char buf[64];

	if (len >= sizeof(buf))
		return false;
	memcpy(buf, name, len);
	buf[len] = '\0';
	return sim_const_value(sys->personality, buf, v) == 0;
}

bool
wl_system_number(const struct wl_system *sys, struct wl_text t, uint64_t *v)
{
	return wl_text_number(t, wl_system_name, sys, v, NULL);
}

/* -------------------------------------------------------------- births --- */

#define RFFDG 0x4u /* a copy of the table of files */
#define RFPROC 0x10u
#define RFMEM 0x20u
#define RFCFDG 0x1000u      /* an empty one */
#define RFSPAWN 0x80000000u /* like vfork */

/* Bits of rfork by name or number. */
static bool
rfork_name(const void *ctx, const char *name, size_t len, uint64_t *v)
{
	static const struct {
		const char *name;
		uint64_t value;
	} bits[] = { { "RFFDG", RFFDG }, { "RFPROC", RFPROC },
		{ "RFMEM", RFMEM }, { "RFCFDG", RFCFDG },
		{ "RFSPAWN", RFSPAWN } };

	(void)ctx;
	for (size_t i = 0; i < NELEM(bits); i++)
		if (strlen(bits[i].name) == len &&
		    memcmp(bits[i].name, name, len) == 0) {
			*v = bits[i].value;
			return true;
		}
	return false;
}

/* => false: it makes no process */
static bool
rfork_flags(const struct wl_callrec *rec, uint64_t *flags)
{
	uint64_t rf;

	if (rec->nargs < 1 ||
	    !wl_text_number(rec->arg[0], rfork_name, NULL, &rf, NULL) ||
	    (rf & (RFPROC | RFSPAWN)) == 0)
		return false;
	*flags = 0;
	if (rf & (RFMEM | RFSPAWN))
		*flags |= WL_BIRTH_VM;
	if ((rf & (RFFDG | RFCFDG | RFSPAWN)) == 0)
		*flags |= WL_BIRTH_FILES;
	return true;
}

static bool
birth_name(const void *ctx, const char *name, size_t len, uint64_t *v)
{
	(void)ctx;
	return wl_system_name(&systems[0], name, len, v);
}

bool
wl_birth_flags(const struct wl_system *sys, const struct wl_callrec *rec,
    uint64_t *flags)
{
	const struct wl_birthcall *b = sys->births;
	struct wl_text text;

	while (b->name != NULL && strcmp(b->name, rec->name) != 0)
		b++;
	if (b->name == NULL)
		return false;
	*flags = b->flags;
	switch (b->how) {
	case WL_BIRTH_BY_MEMBER:
		for (int i = 0; i < rec->nargs; i++)
			if (wl_text_member(rec->arg[i], "flags", &text) &&
			    wl_text_number(text, birth_name, NULL, flags, NULL))
				return true;
		*flags = 0;
		break;
	case WL_BIRTH_BY_ARGUMENT:
		if (rec->nargs < 1 ||
		    !wl_text_number(rec->arg[0], birth_name, NULL, flags, NULL))
			*flags = 0;
		break;
	case WL_BIRTH_BY_RFORK: return rfork_flags(rec, flags);
	default: break;
	}
	return true;
}
