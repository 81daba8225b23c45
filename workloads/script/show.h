/*
 * What `show' can show: one row a kind.
 */
#ifndef WL_SCRIPT_SHOW_H
#define WL_SCRIPT_SHOW_H

#include "exec.h"
#include "page.h"

enum wl_show_args { WL_SH_NONE, WL_SH_PROC, WL_SH_ADDR, WL_SH_RANGE,
    WL_SH_ADDR_OR_PATH, WL_SH_TOOL };

struct wl_parser;

struct wl_view {			/* what to show, evaluated */
	struct wl_exec *ex;
	FILE	       *fp;
	struct machine *m;
	const struct wl_show *show;
	struct process *p;		/* running; NULL: none wanted */
	const char     *path;
	vaddr_t		va;
	vsize_t		len;		/* 0: not given */
};

struct wl_show_kind {
	const char     *name;
	uint8_t		args;		/* enum wl_show_args */
	/* => false: stopped */
	bool	      (*show)(const struct wl_view *);
};

extern const struct wl_show_kind wl_show_kinds[];  /* ends with a NULL name */

/* show_map.c */
bool	wl_show_map(const struct wl_view *);
bool	wl_show_ddb(const struct wl_view *);
/* show_page.c */
bool	wl_show_pages(const struct wl_view *);
bool	wl_show_frames(const struct wl_view *);
/* show_queues.c */
bool	wl_show_queues(const struct wl_view *);
/* show_daemon.c */
bool	wl_show_daemon(const struct wl_view *);
/* show_pte.c */
bool	wl_show_pte(const struct wl_view *);
/* show_object.c */
bool	wl_show_amap(const struct wl_view *);
bool	wl_show_object(const struct wl_view *);

/* show_super.c */
bool	wl_show_superpages(const struct wl_view *);
bool	wl_show_reservations(const struct wl_view *);
bool	wl_show_domains(const struct wl_view *);
bool	wl_show_tlb(const struct wl_view *);

/* show_use.c */
bool	wl_show_rss(const struct wl_view *);
bool	wl_show_wset(const struct wl_view *);
/* show_usage.c */
bool	wl_show_usage(const struct wl_view *);

/* show_swap.c */
bool	wl_show_swap(const struct wl_view *);
bool	wl_show_disk(const struct wl_view *);

/* show_tool.c */
bool	wl_show_tool(const struct wl_view *);
/* Arguments of a tool: the rest of the line. => false: error set */
bool	wl_get_tool(struct wl_parser *, struct wl_show *);

/* Name of what an entry maps: a path, [anon], [stack], ... */
void	wl_entry_name(const struct wl_view *, const struct vm_map_entry *,
	    char *buf, size_t len);
/* "TAG ": content of a page, of its slot if it has no frame; nothing if the
 * machine keeps none */
void	wl_put_tag(const struct wl_view *, pfn_t, uint32_t slot);
/* " slot N", " slot bad", or nothing */
void	wl_put_slot(const struct wl_view *, uint32_t slot);
/* "rw-" */
const char *wl_prot_text(vm_prot_t, char buf[4]);

#endif /* WL_SCRIPT_SHOW_H */
