/*
 * The statements that say what a kernel remembers: set and kva.
 *
 *	set PROC FIELD VALUE		a field of a process, by the table below
 *	set PROC maxprot VA PROT	the most that an entry may be given
 *	set NAME VALUE			a tunable of the machine
 *	kva PROC WHAT [VA] ADDR		the kernel address of a map, a pmap, or
 *	kva object PATH ADDR		what an entry has
 *
 * What is set must be what the rest of the machine can live with: addresses lie
 * within the process's map and are page aligned, the stack's end is not above
 * its beginning, the data segment ends within the map.
 */
#include <inttypes.h>
#include <string.h>

#include "exec.h"
#include "page.h"
#include "parse.h"
#include "sim/oom.h"
#include "sim/suggest.h"

#define MAXTUNABLES 64 /* that a suggestion is chosen from */

/* ------------------------------------------------------------ fields ---- */

enum field_kind { PAGES, ADDRESS, FLAG, NUMBER, MAXPROT, ADJUST };

struct wl_field {
	const char *name;
	enum field_kind kind;
	uint64_t most; /* NUMBER: its highest value; FLAG: its SIM_P_* */
	void (*set)(struct process *, uint64_t);
};

#define SETTER(field) \
	static void set_##field(struct process *p, uint64_t v) \
	{ \
		p->vmspace->field = v; \
	}

SETTER(vm_tsize)
SETTER(vm_dsize)
SETTER(vm_ssize)
SETTER(vm_taddr)
SETTER(vm_daddr)
SETTER(vm_maxsaddr)
SETTER(vm_minsaddr)

/* Bits above those that tools show are the core's own. */
#define SHOWN_FLAGS 0xffu

static void
set_break(struct process *p, uint64_t v)
{
	p->brk_start = p->brk = v;
}

static void
set_map_flags(struct process *p, uint64_t v)
{
	struct vm_map *map = &p->vmspace->vm_map;

	map->flags = (map->flags & ~SHOWN_FLAGS) | (uint32_t)v;
}

static void
set_map_timestamp(struct process *p, uint64_t v)
{
	p->vmspace->vm_map.timestamp = (uint32_t)v;
}

static void
set_uid(struct process *p, uint64_t v)
{
	p->uid = (uint32_t)v;
}

static void
set_gid(struct process *p, uint64_t v)
{
	p->gid = (uint32_t)v;
}

static void
set_oom_score_adj(struct process *p, uint64_t v)
{
	p->oom_score_adj = (int16_t)v;
}

static const struct wl_field fields[] = {
	{ "vm_tsize", PAGES, 0, set_vm_tsize },
	{ "vm_dsize", PAGES, 0, set_vm_dsize },
	{ "vm_ssize", PAGES, 0, set_vm_ssize },
	{ "vm_taddr", ADDRESS, 0, set_vm_taddr },
	{ "vm_daddr", ADDRESS, 0, set_vm_daddr },
	{ "vm_maxsaddr", ADDRESS, 0, set_vm_maxsaddr },
	{ "vm_minsaddr", ADDRESS, 0, set_vm_minsaddr },
	{ "break", ADDRESS, 0, set_break },
	{ "map.flags", NUMBER, SHOWN_FLAGS, set_map_flags },
	{ "map.timestamp", NUMBER, UINT32_MAX, set_map_timestamp },
	{ "uid", NUMBER, UINT32_MAX, set_uid },
	{ "gid", NUMBER, UINT32_MAX, set_gid },
	{ "sugid", FLAG, SIM_P_SUGID, NULL },
	{ "notrace", FLAG, SIM_P_NOTRACE, NULL },
	{ "inexec", FLAG, SIM_P_INEXEC, NULL },
	{ "wexit", FLAG, SIM_P_WEXIT, NULL },
	{ "sigdanger", FLAG, SIM_P_DANGER, NULL },
	{ "protected", FLAG, SIM_P_PROTECTED, NULL },
	{ "oom_score_adj", ADJUST, 0, set_oom_score_adj },
	{ "maxprot", MAXPROT, VM_PROT_ALL, NULL },
};

/* ----------------------------------------------------------- reading ---- */

static const struct wl_field *
get_field(struct wl_parser *ps)
{
	const char *names[NELEM(fields)], *start, *word;

	wl_skip(ps);
	start = ps->at;
	word = wl_get_path(ps, "a field such as vm_dsize or uid");
	if (word == NULL)
		return NULL;
	for (size_t i = 0; i < NELEM(fields); i++) {
		if (strcmp(fields[i].name, word) == 0)
			return &fields[i];
		names[i] = fields[i].name;
	}
	wl_unknown(ps, start, "field", word, names, NELEM(fields));
	return NULL;
}

/* => the tunable's row; not one: its end */
static size_t
find_tunable(const char *name)
{
	size_t i = 0;

	while (sim_tunable_rows[i].name != NULL &&
	    strcmp(sim_tunable_rows[i].name, name) != 0)
		i++;
	return i;
}

/* Suggestions are tunables, and the process of the nearest name. */
static void
get_tunable(struct wl_parser *ps, struct wl_set *set)
{
	const char *names[MAXTUNABLES + 1], *start, *word;
	size_t n = 0;

	wl_skip(ps);
	start = ps->at;
	word = wl_get_name(ps, "a process or a tunable");
	if (word == NULL)
		return;
	set->tunable = find_tunable(word);
	if (sim_tunable_rows[set->tunable].name != NULL) {
		set->number = wl_get_number(ps, "a number");
		return;
	}
	for (; n < MAXTUNABLES && sim_tunable_rows[n].name != NULL; n++)
		names[n] = sim_tunable_rows[n].name;
	names[n] = wl_set_near(ps->procs, word);
	n += names[n] != NULL;
	wl_unknown(ps, start, "process or tunable", word, names, n);
}

/* Is the cursor at something that is no process, or at NAME and a number? */
static bool
at_tunable(struct wl_parser *ps)
{
	const char *back = ps->at, *name;
	char word[64];
	bool yes;

	if (wl_peek_word(ps, word, sizeof(word)) == 0)
		return true;
	name = wl_get_name(ps, "");
	wl_skip(ps);
	yes = (*ps->at >= '0' && *ps->at <= '9') || name == NULL ||
	    wl_set_find(ps->procs, name, strlen(name)) == NULL;
	ps->at = back;
	return yes;
}

struct wl_set *
wl_get_set(struct wl_parser *ps)
{
	struct wl_set *set = wl_new(ps, sizeof(*set));

	if (set == NULL)
		return NULL;
	if (at_tunable(ps)) {
		get_tunable(ps, set);
		return set;
	}
	set->proc = wl_get_proc(ps);
	set->field = get_field(ps);
	if (set->field != NULL && set->field->kind == MAXPROT) {
		set->va = wl_get_expr(ps, "an address");
		set->value = wl_get_prot(ps);
	} else {
		set->value = wl_get_expr(ps, "a number");
	}
	return set;
}

enum { OF_MAP, OF_PMAP, OF_ENTRY, OF_AMAP, OF_OBJECT, NWHATS };

static const char *const whats[NWHATS] = { "map", "pmap", "entry", "amap",
	"object" };

struct wl_kva *
wl_get_kva(struct wl_parser *ps)
{
	struct wl_kva *kva = wl_new(ps, sizeof(*kva));
	const char *back = ps->at;
	char word[32];
	size_t i = 0;

	if (kva == NULL)
		return NULL;
	if (wl_try_word(ps, "object")) {
		wl_skip(ps);
		if (*ps->at == '/' || *ps->at == '"') {
			kva->path = wl_get_path(ps, "a path");
			kva->addr = wl_const_expr(ps,
			    wl_get_number(ps, "a kernel address"));
			return kva;
		}
		ps->at = back;
	}
	kva->proc = wl_get_proc(ps);
	wl_skip(ps);
	back = ps->at;
	while (i < NWHATS && !wl_try_word(ps, whats[i]))
		i++;
	if (i == NWHATS && wl_peek_word(ps, word, sizeof(word)) == 0)
		wl_expected(ps, "map, pmap, entry, amap or object");
	else if (i == NWHATS)
		wl_unknown(ps, back, "kernel object", word, whats, NWHATS);
	kva->what = (uint8_t)i;
	if (i != OF_MAP && i != OF_PMAP)
		kva->va = wl_get_expr(ps, "an address");
	kva->addr = wl_get_expr(ps, "a kernel address");
	return kva;
}

/* ----------------------------------------------------------- setting ---- */

/* => a process that has a space; NULL: stopped */
static struct process *
find_process(struct wl_exec *ex, const char *name)
{
	struct process *p = wl_process(ex, name);

	if (p == NULL || p->vmspace != NULL)
		return p;
	(void)wl_stop(ex, 0, "process %s has exited", name);
	return NULL;
}

static bool
check_range(struct wl_exec *ex, const struct wl_field *f, uint64_t v,
    uint64_t lo, uint64_t hi)
{
	return (v >= lo && v <= hi) ||
	    wl_stop(ex, 0,
		"%s 0x%" PRIx64 " out of range: from 0x%" PRIx64
		" to 0x%" PRIx64,
		f->name, v, lo, hi);
}

static bool
check_value(struct wl_exec *ex, const struct process *p,
    const struct wl_field *f, uint64_t v)
{
	const struct vm_map *map = &p->vmspace->vm_map;

	switch (f->kind) {
	case PAGES:
		return check_range(ex, f, v, 0, pg_atop(map, vm_map_max(map)));
	case FLAG: return check_range(ex, f, v, 0, 1);
	case NUMBER:
	case MAXPROT: return check_range(ex, f, v, 0, f->most);
	case ADJUST:
		return ((int64_t)v >= SIM_OOM_ADJ_MIN &&
			   (int64_t)v <= SIM_OOM_ADJ_MAX) ||
		    wl_stop(ex, 0, "%s %" PRId64 " out of range: from %d to %d",
			f->name, (int64_t)v, SIM_OOM_ADJ_MIN, SIM_OOM_ADJ_MAX);
	case ADDRESS: break;
	}
	if (v & pg_mask(map))
		return wl_stop(ex, 0, "%s 0x%" PRIx64 " is not page aligned",
		    f->name, v);
	return v == 0 ||
	    check_range(ex, f, v, vm_map_min(map), vm_map_max(map));
}

/* What two fields together must be. */
static bool
check_space(struct wl_exec *ex, const struct process *p)
{
	const struct vmspace *vs = p->vmspace;
	vaddr_t max = vm_map_max(&vs->vm_map);

	if (vs->vm_maxsaddr > vs->vm_minsaddr)
		return wl_stop(ex, 0,
		    "the stack would end (vm_maxsaddr 0x%" PRIx64
		    ") above where it begins (vm_minsaddr 0x%" PRIx64 ")",
		    vs->vm_maxsaddr, vs->vm_minsaddr);
	if (pg_ptoa(&vs->vm_map, vs->vm_dsize) > max - vs->vm_daddr)
		return wl_stop(ex, 0,
		    "%" PRIu64 " pages of data from 0x%" PRIx64
		    " on would end beyond 0x%" PRIx64,
		    vs->vm_dsize, vs->vm_daddr, max);
	return true;
}

/* As a kernel's own mapping with a smaller maximum would have left it. */
static bool
set_maxprot(struct wl_exec *ex, struct process *p, vaddr_t va, vm_prot_t prot)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const struct vm_map_entry *e = wl_entry_at(map, va);
	int error = 0;

	if (e == NULL)
		return wl_stop(ex, 0,
		    "nothing is mapped at 0x%" PRIx64 " of %s", va, p->name);
	if ((prot & ~e->max_protection) != 0)
		return wl_stop(ex, 0,
		    "a maximum protection can only be "
		    "lowered");
	error = uvm_map_protect(map, e->start, e->end, prot, true);
	return error == 0 ||
	    wl_stop(ex, 0, "maxprot fails with %s", sim_errname(error));
}

/* Anything of the space, or of the process itself. */
static bool
set_value(struct wl_exec *ex, struct process *p, const struct wl_field *f,
    uint64_t v)
{
	struct vmspace old = *p->vmspace;

	if (f->kind == FLAG) {
		p->pflags &= ~(uint32_t)f->most;
		p->pflags |= v != 0 ? (uint32_t)f->most : 0;
		return true;
	}
	f->set(p, v);
	if (check_space(ex, p))
		return true;
	*p->vmspace = old;
	return false;
}

static bool
set_field(struct wl_exec *ex, const struct wl_set *set)
{
	struct process *p = find_process(ex, set->proc);
	const struct wl_field *f = set->field;
	FILE *fp = ex->run->record;
	uint64_t va, v;

	if (p == NULL || !wl_eval(ex, p, set->va, &va) ||
	    !wl_eval(ex, p, set->value, &v) || !check_value(ex, p, f, v))
		return false;
	if (f->kind == MAXPROT ? !set_maxprot(ex, p, va, (vm_prot_t)v) :
				 !set_value(ex, p, f, v))
		return false;
	if (fp != NULL && f->kind == MAXPROT)
		fprintf(fp, "set %s %s 0x%" PRIx64 " 0x%" PRIx64 "\n",
		    set->proc, f->name, va, v);
	else if (fp != NULL)
		fprintf(fp, "set %s %s 0x%" PRIx64 "\n", set->proc, f->name, v);
	return true;
}

bool
wl_do_set(struct wl_exec *ex, const struct wl_set *set)
{
	if (set->proc != NULL)
		return set_field(ex, set);
	*sim_tunable_at(ex->m, set->tunable) = set->number;
	if (ex->run->record != NULL)
		fprintf(ex->run->record, "set %s %" PRIu64 "\n",
		    sim_tunable_rows[set->tunable].name, set->number);
	return true;
}

/* --------------------------------------------------- kernel addresses ---- */

struct target {
	enum sim_kva_kind kind;
	uint32_t id;
};

/* => false: stopped */
static bool
find_path(struct wl_exec *ex, const char *path, struct target *t)
{
	struct sim_file *f;

	HASH_FIND_STR(ex->m->files, path, f);
	if (f == NULL || f->object == NULL)
		return wl_stop(ex, 0, "there is no file %.80s", path);
	*t = (struct target){ SIM_KVA_OBJECT, f->object->id };
	return true;
}

/* What the entry at va has of this kind. */
static bool
find_entry(struct wl_exec *ex, struct process *p, uint8_t what, vaddr_t va,
    struct target *t)
{
	const struct vm_map_entry *e = wl_entry_at(&p->vmspace->vm_map, va);

	if (e == NULL)
		return wl_stop(ex, 0,
		    "nothing is mapped at 0x%" PRIx64 " of %s", va, p->name);
	*t = (struct target){ .kind = SIM_KVA_ENTRY, .id = e->id };
	if (what == OF_AMAP)
		*t = (struct target){ SIM_KVA_AMAP,
			e->amap != NULL ? e->amap->id : 0 };
	else if (what == OF_OBJECT && e->etype & UVM_ET_SUBMAP)
		*t = (struct target){ SIM_KVA_MAP, e->submap->id };
	else if (what == OF_OBJECT)
		*t = (struct target){ SIM_KVA_OBJECT,
			e->etype & UVM_ET_OBJ ? e->object->id : 0 };
	return t->id != 0 ||
	    wl_stop(ex, 0, "what is mapped at 0x%" PRIx64 " of %s has no %s",
		va, p->name, whats[what]);
}

static bool
find_target(struct wl_exec *ex, const struct wl_kva *kva, struct process *p,
    vaddr_t va, struct target *t)
{
	const struct vm_map *map = p != NULL ? &p->vmspace->vm_map : NULL;

	if (map == NULL)
		return find_path(ex, kva->path, t);
	if (kva->what == OF_MAP)
		*t = (struct target){ SIM_KVA_MAP, map->id };
	else if (kva->what == OF_PMAP)
		*t = (struct target){ SIM_KVA_PMAP, map->pmap->id };
	else
		return find_entry(ex, p, kva->what, va, t);
	return true;
}

static void
record_kva(struct wl_exec *ex, const struct wl_kva *kva, vaddr_t va,
    uint64_t addr)
{
	FILE *fp = ex->run->record;

	if (fp == NULL)
		return;
	if (kva->path != NULL)
		fprintf(fp, "kva object \"%s\"", kva->path);
	else
		fprintf(fp, "kva %s %s", kva->proc, whats[kva->what]);
	if (kva->va.n > 0)
		fprintf(fp, " 0x%" PRIx64, va);
	fprintf(fp, " 0x%" PRIx64 "\n", addr);
}

bool
wl_do_kva(struct wl_exec *ex, const struct wl_kva *kva)
{
	struct process *p = NULL;
	uint64_t va, addr;
	struct target t = { SIM_KVA_MAP, 0 };
	char why[256];

	if (kva->proc != NULL && (p = find_process(ex, kva->proc)) == NULL)
		return false;
	if (!wl_eval(ex, p, kva->va, &va) ||
	    !wl_eval(ex, p, kva->addr, &addr) ||
	    !find_target(ex, kva, p, va, &t))
		return false;
	if (sim_kva_fix(ex->m, t.kind, t.id, addr) != 0) {
		wl_error_text(&ex->m->error, why, sizeof(why));
		return wl_stop(ex, 0, "%s", why);
	}
	record_kva(ex, kva, va, addr);
	return true;
}
