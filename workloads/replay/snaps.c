/*
 * Snapshot files: "#snap pid=P event=E k=K [after_line=N]", then the lines of
 * /proc/P/maps.  exec: the image as the kernel mapped it; fork: a child before
 * it ran; exit: a process at its end; mid: after N lines of the log.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"

static const char *const events[] = {
	[WL_SNAP_EXEC] = "exec",
	[WL_SNAP_FORK] = "fork",
	[WL_SNAP_EXIT] = "exit",
	[WL_SNAP_MID] = "mid",
};

void
wl_snaps_free(struct wl_snaps *s)
{
	for (size_t i = 0; i < s->n; i++)
		wl_maps_clear(&s->snap[i].maps);
	free(s->snap);
	memset(s, 0, sizeof(*s));
}

struct wl_snap *
wl_snaps_take(struct wl_snaps *s, int pid, enum wl_snap_event event, uint64_t k)
{
	struct wl_snap *snap;
	bool again = false;

	for (size_t i = 0; i < s->n; i++) {
		snap = &s->snap[i];
		if (snap->pid != pid || snap->event != event)
			continue;
		if (snap->used) { /* an earlier bearer of the pid */
			again = again || snap->k == k;
			continue;
		}
		if (k == 0 || snap->k == 0 || snap->k == k || again) {
			snap->used = true;
			return snap;
		}
	}
	return NULL;
}

static struct wl_snap *
add(struct wl_snaps *s)
{
	struct wl_snap *more;
	size_t cap;

	if (s->n == s->cap) {
		cap = s->cap != 0 ? s->cap * 2 : 16;
		more = realloc(s->snap, cap * sizeof(*more));
		if (more == NULL)
			return NULL;
		s->snap = more;
		s->cap = cap;
	}
	memset(&s->snap[s->n], 0, sizeof(*s->snap));
	return &s->snap[s->n++];
}

/* "#snap pid=P event=E ..." => false: not well formed */
static bool
heading(const char *line, struct wl_snap *snap)
{
	const char *after;
	char event[8];

	if (sscanf(line, "#snap pid=%d event=%7[a-z] k=%" SCNu64, &snap->pid,
		event, &snap->k) < 2 ||
	    snap->pid <= 0)
		return false;
	after = strstr(line, " after_line=");
	if (after != NULL)
		snap->after_line = strtoull(after + 12, NULL, 10);
	for (size_t i = 0; i < NELEM(events); i++)
		if (strcmp(event, events[i]) == 0) {
			snap->event = (enum wl_snap_event)i;
			return true;
		}
	return false;
}

struct reader {
	const struct pmap_geometry *arch;
	const char *path;
	struct wl_input *in;
	struct wl_snaps *snaps;
	struct wl_snap *now;
	char *err;
	size_t errlen;
};

static int
complain(struct reader *r, const char *what)
{
	snprintf(r->err, r->errlen, "%s:%" PRIu64 ": expected %s", r->path,
	    r->in->line, what);
	return EINVAL;
}

static int
read_line(struct reader *r, char *line, size_t len)
{
	int error;

	if (memchr(line, '\0', len) != NULL)
		return complain(r, "text, not a NUL byte");
	if (line[0] == '\0')
		return 0;
	if (line[0] == '#') {
		r->now = add(r->snaps);
		if (r->now == NULL)
			return ENOMEM;
		return heading(line, r->now) ?
		    0 :
		    complain(r, "\"#snap pid=P event=exec|fork|exit|mid k=K\"");
	}
	if (r->now == NULL)
		return complain(r, "\"#snap\" before the first map");
	error = wl_maps_add_line(r->arch, &r->now->maps, line);
	return error == EINVAL ?
	    complain(r,
		"a line of /proc/PID/maps or procstat -v, in rising order, on "
		"borders of the machine's pages") :
	    error;
}

static int
read_all(struct reader *r)
{
	int error = 0, got;
	size_t len;
	char *line;

	r->in = wl_input_open(r->path, r->err, r->errlen);
	if (r->in == NULL) {
		char why[128];

		snprintf(why, sizeof(why), "%.120s", r->err);
		snprintf(r->err, r->errlen, "%s: %s", r->path, why);
		return EIO;
	}
	while (error == 0 && (got = wl_input_line(r->in, &line, &len)) != 0) {
		if (got < 0) {
			snprintf(r->err, r->errlen, "%s: %s", r->path,
			    r->in->error);
			error = EIO;
		} else {
			error = read_line(r, line, len);
		}
	}
	if (error == ENOMEM)
		snprintf(r->err, r->errlen, "%s: no memory", r->path);
	wl_input_close(r->in);
	return error;
}

int
wl_snaps_read(const struct pmap_geometry *arch, const char *path,
    struct wl_snaps *s, char *err, size_t errlen)
{
	struct reader r = { .arch = arch,
		.path = path,
		.snaps = s,
		.err = err,
		.errlen = errlen };

	return read_all(&r);
}

int
wl_snaps_read_map(const struct pmap_geometry *arch, const char *path,
    struct wl_snaps *s, int pid, enum wl_snap_event event, char *err,
    size_t errlen)
{
	struct reader r = { .arch = arch,
		.path = path,
		.snaps = s,
		.err = err,
		.errlen = errlen };

	r.now = add(s);
	if (r.now == NULL) {
		snprintf(err, errlen, "%s: no memory", path);
		return ENOMEM;
	}
	r.now->pid = pid;
	r.now->event = event;
	return read_all(&r);
}
