/*
 * What the models of system calls share.
 */
#include "sys_world.h"

#include <string.h>

/* fd 3: file 0, read and write; 4: file 1, read; 5: shared memory, both;
 * 6: file 0, write.  The rest is closed. */
bool
sys_fd(struct sys_proc *p, uint64_t fd, struct sys_fd *out)
{
	static const uint8_t file[] = { 0, 1, 2, 0 }, mode[] = { 3, 1, 3, 2 };

	fd = (uint64_t)(int64_t)(int32_t)fd;
	if (fd < SYS_FIRSTFD || fd >= SYS_FIRSTFD + NELEM(file))
		return false;
	out->object = &p->world->file[file[fd - SYS_FIRSTFD]];
	out->mode = mode[fd - SYS_FIRSTFD];
	return true;
}

bool
sys_range(uint64_t addr, uint64_t len, vaddr_t *start, vaddr_t *end)
{
	*start = model_trunc(addr);
	*end = model_round(addr + len);
	return addr + len >= addr && *end >= addr + len;
}

bool
sys_range_size(uint64_t addr, uint64_t len, vaddr_t *start, vaddr_t *end)
{
	*start = model_trunc(addr);
	*end = *start + model_round(len + (addr & (MODEL_PAGE - 1)));
	return *end >= *start;
}

bool
sys_modelled(const struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	if (end <= start || model_atop(end - start) > SYS_ARENA)
		return false;
	for (; start < end; start += MODEL_PAGE)
		if (model_at(p->space->pages, start) == NULL)
			return false;
	return true;
}

vaddr_t
sys_first_fit(struct sys_proc *p, vaddr_t hint, vsize_t size, vsize_t align,
    bool down)
{
	const struct model_layout *l = p->space->pages->layout;
	vaddr_t va = hint;

	if (align < MODEL_PAGE)
		align = MODEL_PAGE;
	va = down ? va & ~(align - 1) : (va + align - 1) & ~(align - 1);
	for (;;) {
		if (!sys_modelled(p, va, va + size))
			return 0;
		if (model_is_free(p->space->pages, va, va + size))
			return va;
		if (down && va < l->arena[0].base + align)
			return 0;
		va += down ? -align : align;
	}
}

int
sys_wire(struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	return model_pageable(p->space->pages, start, end, true, false);
}

void
sys_attached(struct sys_proc *p, unsigned segment, vaddr_t addr)
{
	p->attached[p->nattach] = (uint8_t)segment;
	p->attach[p->nattach++] = addr;
}

/* The newest attach of an address; its range goes, whatever is there now. */
int
sys_shmdt(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	(void)ret;
	for (unsigned i = p->nattach; i-- > 0;) {
		vaddr_t at = p->attach[i];

		if (at != c->a[0])
			continue;
		model_unmap(p->space->pages, at,
		    at + model_round(p->world->shm[p->attached[i]].size));
		p->nattach--;
		memmove(&p->attach[i], &p->attach[i + 1],
		    (p->nattach - i) * sizeof(p->attach[0]));
		memmove(&p->attached[i], &p->attached[i + 1], p->nattach - i);
		return 0;
	}
	return EINVAL;
}
