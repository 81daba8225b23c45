/*
 * The runner of table rows (see bsd_rows.h).
 */
#include "bsd_rows.h"

#define WINDOW_PAGES 4096

void
world_make(struct world *w, const struct sim_personality *personality)
{
	static const struct {
		const char *path;
		enum sim_file_kind kind;
	} files[] = {
		{ "/f", SIM_FILE_REG },
		{ "/ro", SIM_FILE_REG },
		{ "/dev/zero", SIM_FILE_DEV },
		{ "/dev/mem", SIM_FILE_DEV },
		{ "/dir", SIM_FILE_DIR },
	};
	struct sim_config config;
	char err[200];
	size_t i;

	memset(w, 0, sizeof(*w));
	sim_config_default(&config);
	config.ram = (uint64_t)16 << 20;
	config.personality = personality;
	if (sim_machine_create(&config, &w->m, err, sizeof(err)) != 0)
		fail_msg("machine: %s", err);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_non_null(
		    sim_file_get(w->m, files[i].path, 65536, files[i].kind));
	if (sim_spawn(w->m, "p", 0, NULL, NULL, &w->p) != 0)
		fail_msg("spawn: %s", w->m->error.why);
}

void
world_free(struct world *w)
{
	sim_machine_destroy(w->m);
}

/* Bring a page of a file into memory without touching the tested process. */
static int
page_in(struct machine *m, const char *path, uint64_t page)
{
	struct sim_file *file = sim_file_get(m, path, 65536, SIM_FILE_REG);
	pfn_t pfn;
	int error = file->object->pager->get(&m->vm, file->object, page, &pfn);

	if (error == 0)
		uvm_pageactivate(&m->vm, pfn);
	return error;
}

static int
do_other(struct world *w, const struct step *s)
{
	struct sim_rlimit *lim = &w->p->rlimit[s->arg[0] % SIM_NLIMITS];

	switch (s->no) {
	case DO_READ:
		return sim_access(w->m, w->p, s->arg[0], s->arg[1],
		    VM_PROT_READ, NULL);
	case DO_WRITE:
		return sim_access(w->m, w->p, s->arg[0], s->arg[1],
		    VM_PROT_WRITE, NULL);
	case DO_PAGEIN: return page_in(w->m, s->str, s->arg[0]);
	case DO_HARD:
		lim->max = s->arg[1];
		lim->cur = s->arg[1];
		return 0;
	case DO_LIMIT: lim->cur = s->arg[1]; return 0;
	case DO_UID: w->p->uid = (uint32_t)s->arg[0]; return 0;
	default: return ENOTSUP;
	}
}

int
world_do(struct world *w, const struct step *s, uint64_t *ret)
{
	struct sim_call call = {
		.no = (enum sim_sysno)s->no,
		.str = s->str,
		.place = s->place,
	};

	*ret = 0;
	if (s->no >= SIM_NSYSCALLS)
		return do_other(w, s);
	memcpy(call.arg, s->arg, sizeof(call.arg));
	if (s->no == SIM_SYS_MINCORE && s->veclen != M1) {
		call.vec = w->vec;
		call.vec_len = s->veclen != 0 ? s->veclen : sizeof(w->vec);
	}
	return sim_syscall(w->m, w->p, &call, ret);
}

/* ---------------------------------------------------------------- text --- */

static void
add(char *buf, size_t len, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + used, len - used, fmt, ap);
	va_end(ap);
}

static void
add_prot(char *buf, size_t len, vm_prot_t prot)
{
	add(buf, len, "%c%c%c", prot & R ? 'r' : '-', prot & WR ? 'w' : '-',
	    prot & X ? 'x' : '-');
}

static void
add_entry(char *buf, size_t len, const struct vm_map_entry *e)
{
	static const struct {
		uint16_t flag;
		char letter;
	} flags[] = {
		{ UVM_MAP_GUARD, 'g' },
		{ UVM_MAP_STACKGAP, 'G' },
		{ UVM_MAP_GROWSDOWN, 'D' },
		{ UVM_MAP_NOCORE, 'n' },
		{ UVM_MAP_NOSYNC, 'y' },
	};
	size_t i;

	add_prot(buf, len, e->protection);
	add(buf, len, "/");
	add_prot(buf, len, e->max_protection);
	add(buf, len, " %c", "SCNZ"[e->inheritance]);
	if (e->wired_count > 0)
		add(buf, len, "w");
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (e->flags & flags[i].flag)
			add(buf, len, "%c", flags[i].letter);
	if (e->amap != NULL && (e->etype & UVM_ET_NEEDSCOPY) == 0)
		add(buf, len, "a");
	if (e->advice != UVM_ADV_NORMAL)
		add(buf, len, "%c", "?rs"[e->advice]);
}

void
world_map(struct world *w, char *buf, size_t len)
{
	struct vm_map *map = &w->p->vmspace->vm_map;
	const struct vm_map_entry *e;

	buf[0] = '\0';
	for (e = map->header.next; e != &map->header; e = e->next) {
		if (e->start < W || e->start >= A(WINDOW_PAGES))
			continue;
		add(buf, len, "%s%u-%u ", buf[0] != '\0' ? "; " : "",
		    (unsigned)((e->start - W) >> 12),
		    (unsigned)((e->end - W) >> 12));
		add_entry(buf, len, e);
	}
}

void
world_state(struct world *w, char *buf, size_t len)
{
	struct vmspace *vs = w->p->vmspace;
	const struct sim_attach *a;
	const struct vm_map_entry *e;
	struct uvmexp exp = w->m->vm.exp;

	exp.syscalls = 0;
	buf[0] = '\0';
	for (e = vs->vm_map.header.next; e != &vs->vm_map.header; e = e->next) {
		add(buf, len, "%jx-%jx ", (uintmax_t)e->start,
		    (uintmax_t)e->end);
		add_entry(buf, len, e);
		add(buf, len, " %x %x %jx %u\n", e->etype, e->flags,
		    (uintmax_t)e->aux, e->wired_count);
	}
	add(buf, len,
	    "n %u size %ju flags %x dsize %jx ssize %jx brk %jx "
	    "anon %jx resident %ju wired %ju\n",
	    vs->vm_map.nentries, (uintmax_t)vs->vm_map.size, vs->vm_map.flags,
	    (uintmax_t)vs->vm_dsize, (uintmax_t)vs->vm_ssize,
	    (uintmax_t)w->p->brk, (uintmax_t)w->p->anon_loc,
	    (uintmax_t)vs->vm_map.pmap->resident,
	    (uintmax_t)vs->vm_map.pmap->wired);
	for (a = w->p->attaches; a != NULL; a = a->next)
		add(buf, len, "attach %jx of %u\n", (uintmax_t)a->addr,
		    a->shm->nattch);
#define X_(m) \
	if (exp.m != 0) \
		add(buf, len, #m " %ju\n", (uintmax_t)exp.m);
	UVMEXP_MEMBERS(X_)
#undef X_
}

/* ---------------------------------------------------------------- rows --- */

static void
check_vec(const struct world *w, const struct row *row)
{
	char got[3 * sizeof(w->vec) + 1] = "";
	size_t i, n = (strlen(row->vec) + 1) / 3;

	for (i = 0; i < n; i++)
		add(got, sizeof(got), "%s%02x", i > 0 ? " " : "", w->vec[i]);
	if (strcmp(got, row->vec) != 0)
		fail_msg("%s: vec [%s], expected [%s]", row->what, got,
		    row->vec);
}

static void
check_error(const struct world *w, const struct row *row, int err)
{
	const struct sim_error *e = &w->m->error;

	if (err != 0 && (e->err != err || e->why == NULL || e->op == NULL))
		fail_msg("%s: fails without a recorded reason", row->what);
	if (err == 0 && e->err != 0)
		fail_msg("%s: succeeds but left an error: %s", row->what,
		    e->why);
}

void
run_row(const struct sim_personality *personality, const struct row *row)
{
	static char before[65536], after[65536], text[200];
	struct world w;
	uint64_t ret;
	size_t i;
	int err;

	world_make(&w, personality);
	for (i = 0; i < row->nsetup; i++)
		if ((err = world_do(&w, &row->setup[i], &ret)) != 0)
			fail_msg("%s: step %zu: %s, %s", row->what, i,
			    sim_errname(err), w.m->error.why);
	memset(w.vec, 0xee, sizeof(w.vec));
	world_state(&w, before, sizeof(before));
	err = world_do(&w, &row->call, &ret);
	if (err != row->err)
		fail_msg("%s: %s (%s), expected %s", row->what,
		    sim_errname(err),
		    w.m->error.why != NULL ? w.m->error.why : "",
		    sim_errname(row->err));
	check_error(&w, row, err);
	world_state(&w, after, sizeof(after));
	if (err != 0 && !row->changes && strcmp(before, after) != 0)
		fail_msg("%s: failed but changed\n%s\nto\n%s", row->what,
		    before, after);
	if (err == 0 && row->ret != ANYRET && ret != row->ret)
		fail_msg("%s: returns %#jx, expected %#jx", row->what,
		    (uintmax_t)ret, (uintmax_t)row->ret);
	world_map(&w, after, sizeof(after));
	if (row->map != NULL && strcmp(after, row->map) != 0)
		fail_msg("%s: map [%s], expected [%s]", row->what, after,
		    row->map);
	if (row->vec != NULL)
		check_vec(&w, row);
	if (machine_check(w.m, text, sizeof(text)) != NULL)
		fail_msg("%s: %s", row->what, text);
	world_free(&w);
}

void
run_rows(const struct sim_personality *personality, const struct row *rows,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		run_row(personality, &rows[i]);
}
