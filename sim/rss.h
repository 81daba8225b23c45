/*
 * RLIMIT_RSS: who has more memory than it should gives first.
 *
 * When memory is short, before the daemon runs, the pages beyond the soft limit
 * of each process that have not been referenced lately lose their mapping and
 * are put aside, where the daemon takes them.  That is what FreeBSD's vmdaemon
 * does, and what the manuals of NetBSD and OpenBSD promise ("if memory is
 * tight, the system will prefer ..."); Linux has paid no heed since 2.4.30.
 * Without a shortage a process may have what it wants.
 */
#ifndef SIM_RSS_H
#define SIM_RSS_H

#include "sim.h"

/* An operation begins. */
void	sim_rss_enforce(struct machine *);

#endif /* SIM_RSS_H */
