/*
 * The fields of a core (see core_fields.h), section by section, in the order of
 * uvmsim-core(5).  What daemons, policies and disks keep is what their keep
 * functions say.
 */
#include "core_fields.h"

#include <stdlib.h>
#include <string.h>

#include "core_parse.h"
#include "sim/core_sum.h"
#include "sim/disk.h"

/* -------------------------------------------------------- the cursor ---- */

static bool
grow(void **list, uint32_t *room, uint32_t n, size_t size)
{
	void *more;

	if (n < *room)
		return true;
	more = realloc(*list, 2 * ((size_t)*room + 64) * size);
	if (more == NULL)
		return false;
	*list = more;
	*room = 2 * (*room + 64);
	return true;
}

static void
mark(struct parse *p, size_t size, enum core_kind kind, const char *name)
{
	struct core_fields *f = p->out;

	if (size > p->end - p->at ||
	    !grow((void **)&f->spot, &f->roomspots, f->nspots,
		sizeof(*f->spot))) {
		p->wrong = p->wrong != NULL ? p->wrong : name;
		return;
	}
	f->spot[f->nspots++] = (struct core_spot){ name, p->at, (uint32_t)size,
		(uint8_t)kind, (uint8_t)p->section };
	p->at += size;
}

uint64_t
parse_get(struct parse *p, unsigned bytes, enum core_kind kind,
    const char *name)
{
	const size_t at = p->at;

	if (p->wrong == NULL)
		mark(p, bytes, kind, name);
	return p->wrong == NULL ? sim_core_word(p->data + at, bytes) : 0;
}

void
parse_string(struct parse *p, const char *name)
{
	const uint64_t len = parse_get(p, 4, CORE_IS_LENGTH, name);

	if (p->wrong == NULL && len != UINT32_MAX && len > 0)
		mark(p, len, CORE_IS_TEXT, name);
}

void
parse_numbers(struct parse *p, uint64_t n, unsigned bytes, const char *name)
{
	for (; n > 0 && p->wrong == NULL; n--)
		(void)parse_get(p, bytes, CORE_IS_NUMBER, name);
}

struct counted
parse_count(struct parse *p, unsigned bytes, const char *name)
{
	struct counted c = { .n = parse_get(p, bytes, CORE_IS_COUNT, name) };

	c.spot = p->out->nspots - 1;
	c.at = p->at;
	return c;
}

bool
parse_next(struct parse *p, struct counted *c)
{
	struct core_fields *f = p->out;

	if (c->begun && p->wrong == NULL &&
	    !grow((void **)&f->record, &f->roomrecords, f->nrecords,
		sizeof(*f->record)))
		p->wrong = "memory";
	if (c->begun && p->wrong == NULL)
		f->record[f->nrecords++] = (struct core_record){ c->at,
			p->at - c->at, c->spot, (uint8_t)p->section };
	c->at = p->at;
	c->begun = true;
	return p->wrong == NULL && c->n-- > 0;
}

void
parse_row(struct parse *p, const struct parse_field *row)
{
	for (; row->name != NULL; row++)
		(void)parse_get(p, row->bytes, row->kind, row->name);
}

void
parse_sparse(struct parse *p, enum core_kind kind, const char *name)
{
	struct counted c = parse_count(p, 8, name);

	while (parse_next(p, &c)) {
		(void)parse_get(p, 8, CORE_IS_INDEX, name);
		(void)parse_get(p, 4, kind, name);
	}
}

/* --------------------------------------------------- what keeps itself ---- */

static void
keep_number(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	struct parse *p = k->ctx;
	const uint64_t value = parse_get(p, bytes, CORE_IS_NUMBER, name);

	(void)lo, (void)hi;
	if (p->wrong == NULL && value != *v)
		p->wrong = name;
}

static void
keep_refuse(struct vm_keep *k, const char *why)
{
	((struct parse *)k->ctx)->wrong = why;
}

static struct vm_keep
keeper(struct parse *p)
{
	return (struct vm_keep){ .ok = true,
		.number = keep_number,
		.refuse = keep_refuse,
		.ctx = p };
}

void
parse_pageout(struct parse *p)
{
	static const struct parse_field row[] = {
		{ "wake", 8, CORE_IS_NUMBER },
		{ "starved", 1, CORE_IS_NUMBER },
		{ "want", 8, CORE_IS_NUMBER },
		{ "waits", 8, CORE_IS_NUMBER },
		{ "wait_pages", 8, CORE_IS_NUMBER },
		{ "failed", 8, CORE_IS_NUMBER },
		{ NULL, 0, 0 },
	};
	struct vm *vm = &p->m->vm;
	struct vm_keep k = keeper(p);

	parse_row(p, row);
	if (vm->pageout.daemon != NULL && vm->pageout.daemon->keep != NULL)
		vm->pageout.daemon->keep(vm, &k);
	if (vm->config.policy != NULL)
		vm_replace_keep(vm, &k);
}

void
parse_disks(struct parse *p)
{
	struct vm_keep k = keeper(p);

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++) {
		if (p->m->vm.swap.dev[i].flags == 0)
			continue;
		parse_string(p, "name of a swap device");
		(void)parse_get(p, 4, CORE_IS_FILE, "file of a swap device");
		parse_string(p, "kind of its disk");
	}
	sim_disk_keep(p->m, &k);
}

/* --------------------------------------------------------- the whole ---- */

const char *
core_fields_find(struct core_fields *f, const uint8_t *core, size_t size,
    struct machine *m)
{
	struct parse p = { .data = core, .m = m, .out = f };

	memset(f, 0, sizeof(*f));
	for (unsigned i = 0; i < CORE_NSECTIONS && p.wrong == NULL; i++) {
		const uint8_t *e = core + CORE_HEADER +
		    (size_t)i * CORE_SECTION;

		p.section = i;
		p.at = (size_t)sim_core_word(e + 8, 8);
		p.end = p.at + (size_t)sim_core_word(e + 16, 8);
		if (p.end > size)
			return "section table";
		parse_section[i](&p);
		if (p.wrong == NULL && p.at != p.end)
			p.wrong = (const char *)e;
	}
	return p.wrong;
}

void
core_fields_free(struct core_fields *f)
{
	free(f->spot);
	free(f->record);
}
