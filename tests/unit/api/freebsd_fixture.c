/*
 * A machine for the tests of FreeBSD's interfaces (see freebsd_fixture.h).
 */
#include "freebsd_fixture.h"

#include <stdlib.h>

#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/sysctl.h"

struct machine *fb_m;
struct process *fb_p;

int
fb_setup_as(const char *personality)
{
	struct sim_config config;
	char err[200];

	sim_config_default(&config);
	config.ram = (uint64_t)64 << 20;
	config.personality = sim_personality_byname(personality);
	assert_int_equal(sim_machine_create(&config, &fb_m, err, sizeof(err)),
	    0);
	assert_int_equal(sim_spawn(fb_m, "sh", 0, NULL, NULL, &fb_p), 0);
	assert_int_equal(api_attach(fb_m, fb_p->pid), 0);
	return 0;
}

int
fb_setup(void **state)
{
	(void)state;
	return fb_setup_as("freebsd");
}

int
fb_teardown(void **state)
{
	(void)state;
	uvmsim_close();
	sim_machine_destroy(fb_m);
	return 0;
}

static uint64_t
call(struct process *p, const struct sim_call *c)
{
	uint64_t ret = 0;
	const int error = sim_syscall(fb_m, p, c, &ret);

	if (error != 0)
		fail_msg("%s: %s: %s", sim_sysname(c->no), sim_errname(error),
		    fb_m->error.why ? fb_m->error.why : "");
	return ret;
}

uint64_t
fb_map(struct process *p, uint64_t len, int prot, int flags)
{
	return call(p,
	    &(struct sim_call){ .no = SIM_SYS_MMAP,
		.arg = { 0, len, (uint64_t)prot, (uint64_t)flags,
		    UINT64_MAX } });
}

uint64_t
fb_map_file(struct process *p, const char *path, uint64_t len, int prot,
    int flags)
{
	uint64_t fd, addr;

	assert_non_null(sim_file_get(fb_m, path, len, SIM_FILE_REG));
	fd = call(p,
	    &(struct sim_call){ .no = SIM_SYS_OPEN,
		.str = path,
		.arg = { 2 } });
	addr = call(p,
	    &(struct sim_call){ .no = SIM_SYS_MMAP,
		.arg = { 0, len, (uint64_t)prot, (uint64_t)flags, fd } });
	fb_call(p, SIM_SYS_CLOSE, fd, 0, 0);
	return addr;
}

struct process *
fb_fork(struct process *p, const char *name)
{
	return sim_process_bypid(fb_m,
	    (int)call(p,
		&(struct sim_call){ .no = SIM_SYS_FORK, .str = name }));
}

void
fb_call(struct process *p, enum sim_sysno no, uint64_t a, uint64_t b,
    uint64_t c)
{
	call(p, &(struct sim_call){ .no = no, .arg = { a, b, c } });
}

void
fb_touch(struct process *p, uint64_t addr, uint64_t len, int type)
{
	assert_int_equal(sim_access(fb_m, p, addr, len, (vm_prot_t)type, NULL),
	    0);
}

uint64_t
fb_number(const char *name)
{
	union {
		uint32_t half;
		uint64_t whole;
	} v;
	size_t len = sizeof(v);

	if (sysctlbyname(name, &v, &len, NULL, 0) != 0)
		fail_msg("%s: %s", name, uvmsim_errmsg());
	assert_true(len == 4 || len == 8);
	return len == 4 ? v.half : v.whole;
}

struct kinfo_vmentry
fb_record(const struct process *p, uint64_t addr)
{
	struct kinfo_vmentry found = { 0 };
	struct kinfo_vmentry *list;
	int n;

	list = kinfo_getvmmap(p->pid, &n);
	if (list == NULL)
		fail_msg("pid %d: %s", p->pid, uvmsim_errmsg());
	for (int i = 0; i < n; i++)
		if (addr >= list[i].kve_start && addr < list[i].kve_end)
			found = list[i];
	free(list);
	if (found.kve_structsize == 0)
		fail_msg("no entry at %#llx", (unsigned long long)addr);
	return found;
}
