/*
 * A generated trace as a script in the form of a record: its operations as they
 * are, each reference as a line of the process that makes it.  Processes are
 * known by the order of the lines that make them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"

#define MAXNAME 24

struct names {
	char (*name)[MAXNAME];
	size_t n, cap;
};

static bool
add_name(struct names *names, const char *s, size_t len)
{
	if (names->n == names->cap) {
		const size_t cap = names->cap * 2 + 16;
		void *more = realloc(names->name, cap * MAXNAME);

		if (more == NULL)
			return false;
		names->name = more;
		names->cap = cap;
	}
	snprintf(names->name[names->n++], MAXNAME, "%.*s", (int)len, s);
	return true;
}

/* Lines that make processes: "spawn NAME ...", "P: fork("NAME")". */
static bool
note_names(struct names *names, const char *text, size_t len)
{
	static const char spawn[] = "spawn ", forks[] = ": fork(\"";
	const char *line = text, *end = text + len;

	for (; line < end; line = strchr(line, '\n') + 1) {
		const size_t n = strcspn(line, "\n");
		const char *at = memmem(line, n, forks, sizeof(forks) - 1);

		if (strncmp(line, spawn, sizeof(spawn) - 1) == 0)
			at = line + sizeof(spawn) - 1;
		else if (at != NULL)
			at += sizeof(forks) - 1;
		if (at != NULL && !add_name(names, at, strcspn(at, " \"\n")))
			return false;
	}
	return true;
}

/* Generated references are of data. */
static void
put_refs(FILE *fp, const char *name, const struct wl_ref *ref, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(fp, "%s: %s 0x%" PRIx64 " %u\n", name,
		    ref[i].kind == WL_REF_LOAD ? "read" : "write", ref[i].va,
		    ref[i].size);
}

static int
put_all(struct wl_gen *g, struct names *names, FILE *fp)
{
	const struct wl_ref *ref;
	size_t n;

	do {
		n = wl_gen_next(g, &ref);
		if (!note_names(names, g->ops, g->opslen))
			return ENOMEM;
		if (g->opslen > 0)
			fwrite(g->ops, 1, g->opslen, fp);
		if (n > 0)
			put_refs(fp, names->name[g->process], ref, n);
		if (ferror(fp))
			return errno != 0 ? errno : EIO;
	} while (n > 0);
	return 0;
}

int
wl_gen_script(const struct wl_gen_args *args, FILE *fp)
{
	struct names names = { .n = 0 };
	struct wl_gen *g = malloc(sizeof(*g));
	int error = ENOMEM;

	if (g == NULL)
		return ENOMEM;
	errno = 0;
	if (wl_gen_open(g, args))
		error = put_all(g, &names, fp);
	wl_gen_close(g);
	free(g);
	free(names.name);
	return error;
}
