/*
 * What the two files of Linux's model share.
 */
#ifndef TESTS_MODEL_SYS_LINUX_H
#define TESTS_MODEL_SYS_LINUX_H

#include "sys_world.h"

/* => the highest free range of the arena that is large enough, or 0 */
vaddr_t	sys_linux_place(struct sys_proc *, vsize_t size);
/* A lock is a mark; which pages it has brought in is taken from the machine. */
#define LINUX_LOCKED	0x0002u	/* as the simulator marks it */
void	sys_linux_lock(struct sys_proc *, vaddr_t start, vaddr_t end);
/* A file was cut: private copies of what lies behind its end are gone. */
void	sys_linux_cut(struct sys_world *, const struct model_object *);
sys_model_fn sys_linux_mremap;

#endif /* TESTS_MODEL_SYS_LINUX_H */
