/*
 * The thread's current machine, process and credentials.
 */
#include "context.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/uvmsim.h"
#include "workloads/script/script.h"

#define DEFAULT_CORE "uvmsim.core"

static __thread struct api_context ctx;
static __thread uint64_t serials; /* given so far */

int
api_fail(int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ctx.msg, sizeof(ctx.msg), fmt, ap);
	va_end(ap);
	for (char *c = ctx.msg; *c != '\0'; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?'; /* of a caller's name: it is one line */
	errno = err;
	return -1;
}

const char *
uvmsim_errmsg(void)
{
	return ctx.msg;
}

void
uvmsim_close(void)
{
	if (ctx.owned)
		sim_machine_destroy(ctx.m);
	ctx = (struct api_context){ .tried = true, .serial = ++serials };
}

void
api_forget(const struct machine *m)
{
	if (ctx.m == m)
		uvmsim_close();
}

void
api_borrow(struct machine *m, struct api_context *own)
{
	*own = ctx;
	ctx = (struct api_context){ .m = m,
		.tried = true,
		.serial = ++serials };
}

void
api_return(const struct api_context *own)
{
	ctx = *own;
}

/* ------------------------------------------------------------ opening --- */

/* Where a loader says why. */
struct why {
	char *text;
	size_t len;
};

static int why(const struct why *, int err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* => err */
static int
why(const struct why *w, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->text, w->len, fmt, ap);
	va_end(ap);
	return err;
}

/* Run a script that was read; what it shows goes nowhere. */
static int
run_script(const char *path, struct wl_script *script, struct machine **out,
    const struct why *w)
{
	struct wl_run run = { .script = script };
	struct sim_config config;
	char text[300], place[WL_SCRIPT_PLACE];

	sim_config_default(&config);
	wl_script_config(script, &config);
	if (sim_machine_create(&config, &run.machine, text, sizeof(text)) != 0)
		return why(w, ENOMEM, "%s: %s", path, text);
	if (!wl_script_run(&run)) {
		sim_machine_destroy(run.machine);
		return why(w, EINVAL, "%s%s: %s", path,
		    wl_script_place(&run.error, place), run.error.text);
	}
	*out = run.machine;
	return 0;
}

/* What is no script already in its first line is called no script. */
static int
open_script(const char *path, struct machine **out, const struct why *w)
{
	struct wl_script_error error;
	struct wl_script *script;
	char text[300], place[WL_SCRIPT_PLACE];
	struct wl_input *in;
	int err;

	in = wl_input_open(path, text, sizeof(text));
	if (in == NULL)
		return why(w, EINVAL, "%s", text);
	script = wl_script_read(in, &error);
	if (script == NULL) {
		err = why(w, error.line <= 1 ? ENOEXEC : EINVAL, "%s%s: %s",
		    path, wl_script_place(&error, place), error.text);
	} else {
		err = run_script(path, script, out, w);
		wl_script_free(script);
	}
	wl_input_close(in);
	return err;
}

int
api_load_machine(const char *path, struct machine **out, char *msg, size_t len)
{
	const struct why w = { msg, len };
	char text[300];
	bool core, empty;
	int err = sim_core_sniff(path, &core, &empty);

	if (err != 0)
		return why(&w, err, "%s: %s", path, strerror(err));
	if (empty)
		return why(&w, ENOEXEC,
		    "%s: empty; expected a core or a script", path);
	if (!core)
		return open_script(path, out, &w);
	err = sim_core_load(path, out, text, sizeof(text));
	return err == 0 ? 0 : why(&w, err, "%s", text);
}

int
api_attach(struct machine *m, int pid)
{
	uvmsim_close();
	if (m == NULL)
		return api_fail(EINVAL, "no machine was given");
	ctx.m = m;
	if (pid == 0 || uvmsim_setpid(pid) == 0)
		return 0;
	ctx.m = NULL;
	return -1;
}

int
uvmsim_open(const char *path, int pid)
{
	char text[sizeof(ctx.msg)] = "";
	struct machine *m = NULL;
	int err;

	uvmsim_close();
	err = api_load_machine(path, &m, text, sizeof(text));
	if (err != 0)
		return api_fail(err == ENOEXEC ? EINVAL : err, "%s", text);
	if (api_attach(m, pid) != 0) {
		sim_machine_destroy(m);
		errno = ESRCH;
		return -1;
	}
	ctx.owned = true;
	return 0;
}

/* -------------------------------------------------------- environment --- */

/* A number of the environment. => false: there, but no number (told) */
static bool
number_of(const char *name, long long max, bool *have, long long *value)
{
	const char *text = getenv(name);
	char *end;

	*have = text != NULL && *text != '\0';
	if (!*have)
		return true;
	errno = 0;
	*value = strtoll(text, &end, 10);
	if (*end == '\0' && errno == 0 && *value >= 0 && *value <= max)
		return true;
	api_fail(ENXIO, "%s=%s is not a number from 0 to %lld", name, text,
	    max);
	return false;
}

static void
open_environment(void)
{
	const char *path = getenv("UVMSIM_CORE");
	bool have_pid, have_uid;
	long long pid = 0, uid = 0;

	ctx.tried = true;
	if (!number_of("UVMSIM_PID", INT32_MAX, &have_pid, &pid) ||
	    !number_of("UVMSIM_UID", UINT32_MAX, &have_uid, &uid))
		return;
	if (path == NULL || *path == '\0')
		path = DEFAULT_CORE;
	if (uvmsim_open(path, (int)pid) == 0 && have_uid)
		uvmsim_setuid((unsigned)uid);
}

struct machine *
api_machine(void)
{
	if (ctx.m == NULL && !ctx.tried)
		open_environment();
	if (ctx.m == NULL)
		errno = ENXIO;
	return ctx.m;
}

uint64_t
api_serial(void)
{
	return ctx.serial;
}

/* -------------------------------------------------------------- callers -- */

struct process *
api_process_bypid(struct machine *m, int64_t pid)
{
	struct process *p;

	if (pid < 0 || pid > INT32_MAX)
		return NULL;
	p = sim_process_bypid(m, (int)pid);
	return p != NULL && p->state == SIM_RUNNING ? p : NULL;
}

struct process *
api_process(void)
{
	struct machine *m = api_machine();
	struct process *p;

	if (m == NULL)
		return NULL;
	p = ctx.pid != 0 ? api_process_bypid(m, ctx.pid) : NULL;
	if (p == NULL)
		errno = ESRCH;
	return p;
}

int
api_addresses_fit(const char *call)
{
	const struct pmap_geometry *arch = api_machine()->config.arch;

	if (arch->ptr_size <= sizeof(void *))
		return 0;
	return api_fail(EOVERFLOW,
	    "%s: pointers of this program have %zu bytes, addresses of "
	    "arch=%s have %u",
	    call, sizeof(void *), arch->name, (unsigned)arch->ptr_size);
}

int
uvmsim_setpid(int pid)
{
	struct machine *m = api_machine();

	if (m == NULL)
		return -1;
	if (pid != 0 && api_process_bypid(m, pid) == NULL)
		return api_fail(ESRCH, "no process %d is running", pid);
	ctx.pid = pid;
	return 0;
}

int
uvmsim_setuid(unsigned uid)
{
	if (api_machine() == NULL)
		return -1;
	ctx.have_uid = true;
	ctx.uid = uid;
	return 0;
}

int
api_pid(void)
{
	return ctx.pid != 0 ? ctx.pid : ctx.m->next_pid;
}

int
api_ppid(void)
{
	struct process *p, *next;
	int lowest = 0;

	if (ctx.pid != 0 && (p = sim_process_bypid(ctx.m, ctx.pid)) != NULL)
		return p->ppid;
	HASH_ITER(hh, ctx.m->procs, p, next)
		if (p->pid != 0 && p->state == SIM_RUNNING &&
		    (lowest == 0 || p->pid < lowest))
			lowest = p->pid;
	return lowest;
}

uint32_t
api_uid(void)
{
	const struct process *p;

	if (ctx.have_uid)
		return ctx.uid;
	p = ctx.pid != 0 ? sim_process_bypid(ctx.m, ctx.pid) : NULL;
	return p != NULL ? p->uid : 0;
}

uint32_t
api_gid(void)
{
	const struct process *p;

	p = ctx.pid != 0 ? sim_process_bypid(ctx.m, ctx.pid) : NULL;
	return p != NULL ? p->gid : 0;
}

int
uvmsim_touch(const void *addr, size_t len, int prot)
{
	struct process *p = api_process();

	if (p == NULL)
		return -1;
	if (prot != VM_PROT_READ && prot != VM_PROT_WRITE &&
	    prot != VM_PROT_EXEC)
		return api_fail(EINVAL, "prot %d is not 1, 2 or 4", prot);
	if (api_addresses_fit("uvmsim_touch") != 0)
		return -1;
	if (sim_access(ctx.m, p, (uintptr_t)addr, len, (vm_prot_t)prot, NULL) !=
	    0)
		return api_fail(EFAULT, "an access faulted");
	return 0;
}
