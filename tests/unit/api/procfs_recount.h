/*
 * A script's machine written as a tree by uvmsim procfs, and each figure of it
 * recounted page by page from the page tables, amaps and objects alone.
 */
#ifndef TESTS_UNIT_API_PROCFS_RECOUNT_H
#define TESTS_UNIT_API_PROCFS_RECOUNT_H

#include <stdio.h>

#include "api/procfs/procfs.h"

#define PF_DIR "/tmp/uvmsim-procfs.XXXXXX"

extern char pf_dir[sizeof(PF_DIR)];	/* the tree is its entry "t" */
extern struct machine *pf_m;
extern uint64_t pf_page;		/* bytes of its base page */
extern uint64_t pf_swapped;		/* kB in swap of all processes that
					   pf_compare_all() has seen */

/* The machine of a script, and its tree; PROCFS_NSTYLES: no tree. */
void	pf_open(const char *script, enum procfs_style);
void	pf_close(void);
FILE   *pf_file(int pid, const char *name);
/* Everything that the tree says of all processes.  => kB of huge pages */
uint64_t pf_compare_all(const char *script);
uint64_t pf_pagemap_word(FILE *, vaddr_t);
/* The value of a key of smaps in the area that begins at start. */
uint64_t pf_value_of(int pid, vaddr_t start, const char *key);

#endif /* TESTS_UNIT_API_PROCFS_RECOUNT_H */
