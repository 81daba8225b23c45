/*
 * A directory as a list of names and bytes, to compare and to restore.
 */
#include "inject.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* nftw() has no argument for its function. */
static struct inj_folder *filling;

static void *
must(void *p)
{
	if (p == NULL) {
		fprintf(stderr, "the test itself has no memory\n");
		exit(2);
	}
	return p;
}

/* A page map has holes of terabytes. */
#define LOOK ((size_t)4 << 20)

static size_t
look(size_t size)
{
	return size < LOOK ? size : LOOK;
}

static void
load(struct inj_file *f, const char *path, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	f->bytes = must(malloc(look(size) + 1));
	if (fd >= 0 && read(fd, f->bytes, look(size)) == (ssize_t)look(size))
		f->len = size;
	if (fd >= 0)
		close(fd);
}

static int
take(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct inj_folder *d = filling;
	struct inj_file *f;

	if (at->level == 0)
		return 0;
	d->file = must(realloc(d->file, (d->n + 1) * sizeof(*d->file)));
	f = &d->file[d->n++];
	*f = (struct inj_file){ .name = must(strdup(path + 2)) };
	if (type == FTW_F && S_ISREG(st->st_mode))
		load(f, path, (size_t)st->st_size);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct inj_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
inj_folder_read(struct inj_folder *d)
{
	*d = (struct inj_folder){ .n = 0 };
	filling = d;
	(void)nftw(".", take, 16, FTW_PHYS);
	filling = NULL;
	if (d->n > 0)
		qsort(d->file, d->n, sizeof(*d->file), by_name);
}

void
inj_folder_free(struct inj_folder *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->file[i].name);
		free(d->file[i].bytes);
	}
	free(d->file);
	*d = (struct inj_folder){ .n = 0 };
}

const struct inj_file *
inj_folder_find(const struct inj_folder *d, const char *name)
{
	const struct inj_file key = { .name = (char *)(uintptr_t)name };

	return d->n > 0 ? bsearch(&key, d->file, d->n, sizeof(key), by_name) :
			  NULL;
}

bool
inj_file_same(const struct inj_file *a, const struct inj_file *b)
{
	return (a->bytes == NULL) == (b->bytes == NULL) && a->len == b->len &&
	    (a->bytes == NULL || memcmp(a->bytes, b->bytes, look(a->len)) == 0);
}

static void
store(const struct inj_file *f)
{
	int fd;

	if (f->bytes == NULL) {
		(void)mkdir(f->name, 0777);
		return;
	}
	fd = open(f->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, f->bytes, f->len) != (ssize_t)f->len) {
		perror(f->name);
		exit(2);
	}
	close(fd);
}

void
inj_folder_restore(const struct inj_folder *d)
{
	struct inj_folder now;

	inj_folder_read(&now);
	for (size_t i = now.n; i-- > 0;) /* what is in directories first */
		if (inj_folder_find(d, now.file[i].name) == NULL)
			(void)remove(now.file[i].name);
	for (size_t i = 0; i < d->n; i++) {
		const struct inj_file *f = inj_folder_find(&now,
		    d->file[i].name);

		if (f == NULL || !inj_file_same(f, &d->file[i]))
			store(&d->file[i]);
	}
	inj_folder_free(&now);
}
