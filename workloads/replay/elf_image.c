/*
 * ELF program headers to segments (see elf_image.h).
 *
 *	PT_LOAD  |--- file ---|--- bss ---|
 *		 file-backed up to the page that holds the last file byte,
 *		 anonymous behind it
 *
 * 64-bit little-endian files only (x86-64, arm64, riscv64): System V ABI,
 * chapters 4 and 5.
 */
#include "elf_image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAXPH 64
#define PIE_BASE ((vaddr_t)0x555555554000)
#define INTERP_END ((vaddr_t)0x7ffff7fff000)
#define STACK_END ((vaddr_t)0x7ffffffff000)
#define STACK_SIZE ((vsize_t)0x21000)

struct file {
	int fd;
	unsigned type, nph;
	Elf64_Phdr ph[MAXPH];
};

void
wl_elf_free(struct wl_elf *elf)
{
	free(elf->path[0]);
	free(elf->path[1]);
	elf->path[0] = elf->path[1] = NULL;
}

/* The file's own path. => false: none, or no memory */
static bool
own_path(struct wl_elf *elf, int i, const char *path)
{
	elf->path[i] = realpath(path, NULL);
	elf->nomem |= elf->path[i] == NULL && errno == ENOMEM;
	return elf->path[i] != NULL;
}

static uint64_t
le(const unsigned char *p, unsigned n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static void
decode_phdr(const unsigned char *p, Elf64_Phdr *ph)
{
	ph->p_type = (Elf64_Word)le(p, 4);
	ph->p_flags = (Elf64_Word)le(p + 4, 4);
	ph->p_offset = le(p + 8, 8);
	ph->p_vaddr = le(p + 16, 8);
	ph->p_filesz = le(p + 32, 8);
	ph->p_memsz = le(p + 40, 8);
}

/* All of it, however often the host is interrupted. */
static bool
read_at(int fd, void *to, size_t n, uint64_t at)
{
	char *p = to;

	while (n > 0) {
		const ssize_t got = pread(fd, p, n, (off_t)at);

		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		if (got > 0) {
			p += got;
			n -= (size_t)got;
			at += (uint64_t)got;
		}
	}
	return true;
}

static bool
read_headers(struct file *f)
{
	unsigned char h[64], p[56];
	uint64_t off;

	if (!read_at(f->fd, h, sizeof(h), 0) ||
	    memcmp(h, ELFMAG, SELFMAG) != 0 || h[EI_CLASS] != ELFCLASS64 ||
	    h[EI_DATA] != ELFDATA2LSB)
		return false;
	f->type = (unsigned)le(h + 16, 2);
	off = le(h + 32, 8);
	f->nph = (unsigned)le(h + 56, 2);
	if (le(h + 54, 2) != sizeof(p) || f->nph == 0 || f->nph > MAXPH ||
	    off > INT32_MAX)
		return false;
	for (unsigned i = 0; i < f->nph; i++) {
		if (!read_at(f->fd, p, sizeof(p), off + i * sizeof(p)))
			return false;
		decode_phdr(p, &f->ph[i]);
	}
	return true;
}

static bool
open_elf(const char *path, struct file *f)
{
	struct stat st;

	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f->fd < 0)
		return false;
	if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode) && read_headers(f))
		return true;
	close(f->fd);
	return false;
}

static const Elf64_Phdr *
find(const struct file *f, uint32_t type)
{
	for (unsigned i = 0; i < f->nph; i++)
		if (f->ph[i].p_type == type)
			return &f->ph[i];
	return NULL;
}

/* Lowest and highest page of the PT_LOADs. => false: none, or absurd */
static bool
extent(const struct file *f, const struct wl_elf_hints *h, vaddr_t *low,
    vaddr_t *high)
{
	*low = UINT64_MAX;
	*high = 0;
	for (unsigned i = 0; i < f->nph; i++) {
		const Elf64_Phdr *ph = &f->ph[i];

		if (ph->p_type != PT_LOAD || ph->p_memsz == 0)
			continue;
		if (ph->p_vaddr >> 47 != 0 || ph->p_memsz >> 40 != 0 ||
		    ph->p_filesz > ph->p_memsz)
			return false;
		if (pg_trunc(h, ph->p_vaddr) < *low)
			*low = pg_trunc(h, ph->p_vaddr);
		if (pg_round(h, ph->p_vaddr + ph->p_memsz) > *high)
			*high = pg_round(h, ph->p_vaddr + ph->p_memsz);
	}
	return *low < *high;
}

/*
 * The bias that makes the file's RELRO one of the hints.  The loader protects
 * the program and then itself last; the program lies below its heap, the
 * loader above.
 */
static bool
bias_from(const struct file *f, const struct wl_elf_hints *h, bool program,
    vaddr_t *bias)
{
	const Elf64_Phdr *ph = find(f, PT_GNU_RELRO);
	vaddr_t start, end;

	if (ph == NULL)
		return false;
	start = pg_trunc(h, ph->p_vaddr);
	end = pg_trunc(h, ph->p_vaddr + ph->p_memsz);
	for (size_t i = h->n; i-- > 0;)
		if (h->relro[i].len == end - start &&
		    h->relro[i].addr >= start &&
		    (h->brk == 0 || (h->relro[i].addr < h->brk) == program)) {
			*bias = h->relro[i].addr - start;
			return true;
		}
	return false;
}

static bool
add(struct wl_elf *elf, const struct sim_segment *s)
{
	if (s->start >= s->end)
		return true;
	if (elf->n == WL_ELF_SEGMENTS)
		return false;
	elf->segment[elf->n++] = *s;
	return true;
}

static bool
add_loads(struct wl_elf *elf, const struct file *f,
    const struct wl_elf_hints *h, vaddr_t bias, const char *path)
{
	for (unsigned i = 0; i < f->nph; i++) {
		const Elf64_Phdr *ph = &f->ph[i];
		vaddr_t start = bias + pg_trunc(h, ph->p_vaddr);
		vaddr_t file = bias + pg_round(h, ph->p_vaddr + ph->p_filesz);
		vaddr_t end = bias + pg_round(h, ph->p_vaddr + ph->p_memsz);
		vm_prot_t prot = (vm_prot_t)((ph->p_flags & PF_R ?
						     VM_PROT_READ :
						     0) |
		    (ph->p_flags & PF_W ? VM_PROT_WRITE : 0) |
		    (ph->p_flags & PF_X ? VM_PROT_EXEC : 0));

		if (ph->p_type != PT_LOAD || ph->p_memsz == 0)
			continue;
		if (ph->p_filesz == 0)
			file = start;
		if (!add(elf,
			&(struct sim_segment){ .start = start,
			    .end = file,
			    .prot = prot,
			    .kind = SIM_SEG_FILE,
			    .offset = pg_trunc(h, ph->p_offset),
			    .path = path }) ||
		    !add(elf,
			&(struct sim_segment){ .start = file,
			    .end = end,
			    .prot = prot,
			    .kind = SIM_SEG_ANON }))
			return false;
	}
	return true;
}

/* The interpreter, below the place where new memory begins. */
static bool
add_interpreter(struct wl_elf *elf, const struct file *program,
    const struct wl_elf_hints *hints)
{
	const Elf64_Phdr *ph = find(program, PT_INTERP);
	char name[PATH_MAX] = "";
	vaddr_t low, high, bias;
	struct file f;
	bool ok;

	if (ph == NULL)
		return true;
	if (ph->p_filesz >= sizeof(name) ||
	    !read_at(program->fd, name, (size_t)ph->p_filesz, ph->p_offset) ||
	    !open_elf(name, &f))
		return false;
	ok = own_path(elf, WL_ELF_INTERPRETER, name) &&
	    extent(&f, hints, &low, &high);
	if (ok && hints->place != NULL)
		bias = hints->place[WL_ELF_INTERPRETER] - low;
	else if (ok && !bias_from(&f, hints, false, &bias))
		bias = INTERP_END - high;
	ok = ok && add_loads(elf, &f, hints, bias, elf->path[1]);
	close(f.fd);
	return ok;
}

bool
wl_elf_image(const char *path, const struct wl_elf_hints *hints,
    struct wl_elf *elf)
{
	vaddr_t low, high, bias = 0, end = STACK_END;
	struct file f;
	bool ok;

	memset(elf, 0, sizeof(*elf));
	if (path[0] != '/' || !open_elf(path, &f))
		return false;
	ok = own_path(elf, WL_ELF_PROGRAM, path) &&
	    extent(&f, hints, &low, &high);
	if (hints->place != NULL)
		end = hints->place[WL_ELF_STACK_END];
	if (ok && f.type == ET_DYN && hints->place != NULL)
		bias = hints->place[WL_ELF_PROGRAM] - low;
	else if (ok && f.type == ET_DYN && !bias_from(&f, hints, true, &bias))
		bias = PIE_BASE;
	ok = ok && add_loads(elf, &f, hints, bias, elf->path[0]) &&
	    add_interpreter(elf, &f, hints) &&
	    add(elf,
		&(struct sim_segment){ .start = end - STACK_SIZE,
		    .end = end,
		    .prot = VM_PROT_READ | VM_PROT_WRITE,
		    .kind = SIM_SEG_STACK });
	close(f.fd);
	if (!ok)
		wl_elf_free(elf);
	return ok;
}
