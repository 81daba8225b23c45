/*
 * Results of sweeps as lines:
 *
 *	CRC sweep VERSION trace=CRC:SIZE from=FORMAT ... NAME NAME ...
 *	CRC done CONFIG : N N ... N		- for what is not counted
 *	CRC failed CONFIG : SENTENCE
 *
 * CRC is that of zlib over what follows the blank behind it, 8 hexadecimal
 * digits.  CONFIG is wl_grid_text(): a row is recognized by what it is of, so
 * that a grid may grow, shrink and change its order between two runs.  The
 * first line must be what this sweep would write; the trace in it is the CRC of
 * its first bytes, decompressed, and the size of the file, or its name if it is
 * no file.
 */
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "sim/outfile.h"
#include "workloads/refs/refsource.h"

#define PEEK 32768
#define CRC_LEN 9 /* with the blank */

/* ------------------------------------------------------------- writing ---- */

struct text { /* a line under way; at >= len: too long */
	char *buf;
	size_t len, at;
};

static void __attribute__((format(printf, 2, 3)))
add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->at >= t->len)
		return;
	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->at, t->len - t->at, fmt, ap);
	va_end(ap);
	t->at += n > 0 ? (size_t)n : 0;
}

static uint32_t
crc_of(const char *s, size_t len)
{
	return (uint32_t)crc32(0, (const unsigned char *)s, (uInt)len);
}

/* buf[CRC_LEN..] is there. => it fits */
static bool
seal(struct text *t)
{
	char digits[CRC_LEN];

	if (t->at >= t->len)
		return false;
	snprintf(digits, sizeof(digits), "%08" PRIx32,
	    crc_of(t->buf + CRC_LEN, t->at - CRC_LEN));
	memcpy(t->buf, digits, CRC_LEN - 1);
	t->buf[CRC_LEN - 1] = ' ';
	return true;
}

bool
wl_sweep_line(const struct wl_sweep *s, size_t point, char *buf, size_t len)
{
	const struct wl_sweep_row *row = &s->row[point];
	const bool done = row->state == WL_SWEEP_DONE;
	char config[WL_GRID_MAXTEXT];
	struct text t = { buf, len, CRC_LEN };

	if (!wl_grid_text(s->grid, point, config, sizeof(config)))
		return false;
	add(&t, "%s %s :", done ? "done" : "failed", config);
	for (size_t i = 0; done && i < WL_SWEEP_NFIGURES + s->nstats; i++)
		if (row->value[i] == WL_SWEEP_NONE)
			add(&t, " -");
		else
			add(&t, " %" PRIu64, row->value[i]);
	if (!done)
		add(&t, " %s", row->why != NULL ? row->why : "no memory");
	for (size_t i = CRC_LEN; i < t.at && i < len; i++)
		if (buf[i] == '\n')
			buf[i] = ' ';
	return seal(&t);
}

/* ------------------------------------------------------------- reading ---- */

struct wl_sweep_index {
	size_t n;
	struct entry {
		char *config;
		size_t point;
	} entry[];
};

static int
by_config(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->config, y->config);
}

struct wl_sweep_index *
wl_sweep_index(const struct wl_sweep *s)
{
	struct wl_sweep_index *x = malloc(
	    sizeof(*x) + s->npoints * sizeof(x->entry[0]));
	char config[WL_GRID_MAXTEXT];

	if (x == NULL)
		return NULL;
	for (x->n = 0; x->n < s->npoints; x->n++) {
		struct entry *e = &x->entry[x->n];

		(void)wl_grid_text(s->grid, x->n, config, sizeof(config));
		e->point = x->n;
		if ((e->config = strdup(config)) == NULL) {
			wl_sweep_index_free(x);
			return NULL;
		}
	}
	qsort(x->entry, x->n, sizeof(x->entry[0]), by_config);
	return x;
}

void
wl_sweep_index_free(struct wl_sweep_index *x)
{
	for (size_t i = 0; x != NULL && i < x->n; i++)
		free(x->entry[i].config);
	free(x);
}

/* => the text behind the CRC, which is right; or NULL */
static const char *
unseal(const char *line)
{
	const size_t len = strlen(line);
	char digits[CRC_LEN];

	if (len < CRC_LEN)
		return NULL;
	snprintf(digits, sizeof(digits), "%08" PRIx32,
	    crc_of(line + CRC_LEN, len - CRC_LEN));
	digits[CRC_LEN - 1] = ' ';
	return strncmp(line, digits, CRC_LEN) == 0 ? line + CRC_LEN : NULL;
}

/* Figures and statistics, each behind a blank. => all of them, and no more */
static bool
read_values(const struct wl_sweep *s, const char *text, uint64_t *value)
{
	for (size_t i = 0; i < WL_SWEEP_NFIGURES + s->nstats; i++) {
		char *end;

		if (*text++ != ' ')
			return false;
		if (*text == '-') {
			value[i] = WL_SWEEP_NONE;
			text++;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		value[i] = strtoull(text, &end, 10);
		text = end;
	}
	return *text == '\0';
}

bool
wl_sweep_take(struct wl_sweep *s, const struct wl_sweep_index *x,
    const char *line, size_t *point)
{
	uint64_t value[WL_SWEEP_NFIGURES + WL_SWEEP_MAXSTATS];
	const char *text = unseal(line), *colon;
	const bool done = text != NULL && strncmp(text, "done ", 5) == 0;
	struct entry key, *e;

	if (text == NULL || (!done && strncmp(text, "failed ", 7) != 0))
		return false;
	text += done ? 5 : 7;
	if ((colon = strstr(text, " :")) == NULL ||
	    (key.config = strndup(text, (size_t)(colon - text))) == NULL)
		return false;
	e = bsearch(&key, x->entry, x->n, sizeof(key), by_config);
	free(key.config);
	if (e == NULL || (done && !read_values(s, colon + 2, value)))
		return false;
	*point = e->point;
	if (!done) {
		wl_sweep_fail(s, e->point, colon[2] != '\0' ? colon + 3 : "");
		return true;
	}
	memcpy(s->row[e->point].value, value,
	    (WL_SWEEP_NFIGURES + s->nstats) * sizeof(value[0]));
	s->row[e->point].state = WL_SWEEP_DONE;
	return true;
}

/* --------------------------------------------------------------- files ---- */

/* The line that the file of this sweep begins with. => there is one */
static bool
first_line(const struct wl_sweep *s, char *buf, size_t len)
{
	struct text t = { buf, len, CRC_LEN };
	struct stat st;
	bool found;
	size_t n;
	const char *head;

	if (!wl_input_rewind(s->input))
		return false;
	head = wl_input_peek(s->input, PEEK, &n);
	add(&t, "sweep " UVMSIM_VERSION " trace=%08" PRIx32 ":",
	    crc_of(head, n < PEEK ? n : PEEK));
	found = stat(s->input->path, &st) == 0;
	if (!found && errno != ENOENT) {
		snprintf(s->input->error, sizeof(s->input->error), "%s",
		    strerror(errno));
		return false;
	}
	if (found && S_ISREG(st.st_mode))
		add(&t, "%" PRIu64, (uint64_t)st.st_size);
	else
		add(&t, "%s", s->input->path);
	add(&t, " from=%s data-only=%d%s until=%" PRIu64,
	    s->input->as != NULL ? s->input->as->name : "-", s->data_only,
	    s->input->one_space ? " one-space=1" : "", s->until);
	for (size_t i = 0; i < WL_SWEEP_NFIGURES; i++)
		add(&t, " %s", wl_sweep_figures[i]);
	for (size_t i = 0; i < s->nstats; i++)
		add(&t, " %s", s->stat[i]);
	return seal(&t);
}

/* If that fails as well, part of a line stays, which has no good sum. */
static void
cut_at(int fd, off_t end)
{
	while (ftruncate(fd, end) != 0 && errno == EINTR)
		continue;
}

static int
put_line(const struct wl_sweep_file *f, char *line)
{
	const size_t len = strlen(line);
	const off_t end = lseek(f->fd, 0, SEEK_END);
	int error;

	line[len] = '\n';
	error = sim_write_all(f->fd, line, len + 1);
	line[len] = '\0';
	if (error != 0 && end >= 0)
		cut_at(f->fd, end);
	return error;
}

/* All of the file, and room for a NUL. => 0, an errno */
static int
read_all(int fd, char **text, size_t *len)
{
	struct stat st;
	ssize_t n = 1;

	*len = 0;
	if (fstat(fd, &st) != 0)
		return errno;
	*text = malloc((size_t)st.st_size + 1);
	if (*text == NULL)
		return ENOMEM;
	while (n != 0 && *len < (size_t)st.st_size) {
		n = pread(fd, *text + *len, (size_t)st.st_size - *len,
		    (off_t)*len);
		if (n < 0 && errno != EINTR)
			return errno;
		*len += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* The next line, ended by a NUL; *whole: it had a newline. */
static char *
cut_line(char **at, char *end, bool *whole)
{
	char *line = *at, *nl = memchr(line, '\n', (size_t)(end - line));

	*whole = nl != NULL;
	if (nl == NULL)
		nl = end;
	*nl = '\0';
	*at = nl + *whole;
	return line;
}

/* Lines behind the first one. => the last one has its newline */
static bool
take_lines(struct wl_sweep_file *f, struct wl_sweep *s,
    const struct wl_sweep_index *x, char *at, char *end)
{
	bool whole = true;
	size_t point;

	while (at < end) {
		char *line = cut_line(&at, end, &whole);

		if (unseal(line) == NULL)
			f->damaged++;
		else if (wl_sweep_take(s, x, line, &point))
			f->taken++;
	}
	return whole;
}

static int
load(struct wl_sweep_file *f, struct wl_sweep *s,
    const struct wl_sweep_index *x, char *at, char *end, char *err,
    size_t errlen)
{
	char want[WL_SWEEP_MAXLINE + 2], *line;
	bool whole;

	if (!first_line(s, want, WL_SWEEP_MAXLINE)) {
		snprintf(err, errlen, "%s: %s", s->input->path,
		    s->input->error[0] != '\0' ? s->input->error :
						 "too many statistics");
		return EINVAL;
	}
	if (at == end)
		return put_line(f, want);
	line = cut_line(&at, end, &whole);
	if (unseal(line) == NULL || strncmp(line + CRC_LEN, "sweep ", 6) != 0) {
		snprintf(err, errlen,
		    "%s: expected a file of results of a sweep", f->path);
		return EINVAL;
	}
	if (strcmp(line, want) != 0) {
		snprintf(err, errlen,
		    "%s: its results are of another trace, of other options or "
		    "of another version",
		    f->path);
		return EINVAL;
	}
	whole &= take_lines(f, s, x, at, end);
	return whole ? 0 : sim_write_all(f->fd, "\n", 1);
}

int
wl_sweep_file_open(struct wl_sweep_file *f, const char *path,
    struct wl_sweep *s, const struct wl_sweep_index *x, char *err,
    size_t errlen)
{
	char *text = NULL;
	size_t len = 0;
	int error;

	*f = (struct wl_sweep_file){ .path = path };
	f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	err[0] = '\0';
	error = f->fd < 0 ? errno : read_all(f->fd, &text, &len);
	if (error == 0)
		error = load(f, s, x, text, text + len, err, errlen);
	free(text);
	if (error == 0)
		return 0;
	if (err[0] == '\0')
		snprintf(err, errlen, "%s: %s", path, strerror(error));
	wl_sweep_file_close(f);
	return error;
}

int
wl_sweep_file_put(struct wl_sweep_file *f, const struct wl_sweep *s,
    size_t point)
{
	char line[WL_SWEEP_MAXLINE + 1];

	return wl_sweep_line(s, point, line, WL_SWEEP_MAXLINE) ?
	    put_line(f, line) :
	    EINVAL;
}

void
wl_sweep_file_close(struct wl_sweep_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}
