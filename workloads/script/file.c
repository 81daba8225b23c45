/*
 * Statements about files: file, mount, namecache.
 */
#include <inttypes.h>
#include <string.h>

#include "exec.h"
#include "parse.h"
#include "sim/namecache.h"

/* KEY=, if the cursor is at it: moves behind it. */
static bool
try_key(struct wl_parser *ps, const char *key)
{
	size_t n = strlen(key);

	wl_skip(ps);
	if (strncmp(ps->at, key, n) != 0 || ps->at[n] != '=')
		return false;
	ps->at += n + 1;
	return true;
}

/* A number within 0 .. max. */
static uint32_t
get_small(struct wl_parser *ps, const char *what, uint32_t max)
{
	const char *start = ps->at;
	uint64_t n = wl_get_number(ps, what);

	if (!wl_bad(ps) && n > max)
		wl_error_at(ps, start, "%s out of range: at most %" PRIu32,
		    what, max);
	return (uint32_t)n;
}

/* MAJOR,MINOR => packed */
static uint32_t
get_dev(struct wl_parser *ps)
{
	uint32_t major = get_small(ps, "a major number", 255);

	wl_need_char(ps, ',', "a comma and the minor number");
	return major << 8 | get_small(ps, "a minor number", 255);
}

/* ssd => its row */
static uint8_t
get_disk(struct wl_parser *ps)
{
	const char *names[16], *start = ps->at;
	char word[32];
	size_t n = 0;
	int kind;

	if (wl_peek_word(ps, word, sizeof(word)) == 0) {
		wl_expected(ps, "a kind of disk such as ssd");
		return 0;
	}
	if ((kind = sim_disk_kind_byname(word)) >= 0) {
		(void)wl_try_word(ps, word);
		return (uint8_t)kind;
	}
	for (; n < NELEM(names) && sim_disk_kinds[n].name != NULL; n++)
		names[n] = sim_disk_kinds[n].name;
	wl_unknown(ps, start, "kind of disk", word, names, n);
	return 0;
}

struct wl_file *
wl_get_file(struct wl_parser *ps)
{
	struct wl_file *f = wl_new(ps, sizeof(*f));
	const char *start;

	if (f == NULL)
		return NULL;
	f->path = wl_get_path(ps, "a path");
	wl_skip(ps);
	start = ps->at;
	f->size = wl_get_number(ps, "a size such as 64K");
	if (!wl_bad(ps) && f->size > INT64_MAX)
		wl_error_at(ps, start,
		    "file too large; at most %" PRId64 " bytes", INT64_MAX);
	while (!wl_bad(ps) && !wl_at_end(ps)) {
		if (try_key(ps, "dev")) {
			f->have_dev = true;
			f->dev = get_dev(ps);
		} else if (try_key(ps, "ino")) {
			f->have_ino = true;
			f->ino = get_small(ps, "an inode number", UINT32_MAX);
		} else if (try_key(ps, "disk")) {
			f->block = true;
			f->disk = get_disk(ps);
		} else {
			wl_expected(ps,
			    "dev=MAJOR,MINOR, ino=NUMBER or disk=KIND");
		}
	}
	return f;
}

static const struct sim_fstype *
get_fstype(struct wl_parser *ps)
{
	const char *names[32], *start = ps->at;
	const struct sim_fstype *type;
	char word[32];
	size_t n = 0;

	if (wl_peek_word(ps, word, sizeof(word)) == 0) {
		wl_expected(ps, "a file system such as ufs or nfs");
		return NULL;
	}
	type = sim_fstype_byname(word);
	if (type != NULL) {
		(void)wl_try_word(ps, word);
		return type;
	}
	for (; sim_fstypes[n].name != NULL; n++)
		names[n] = sim_fstypes[n].name;
	wl_unknown(ps, start, "file system", word, names, n);
	return NULL;
}

struct wl_mount *
wl_get_mount(struct wl_parser *ps)
{
	struct wl_mount *mount = wl_new(ps, sizeof(*mount));

	if (mount == NULL)
		return NULL;
	mount->type = &sim_fstypes[0];
	mount->dir = wl_get_path(ps, "a directory");
	while (!wl_bad(ps) && !wl_at_end(ps)) {
		if (try_key(ps, "dev"))
			mount->dev = get_dev(ps);
		else if (try_key(ps, "type"))
			mount->type = get_fstype(ps);
		else
			wl_expected(ps, "dev=MAJOR,MINOR or type=NAME");
	}
	return mount;
}

/* ----------------------------------------------------------- running ---- */

/* What lies under /dev is a device, but for /dev/zero and shared memory. */
static enum sim_file_kind
kind_of(const char *path)
{
	if (strncmp(path, "/dev/", 5) != 0 || strcmp(path, "/dev/zero") == 0 ||
	    strncmp(path, "/dev/shm/", 9) == 0)
		return SIM_FILE_REG;
	return SIM_FILE_DEV;
}

bool
wl_do_file(struct wl_exec *ex, const struct wl_file *file)
{
	struct sim_file *f;

	HASH_FIND_STR(ex->m->files, file->path, f);
	if (f != NULL)
		return wl_stop(ex, 0, "the file %.80s exists already",
		    file->path);
	f = sim_file_get(ex->m, file->path, file->size,
	    file->block ? SIM_FILE_BLK : kind_of(file->path));
	if (f == NULL)
		return wl_short(ex, 0, "a file");
	if (file->block)
		f->disk = file->disk;
	if (file->have_ino)
		f->ino = file->ino;
	if (file->have_dev) {
		f->dev = file->dev;
		f->own_dev = true;
	}
	wl_record_file(ex, file);
	return true;
}

/* => false: stopped, with the reason */
static bool
named(struct wl_exec *ex, int error, const char *path)
{
	if (error == 0)
		return true;
	if (error == EINVAL)
		return wl_stop(ex, 0,
		    "%.80s is not an absolute path without empty, . and .. "
		    "components",
		    path);
	return error == ENOSPC ? wl_stop(ex, 0, "too many mounts or names") :
				 wl_short(ex, 0, "names");
}

bool
wl_do_mount(struct wl_exec *ex, const struct wl_mount *mount)
{
	FILE *fp = ex->run->record;

	if (!named(ex, sim_mount(ex->m, mount->dir, mount->type, mount->dev),
		mount->dir))
		return false;
	if (fp != NULL)
		fprintf(fp, "mount \"%s\" dev=%u,%u type=%s\n", mount->dir,
		    mount->dev >> 8, mount->dev & 0xff, mount->type->name);
	return true;
}

bool
wl_do_name(struct wl_exec *ex, const char *path, bool drop)
{
	FILE *fp = ex->run->record;
	int error = drop ? sim_name_drop(ex->m, path) :
			   sim_name_add(ex->m, path);

	if (!named(ex, error, path))
		return false;
	if (fp != NULL)
		fprintf(fp, "namecache %s \"%s\"\n", drop ? "drop" : "add",
		    path);
	return true;
}
