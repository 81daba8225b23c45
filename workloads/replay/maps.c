/*
 * Maps as lists of joined areas (see maps.h).
 *
 * The text form is that of proc(5): "START-END PERMS OFFSET DEV INODE   PATH",
 * in which a newline of the path is written \012; or that of procstat(1) -v.
 */
#include "maps.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void
wl_maps_clear(struct wl_maps *maps)
{
	for (size_t i = 0; i < maps->n; i++)
		free(maps->area[i].path);
	free(maps->area);
	memset(maps, 0, sizeof(*maps));
}

static bool
runs_on(const struct wl_area *a, const struct wl_area *b)
{
	if (a->end != b->start || a->prot != b->prot ||
	    a->shared != b->shared || (a->path == NULL) != (b->path == NULL))
		return false;
	return a->path == NULL ||
	    (strcmp(a->path, b->path) == 0 &&
		a->offset + (a->end - a->start) == b->offset);
}

/* Append; the list owns area->path then. => 0 or ENOMEM */
static int
add(struct wl_maps *maps, const struct wl_area *area)
{
	struct wl_area *more;
	size_t cap;

	if (maps->n == maps->cap) {
		cap = maps->cap != 0 ? maps->cap * 2 : 32;
		more = realloc(maps->area, cap * sizeof(*more));
		if (more == NULL) {
			free(area->path);
			return ENOMEM;
		}
		maps->area = more;
		maps->cap = cap;
	}
	maps->area[maps->n++] = *area;
	return 0;
}

void
wl_maps_join(struct wl_maps *maps)
{
	size_t out = 0;

	for (size_t i = 1; i < maps->n; i++) {
		struct wl_area *last = &maps->area[out];

		if (runs_on(last, &maps->area[i])) {
			last->end = maps->area[i].end;
			free(maps->area[i].path);
		} else {
			maps->area[++out] = maps->area[i];
		}
	}
	if (maps->n > 0)
		maps->n = out + 1;
}

/* --------------------------------------------------------------- text ---- */

static void
drop_deleted(char *path)
{
	static const char mark[] = " (deleted)";
	size_t n = strlen(path);

	while (n > sizeof(mark) - 1 &&
	    strcmp(path + n - (sizeof(mark) - 1), mark) == 0) {
		n -= sizeof(mark) - 1;
		path[n] = '\0';
	}
}

static void
decode_newlines(char *path)
{
	char *to = path;

	for (const char *from = path; *from != '\0'; to++) {
		if (strncmp(from, "\\012", 4) == 0) {
			*to = '\n';
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

/* Names in brackets that mean anonymous memory. */
static bool
is_anon_name(const char *name, enum sim_seg_kind *kind)
{
	*kind = strcmp(name, "[heap]") == 0 ? SIM_SEG_HEAP :
	    strncmp(name, "[stack", 6) == 0 ? SIM_SEG_STACK :
					      SIM_SEG_ANON;
	return *kind != SIM_SEG_ANON || strncmp(name, "[anon:", 6) == 0;
}

static int
name_area(struct wl_area *a, const char *name)
{
	if (name[0] == '\0' || is_anon_name(name, &a->kind)) {
		if (name[0] == '\0')
			a->kind = SIM_SEG_ANON;
		a->offset = 0;
		return 0;
	}
	if (strncmp(name, "[anon_shmem:", 12) == 0)
		name = "/dev/zero";
	a->kind = name[0] == '[' ? SIM_SEG_SPECIAL : SIM_SEG_FILE;
	a->path = strdup(name);
	if (a->path == NULL)
		return ENOMEM;
	drop_deleted(a->path);
	decode_newlines(a->path);
	return 0;
}

static vm_prot_t
rights_of(const char *perm)
{
	return (vm_prot_t)((perm[0] == 'r' ? VM_PROT_READ : 0) |
	    (perm[1] == 'w' ? VM_PROT_WRITE : 0) |
	    (perm[2] == 'x' ? VM_PROT_EXEC : 0));
}

static bool
follows(const struct pmap_geometry *arch, const struct wl_maps *maps,
    const struct wl_area *a)
{
	return a->start < a->end &&
	    ((a->start | a->end | a->offset) & pg_mask(arch)) == 0 &&
	    (maps->n == 0 || maps->area[maps->n - 1].end <= a->start);
}

/* Where the first area of this path begins, or NULL. */
static const struct wl_area *
first_of(const struct wl_maps *maps, const char *path)
{
	for (size_t i = 0; i < maps->n; i++)
		if (maps->area[i].path != NULL &&
		    strcmp(maps->area[i].path, path) == 0)
			return &maps->area[i];
	return NULL;
}

/*
 * FreeBSD's procstat -v: "PID 0xSTART 0xEND PRT RES PRES REF SHD FLAG TP PATH".
 * It has no offsets: a file's areas are taken to be one piece of it.  What the
 * system maps itself (ph, the shared page) is left out.
 */
static int
add_procstat(const struct pmap_geometry *arch, struct wl_maps *maps,
    const char *line)
{
	struct wl_area a = { .kind = SIM_SEG_ANON };
	const struct wl_area *first;
	char perm[4], flag[8], type[3];
	int n = 0;

	if (strncmp(line + strspn(line, " "), "PID ", 4) == 0)
		return 0;
	if (sscanf(line,
		"%*d 0x%" SCNx64 " 0x%" SCNx64
		" %3[-rwx] %*d %*d %*d %*d %7s %2[a-z?-]%n",
		&a.start, &a.end, perm, flag, type, &n) != 5 ||
	    n == 0 || strlen(perm) != 3 || !follows(arch, maps, &a))
		return EINVAL;
	a.prot = rights_of(perm);
	line += n;
	line += strspn(line, " \t");
	if (strcmp(type, "ph") == 0)
		return 0;
	if (strchr(flag, 'D') != NULL)
		a.kind = SIM_SEG_STACK;
	if (strcmp(type, "vn") != 0 || line[0] != '/')
		return add(maps, &a);
	a.kind = SIM_SEG_FILE;
	a.shared = strchr(flag, 'C') == NULL;
	first = first_of(maps, line);
	if (first != NULL)
		a.offset = a.start - first->start;
	a.path = strdup(line);
	return a.path != NULL ? add(maps, &a) : ENOMEM;
}

int
wl_maps_add_line(const struct pmap_geometry *arch, struct wl_maps *maps,
    const char *line)
{
	struct wl_area a = { .prot = 0 };
	char perm[5];
	int n = 0, error;

	if (sscanf(line,
		"%" SCNx64 "-%" SCNx64 " %4[-rwxps] %" SCNx64 " %*x:%*x %*u%n",
		&a.start, &a.end, perm, &a.offset, &n) != 4 ||
	    n == 0 || strlen(perm) != 4 || !follows(arch, maps, &a))
		return add_procstat(arch, maps, line);
	a.prot = rights_of(perm);
	a.shared = perm[3] == 's';
	line += n;
	line += strspn(line, " \t");
	if (strcmp(line, "[vsyscall]") == 0)
		return 0;
	if ((error = name_area(&a, line)) != 0)
		return error;
	if (a.kind == SIM_SEG_STACK && maps->stack_low == 0)
		maps->stack_low = a.start;
	if (a.kind == SIM_SEG_HEAP && maps->heap_low == 0)
		maps->heap_low = a.start;
	return add(maps, &a);
}

void
wl_area_print(FILE *fp, const struct wl_area *a)
{
	fprintf(fp, "%08" PRIx64 "-%08" PRIx64 " %c%c%c%c %08" PRIx64, a->start,
	    a->end, a->prot & VM_PROT_READ ? 'r' : '-',
	    a->prot & VM_PROT_WRITE ? 'w' : '-',
	    a->prot & VM_PROT_EXEC ? 'x' : '-', a->shared ? 's' : 'p',
	    a->offset);
	if (a->path != NULL) {
		fputc(' ', fp);
		for (const char *p = a->path; *p != '\0'; p++)
			if (*p == '\n')
				fputs("\\012", fp);
			else
				fputc(*p, fp);
	}
	fputc('\n', fp);
}

/* ------------------------------------------------------------ machine ---- */

/* A guard's own protection is kept beside it (Linux). */
static vm_prot_t
prot_of(const struct vm_map_entry *e)
{
	return e->flags & UVM_MAP_GUARD && e->aux != 0 ?
	    (vm_prot_t)(e->aux & VM_PROT_ALL) :
	    e->protection;
}

static int
add_entry(struct machine *m, struct wl_maps *maps, const struct vm_map_entry *e)
{
	struct wl_area a = { .start = e->start,
		.end = e->end,
		.prot = prot_of(e) };
	const char *name = NULL;
	char buf[64];

	if (e->etype & UVM_ET_OBJ) {
		a.shared = (e->etype & UVM_ET_COPYONWRITE) == 0;
		name = sim_object_name(m, e->object, buf, sizeof(buf));
	}
	if (e->flags & UVM_MAP_STACK && maps->stack_low == 0)
		maps->stack_low = e->start;
	a.kind = e->flags & UVM_MAP_GROWSDOWN ? SIM_SEG_STACK : SIM_SEG_ANON;
	if (name != NULL) {
		a.kind = name[0] == '[' ? SIM_SEG_SPECIAL : SIM_SEG_FILE;
		a.offset = e->offset;
		if ((a.path = strdup(name)) == NULL)
			return ENOMEM;
	}
	return add(maps, &a);
}

int
wl_maps_of(struct machine *m, const struct process *p, struct wl_maps *maps)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	const struct vm_map_entry *e;
	int error = 0;

	memset(maps, 0, sizeof(*maps));
	for (e = map->header.next; e != &map->header && error == 0; e = e->next)
		error = add_entry(m, maps, e);
	wl_maps_join(maps);
	return error;
}

/* ------------------------------------------------------------ compare ---- */

static void
describe(char *buf, size_t len, const struct wl_maps *maps, size_t i,
    vaddr_t va)
{
	const struct wl_area *a = &maps->area[i];

	if (i >= maps->n || a->start > va) {
		snprintf(buf, len, "nothing");
		return;
	}
	snprintf(buf, len, "%c%c%c%c %" PRIx64 " %s",
	    a->prot & VM_PROT_READ ? 'r' : '-',
	    a->prot & VM_PROT_WRITE ? 'w' : '-',
	    a->prot & VM_PROT_EXEC ? 'x' : '-', a->shared ? 's' : 'p',
	    a->path != NULL ? a->offset + (va - a->start) : 0,
	    a->path != NULL ? a->path : "anonymous");
}

static vaddr_t
start_of(const struct wl_maps *maps, size_t i)
{
	return i < maps->n ? maps->area[i].start : UINT64_MAX;
}

static vaddr_t
end_of(const struct wl_maps *maps, size_t i, vaddr_t from)
{
	if (i >= maps->n)
		return UINT64_MAX;
	return maps->area[i].start > from ? maps->area[i].start :
					    maps->area[i].end;
}

bool
wl_maps_equal(const struct wl_maps *a, const struct wl_maps *b,
    struct wl_maps_diff *diff)
{
	vaddr_t va, end, other;
	size_t i, j;

	for (i = j = 0; i < a->n && j < b->n; i++, j++) {
		const struct wl_area *x = &a->area[i], *y = &b->area[j];

		if (x->start != y->start || x->end != y->end ||
		    x->prot != y->prot || x->shared != y->shared ||
		    x->offset != y->offset ||
		    strcmp(x->path != NULL ? x->path : "",
			y->path != NULL ? y->path : "") != 0)
			break;
	}
	if (i == a->n && j == b->n)
		return true;
	/* Where they begin alike but end differently, it is the ends. */
	va = start_of(a, i) < start_of(b, j) ? start_of(a, i) : start_of(b, j);
	if (i < a->n && j < b->n && a->area[i].start == b->area[j].start) {
		struct wl_area x = a->area[i], y = b->area[j];

		end = x.end < y.end ? x.end : y.end;
		x.end = y.end = end;
		y.start = end;
		y.offset = x.path != NULL ? y.offset + (end - x.start) : 0;
		if (runs_on(&x, &y)) {
			va = end;
			i += a->area[i].end == va;
			j += b->area[j].end == va;
		}
	}
	diff->start = va;
	end = end_of(a, i, va);
	other = end_of(b, j, va);
	diff->end = end < other ? end : other;
	describe(diff->a, sizeof(diff->a), a, i, va);
	describe(diff->b, sizeof(diff->b), b, j, va);
	return false;
}
