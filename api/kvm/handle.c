/*
 * Opening kernel memory and reading it.
 *
 * A file that is neither a core nor a script is opened without complaint: only
 * reading it fails, as with a dump that has no header.  A core that is damaged
 * and a script that goes wrong further down say so at once.
 */
#include "handle.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/context.h"
#include "api/copy.h"
#include "api/include/uvmsim.h"

#define NO_FILES 0x80000000u /* KVM_NO_FILES */

static __thread char device_name[256];

int
kvm_handle_fail(struct __kvm *kd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(kd->err, sizeof(kd->err), fmt, ap);
	va_end(ap);
	return -1;
}

char *
kvm_handle_err(struct __kvm *kd)
{
	static const char none[] = "no kernel memory is open";

	return kd != NULL ? kd->err : (char *)(uintptr_t)none;
}

/* ------------------------------------------------------------ opening ---- */

/* => 0 or ENOMEM */
static int
add_listed(struct __kvm *kd, const char *name, uint64_t addr, char type)
{
	struct kvm_named *list;

	list = realloc(kd->list, (kd->nlist + 1) * sizeof(*list));
	if (list == NULL)
		return ENOMEM;
	kd->list = list;
	list += kd->nlist;
	*list = (struct kvm_named){ strdup(name), addr, type };
	if (list->name == NULL)
		return ENOMEM;
	kd->nlist++;
	return 0;
}

/* One line of nm(1): ADDRESS TYPE NAME, or U NAME. => 0 or an errno */
static int
read_line(struct __kvm *kd, char *line)
{
	char addr[17], type, name[256];
	int end = 0;

	line[strcspn(line, "\r\n")] = '\0';
	if (line[strspn(line, " \t")] == '\0')
		return 0;
	if (sscanf(line, " %16[0-9a-fA-F] %c %255s %n", addr, &type, name,
		&end) == 3 &&
	    line[end] == '\0')
		return add_listed(kd, name, strtoull(addr, NULL, 16), type);
	if (sscanf(line, " %c %255s %n", &type, name, &end) == 2 &&
	    line[end] == '\0' && strchr("Uwv", type) != NULL)
		return 0; /* undefined: found elsewhere, or nowhere */
	return EINVAL;
}

/* => 0; -1, with the error set */
static int
read_names(struct __kvm *kd, const char *path)
{
	FILE *fp = fopen(path, "r");
	unsigned line = 0;
	char text[512];
	int err = 0;

	if (fp == NULL)
		return kvm_handle_fail(kd, "%s: %s", path, strerror(errno));
	kd->listed = true;
	while (err == 0 && fgets(text, sizeof(text), fp) != NULL) {
		line++;
		err = read_line(kd, text);
	}
	if (err == 0 && ferror(fp))
		err = errno != 0 ? errno : EIO;
	fclose(fp);
	if (err == EINVAL && line == 1) {
		kd->badlist = true;
		return 0;
	}
	if (err == EINVAL)
		return kvm_handle_fail(kd,
		    "%s:%u: expected a line of nm(1): address, type, name",
		    path, line);
	return err == 0 ? 0 :
			  kvm_handle_fail(kd, "%s: %s", path, strerror(err));
}

/* What is no dump has the names of a kernel as it would be by default. */
static int
open_junk(struct __kvm *kd)
{
	struct sim_config config;

	kd->junk = true;
	sim_config_default(&config);
	return sim_machine_create(&config, &kd->view.m, kd->err,
		   sizeof(kd->err)) == 0 ?
	    0 :
	    -1;
}

/* The thread's machine, or that of a file. => 0; -1, with the error set */
static int
open_machine(struct __kvm *kd, const char *path)
{
	int err;

	if (path == NULL) {
		kd->view.m = api_machine();
		kd->serial = api_serial();
		return kd->view.m != NULL ?
		    0 :
		    kvm_handle_fail(kd, "%s", uvmsim_errmsg());
	}
	err = api_load_machine(path, &kd->view.m, kd->err, sizeof(kd->err));
	if (err == ENOEXEC)
		err = open_junk(kd);
	kd->owned = err == 0;
	return err == 0 ? 0 : -1;
}

/* => the systems' kernels of that time ran on it, with these structures */
static bool
is_known(const struct pmap_geometry *arch)
{
	static const char *const known[] = { "amd64", "i386" };

	for (size_t i = 0; i < NELEM(known); i++)
		if (strcmp(arch->name, known[i]) == 0)
			return true;
	return false;
}

/* The layout of the system in the machine's width. => 0; -1 */
static int
choose_layout(struct __kvm *kd, const struct kvm_request *r)
{
	const struct pmap_geometry *arch = kd->view.m->config.arch;
	const unsigned width = arch->ptr_size;

	if (!is_known(arch))
		return kvm_handle_fail(kd,
		    "arch=%s: kernel structures are known for amd64 and i386 "
		    "only",
		    arch->name);
	kd->view.layout = width == 4 ? r->narrow : r->wide;
	if (kd->view.layout->ptrsize != width ||
	    (r->own_width && width != sizeof(void *)))
		return kvm_handle_fail(kd,
		    "the kernel's pointers have %u bytes, this program's %zu",
		    width, sizeof(void *));
	return 0;
}

struct __kvm *
kvm_handle_open(const struct kvm_request *r)
{
	struct __kvm *kd = calloc(1, sizeof(*kd));

	if (kd == NULL) {
		if (r->errbuf != NULL)
			snprintf(r->errbuf, KVM_ERRLEN, "%s", strerror(ENOMEM));
		return NULL;
	}
	if (((unsigned)r->flags & ~(NO_FILES | O_RDWR)) != 0) {
		(void)kvm_handle_fail(kd, "bad flags arg");
	} else if (open_machine(kd, r->corefile) == 0 &&
	    choose_layout(kd, r) == 0 &&
	    (r->execfile == NULL || read_names(kd, r->execfile) == 0)) {
		kd->err[0] = '\0';
		return kd;
	}
	if (r->errbuf != NULL)
		memcpy(r->errbuf, kd->err, strlen(kd->err) + 1);
	(void)kvm_handle_close(kd);
	return NULL;
}

struct __kvm *
kvm_handle_open_telling(const struct kvm_request *r, const char *errstr)
{
	char err[KVM_ERRLEN];
	struct kvm_request with = *r;
	struct __kvm *kd;

	with.errbuf = err;
	kd = kvm_handle_open(&with);
	if (kd == NULL && errstr != NULL)
		fprintf(stderr, "%s: %s\n", errstr, err);
	return kd;
}

int
kvm_handle_close(struct __kvm *kd)
{
	if (kd == NULL) {
		errno = EINVAL;
		return -1;
	}
	kvm_view_free(&kd->view);
	if (kd->owned)
		sim_machine_destroy(kd->view.m);
	for (size_t i = 0; i < kd->nlist; i++)
		free(kd->list[i].name);
	free(kd->list);
	free(kd->procs);
	free(kd);
	return 0;
}

/* => the machine is there as it was */
static bool
is_current(const struct __kvm *kd)
{
	return kd->owned || kd->serial == api_serial();
}

/* => 0; -1: the machine is gone, or what was opened is no dump */
static int
make_ready(struct __kvm *kd)
{
	if (kd == NULL)
		return -1;
	if (kd->junk)
		return kvm_handle_fail(kd, "no valid dump header");
	if (!is_current(kd))
		return kvm_handle_fail(kd, "the machine has been let go");
	return 0;
}

/* ------------------------------------------------------------ reading ---- */

/* Through a buffer, so that no more of buf is touched than can be read. */
ssize_t
kvm_handle_read(struct __kvm *kd, uint64_t addr, void *buf, size_t len)
{
	char piece[8192];
	size_t got = 0;
	ssize_t n;

	if (make_ready(kd) != 0)
		return -1;
	while (got < len) {
		size_t want = len - got;

		if (want > sizeof(piece))
			want = sizeof(piece);
		n = kvm_memory_read(&kd->view, addr + got, piece, want);
		if (n < 0)
			return kvm_handle_fail(kd, "%s", strerror(ENOMEM));
		if (n > 0 &&
		    api_copyout(api_at(buf, got), piece, (size_t)n) != 0)
			return kvm_handle_fail(kd, "%s", strerror(EFAULT));
		got += (size_t)n;
		if ((size_t)n < want)
			break;
	}
	if (got == 0 && len > 0)
		return kvm_handle_fail(kd, "invalid address (%llx)",
		    (unsigned long long)addr);
	if (got < len)
		(void)kvm_handle_fail(kd, "short read");
	return (ssize_t)got;
}

ssize_t
kvm_handle_write(struct __kvm *kd)
{
	if (make_ready(kd) != 0)
		return -1;
	return kvm_handle_fail(kd, "kernel memory is read only");
}

/* ------------------------------------------------------------ devices ---- */

/* A device is a file under /dev whose own number it is. */
char *
kvm_handle_devname(uint32_t dev)
{
	const struct machine *m = api_machine();
	const struct sim_file *f = m != NULL ? m->files : NULL;

	for (; f != NULL; f = f->hh.next)
		if (f->kind == SIM_FILE_DEV && kvm_device_number(f) == dev &&
		    strncmp(f->path, "/dev/", 5) == 0) {
			snprintf(device_name, sizeof(device_name), "%s",
			    f->path + 5);
			return device_name;
		}
	return NULL;
}
