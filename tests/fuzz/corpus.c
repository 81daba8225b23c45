/*
 * Corpora: the inputs of a target in one file, which may be compressed.
 *
 *	uvmsim-corpus\n
 *	length (4 bytes, the lowest first), bytes
 *	length, bytes ...
 */
#include <dirent.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "workloads/io/input.h"

#define MAGIC "uvmsim-corpus\n"
#define LONGEST (1u << 20)

static void
add(struct fuzz_corpus *c, uint8_t *data, size_t len)
{
	if ((c->n & (c->n - 1)) == 0) {
		c->input = realloc(c->input,
		    (c->n > 0 ? 2 * c->n : 1) * sizeof(*c->input));
		insist(c->input != NULL, "no memory");
	}
	c->input[c->n++] = (struct fuzz_one){ data, len };
}

static bool
read_one(struct fuzz_corpus *c, struct wl_input *in, uint32_t len)
{
	uint8_t *data;

	if (len > LONGEST)
		return false;
	data = malloc(len + 1);
	insist(data != NULL, "no memory");
	add(c, data, len);
	return wl_input_read(in, data, len) == len;
}

bool
fuzz_corpus_read(struct fuzz_corpus *c, const char *path)
{
	char err[200], magic[sizeof(MAGIC) - 1];
	struct wl_input *in = wl_input_open(path, err, sizeof(err));
	uint32_t len;
	bool ok;

	if (in == NULL)
		return false;
	ok = wl_input_read(in, magic, sizeof(magic)) == sizeof(magic) &&
	    memcmp(magic, MAGIC, sizeof(magic)) == 0;
	while (ok && wl_input_read(in, &len, sizeof(len)) == sizeof(len))
		ok = read_one(c, in, le32toh(len));
	ok = ok && in->error[0] == '\0';
	wl_input_close(in);
	return ok;
}

static bool
add_file(struct fuzz_corpus *c, const char *path, off_t size)
{
	FILE *fp = fopen(path, "rb");
	uint8_t *data;
	size_t len;

	if (fp == NULL)
		return false;
	data = malloc((size_t)size + 1);
	insist(data != NULL, "no memory");
	len = fread(data, 1, (size_t)size, fp);
	fclose(fp);
	add(c, data, len);
	return true;
}

bool
fuzz_corpus_add(struct fuzz_corpus *c, const char *path)
{
	struct dirent **name;
	struct stat st;
	char file[4096];
	bool ok = true;
	int n;

	if (stat(path, &st) != 0)
		return false;
	if (!S_ISDIR(st.st_mode))
		return add_file(c, path, st.st_size);
	n = scandir(path, &name, NULL, alphasort);
	if (n < 0)
		return false;
	for (int i = 0; i < n; i++) {
		if (name[i]->d_name[0] != '.') {
			snprintf(file, sizeof(file), "%s/%s", path,
			    name[i]->d_name);
			ok = ok && fuzz_corpus_add(c, file);
		}
		free(name[i]);
	}
	free(name);
	return ok;
}

void
fuzz_corpus_write(const struct fuzz_corpus *c, FILE *fp)
{
	fputs(MAGIC, fp);
	for (size_t i = 0; i < c->n; i++) {
		const uint32_t len = htole32((uint32_t)c->input[i].len);

		fwrite(&len, sizeof(len), 1, fp);
		fwrite(c->input[i].data, 1, c->input[i].len, fp);
	}
}

void
fuzz_corpus_free(struct fuzz_corpus *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->input[i].data);
	free(c->input);
	*c = (struct fuzz_corpus){ .n = 0 };
}
