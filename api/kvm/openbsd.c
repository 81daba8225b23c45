/*
 * kvm(3) and devname(3) of OpenBSD.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/include/openbsd/nlist.h"
#include "api/include/openbsd/kvm.h"
#include "handle.h"

#include "api/context.h"

char   *uvmsim_openbsd_devname(int, mode_t);

kvm_t *
kvm_openfiles(const char *execfile, const char *corefile, const char *swapfile,
    int flags, char *errbuf)
{
	(void)swapfile, (void)flags;
	return kvm_handle_open(execfile, corefile, &kvm_openbsd32,
	    &kvm_openbsd64, errbuf);
}

kvm_t *
kvm_open(const char *execfile, const char *corefile, const char *swapfile,
    int flags, const char *errstr)
{
	char err[KVM_ERRLEN];
	kvm_t *kd = kvm_openfiles(execfile, corefile, swapfile, flags, err);

	if (kd == NULL && errstr != NULL)
		fprintf(stderr, "%s: %s\n", errstr, err);
	return kd;
}

int
kvm_close(kvm_t *kd)
{
	return kvm_handle_close(kd);
}

char *
kvm_geterr(kvm_t *kd)
{
	return kd->err;
}

ssize_t
kvm_read(kvm_t *kd, unsigned long kva, void *buf, size_t len)
{
	return kvm_handle_read(kd, kva, buf, len);
}

ssize_t
kvm_write(kvm_t *kd, unsigned long kva, const void *buf, size_t len)
{
	(void)kva, (void)buf, (void)len;
	return kvm_handle_fail(kd, "kernel memory is read only");
}

static unsigned char
type_of(char nm)
{
	switch (nm | 0x20) {
	case 't': return N_TEXT | N_EXT;
	case 'b': return N_BSS | N_EXT;
	case 'a': return N_ABS | N_EXT;
	default: return N_DATA | N_EXT;
	}
}

int
kvm_nlist(kvm_t *kd, struct nlist *list)
{
	int missing = 0;
	char type = 0;

	if (!kd->junk && kvm_handle_ready(kd) != 0)
		return -1;
	for (; list->n_name != NULL && list->n_name[0] != '\0'; list++) {
		uint64_t addr = kd->junk && kd->list == NULL ?
		    0 :
		    kvm_handle_symbol(kd, list->n_name, &type);

		list->n_type = addr != 0 ? type_of(type) : N_UNDF;
		list->n_other = 0;
		list->n_desc = 0;
		list->n_value = (unsigned long)addr;
		missing += addr == 0;
	}
	return missing;
}

struct kinfo_proc *
kvm_getprocs(kvm_t *kd, int op, int arg, int *cnt)
{
	return kvm_handle_procs(kd, op, arg, cnt) == 0 ? kd->procs : NULL;
}

static __thread char device_name[256];

/*
 * A device is a file under /dev whose own number it is, of the machine that was
 * opened last.
 */
char *
uvmsim_openbsd_devname(int dev, mode_t type)
{
	const struct __kvm *kd = kvm_handle_last();
	const struct machine *m = kd != NULL && !kd->junk &&
		(kd->owned || kd->serial == api_serial()) ?
	    kd->view.m :
	    api_machine();
	const struct sim_file *f = m != NULL ? m->files : NULL;

	(void)type;
	for (; f != NULL; f = f->hh.next)
		if (f->kind == SIM_FILE_DEV && f->dev == (uint32_t)dev &&
		    strncmp(f->path, "/dev/", 5) == 0) {
			snprintf(device_name, sizeof(device_name), "%s",
			    f->path + 5);
			return device_name;
		}
	strcpy(device_name, "??");
	return device_name;
}
