/*
 * The fixture of the unit tests of vm/.
 */
#include "fixture.h"
#include "tests/page4k.h"

struct fixture *
fix_new(uint32_t flags, unsigned ram)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = ram,
		.tags = true,
	};

	return fix_new_config(flags, &config);
}

struct fixture *
fix_new_config(uint32_t flags, const struct vm_config *config)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->mem = mem_create();
	assert_non_null(f->mem);
	assert_int_equal(vm_init(&f->vm, f->mem, config), 0);
	assert_int_equal(uvmspace_alloc(&f->vm, config->geometry->user_min,
			     config->geometry->user_max, flags, &f->space),
	    0);
	f->map = &f->space->vm_map;
	assert_int_equal(vm_object_create(&f->vm, &uvm_vnodeops, T_PTOA(32),
			     FILE_SEED, &f->file),
	    0);
	assert_int_equal(vm_object_create(&f->vm, &aobj_pager, T_PTOA(16), 0,
			     &f->shm),
	    0);
	return f;
}

static uint32_t
own_reference(void *ctx, struct vm_object *o)
{
	struct fixture *f = ctx;

	return o == f->file || o == f->shm;
}

void
fix_check(struct fixture *f)
{
	struct vmspace *spaces[2] = { f->space, f->child };
	char buf[256];
	const char *why = vm_check(&f->vm, spaces, f->child != NULL ? 2 : 1,
	    own_reference, f, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("vm_check: %s", why);
}

void
fix_free(struct fixture *f)
{
	fix_check(f);
	uvmspace_free(f->space);
	if (f->child != NULL)
		uvmspace_free(f->child);
	vm_object_unref(&f->vm, f->file);
	vm_object_unref(&f->vm, f->shm);
	vm_fini(&f->vm);
	assert_int_equal(mem_in_use(f->mem), 0);
	mem_destroy(f->mem);
	free(f);
}

/* ------------------------------------------------------------- mapping ---- */

int
fix_map(struct fixture *f, struct uvm_map_args a)
{
	int error;

	if (a.object != NULL)
		vm_object_ref(a.object);
	error = uvm_map(f->map, &a);
	if (error != 0 && a.object != NULL)
		vm_object_unref(&f->vm, a.object);
	fix_check(f);
	return error;
}

int
fix_anon(struct fixture *f, unsigned from, unsigned to, vm_prot_t prot)
{
	return fix_map(f,
	    (struct uvm_map_args){ .start = P(from),
		.size = T_PTOA(to - from),
		.prot = prot,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true });
}

int
fix_shared(struct fixture *f, unsigned from, unsigned to, vm_prot_t prot)
{
	return fix_map(f,
	    (struct uvm_map_args){ .start = P(from),
		.size = T_PTOA(to - from),
		.prot = prot,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_SHARE,
		.overlay = true });
}

int
fix_object(struct fixture *f, struct vm_object *o, unsigned from, unsigned to,
    vm_prot_t prot, bool private, unsigned pindex)
{
	return fix_map(f,
	    (struct uvm_map_args){ .start = P(from),
		.size = T_PTOA(to - from),
		.prot = prot,
		.maxprot = VM_PROT_ALL,
		.inherit = private ? VM_INHERIT_COPY : VM_INHERIT_SHARE,
		.object = o,
		.offset = T_PTOA(pindex),
		.copyonw = private });
}

int
fix_file(struct fixture *f, unsigned from, unsigned to, vm_prot_t prot,
    bool private, unsigned pindex)
{
	return fix_object(f, f->file, from, to, prot, private, pindex);
}

int
fix_unmap(struct fixture *f, unsigned from, unsigned to)
{
	int error = uvm_unmap(f->map, P(from), P(to));

	fix_check(f);
	return error;
}

void
fix_fork(struct fixture *f)
{
	assert_int_equal(uvmspace_fork(f->space, &f->child), 0);
	fix_check(f);
}

/* ------------------------------------------------------------ accesses ---- */

int
fix_read(struct vmspace *s, unsigned page)
{
	return vm_access(&s->vm_map, P(page), VM_PROT_READ, 0);
}

int
fix_write(struct vmspace *s, unsigned page, uint64_t stamp)
{
	return vm_access(&s->vm_map, P(page), VM_PROT_WRITE, stamp);
}

uint64_t
fix_tag(struct vmspace *s, unsigned page)
{
	uint64_t tag = 0;

	assert_int_equal(vm_peek_tag(&s->vm_map, P(page), &tag), 0);
	return tag;
}

int
fix_pte(struct vmspace *s, unsigned page)
{
	vm_prot_t prot;

	return pmap_prot(s->vm_map.pmap, P(page), &prot) ? prot : -1;
}

struct vm_map_entry *
fix_entry(struct vmspace *s, unsigned page)
{
	struct vm_map_entry *e;

	assert_true(vm_map_lookup_entry(&s->vm_map, P(page), &e));
	return e;
}

/* -------------------------------------------------------------- layout ---- */

static int
entry_text(char *at, size_t len, const struct vm_map_entry *e)
{
	const vm_prot_t p = e->protection;

	return snprintf(at, len, "%d-%d:%s%s%s%s:%s%s%s%s%s%s",
	    (int)T_ATOP(e->start - BASE), (int)T_ATOP(e->end - BASE),
	    p & VM_PROT_READ ? "r" : "", p & VM_PROT_WRITE ? "w" : "",
	    p & VM_PROT_EXEC ? "x" : "", p == 0 ? "-" : "",
	    e->etype & UVM_ET_COPYONWRITE ? "c" : "",
	    e->etype & UVM_ET_NEEDSCOPY ? "n" : "",
	    e->etype & UVM_ET_OBJ ? "o" : "", e->amap != NULL ? "a" : "",
	    e->amap != NULL && e->amap->flags & AMAP_SHARED ? "s" : "",
	    e->wired_count > 0 ? "w" : "");
}

const char *
fix_layout(struct fixture *f, struct vmspace *s)
{
	const struct vm_map *map = &s->vm_map;
	const struct vm_map_entry *e = map->header.next;
	char *at = f->text, *end = f->text + sizeof(f->text);

	*at = '\0';
	for (; e != &map->header; e = e->next) {
		if (at != f->text && at < end - 1)
			*at++ = ' ';
		at += entry_text(at, (size_t)(end - at), e);
	}
	return f->text;
}
