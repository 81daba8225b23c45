/*
 * Finding what a manual says.
 *
 * The tables are small (a few hundred rows in all) and are searched from the
 * first row on; the first one that fits is taken.
 */
#include "manual.h"

#include <stdio.h>
#include <string.h>

static const struct wl_manual *const tables[] = { wl_manual_map,
	wl_manual_linux, wl_manual_range, wl_manual_wire, wl_manual_process,
	wl_manual_file };

static const struct {
	const struct sim_personality *personality;
	const char *name;
	uint8_t bit;
} systems[] = {
	{ &sim_freebsd, "FreeBSD", WL_FREEBSD },
	{ &sim_netbsd, "NetBSD", WL_NETBSD },
	{ &sim_openbsd, "OpenBSD", WL_OPENBSD },
	{ &sim_linux, "Linux", WL_LINUX },
};

/* Any call may want memory of the host, at any time. */
static const struct wl_manual no_memory = { WL_ALL, UINT64_MAX, ENOMEM,
	"no memory is left", "there is not enough memory for the operation" };

/* Pages that are not NAME(2). */
static const struct {
	enum sim_sysno no;
	const char *page;
} pages[] = {
	{ SIM_SYS_EXEC, "execve(2)" },
	{ SIM_SYS_EXIT, "_exit(2)" },
	{ SIM_SYS_SHM_OPEN, "shm_open(3)" },
	{ SIM_SYS_SHM_UNLINK, "shm_open(3)" },
	{ SIM_SYS_SBRK, "brk(2)" },
	{ SIM_SYS_SHMDT, "shmat(2)" },
	{ SIM_SYS_CPU, "uvmsim-script(5)" },
	{ SIM_SYS_SLEEP, "uvmsim-script(5)" },
};

const struct wl_manual *
wl_manual_at(size_t i)
{
	for (size_t t = 0; t < NELEM(tables); t++)
		for (const struct wl_manual *row = tables[t]; row->why != NULL;
		     row++)
			if (i-- == 0)
				return row;
	return NULL;
}

bool
wl_manual_applies(const struct wl_manual *row,
    const struct sim_personality *personality, enum sim_sysno no)
{
	if ((personality->sys[no] == NULL) != (row->err == ENOSYS))
		return false;
	for (size_t i = 0; i < NELEM(systems); i++)
		if (systems[i].personality == personality)
			return (row->systems & systems[i].bit) != 0 &&
			    (row->calls >> no & 1) != 0;
	return false;
}

const struct wl_manual *
wl_manual_find(const struct sim_personality *personality, enum sim_sysno no,
    const struct sim_error *e)
{
	const struct wl_manual *row;

	if (e->err == ENOMEM && e->why != NULL &&
	    strcmp(e->why, no_memory.why) == 0)
		return &no_memory;
	for (size_t i = 0; (row = wl_manual_at(i)) != NULL; i++)
		if (row->err == e->err && e->why != NULL &&
		    strcmp(row->why, e->why) == 0 &&
		    wl_manual_applies(row, personality, no))
			return row;
	return NULL;
}

const char *
wl_manual_page(enum sim_sysno no, char *buf, size_t len)
{
	for (size_t i = 0; i < NELEM(pages); i++)
		if (pages[i].no == no) {
			snprintf(buf, len, "%s", pages[i].page);
			return buf;
		}
	snprintf(buf, len, "%s(2)", sim_sysname(no));
	return buf;
}

const char *
wl_manual_system(const struct sim_personality *personality)
{
	for (size_t i = 0; i < NELEM(systems); i++)
		if (systems[i].personality == personality)
			return systems[i].name;
	return personality->name;
}
