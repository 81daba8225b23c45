/*
 * The value of the machine key swap, and the devices that it makes.
 *
 * Whether the sizes fit depends on the machine's pages, and the keys may come
 * in any order; so that is looked at when the machine is made.
 */
#include "swap.h"
#include "common.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct sim_swap_part *part; /* being read */
	char *why;
	size_t len;
};

static bool __attribute__((format(printf, 2, 3)))
wrong(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, r->len, fmt, ap);
	va_end(ap);
	return false;
}

/* ------------------------------------------------------------- options ---- */

static bool
get_pri(struct reader *r, const char *value)
{
	uint64_t v;

	if (sim_parse_size(value, &v) != 0 || v > SIM_SWAP_MAXPRI)
		return wrong(r, "pri=%.20s: expected 0 to %d, 0 is used first",
		    value, SIM_SWAP_MAXPRI);
	r->part->priority = (int)v;
	return true;
}

static bool
get_disk(struct reader *r, const char *value)
{
	size_t at;

	r->part->disk = sim_disk_kind_byname(value);
	if (r->part->disk >= 0)
		return true;
	wrong(r, "disk=%.20s: expected", value);
	for (int i = 0; sim_disk_kinds[i].name != NULL; i++) {
		at = strlen(r->why);
		snprintf(r->why + at, r->len - at, "%s %s", i > 0 ? "," : "",
		    sim_disk_kinds[i].name);
	}
	return false;
}

static bool
get_name(struct reader *r, const char *value)
{
	if (value[0] != '/' || strlen(value) >= SIM_SWAP_MAXNAME)
		return wrong(r,
		    "name=%.40s: expected an absolute path of less than %d "
		    "characters",
		    value, SIM_SWAP_MAXNAME);
	snprintf(r->part->name, sizeof(r->part->name), "%s", value);
	return true;
}

static bool
get_option(struct reader *r, char *text)
{
	static const struct {
		const char *key;
		bool (*get)(struct reader *, const char *);
		unsigned flag;
	} options[] = {
		{ "pri", get_pri, 0 },
		{ "file", NULL, SWF_FILE },
		{ "crypt", NULL, SWF_CRYPT },
		{ "disk", get_disk, 0 },
		{ "name", get_name, 0 },
	};
	char *value = strchr(text, '=');

	if (value != NULL)
		*value++ = '\0';
	for (size_t i = 0; i < NELEM(options); i++) {
		if (strcmp(options[i].key, text) != 0 ||
		    (value != NULL) != (options[i].get != NULL))
			continue;
		if (options[i].get != NULL)
			return options[i].get(r, value);
		r->part->flags |= options[i].flag;
		return true;
	}
	return wrong(r,
	    "\"%.20s\": expected pri=N, file, crypt, disk=KIND or name=PATH",
	    text);
}

static bool
get_size(struct reader *r, const char *text)
{
	struct sim_swap_part *part = r->part;

	if (sim_parse_size(text, &part->size) != 0)
		return wrong(r,
		    "\"%.20s\": expected a size such as 64M in front of the "
		    "options",
		    text);
	if (part->size == 0 || part->size > SIM_MAX_RAM ||
	    part->size % SIM_MIN_PAGE != 0)
		return wrong(r,
		    "%.20s: expected a size from 4K to 8T, whole pages", text);
	return true;
}

static bool
get_part(struct reader *r, char *text)
{
	char *at = text, *piece = strsep(&at, ":");

	*r->part = (struct sim_swap_part){ .disk = -1 };
	if (!get_size(r, piece))
		return false;
	while ((piece = strsep(&at, ":")) != NULL)
		if (!get_option(r, piece))
			return false;
	if ((r->part->flags & SWF_FILE) != 0 && r->part->disk >= 0)
		return wrong(r,
		    "a swap file lies on the disk of the files (disk= of the "
		    "machine)");
	return true;
}

static bool
get_parts(struct reader *r, char *text, struct sim_swap_part *parts,
    uint32_t *nparts)
{
	char *piece;
	uint32_t n = 0;

	while ((piece = strsep(&text, "+")) != NULL) {
		if (n == SIM_SWAP_MAXPARTS)
			return wrong(r, "more than %d devices",
			    SIM_SWAP_MAXPARTS);
		r->part = &parts[n];
		if (!get_part(r, piece))
			return false;
		if (parts[n].name[0] == '\0')
			snprintf(parts[n].name, sizeof(parts[n].name),
			    parts[n].flags & SWF_FILE ? "/swap%u" :
							"/dev/swap%u",
			    n);
		for (uint32_t i = 0; i < n; i++)
			if (strcmp(parts[i].name, parts[n].name) == 0)
				return wrong(r, "two devices are named %s",
				    parts[n].name);
		n++;
	}
	*nparts = n;
	return true;
}

int
sim_swap_parse(const char *value, struct sim_swap_part *parts, uint32_t *nparts,
    char *why, size_t len)
{
	struct reader r = { .why = why, .len = len };
	char text[sizeof(((struct sim_config *)0)->swap_value)];
	uint64_t zero;

	*nparts = 0;
	if (sim_parse_size(value, &zero) == 0 && zero == 0)
		return 0;
	if (strlen(value) >= sizeof(text)) {
		(void)wrong(&r, "expected at most %zu characters",
		    sizeof(text) - 1);
		return EINVAL;
	}
	snprintf(text, sizeof(text), "%s", value);
	return get_parts(&r, text, parts, nparts) ? 0 : EINVAL;
}

/* ------------------------------------------------------------- booting ---- */

static int
boot_one(struct machine *m, const struct sim_swap_part *part, char *err,
    size_t errlen)
{
	const bool file = (part->flags & SWF_FILE) != 0;
	struct sim_file *f = sim_file_get(m, part->name, part->size,
	    file ? SIM_FILE_REG : SIM_FILE_BLK);
	uint32_t number;
	int error;

	if (f == NULL)
		return ENOMEM;
	if (part->disk >= 0)
		f->disk = (uint8_t)part->disk;
	error = sim_swap_add(m, f, part->priority, part->flags & SWF_CRYPT,
	    &number);
	if (error == EINVAL)
		snprintf(err, errlen,
		    "swap: %s has no room for a page of arch=%s%s", part->name,
		    m->config.arch->name, file ? "" : " behind its label");
	if (error == ENOSPC)
		snprintf(err, errlen,
		    "swap: RAM and swap together have more pages than arch=%s "
		    "can count",
		    m->config.arch->name);
	return error;
}

int
sim_swap_boot(struct machine *m, char *err, size_t errlen)
{
	struct sim_swap_part parts[SIM_SWAP_MAXPARTS];
	uint32_t n = 0;
	int error = 0;

	if (m->config.swap_value[0] == '\0')
		return 0;
	snprintf(err, errlen, "swap: ");
	if (sim_swap_parse(m->config.swap_value, parts, &n, err + 6,
		errlen - 6) != 0)
		return EINVAL;
	for (uint32_t i = 0; i < n && error == 0; i++)
		error = boot_one(m, &parts[i], err, errlen);
	if (error == ENOMEM)
		snprintf(err, errlen, "no memory for swap devices");
	return error == ENOSPC ? EINVAL : error;
}
