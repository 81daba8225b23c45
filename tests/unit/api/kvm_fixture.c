/*
 * See kvm_fixture.h.
 */
#include "kvm_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/context.h"
#include "api/include/uvmsim.h"

const struct kvm_walk *const kvm_walks[4] = { &kvm_walk_openbsd64,
	&kvm_walk_openbsd32, &kvm_walk_netbsd64, &kvm_walk_netbsd32 };

const char kvm_script[] =
    "mount /usr dev=4,6\nmount /net type=nfs dev=9,9\n"
    "mount /cd type=cd9660 dev=6,0\n"
    "file /bin/sh 512K ino=70173\nfile /usr/lib/libc.so.34.1 512K\n"
    "file /usr/share/deep/down/here 8K\nfile /net/notes 64K\n"
    "file /cd/readme 8K ino=2048\nfile /rootfile 4K dev=1,2\n"
    "file /bin/a-name-of-exactly-31-characters 4K\n"
    "file /bin/a-name-of-more-than-31-characters 4K\n"
    "file /dev/bpf0 64K dev=23,0\nfile /dev/one 4K\nfile /dev/two 4K\n"
    "spawn sh pid=100 image=none\n"
    "sh: text = mmap 420K r private fixed file /bin/sh at 0x8048000\n"
    "sh: data = mmap 8K rw private fixed file /bin/sh offset 0x68000 "
    "at text+420K\n"
    "sh: bss = mmap 28K rw private anon fixed at data+8K\n"
    "sh: libc = mmap 260K r private fixed file /usr/lib/libc.so.34.1 "
    "at 0x40000000\n"
    "sh: deep = mmap 8K r private fixed file /usr/share/deep/down/here "
    "at 0x48000000\n"
    "sh: notes = mmap 64K r shared fixed file /net/notes at 0x50000000\n"
    "sh: readme = mmap 8K r shared fixed file /cd/readme at 0x51000000\n"
    "sh: mmap 4K r shared fixed file /rootfile at 0x52000000\n"
    "sh: mmap 4K r shared fixed file /bin/a-name-of-exactly-31-characters "
    "at 0x53000000\n"
    "sh: mmap 4K r shared fixed file /bin/a-name-of-more-than-31-characters "
    "at 0x54000000\n"
    "sh: dev = mmap 4K rw shared fixed file /dev/bpf0 offset 4K "
    "at 0x60000000\n"
    "sh: id = shmget 64K creat 0600\nsh: shm = shmat id at 0x70000000\n"
    "sh: write shm 12K\nsh: write data 4K\nsh: write bss 16K\n"
    "sh: read text 40K\nsh: read notes 12K\n"
    "sh: mlock bss+4K 4K\nsh: madvise libc 8K random\n"
    "sh: minherit deep 4K share\nsh: none = mmap 4K none private fixed anon "
    "at 0x78000000\n"
    "sh: fork child pid=101\nset child uid 1000\n"
    "child: munmap bss+20K 4K\nchild: write bss 4K\n"
    "child: munmap notes 64K\nsh: write bss+24K 4K\n";

static char file_name[64];

const char *
kvm_file(const void *content, size_t len)
{
	int fd;

	strcpy(file_name, "/tmp/uvmsim-kvm.XXXXXX");
	fd = mkstemp(file_name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	close(fd);
	return file_name;
}

void
kvm_file_remove(void)
{
	unlink(file_name);
}

struct machine *
kvm_setup(const struct kvm_walk *w, const char *script, void **kd)
{
	size_t len = strlen(script) + 100;
	char *text = malloc(len), err[2048];
	struct machine *m;

	assert_non_null(text);
	snprintf(text, len, "machine arch=%s personality=%s ram=16M%s%s",
	    w->ptrsize == 4 ? "i386" : "amd64",
	    w->netbsd ? "netbsd" : "openbsd", script[0] == ' ' ? "" : "\n",
	    script);
	if (uvmsim_open(kvm_file(text, strlen(text)), 0) != 0)
		fail_msg("%s", uvmsim_errmsg());
	kvm_file_remove();
	free(text);
	m = api_machine();
	*kd = w->open(NULL, NULL, 0, false, err);
	if (*kd == NULL)
		fail_msg("%s", err);
	return m;
}

void
kvm_teardown(const struct kvm_walk *w, void *kd)
{
	assert_int_equal(w->close(kd), 0);
	uvmsim_close();
}

uint64_t
kvm_value(const struct kvm_walk *w, void *kd, const char *symbol)
{
	uint64_t value;
	int type;

	if (w->nlist(kd, symbol, &value, &type) != 0)
		fail_msg("%s: no symbol %s", w->name, symbol);
	return value;
}

uint64_t
kvm_pointer(const struct kvm_walk *w, void *kd, uint64_t addr)
{
	uint64_t p8;
	uint32_t p4;

	if (w->ptrsize == 8) {
		assert_int_equal(w->read(kd, addr, &p8, 8), 8);
		return p8;
	}
	assert_int_equal(w->read(kd, addr, &p4, 4), 4);
	return p4;
}

struct process *
kvm_process(struct machine *m, const char *name)
{
	struct process *p = sim_process_byname(m, name);

	assert_non_null(p);
	return p;
}
