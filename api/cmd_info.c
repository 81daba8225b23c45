/*
 * uvmsim info: what a trace is.  It is read whole, so that what is said of it
 * is counted; of a uvt the index is compared with what was counted.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"
#include "workloads/calls/calllog.h"
#include "workloads/refs/pageset.h"
#include "workloads/record/record.h"
#include "workloads/refs/refsource.h"

#define MAXPROCESSES 65536 /* whose numbers are told apart */

enum block { BLOCK_HEAD, BLOCK_REFS, BLOCK_OPS, BLOCK_INDEX, NBLOCKS };

static const struct {
	const char *name;
	enum wl_uvt_type type;
} block_kinds[NBLOCKS] = {
	[BLOCK_HEAD] = { "head", WL_UVT_HEAD },
	[BLOCK_REFS] = { "references", WL_UVT_REFS },
	[BLOCK_OPS] = { "operations", WL_UVT_OPS },
	[BLOCK_INDEX] = { "index", WL_UVT_INDEX },
};

static const char *const kind_names[WL_REF_NKINDS] = {
	[WL_REF_FETCH] = "fetches",
	[WL_REF_LOAD] = "loads",
	[WL_REF_STORE] = "stores",
	[WL_REF_MODIFY] = "modifies",
};

/* In the order in which they are told. */
static const unsigned kind_order[] = { WL_REF_FETCH, WL_REF_LOAD, WL_REF_STORE,
	WL_REF_MODIFY };

#define NKINDS (sizeof(kind_order) / sizeof(kind_order[0]))

struct info {
	struct cmd cmd;
	const char *from;
	struct wl_input *in;
	struct wl_refsource source; /* any format but uvt */
	struct wl_uvt_reader uvt;
	struct wl_pageset pages;
	const char *format;
	bool is_uvt, calls, cut;
	uint64_t size; /* bytes of the file; 0: nobody knows */
	uint64_t kind[WL_REF_NKINDS], references, operations, records, skipped;
	uint64_t bytes; /* of the references themselves */
	uint64_t processes, blocks[NBLOCKS], parts;
	uint64_t *process; /* a bit each */
	char *origin;      /* heads, one behind the other */
	size_t norigin;
	const char *index;
};

static int
no_memory(const struct info *t)
{
	return cmd_fail(&t->cmd, "%s: no memory", t->cmd.operand[0]);
}

/* ------------------------------------------------------------ counting ---- */

static void
count_process(struct info *t, uint32_t n)
{
	uint64_t *word = &t->process[n % MAXPROCESSES / 64];
	const uint64_t bit = (uint64_t)1 << n % 64;

	t->processes += (*word & bit) == 0;
	*word |= bit;
}

static bool
count_pages(struct info *t, const struct wl_ref *ref)
{
	uint64_t page = ref->va >> 12;
	const uint64_t last = (ref->va + (ref->size - 1)) >> 12;

	do
		if (!wl_pageset_add(&t->pages, page))
			return false;
	while (page++ < last);
	return true;
}

/* => false: no memory */
static bool
count_references(struct info *t, uint32_t process, const struct wl_ref *ref,
    size_t n)
{
	count_process(t, process);
	t->references += n;
	for (size_t i = 0; i < n; i++) {
		t->kind[ref[i].kind]++;
		t->bytes += ref[i].size;
		if (!count_pages(t, &ref[i]))
			return false;
	}
	return true;
}

static bool
note_origin(struct info *t, const char *text, size_t n)
{
	char *more = realloc(t->origin, t->norigin + n + 1);

	t->parts++;
	if (t->operations > 0) /* the part has processes of its own */
		memset(t->process, 0, MAXPROCESSES / 8);
	if (more == NULL)
		return false;
	memcpy(more + t->norigin, text, n);
	t->origin = more;
	t->norigin += n;
	more[t->norigin] = '\0';
	return true;
}

static bool
count_block(struct info *t)
{
	const struct wl_uvt_block *b = &t->uvt.block;

	for (unsigned i = 0; i < NBLOCKS; i++)
		t->blocks[i] += block_kinds[i].type == b->type;
	if (b->type == WL_UVT_REFS)
		return count_references(t, b->process, t->uvt.ref, b->records);
	if (b->type == WL_UVT_OPS)
		t->operations += b->records -
		    (b->length >= 8 &&
			strncmp(t->uvt.text, "machine ", 8) == 0);
	return b->type != WL_UVT_HEAD || note_origin(t, t->uvt.text, b->length);
}

/* What is to be said of the index, once all is counted. */
static int
judge_index(struct info *t)
{
	uint64_t n;

	if (t->size == 0 || strcmp(wl_input_codec(t->in), "plain") != 0)
		t->index = "not usable";
	else if (wl_uvt_indexed(t->in, &n))
		t->index = n == t->references ? "good" : "wrong";
	else if (errno != 0)
		return cmd_fail(&t->cmd, "%s: %s", t->cmd.operand[0],
		    strerror(errno));
	else
		t->index = t->blocks[BLOCK_INDEX] > 0 ? "incomplete" : "none";
	return CMD_OK;
}

static int
read_uvt(struct info *t)
{
	if (!wl_uvt_open(&t->uvt, t->in))
		return no_memory(t);
	while (wl_uvt_next(&t->uvt))
		if (!count_block(t))
			return no_memory(t);
	t->cut = t->uvt.cut;
	if (t->uvt.error[0] != '\0')
		return cmd_fail(&t->cmd, "%s: %s", t->cmd.operand[0],
		    t->uvt.error);
	return judge_index(t);
}

static int
read_references(struct info *t)
{
	const struct wl_ref *ref;
	size_t n;

	if (wl_refsource_open(&t->source, t->in) != 0)
		return no_memory(t);
	while ((n = wl_refsource_next(&t->source, &ref)) > 0)
		if (!count_references(t, t->source.process, ref, n))
			return no_memory(t);
	t->cut = t->source.cut;
	t->records = t->source.records;
	t->skipped = t->source.skipped;
	if (t->source.error[0] != '\0')
		return cmd_fail(&t->cmd, "%s:%s", t->cmd.operand[0],
		    t->source.error);
	return CMD_OK;
}

/* -------------------------------------------------------------- saying ---- */

static void
print_text(const struct info *t)
{
	printf("%s: %s, %s", t->cmd.operand[0], t->format,
	    t->in->generated ? "generated" : wl_input_codec(t->in));
	if (t->size > 0)
		printf(", %" PRIu64 " bytes", t->size);
	printf("%s%s\n", t->calls ? ", with system calls" : "",
	    t->cut ? ", breaks off" : "");
	for (const char *p = t->origin; p != NULL && *p != '\0';) {
		const size_t n = strcspn(p, "\n");

		printf("  %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
	printf("references   %12" PRIu64 "\n", t->references);
	for (size_t i = 0; i < NKINDS; i++)
		if (t->kind[kind_order[i]] > 0)
			printf("  %-10s %12" PRIu64 "\n",
			    kind_names[kind_order[i]], t->kind[kind_order[i]]);
	printf("bytes        %12" PRIu64 " referenced", t->bytes);
	if (t->size > 0 && t->references > 0)
		printf(", %.2f a reference in the file",
		    (double)t->size / (double)t->references);
	printf("\npages of 4K  %12" PRIu64 "\n", t->pages.n);
	printf("processes    %12" PRIu64 "\n", t->processes);
	if (!t->is_uvt) {
		printf("records      %12" PRIu64 ", %" PRIu64
		       " without references\n",
		    t->records, t->skipped);
		return;
	}
	printf("operations   %12" PRIu64 "\n", t->operations);
	printf("blocks       %12" PRIu64 ", of references %" PRIu64
	       ", in %" PRIu64 " part%s\n",
	    t->uvt.blocks, t->blocks[BLOCK_REFS], t->parts,
	    t->parts == 1 ? "" : "s");
	printf("index        %12s\n", t->index);
}

static void
print_json(const struct info *t)
{
	fputs("{\"trace\":", stdout);
	cmd_json_string(stdout, t->cmd.operand[0]);
	printf(",\"format\":\"%s\",\"compression\":\"%s\",\"bytes\":%" PRIu64
	       ",\"calls\":%s,\"cut\":%s,\"references\":%" PRIu64,
	    t->format, wl_input_codec(t->in), t->size,
	    t->calls ? "true" : "false", t->cut ? "true" : "false",
	    t->references);
	for (size_t i = 0; i < NKINDS; i++)
		printf(",\"%s\":%" PRIu64, kind_names[kind_order[i]],
		    t->kind[kind_order[i]]);
	printf(",\"referenced_bytes\":%" PRIu64
	       ",\"distinct_pages_4k\":%" PRIu64 ",\"processes\":%" PRIu64,
	    t->bytes, t->pages.n, t->processes);
	if (t->is_uvt) {
		fputs(",\"origin\":", stdout);
		cmd_json_string(stdout, t->origin != NULL ? t->origin : "");
		printf(",\"operations\":%" PRIu64 ",\"parts\":%" PRIu64
		       ",\"blocks\":{",
		    t->operations, t->parts);
		for (unsigned i = 0; i < NBLOCKS; i++)
			printf("%s\"%s\":%" PRIu64, i > 0 ? "," : "",
			    block_kinds[i].name, t->blocks[i]);
		printf("},\"index\":\"%s\"", t->index);
	} else {
		printf(",\"records\":%" PRIu64 ",\"skipped\":%" PRIu64,
		    t->records, t->skipped);
	}
	puts("}");
}

/* ------------------------------------------------------------- command ---- */

/* => 0, or an errno; what is no file has none */
static int
size_of(const char *path, uint64_t *size)
{
	struct stat st;

	*size = 0;
	if (stat(path, &st) != 0)
		return errno == ENOENT ? 0 : errno;
	if (S_ISREG(st.st_mode))
		*size = (uint64_t)st.st_size;
	return 0;
}

static int
look(struct info *t, const struct wl_refformat *as)
{
	const char *path = t->cmd.operand[0];
	const struct sim_personality *system;
	const struct wl_refformat *format;
	const struct wl_callformat *log;
	char err[512];
	int error;

	t->in = wl_input_open(path, err, sizeof(err));
	t->process = calloc(MAXPROCESSES / 64, sizeof(*t->process));
	if (t->in == NULL)
		return cmd_fail(&t->cmd, "%s: %s", path, err);
	if (t->process == NULL)
		return no_memory(t);
	if ((error = size_of(path, &t->size)) != 0)
		return cmd_fail(&t->cmd, "%s: %s", path, strerror(error));
	t->in->as = as;
	t->calls = as == NULL && !t->in->generated && wl_record_detect(t->in);
	wl_input_once(t->in);
	format = wl_refsource_detect(t->in);
	if (format == NULL && (log = wl_calllog_detect(t->in, &system)) != NULL)
		return cmd_fail(&t->cmd,
		    "%s: a log of system calls (%s): expected a trace of "
		    "references; uvmsim replay takes it",
		    path, log->name);
	if (format == NULL)
		return cmd_fail(&t->cmd, "%s: %s", path,
		    t->in->error[0] != '\0' ? t->in->error :
					      "expected a trace of references");
	t->format = t->in->generated ? "references from a rule" : format->name;
	t->is_uvt = strcmp(format->name, "uvt") == 0;
	return t->is_uvt ? read_uvt(t) : read_references(t);
}

static int
info(struct info *t, int argc, char **argv)
{
	const struct wl_refformat *as;
	const struct cmd_option options[] = {
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &t->from },
		{ .name = NULL },
	};
	int status;

	t->cmd = (struct cmd){
		.name = "info",
		.operands = "TRACE",
		.about =
		    "Says what a trace of references is: its format, where it "
		    "comes from, what is in it;\nof a uvt also its blocks, and "
		    "whether its index is good.",
		.takes = CMD_TAKES_JSON | CMD_TAKES_BOUNDS,
		.options = options,
		.min_operands = 1,
		.max_operands = 1,
	};
	if (!cmd_parse(&t->cmd, argc, argv))
		return t->cmd.status;
	status = cmd_from(&t->cmd, t->from, &as);
	if (status == CMD_OK)
		status = look(t, as);
	if (status != CMD_OK)
		return status;
	if (t->cmd.json)
		print_json(t);
	else
		print_text(t);
	return CMD_OK;
}

int
cmd_info(int argc, char **argv)
{
	struct info *t = calloc(1, sizeof(*t));
	int status;

	if (t == NULL) {
		fprintf(stderr, "uvmsim info: no memory\n");
		return CMD_FAIL;
	}
	status = info(t, argc, argv);
	wl_refsource_close(&t->source);
	wl_uvt_close(&t->uvt);
	wl_pageset_free(&t->pages);
	wl_input_close(t->in);
	free(t->process);
	free(t->origin);
	free(t);
	return status;
}
