/*
 * vmgetinfo() and kvmgetinfo() of AIX: the numbers of sim/aix.h in the
 * structures of <sys/vminfo.h>.
 *
 * A table says who answers a command; a command without a row is ENOSYS.  Every
 * answer is made in full before anything is written to the caller's memory, and
 * what is stored for cheaper answers is stored after that, so a call that fails
 * changes nothing in the machine.
 *
 *	decoding	arg < 0: EINVAL.  Structures of which a member is asked
 *			for must be large enough to hold it: EINVAL
 *	copying		min(arg, size of the structure) bytes; the rest of a
 *			longer buffer is left as it is; a bad pointer: EFAULT
 */
#include <stddef.h>
#include <string.h>

#include "api/context.h"
#include "api/copy.h"
#include "api/include/aix/sys/vminfo.h"
#include "sim/aix.h"

/* The layout of a 64-bit program (docs/aix.md). */
#define AT(type, member, offset) \
	_Static_assert(offsetof(struct type, member) == (offset), \
	    #type "." #member)
#define SIZE(type, size) _Static_assert(sizeof(struct type) == (size), #type)

AT(vminfo, pgexct, 0);
AT(vminfo, pgspgouts, 28);
AT(vminfo, pendiowts, 68);
AT(vminfo, cachei, 96);
AT(vminfo, numfrb, 104);
AT(vminfo, numperm, 128);
AT(vminfo, memsizepgs, 144);
AT(vminfo, numvpages, 152);
AT(vminfo, maxclient, 184);
AT(vminfo, rpgcnt, 192);
AT(vminfo, numpout, 208);
AT(vminfo, numwseguse, 224);
AT(vminfo, numclsegpin, 264);
AT(vminfo, lgpg_size, 272);
AT(vminfo, lgpg_cnt, 280);
AT(vminfo, numspecsegs, 320);
AT(vminfo, psfreeblks, 344);
AT(vminfo, npswarn, 352);
AT(vminfo, npskill, 360);
AT(vminfo, pfpinavail, 392);
AT(vminfo, nreplaced, 400);
AT(vminfo, nrepaged, 416);
AT(vminfo, minpgahead, 432);
AT(vminfo, numpermio, 448);
AT(vminfo, hiesid, 464);
AT(vminfo, system_pgs, 472);
AT(vminfo, unmngd_pgs, 488);
AT(vminfo, memgrd_succ_pgs, 496);
AT(vminfo, memgrd_fail_pgs, 500);
AT(vminfo, reserved, 504);
AT(vminfo, memavailable, 536);
AT(vminfo, bsr_mem_total, 544);
SIZE(vminfo, 640);

AT(vminfo64, pendiowts, 136);
AT(vminfo64, numfrb, 144);
AT(vminfo64, numclient, 152);
AT(vminfo64, numperm, 168);
AT(vminfo64, maxperm, 176);
AT(vminfo64, memsizepgs, 184);
AT(vminfo64, numvpages, 192);
AT(vminfo64, minperm, 200);
AT(vminfo64, rpgcnt, 232);
AT(vminfo64, numwseguse, 264);
AT(vminfo64, lgpg_size, 312);
AT(vminfo64, psfreeblks, 384);
AT(vminfo64, npswarn, 392);
AT(vminfo64, npskill, 400);
AT(vminfo64, nreplaced, 440);
AT(vminfo64, nrepaged, 456);
AT(vminfo64, minpgahead, 472);
AT(vminfo64, system_pgs, 512);
AT(vminfo64, unmngd_pgs, 528);
AT(vminfo64, memgrd_succ_pgs, 536);
AT(vminfo64, reserved, 552);
AT(vminfo64, memavailable, 584);
AT(vminfo64, bsr_mem_total, 592);

AT(vminfo_psize, psize, 0);
AT(vminfo_psize, attr, 8);
AT(vminfo_psize, pgexct, 16);
AT(vminfo_psize, pendiowts, 152);
AT(vminfo_psize, numframes, 160);
AT(vminfo_psize, numfrb, 168);
AT(vminfo_psize, numperm, 192);
AT(vminfo_psize, numvpages, 200);
AT(vminfo_psize, minfree, 208);
AT(vminfo_psize, rpgcnt, 224);
AT(vminfo_psize, numpout, 240);
AT(vminfo_psize, numwseguse, 256);
AT(vminfo_psize, numwsegpin, 280);
AT(vminfo_psize, numpgsp_pgs, 304);
AT(vminfo_psize, numralloc, 312);
AT(vminfo_psize, pfrsvdblks, 320);
AT(vminfo_psize, numpermio, 344);
AT(vminfo_psize, nonsys_pgs, 360);
AT(vminfo_psize, reserved, 368);
AT(vminfo_psize, memavailable, 392);
SIZE(vminfo_psize, 400);

AT(vm_page_info, pagesize, 8);
SIZE(vm_page_info, 16);

AT(ipc_limits, semaem, 40);
AT(ipc_limits, msgmnm, 72);
AT(ipc_limits, shmmax64, 88);
AT(ipc_limits, shmmax32, 96);
AT(ipc_limits, shmmin, 100);
AT(ipc_limits, shmseg64, 104);
AT(ipc_limits, shmseg32, 112);
SIZE(ipc_limits, 120);

/* A question: where the answer goes, and what came with it. */
struct query {
	struct machine *m;
	void *out;
	int arg;
	int count; /* VMINFO_GETPSIZES: what to return */
};

/* => 0, EINVAL (a negative size) or EFAULT */
static int
reply(const struct query *q, const void *answer, size_t size)
{
	if (q->arg < 0)
		return EINVAL;
	return api_copyout(q->out, answer,
	    (size_t)q->arg < size ? (size_t)q->arg : size);
}

/* ----------------------------------------------------------- statistics --- */

#define SAME(member) v.member = a.member;
#define BOTH(member) \
	v.member[0] = a.member[0]; \
	v.member[1] = a.member[1];
#define WRAPPED(member) v.member = (unsigned)a.member;

/* walk: all members are fresh; else the walked ones are those stored. */
static int
vminfo(struct query *q, bool walk)
{
	struct sim_aix a;
	struct vminfo v;
	int error;

	sim_aix_read(q->m, walk, &a);
	memset(&v, 0, sizeof(v));
	SIM_AIX_COUNTERS(WRAPPED)
	SIM_AIX_WALKED(SAME)
	SIM_AIX_SIZED(SAME)
	SIM_AIX_GLOBAL(SAME)
	SIM_AIX_PAIRS(BOTH)
	v.memavailable = a.memavailable;
	error = reply(q, &v, sizeof(v));
	if (error == 0 && walk)
		sim_aix_store(q->m, &a);
	return error;
}

static int
get_vminfo(struct query *q)
{
	return vminfo(q, true);
}

static int
get_vminfo_abridged(struct query *q)
{
	return vminfo(q, false);
}

static int
get_vminfo64(struct query *q)
{
	struct sim_aix a;
	struct vminfo64 v;

	sim_aix_read(q->m, true, &a);
	memset(&v, 0, sizeof(v));
	SIM_AIX_COUNTERS(SAME)
	SIM_AIX_WALKED(SAME)
	SIM_AIX_SIZED(SAME)
	SIM_AIX_GLOBAL(SAME)
	SIM_AIX_PAIRS(BOTH)
	v.memavailable = a.memavailable;
	return reply(q, &v, sizeof(v));
}

/* ----------------------------------------------------------- page sizes --- */

static int
get_psizes(struct query *q)
{
	uint64_t sizes[SIM_AIX_MAXPSIZES];
	psize_t out[SIM_AIX_MAXPSIZES];
	unsigned n = sim_aix_psizes(q->m, sizes);

	if (q->arg < 0)
		return EINVAL;
	q->count = (int)n;
	if (q->arg == 0)
		return 0;
	if ((unsigned)q->arg < n)
		q->count = q->arg;
	for (int i = 0; i < q->count; i++)
		out[i] = (psize_t)sizes[i];
	return api_copyout(q->out, out, (size_t)q->count * sizeof(out[0]));
}

static void
fill_psize(const struct sim_aix_psize *size, struct vminfo_psize *out)
{
	const struct sim_aix_psize a = *size;
	struct vminfo_psize v;

	memset(&v, 0, sizeof(v));
	v.psize = (psize_t)a.psize;
	v.attr = a.pageable ? VM_PSIZE_ATTR_PAGEABLE : 0;
	SIM_AIX_COUNTERS(SAME)
	SIM_AIX_WALKED_SIZED(SAME)
	SIM_AIX_SIZED(SAME)
	SAME(numframes)
	SAME(numpgsp_pgs)
	SAME(numpermio)
	BOTH(rpgcnt)
	SAME(memavailable)
	*out = v;
}

static int
get_psize(struct query *q)
{
	struct vminfo_psize v;
	struct sim_aix a;
	psize_t psize;

	if (q->arg < (int)sizeof(psize))
		return EINVAL;
	if (api_copyin(&psize, q->out, sizeof(psize)) != 0)
		return EFAULT;
	sim_aix_read(q->m, true, &a);
	for (unsigned i = 0; i < a.npsizes; i++)
		if (a.size[i].psize == (uint64_t)psize) {
			fill_psize(&a.size[i], &v);
			return reply(q, &v, sizeof(v));
		}
	return EINVAL;
}

/* Of the page that backs an address of the current process. */
static int
get_page_info(struct query *q)
{
	struct process *p = api_process();
	struct vm_page_info info;
	uint64_t size;

	if (q->arg < (int)sizeof(info))
		return EINVAL;
	if (api_copyin(&info, q->out, sizeof(info)) != 0)
		return EFAULT;
	if (p == NULL || sim_aix_page_size(p, info.addr, &size) != 0)
		return EINVAL;
	info.pagesize = size;
	return reply(q, &info, sizeof(info));
}

/* ------------------------------------------------------------------ IPC --- */

/* AIX 7's, which are fixed. */
static int
get_ipc_limits(struct query *q)
{
	static const struct ipc_limits limits = {
		.semmni = 1048576,
		.semmsl = 65535,
		.semopm = 1024,
		.semvmx = 32767,
		.semume = 1024,
		.semaem = 16384,
		.msgmax = 4194304,
		.msgmnb = 4194304,
		.msgmni = 1048576,
		.msgmnm = 524288,
		.shmmni = 1048576,
		.shmmax64 = (uint64_t)32 << 40,
		.shmmax32 = 2147483648u,
		.shmmin = 1,
		.shmseg64 = 268435456,
		.shmseg32 = 11,
	};

	return reply(q, &limits, sizeof(limits));
}

#define SEGMENT ((uint64_t)256 << 20)
#define SEGMENT_SHIFT 34 /* of a segment's number within its object */

/* The ids of a shared memory region's segments, a few at a time. */
static int
put_vmids(const struct sim_shm *shm, vmid64_t *out, int n)
{
	vmid64_t some[64];
	int error = 0, k;

	for (int i = 0; i < n && error == 0; i += k) {
		for (k = 0; k < (int)NELEM(some) && i + k < n; k++)
			some[k] = sim_aix_sid_object(shm->object) |
			    (vmid64_t)(i + k) << SEGMENT_SHIFT;
		error = api_copyout(api_at(out, (size_t)i * sizeof(*out)), some,
		    (size_t)k * sizeof(*some));
	}
	return error;
}

static int
get_vmids(struct query *q)
{
	struct vmshmid_to_vmid v;
	struct sim_shm *shm;
	int error, n;

	if (q->arg < (int)sizeof(v))
		return EINVAL;
	if (api_copyin(&v, q->out, sizeof(v)) != 0)
		return EFAULT;
	HASH_FIND_INT(q->m->shms, &v.shmid, shm);
	if (shm == NULL || v.num_vmids < 0)
		return EINVAL;
	n = (int)((shm->size + SEGMENT - 1) / SEGMENT);
	if (n < v.num_vmids)
		v.num_vmids = n;
	error = put_vmids(shm, v.vmids, v.num_vmids);
	return error != 0 ? error : reply(q, &v, sizeof(v));
}

/* ------------------------------------------------------------- commands --- */

static const struct {
	int command;
	int (*answer)(struct query *);
} commands[] = {
	{ VMINFO, get_vminfo },
	{ VMSHMID_TO_VMID, get_vmids },
	{ VMINFO_ABRIDGED, get_vminfo_abridged },
	{ VM_PAGE_INFO, get_page_info },
	{ IPC_LIMITS, get_ipc_limits },
	{ VMINFO_GETPSIZES, get_psizes },
	{ VMINFO_PSIZE, get_psize },
	{ VMINFO64, get_vminfo64 },
	{ VMINFO64_SLOW, get_vminfo64 },
};

/* => 0 or an errno value; *count: what a success returns */
static int
answer(void *out, int command, int arg, int *count)
{
	struct query q = { .m = api_machine(), .out = out, .arg = arg };
	int error = ENOSYS;

	if (q.m == NULL)
		return ENXIO;
	for (size_t i = 0; i < NELEM(commands); i++)
		if (commands[i].command == command)
			error = commands[i].answer(&q);
	*count = q.count;
	return error;
}

int
vmgetinfo(void *out, int command, int arg)
{
	int count = 0, saved = errno;
	int error = answer(out, command, arg, &count);

	errno = error != 0 ? error : saved;
	return error != 0 ? -1 : count;
}

int
kvmgetinfo(void *out, int command, int arg)
{
	int count = 0, saved = errno;
	int error = answer(out, command, arg, &count);

	errno = saved;
	if (command == VMINFO_GETPSIZES)
		return error != 0 ? -1 : count;
	return error;
}
