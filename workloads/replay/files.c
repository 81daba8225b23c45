/*
 * Descriptors, files and limits of a replayed process.
 *
 * A log of memory calls shows descriptors by number, with strace -y also by
 * path; how a file was opened is known only when the log has the opening call.
 * A file is opened in the machine for the one call that maps it.  A memfd stays
 * open there, for two of one name are two objects.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"

/* -------------------------------------------------------------- table ---- */

struct wl_fds *
wl_fds_new(void)
{
	struct wl_fds *fds = calloc(1, sizeof(*fds));

	if (fds != NULL)
		fds->refs = 1;
	return fds;
}

static void
fd_free(struct wl_fds *fds, struct wl_fd *f)
{
	HASH_DEL(fds->table, f);
	free(f->path);
	free(f);
}

void
wl_fds_unref(struct wl_fds *fds)
{
	struct wl_fd *f, *tmp;

	if (fds == NULL || --fds->refs > 0)
		return;
	HASH_ITER(hh, fds->table, f, tmp)
		fd_free(fds, f);
	free(fds);
}

struct wl_fd *
wl_fds_get(const struct wl_fds *fds, int fd)
{
	struct wl_fd *f;

	HASH_FIND_INT(fds->table, &fd, f);
	return f;
}

void
wl_fds_close(struct wl_fds *fds, int fd)
{
	struct wl_fd *f = wl_fds_get(fds, fd);

	if (f != NULL)
		fd_free(fds, f);
}

struct wl_fd *
wl_fds_set(struct wl_fds *fds, int fd, const char *path)
{
	struct wl_fd *f;

	wl_fds_close(fds, fd);
	f = calloc(1, sizeof(*f));
	if (f == NULL || (f->path = strdup(path)) == NULL) {
		free(f);
		return NULL;
	}
	f->fd = fd;
	f->sim = -1;
	HASH_ADD_INT(fds->table, fd, f);
	if (f->hh.tbl == NULL) {
		free(f->path);
		free(f);
		return NULL;
	}
	return f;
}

/* A descriptor that is a copy of another one, which has another number or
 * stands in another table. */
static bool
fds_add(struct wl_fds *fds, const struct wl_fd *old, int fd)
{
	struct wl_fd *f = wl_fds_set(fds, fd, old->path);

	if (f == NULL)
		return false;
	f->mode = old->mode;
	f->mode_known = old->mode_known;
	f->shm = old->shm;
	f->sim = old->sim;
	return true;
}

struct wl_fds *
wl_fds_copy(const struct wl_fds *from)
{
	struct wl_fds *to = wl_fds_new();
	struct wl_fd *f, *tmp;

	HASH_ITER(hh, from->table, f, tmp)
		if (to != NULL && !fds_add(to, f, f->fd)) {
			wl_fds_unref(to);
			to = NULL;
		}
	return to;
}

/* ------------------------------------------------------- opening calls ---- */

static int
fd_of(const struct wl_replay *r, const struct wl_callrec *rec, int i)
{
	uint64_t v;

	if (i >= rec->nargs || !wl_system_number(r->sys, rec->arg[i], &v))
		return -1;
	return (int)(int32_t)v;
}

static vm_prot_t
mode_of(uint64_t flags)
{
	static const vm_prot_t modes[] = { VM_PROT_READ, VM_PROT_WRITE,
		VM_PROT_READ | VM_PROT_WRITE, 0 };

	return modes[flags & 3];
}

/* open(PATH, FLAGS), openat(DIR, PATH, FLAGS), openat2(DIR, PATH, {flags=}) */
static void
call_open(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	bool at = strncmp(rec->name, "openat", 6) == 0, cut;
	int i = at ? 1 : 0;
	struct wl_text text;
	char path[WL_PATH];
	struct wl_fd *f;
	uint64_t flags = 0;

	if (rec->result != WL_LOG_VALUE || rec->nargs <= i)
		return;
	if (!wl_text_fdpath(rec->rettext, path, sizeof(path)) &&
	    !wl_text_string(rec->arg[i], path, sizeof(path), &cut))
		return;
	f = wl_fds_set(t->proc->fds, (int)rec->ret, path);
	if (f == NULL) {
		r->error = ENOMEM;
		return;
	}
	f->mode_known = true;
	if (strcmp(rec->name, "creat") == 0) {
		f->mode = VM_PROT_WRITE;
		return;
	}
	if (rec->nargs <= i + 1)
		return;
	text = rec->arg[i + 1];
	(void)wl_text_member(text, "flags", &text);
	if (!wl_system_number(r->sys, text, &flags))
		f->mode_known = false;
	f->mode = mode_of(flags);
}

static void
call_close(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	if (rec->result == WL_LOG_VALUE)
		wl_fds_close(t->proc->fds, fd_of(r, rec, 0));
}

/* fcntl(FD, F_DUPFD or F_DUPFD_CLOEXEC, ...), by name or number */
static bool
is_dupfd(const struct wl_replay *r, const struct wl_callrec *rec)
{
	uint64_t cmd;

	if (rec->nargs < 2)
		return false;
	if (wl_text_is(rec->arg[1], "F_DUPFD") ||
	    wl_text_is(rec->arg[1], "F_DUPFD_CLOEXEC"))
		return true;
	return r->sys->bsd &&
	    wl_text_number(rec->arg[1], NULL, NULL, &cmd, NULL) &&
	    isdigit((unsigned char)rec->arg[1].at[0]) &&
	    (cmd == 0 || cmd == r->sys->dupfd_cloexec);
}

static void
call_dup(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	struct wl_fd *old = wl_fds_get(t->proc->fds, fd_of(r, rec, 0));

	if (rec->result != WL_LOG_VALUE)
		return;
	if (strcmp(rec->name, "fcntl") == 0 && !is_dupfd(r, rec))
		return;
	if (old == NULL)
		wl_fds_close(t->proc->fds, (int)rec->ret);
	else if (old->fd != (int)rec->ret &&
	    !fds_add(t->proc->fds, old, (int)rec->ret))
		r->error = ENOMEM;
}

/* Memory of its own behind a descriptor, whose path is the log's. */
static void
new_memory(struct wl_replay *r, struct wl_task *t, int fd, const char *name,
    const char *path)
{
	struct wl_fd *f = wl_fds_set(t->proc->fds, fd, path);
	struct sim_call call = { .no = SIM_SYS_MEMFD_CREATE, .str = name };
	uint64_t sim;

	int error;

	if (f == NULL) {
		r->error = ENOMEM;
		return;
	}
	f->mode = VM_PROT_READ | VM_PROT_WRITE;
	f->mode_known = true;
	f->shm = true;
	error = sim_syscall(r->m, t->proc->sim, &call, &sim);
	if (error == 0)
		f->sim = (int)sim;
	else if (error == ENOMEM)
		r->error = ENOMEM;
}

static void
call_memfd(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	char name[WL_PATH], path[WL_PATH + 8];
	bool cut;

	if (rec->result != WL_LOG_VALUE || rec->nargs < 1 ||
	    !wl_text_string(rec->arg[0], name, sizeof(name), &cut))
		return;
	snprintf(path, sizeof(path), "/memfd:%s", name);
	(void)wl_text_fdpath(rec->rettext, path, sizeof(path));
	new_memory(r, t, (int)rec->ret, name, path);
}

/* shm_open(PATH, FLAGS, MODE), shm_open2(PATH, FLAGS, MODE, ...) of the BSDs;
 * SHM_ANON, which is 1, is memory without a name. */
static void
call_shm_open(struct wl_replay *r, struct wl_task *t,
    const struct wl_callrec *rec)
{
	char path[WL_PATH];
	struct wl_fd *f;
	uint64_t flags;
	bool cut;

	if (!r->sys->bsd || rec->result != WL_LOG_VALUE || rec->nargs < 2)
		return;
	if (!wl_text_string(rec->arg[0], path, sizeof(path), &cut)) {
		new_memory(r, t, (int)rec->ret, "SHM_ANON", "/SHM_ANON");
		return;
	}
	f = wl_fds_set(t->proc->fds, (int)rec->ret, path);
	if (f == NULL) {
		r->error = ENOMEM;
		return;
	}
	f->shm = true;
	f->mode_known = wl_system_number(r->sys, rec->arg[1], &flags);
	f->mode = mode_of(f->mode_known ? flags : 0);
}

/* The file gets the size that the log gives it. */
static void
call_ftruncate(struct wl_replay *r, struct wl_task *t,
    const struct wl_callrec *rec)
{
	struct sim_call call = { .no = SIM_SYS_FTRUNCATE };
	bool known, close_it;
	int fd;

	if (rec->result != WL_LOG_VALUE || rec->nargs < 2)
		return;
	fd = wl_fd_open(r, t, rec->arg[0], 0, &known, &close_it);
	if (fd < 0)
		return;
	call.arg[0] = (uint64_t)fd;
	call.arg[1] = wl_arg(r, rec, rec->nargs - 1); /* behind a pad */
	(void)sim_syscall(r->m, t->proc->sim, &call, NULL);
	call = (struct sim_call){ .no = SIM_SYS_CLOSE };
	call.arg[0] = (uint64_t)fd;
	if (close_it)
		(void)sim_syscall(r->m, t->proc->sim, &call, NULL);
}

/* ------------------------------------------------------------- opening ---- */

static enum sim_file_kind
kind_of(const char *path)
{
	if (strncmp(path, "/memfd:", 7) == 0 ||
	    strncmp(path, "/dev/shm/", 9) == 0)
		return SIM_FILE_SHM;
	if (strncmp(path, "/dev/", 5) == 0 && strcmp(path, "/dev/zero") != 0)
		return SIM_FILE_DEV;
	return SIM_FILE_REG;
}

/* A file no ftruncate has spoken of is as long as its mappings need. */
static void
lengthen(const struct wl_replay *r, struct vm_object *obj, uint64_t need)
{
	if (obj->size < need)
		vm_object_lengthen(obj, pg_round(r->m, need));
}

static int
open_path(struct wl_replay *r, struct wl_task *t, const char *path,
    enum sim_file_kind kind, vm_prot_t mode, uint64_t need)
{
	static const uint64_t flags[] = { 2, 0, 1, 2 }; /* by READ, WRITE */
	struct sim_call call = { .no = SIM_SYS_OPEN, .str = path };
	struct sim_file *file;
	uint64_t fd;
	int error;

	file = sim_file_get(r->m, path, 0, kind);
	if (file == NULL) {
		r->error = ENOMEM;
		return -1;
	}
	lengthen(r, file->object, need);
	if (file->kind == SIM_FILE_SHM)
		call.no = SIM_SYS_SHM_OPEN;
	call.arg[0] = flags[mode & 3];
	error = sim_syscall(r->m, t->proc->sim, &call, &fd);
	if (error == ENOMEM)
		r->error = ENOMEM;
	return error == 0 ? (int)fd : -1;
}

static bool
is_open(const struct process *p, int fd)
{
	return fd < p->nfd && p->fd[fd].file != NULL;
}

int
wl_fd_open(struct wl_replay *r, struct wl_task *t, struct wl_text text,
    uint64_t need, bool *known, bool *close_it)
{
	vm_prot_t mode = VM_PROT_READ | VM_PROT_WRITE;
	struct wl_fd *f;
	char path[WL_PATH];
	uint64_t fd;
	bool named;

	*known = *close_it = false;
	if (!wl_system_number(r->sys, text, &fd) || (int32_t)fd < 0)
		return -1;
	named = wl_text_fdpath(text, path, sizeof(path));
	f = wl_fds_get(t->proc->fds, (int)fd);
	if (f != NULL && named && strcmp(f->path, path) != 0)
		f = NULL; /* closed and opened unseen */
	if (f == NULL && !named && r->scan.has_paths)
		return -1; /* strace found nothing open there */
	if (f != NULL && f->sim >= 0 && is_open(t->proc->sim, f->sim))
		return f->sim;
	if (f != NULL && f->mode_known) {
		*known = true;
		mode = f->mode;
	}
	if (!named && f != NULL)
		snprintf(path, sizeof(path), "%s", f->path);
	else if (!named)
		snprintf(path, sizeof(path), "fd:%d", (int)fd);
	*close_it = true;
	return open_path(r, t, path,
	    f != NULL && f->shm ? SIM_FILE_SHM : kind_of(path), mode, need);
}

/* ------------------------------------------------------------- limits ---- */

static const enum sim_limit limits[WL_NLIMITS] = { SIM_RLIMIT_DATA,
	SIM_RLIMIT_STACK, SIM_RLIMIT_RSS, SIM_RLIMIT_MEMLOCK, SIM_RLIMIT_AS };

/* A member by its name in Linux or in the BSDs, a closing brace behind it. */
static bool
limit_member(const struct wl_replay *r, struct wl_text text, const char *name,
    uint64_t *v)
{
	struct wl_text t;

	if (!wl_text_member(text, r->sys->bsd ? name + 5 : name, &t))
		return false;
	while (t.len > 0 && strchr("} ", t.at[t.len - 1]) != NULL)
		t.len--;
	return wl_system_number(r->sys, t, v);
}

static bool
read_limit(const struct wl_replay *r, struct wl_text text,
    struct sim_rlimit *limit)
{
	return limit_member(r, text, "rlim_cur", &limit->cur) &&
	    limit_member(r, text, "rlim_max", &limit->max);
}

/* A limit that the kernel has let it set: if need be, for it was privileged. */
static void
set_limit(struct wl_replay *r, struct process *p, enum sim_limit what,
    const struct sim_rlimit *limit)
{
	const struct sim_call call = { .no = SIM_SYS_SETRLIMIT,
		.arg = { what, limit->cur, limit->max } };
	const uint32_t uid = p->uid;

	if (sim_syscall(r->m, p, &call, NULL) == 0)
		return;
	p->uid = 0;
	(void)sim_syscall(r->m, p, &call, NULL);
	p->uid = uid;
}

/* What a process was born with is learned; what it sets goes its usual way. */
static void
use_limit(struct wl_replay *r, struct wl_proc *proc, uint64_t resource,
    const struct wl_text *seen, const struct wl_text *set)
{
	struct sim_rlimit limit;

	for (size_t i = 0; i < NELEM(limits); i++) {
		if (r->sys->limits[i] != resource)
			continue;
		if (limits[i] == SIM_RLIMIT_AS)
			proc->as_known = true;
		if (seen != NULL && read_limit(r, *seen, &limit))
			proc->sim->rlimit[limits[i]] = limit;
		if (set != NULL && read_limit(r, *set, &limit))
			set_limit(r, proc->sim, limits[i], &limit);
	}
}

static void
call_prlimit(struct wl_replay *r, struct wl_task *t,
    const struct wl_callrec *rec)
{
	struct wl_task *target = t;
	uint64_t pid, resource;

	if (rec->result != WL_LOG_VALUE || rec->nargs < 4)
		return;
	pid = wl_arg(r, rec, 0);
	resource = wl_arg(r, rec, 1);
	if (pid != 0 && (target = wl_task_find(r, (int)pid)) == NULL)
		return;
	use_limit(r, target->proc, resource, &rec->arg[3], &rec->arg[2]);
}

static void
call_rlimit(struct wl_replay *r, struct wl_task *t,
    const struct wl_callrec *rec)
{
	bool set = strcmp(rec->name, "setrlimit") == 0;

	if (rec->result == WL_LOG_VALUE && rec->nargs == 2)
		use_limit(r, t->proc, wl_arg(r, rec, 0),
		    set ? NULL : &rec->arg[1], set ? &rec->arg[1] : NULL);
}

static void
call_mseal(struct wl_replay *r, struct wl_task *t, const struct wl_callrec *rec)
{
	(void)t;
	if (rec->result == WL_LOG_VALUE)
		r->sealed = true;
}

/* ----------------------------------------------------------- segments ---- */

void
wl_shm_learn(struct wl_replay *r, int recorded, int sim)
{
	struct wl_shmid *s;

	HASH_FIND_INT(r->shmids, &recorded, s);
	if (s == NULL && (s = calloc(1, sizeof(*s))) != NULL) {
		s->recorded = recorded;
		HASH_ADD_INT(r->shmids, recorded, s);
		if (s->hh.tbl == NULL) {
			free(s);
			s = NULL;
		}
	}
	if (s == NULL)
		r->error = ENOMEM;
	else
		s->sim = sim;
}

int
wl_shm_id(struct wl_replay *r, struct wl_task *t, int recorded, bool *known)
{
	struct sim_call call = { .no = SIM_SYS_SHMGET };
	struct wl_shmid *s;
	uint64_t id;

	HASH_FIND_INT(r->shmids, &recorded, s);
	*known = s != NULL;
	if (s != NULL)
		return s->sim;
	/* A segment from outside the log: nothing but its id is known. */
	call.arg[1] = pg_size(r->m);
	call.arg[2] = 01000; /* IPC_CREAT */
	if (sim_syscall(r->m, t->proc->sim, &call, &id) != 0)
		return -1;
	wl_shm_learn(r, recorded, (int)id);
	return (int)id;
}

/* -------------------------------------------------------------- table ---- */

static const struct {
	const char *name;
	void (*act)(struct wl_replay *, struct wl_task *,
	    const struct wl_callrec *);
} file_calls[] = {
	{ "open", call_open },
	{ "openat", call_open },
	{ "openat2", call_open },
	{ "creat", call_open },
	{ "close", call_close },
	{ "dup", call_dup },
	{ "dup2", call_dup },
	{ "dup3", call_dup },
	{ "fcntl", call_dup },
	{ "memfd_create", call_memfd },
	{ "shm_open", call_shm_open },
	{ "shm_open2", call_shm_open },
	{ "ftruncate", call_ftruncate },
	{ "ftruncate64", call_ftruncate },
	{ "prlimit64", call_prlimit },
	{ "prlimit", call_prlimit },
	{ "getrlimit", call_rlimit },
	{ "ugetrlimit", call_rlimit },
	{ "setrlimit", call_rlimit },
	{ "mseal", call_mseal },
};

bool
wl_file_call(struct wl_replay *r, struct wl_task *t,
    const struct wl_callrec *rec)
{
	for (size_t i = 0; i < NELEM(file_calls); i++)
		if (strcmp(rec->name, file_calls[i].name) == 0) {
			file_calls[i].act(r, t, rec);
			return true;
		}
	return false;
}
