/*
 * Benchmarks: what `uvmsim bench` measures, and the yardsticks beside it.
 *
 * Each run of each benchmark happens in a child process of its own, so that no
 * run inherits another's heap, and returns one figure of ours and up to three
 * yardsticks of the same minute:
 *
 *	host	the same calls on the host's own kernel
 *	tree	a bare augmented red-black tree, doing only what a map must
 *	memory	a loop that only touches as much memory as the work must
 *
 * Targets are printed, never asserted: how fast a machine is is no property of
 * the program.
 */
#ifndef API_BENCH_H
#define API_BENCH_H

#include <math.h>

#include "sim/sim.h"

enum bench_figure { BENCH_OURS, BENCH_HOST, BENCH_TREE, BENCH_MEMORY,
    BENCH_NFIGURES };

struct bench_result {
	double		v[BENCH_NFIGURES];	/* NAN: not measured */
};

struct bench {
	const char     *name;		/* NULL ends the table */
	const char     *what;		/* one line */
	const char     *unit;
	double		target;		/* NAN: none */
	double		floor;		/* least that could be; NAN: unknown */
	uint64_t	arg;		/* entries or pages; 0: as it likes */
	unsigned	which;		/* of several that fn does */
	/* One run. => false: the machine could not be made, or a call failed */
	bool	      (*fn)(const struct bench *, struct bench_result *);
	/* The work alone, n times, for profilers; or NULL */
	bool	      (*loop)(uint64_t n);
	unsigned	less;		/* do one part of so many; 0: all */
};

extern const struct bench api_benches[];

#define BENCH_PAGE	((vsize_t)4 << 10)	/* of the machine it runs on */

/* bench_map.c */
bool	api_bench_mmap(const struct bench *, struct bench_result *);
bool	api_bench_uvm_map(const struct bench *, struct bench_result *);
bool	api_bench_lookup(const struct bench *, struct bench_result *);
bool	api_bench_lookup_local(const struct bench *, struct bench_result *);
bool	api_bench_mprotect(const struct bench *, struct bench_result *);
bool	api_bench_entry_bytes(const struct bench *, struct bench_result *);
bool	api_bench_loop_mmap(uint64_t n);
/* bench_page.c */
bool	api_bench_fault_seq(const struct bench *, struct bench_result *);
bool	api_bench_fault_call(const struct bench *, struct bench_result *);
bool	api_bench_fault_rand(const struct bench *, struct bench_result *);
bool	api_bench_cow(const struct bench *, struct bench_result *);
bool	api_bench_fork(const struct bench *, struct bench_result *);
bool	api_bench_exit(const struct bench *, struct bench_result *);
bool	api_bench_page_bytes(const struct bench *, struct bench_result *);
bool	api_bench_access(const struct bench *, struct bench_result *);
bool	api_bench_loop_fault(uint64_t n);
bool	api_bench_loop_cow(uint64_t n);

/* bench_mincore.c */
bool	api_bench_mincore_dense(const struct bench *, struct bench_result *);
bool	api_bench_mincore_sparse(const struct bench *, struct bench_result *);
bool	api_bench_mincore_walk(const struct bench *, struct bench_result *);

/* bench_tlb.c */
bool	api_bench_refs(const struct bench *, struct bench_result *);
bool	api_bench_loop_refs(uint64_t n);

/* bench_super.c */
bool	api_bench_super_fill(const struct bench *, struct bench_result *);
bool	api_bench_promote(const struct bench *, struct bench_result *);
bool	api_bench_super_bytes(const struct bench *, struct bench_result *);

/* bench_mrc.c: millions of touches a second, of which more is better */
bool	api_bench_mrc_lru(const struct bench *, struct bench_result *);
bool	api_bench_mrc_opt(const struct bench *, struct bench_result *);
bool	api_bench_mrc_opt_all(const struct bench *, struct bench_result *);
bool	api_bench_mrc_sample(const struct bench *, struct bench_result *);
bool	api_bench_mrc_error(const struct bench *, struct bench_result *);
bool	api_bench_wset(const struct bench *, struct bench_result *);

/* bench_sweep.c: how many times as fast, of which more is better */
bool	api_bench_sweep(const struct bench *, struct bench_result *);

/* bench_step.c: ms */
bool	api_bench_step_back(const struct bench *, struct bench_result *);

/* bench_kinfo.c */
bool	api_bench_kinfo_packed(const struct bench *, struct bench_result *);
bool	api_bench_kinfo_wide(const struct bench *, struct bench_result *);
bool	api_bench_loop_kinfo(uint64_t n);

/* bench_trace.c: millions a second, of which more is better */
struct bench_text {
	char	       *mem, *text;	/* text: with room before and behind it;
					   mem: to be freed */
	size_t		len;
};
struct wl_input;
/* Lackey's, of so many lines. => false: no memory */
bool	api_bench_text(struct bench_text *, uint64_t lines);
/* A file that has no name any more. => NULL: it cannot be made */
struct wl_input *api_bench_file(const void *bytes, size_t len);
/* Its n references through a machine with plenty of memory; it is closed. */
bool	api_bench_replay(struct wl_input *, uint64_t n, struct bench_result *);
bool	api_bench_lackey_decode(const struct bench *, struct bench_result *);
bool	api_bench_lackey_replay(const struct bench *, struct bench_result *);
bool	api_bench_loop_lackey(uint64_t n);

/* bench_uvt.c: millions a second as well; and bytes */
bool	api_bench_uvt_decode(const struct bench *, struct bench_result *);
bool	api_bench_uvt_bytes(const struct bench *, struct bench_result *);
bool	api_bench_uvt_replay(const struct bench *, struct bench_result *);
bool	api_bench_loop_uvt(uint64_t n);

/* bench_input.c: per cent of what the decompressor alone does, or of what
   valgrind does that writes a file */
enum { BENCH_GZIP, BENCH_XZ, BENCH_ZSTD };
bool	api_bench_compressed(const struct bench *, struct bench_result *);
bool	api_bench_record(const struct bench *, struct bench_result *);

/* bench_policy.c: millions a second as well; and bytes */
bool	api_bench_policy(const struct bench *, struct bench_result *);
bool	api_bench_policy_bytes(const struct bench *, struct bench_result *);
bool	api_bench_loop_policy(uint64_t n);
/* How long the stream is, and of how many pages, for a benchmark. */
struct bench_zipf { uint32_t touches, pages; };
struct bench_zipf api_bench_zipf_size(const struct bench *);
/* The stream: as WL_TOUCH(), or NULL; the caller's to free. */
uint64_t *api_bench_zipf(struct bench_zipf);

/* bench_replace.c: the same through a whole machine */
bool	api_bench_replace(const struct bench *, struct bench_result *);
bool	api_bench_loop_replace(uint64_t n);

/* ---- shared (bench_util.c) ---- */
double	api_bench_now(void);		/* ns */
uint64_t api_bench_random(uint64_t *state);
/* What one run does of n rounds, pages, ...: all, or one part of b->less; at
   least 1, and n itself when it is smaller than that. */
uint64_t api_bench_part(const struct bench *, uint64_t n);
/* A random permutation of 0 .. n-1, or NULL; the caller frees it. */
uint32_t *api_bench_shuffle(uint32_t n, uint64_t seed);
/* A FreeBSD machine of so many bytes, with one process.
   => NULL: could not be made */
struct machine *api_bench_machine(uint64_t ram, struct process **);
#define BENCH_MB	((uint64_t)1 << 20)
/* A private anonymous mapping at a fixed address, by system call. */
bool	api_bench_map(struct machine *, struct process *, vaddr_t, vsize_t,
	    vm_prot_t);
double	api_bench_rss(void);		/* resident bytes of this process */
/* Run fn(arg) in a child, and take over the len bytes that arg then holds. */
bool	api_bench_in_child(bool (*fn)(void *), void *arg, size_t len);
/* => what fn(arg) returned in a child; NAN: it failed */
double	api_bench_child(double (*fn)(uint64_t), uint64_t arg);

/* ---- yardsticks ---- */
/* bench_tree.c: ns for a lookup (locality: the same one), and for an insert
 * with a remove, at random among n nodes */
double	api_bench_tree_change(uint64_t n);
double	api_bench_tree_lookup(uint64_t n);
/* bench_host.c: in a child; ns a call or a page */
double	api_bench_host_mmap(uint64_t n);
double	api_bench_host_mprotect(uint64_t n);
double	api_bench_host_fault_seq(uint64_t npages);
double	api_bench_host_fault_rand(uint64_t npages);
double	api_bench_host_cow(uint64_t npages);
double	api_bench_host_fork(uint64_t npages);
double	api_bench_host_exit(uint64_t npages);
double	api_bench_host_mincore(uint64_t npages);
double	api_bench_host_maps(uint64_t n);	/* a line of /proc/self/maps */
/* bench_memory.c: ns for one of n records of `bytes`, in order or at random */
double	api_bench_memory_seq(uint64_t n, unsigned bytes);
double	api_bench_memory_rand(uint64_t n, unsigned bytes);
double	api_bench_memory_read(uint64_t n);	/* of 8 bytes, only read */
double	api_bench_memory_l1(void);	/* ns for a load that hits L1 */

#endif /* API_BENCH_H */
