/*
 * A kernel made of tables, for tests of procmap: a process of OpenBSD 3.6 on
 * i386.  The first four entries of its map are those of the manual page.
 * Tests may change anything in it; setup() puts it back.
 */
#ifndef TESTS_UNIT_API_PROCMAP_KERNEL_H
#define TESTS_UNIT_API_PROCMAP_KERNEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "api/procmap/procmap.h"

#define NELEM(x) (sizeof(x) / sizeof((x)[0]))

/* ------------------------------------------------------- a fake kernel ---- */

enum { VNODEOPS = 0xd0600100, DEVICEOPS = 0xd0600180, AOBJ = 0xd0600200,
    TEXT = 0xd0200000, MAP = 0xd0a31c00, HEADER = 0xd0a31c20,
    ENTRY = 0xd0b10358, ENTRY_SIZE = 0x58, SH = 0xd0c4a8e8,
    BIN = 0xd0c49d20, ROOT = 0xd0c40e00, LIBC = 0xd0c4b000,
    LIB = 0xd0c4b100, BPF = 0xd0e01100, SHM = 0xd0e02200, NFS = 0xd0c4c000,
    MNT_ROOT = 0xd3000100, MNT_USR = 0xd3000200, MASK = 4 };

struct fake_vnode {
	uint64_t addr;
	struct procmap_vnode vn;
	uint32_t dev;
	int ino;
};

static const struct fake_vnode vnodes[] = {
	{ SH, { MNT_ROOT, SH + 1, 407, false, PROCMAP_INO_UFS }, 0, 70173 },
	{ BIN, { MNT_ROOT, BIN + 1, 131, false, PROCMAP_INO_UFS }, 0, 7 },
	{ ROOT, { MNT_ROOT, ROOT + 1, 2, true, PROCMAP_INO_UFS }, 0, 2 },
	{ LIBC, { MNT_USR, LIBC + 1, 500, false, PROCMAP_INO_ISO }, 0x406,
	    41231 },
	{ LIB, { MNT_USR, LIB + 1, 501, false, PROCMAP_INO_UFS }, 0x406, 3 },
	{ NFS, { MNT_USR, NFS + 1, 502, false, PROCMAP_INO_NONE }, 0, 9 },
};

static struct procmap_entry entries[16];
static size_t nentries;
static struct procmap_vmspace space;
static struct procmap_ncp names[8];
static uint64_t chains[MASK + 1];
static int amap_refs;

static bool
fake_vmspace(struct procmap *pm, uint64_t addr, struct procmap_vmspace *v)
{
	(void)pm;
	assert_int_equal(addr, MAP);
	*v = space;
	return true;
}

static bool
fake_map(struct procmap *pm, uint64_t addr, struct procmap_map *m)
{
	(void)pm;
	assert_int_equal(addr, MAP);
	*m = space.map;
	return true;
}

static bool
fake_entry(struct procmap *pm, uint64_t addr, struct procmap_entry *e)
{
	(void)pm;
	if (addr == HEADER) {
		*e = space.map.header;
		return true;
	}
	assert_true(addr >= ENTRY);
	assert_true((addr - ENTRY) / ENTRY_SIZE < nentries);
	*e = entries[(addr - ENTRY) / ENTRY_SIZE];
	return true;
}

static bool
fake_pgops(struct procmap *pm, uint64_t addr, uint64_t *ops)
{
	(void)pm;
	*ops = addr == BPF ? DEVICEOPS : addr == SHM ? AOBJ : 0xd0655550;
	for (size_t i = 0; i < NELEM(vnodes); i++)
		if (vnodes[i].addr == addr)
			*ops = VNODEOPS;
	return true;
}

static const struct fake_vnode *
vnode_at(uint64_t addr)
{
	for (size_t i = 0; i < NELEM(vnodes); i++)
		if (vnodes[i].addr == addr)
			return &vnodes[i];
	fail_msg("no vnode at %llx", (unsigned long long)addr);
	return NULL;
}

static bool
fake_vnode(struct procmap *pm, uint64_t addr, struct procmap_vnode *vn)
{
	(void)pm;
	*vn = vnode_at(addr)->vn;
	return true;
}

static bool
fake_mounted_on(struct procmap *pm, uint64_t mount, char *path, size_t len)
{
	(void)pm;
	snprintf(path, len, "%s", mount == MNT_ROOT ? "/" : "/usr");
	return true;
}

static bool
fake_inode(struct procmap *pm, enum procmap_inode kind, uint64_t data,
    uint32_t *dev, int *ino)
{
	(void)pm;
	assert_int_equal(kind, vnode_at(data - 1)->vn.inode);
	*dev = vnode_at(data - 1)->dev;
	*ino = vnode_at(data - 1)->ino;
	return true;
}

static bool
fake_device(struct procmap *pm, uint64_t addr, uint32_t *dev)
{
	(void)pm;
	assert_int_equal(addr, BPF);
	*dev = 0x1700;
	return true;
}

static const char *
fake_devname(struct procmap *pm, uint32_t dev)
{
	(void)pm;
	return dev == 0x1700 ? "bpf0" : NULL;
}

static bool
fake_ncp(struct procmap *pm, uint64_t addr, struct procmap_ncp *ncp)
{
	(void)pm;
	assert_true(addr > TEXT && addr <= TEXT + NELEM(names));
	*ncp = names[addr - TEXT - 1];
	return true;
}

static bool
fake_pointers(struct procmap *pm, uint64_t addr, uint64_t *to, size_t n)
{
	(void)pm;
	assert_int_equal(addr, 0xd0700000);
	assert_int_equal(n, MASK);
	memcpy(to, chains, n * sizeof(*to));
	return true;
}

static bool
fake_ulong(struct procmap *pm, uint64_t addr, uint64_t *value)
{
	(void)pm;
	assert_int_equal(addr, 0xd0700100);
	*value = MASK;
	return true;
}

/* Half the pages are there. */
static bool
fake_resident(struct procmap *pm, const struct procmap_map *m,
    const struct procmap_entry *e, struct procmap_resident *r)
{
	uint64_t half = (e->end - e->start) / 8192;

	(void)pm;
	assert_int_equal(m->pmap, 0xd09f4ce0);
	*r = (struct procmap_resident){ .amap = e->amap };
	if (e->amap == 0) {
		r->object = half;
		r->object_shared = e->object == SH ? half : 0;
	} else {
		r->anon = half;
		r->anon_shared = 1;
		r->amap_refs = amap_refs;
	}
	return true;
}

static struct procmap_source source = { .ptrsize = 4,
	.vmspace = fake_vmspace,
	.map = fake_map,
	.entry = fake_entry,
	.pgops = fake_pgops,
	.vnode = fake_vnode,
	.mounted_on = fake_mounted_on,
	.inode = fake_inode,
	.device = fake_device,
	.devname = fake_devname,
	.ncp = fake_ncp,
	.pointers = fake_pointers,
	.ulong = fake_ulong,
	.resident = fake_resident };

/* -------------------------------------------------------- the fixture ---- */

static void
link_entries(void)
{
	struct procmap_map *m = &space.map;

	for (size_t i = 0; i < nentries; i++) {
		entries[i].addr = ENTRY + i * ENTRY_SIZE;
		entries[i].prev = i > 0 ? entries[i].addr - ENTRY_SIZE : HEADER;
		entries[i].next = i + 1 < nentries ?
		    entries[i].addr + ENTRY_SIZE :
		    HEADER;
	}
	m->header.next = nentries > 0 ? entries[0].addr : HEADER;
	m->header.prev = nentries > 0 ? entries[nentries - 1].addr : HEADER;
	m->nentries = (int)nentries;
}

static void
put_name(unsigned n, unsigned chain, uint64_t vp, uint64_t vpid, uint64_t dvp,
    uint64_t dvpid, const char *name)
{
	names[n] = (struct procmap_ncp){ .next = chains[chain],
		.vp = vp,
		.vpid = vpid,
		.dvp = dvp,
		.dvpid = dvpid,
		.nlen = (int)strlen(name) };
	memcpy(names[n].name, name, strlen(name));
	chains[chain] = TEXT + 1 + n;
}

struct row {
	uint64_t start, end, object, offset, amap;
	int etype, protection, max_protection, inheritance, wired, advice;
};

static const struct row fixture[] = {
	{ 0x8048000, 0x80b1000, SH, 0, 0, 0xd, 5, 7, 1, 0, 0 },
	{ 0x80b1000, 0x80b3000, SH, 0x68000, 0, 0xd, 3, 7, 1, 0, 0 },
	{ 0x80b3000, 0x80ba000, 0, 0, 0xd0d20c40, 4, 3, 7, 1, 0, 0 },
	{ 0x80ba000, 0x80be000, 0, 0, 0xd0d20c80, 4, 7, 7, 1, 0, 0 },
	{ 0x40000000, 0x40041000, LIBC, 0, 0, 0xd, 5, 7, 1, 0, 0 },
	{ 0x40041000, 0x40042000, 0, 0, 0, 0xc, 0, 7, 1, 0, 0 },
	{ 0x40100000, 0x40101000, BPF, 0x1000, 0, 1, 3, 3, 0, 0, 0 },
	{ 0x40200000, 0x40210000, SHM, 0, 0, 1, 3, 7, 0, 1, 2 },
	{ 0xbdbfe000, 0xbf7fe000, 0, 0, 0, 0xc, 0, 7, 1, 0, 0 },
	{ 0xbf7fe000, 0xbfbfe000, 0, 0, 0xd0d20cc0, 4, 3, 7, 1, 0, 0 },
};

static void
put_entry(struct procmap_entry *e, const struct row *row)
{
	*e = (struct procmap_entry){ .start = row->start, .end = row->end };
	e->object = row->object;
	e->offset = row->offset;
	e->amap = row->amap;
	e->etype = row->etype;
	e->protection = row->protection;
	e->max_protection = row->max_protection;
	e->inheritance = row->inheritance;
	e->wired_count = row->wired;
	e->advice = row->advice;
}

static int
setup(void **state)
{
	(void)state;
	source.ptrsize = 4;
	nentries = NELEM(fixture);
	for (size_t i = 0; i < nentries; i++)
		put_entry(&entries[i], &fixture[i]);
	space = (struct procmap_vmspace){ .refcnt = 1,
		.rssize = 61,
		.tsize = 105,
		.dsize = 4,
		.ssize = 1024,
		.taddr = 0x8048000,
		.daddr = 0x80ba000,
		.maxsaddr = 0xbdbfe000,
		.minsaddr = 0xbfbfe000,
		.map = { .addr = MAP,
		    .pmap = 0xd09f4ce0,
		    .ref_count = 1,
		    .size = 34377728,
		    .signed_size = 34377728,
		    .flags = 1,
		    .timestamp = 20,
		    .header = { .addr = HEADER, .end = 0xbfbfe000 } } };
	link_entries();
	memset(chains, 0, sizeof(chains));
	put_name(0, 0, LIBC, 500, LIB, 501, "libc.so.34.1");
	put_name(1, 1, BIN, 131, ROOT, 2, "bin");
	put_name(2, 2, SH, 407, BIN, 131, "sh");
	return 0;
}

#endif /* TESTS_UNIT_API_PROCMAP_KERNEL_H */
