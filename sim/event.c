/*
 * Events as JSON and as sentences, each from one table; calls as JSON.
 *
 * In a sentence's pattern %v is the address, %a %b %c the members as numbers,
 * %A %B %C as addresses, and {..} a rendering by name: {prot:b}, {access:a},
 * {inherit:b}, {advice:b}, {errno:b}, {size:a}; {whose:a}, {copy:c} are of
 * events about paging, where 0 means something else, {place:b} of PAGEOUT.
 */
#include "event.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

static const struct {
	const char *name;
	const char *member[3];
} kinds[VM_EVENT_NKINDS] = {
#define X(kind, name_, a, b, c) [VM_EVENT_##kind] = { name_, { a, b, c } },
	VM_EVENTS(X)
#undef X
};

static const char *const sentences[VM_EVENT_NKINDS] = {
	[VM_EVENT_MAP] = "map %v-%A with {prot:b}",
	[VM_EVENT_MERGE] = "neighbours joined into one entry %v-%A",
	[VM_EVENT_CLIP] = "entry %v-%A is split at %B",
	[VM_EVENT_UNMAP] = "unmap %v-%A",
	[VM_EVENT_PROTECT] = "protection of %v-%A is {prot:b}, was {prot:c}",
	[VM_EVENT_INHERIT] = "%v-%A will be inherited as {inherit:b}",
	[VM_EVENT_ADVICE] = "%v-%A will be used in {advice:b} order",
	[VM_EVENT_WIRE] = "%v-%A is wired",
	[VM_EVENT_UNWIRE] = "%v-%A is no longer wired",
	[VM_EVENT_FORK_ENTRY] = "the child gets %v-%A by {inherit:b}",
	[VM_EVENT_FAULT] = "page fault at %v, access {access:a}",
	[VM_EVENT_FAULT_FAIL] = "the fault at %v fails with {errno:b}: access "
				"{access:a}, allowed is {prot:c}",
	[VM_EVENT_AMAP_COPY] = "amap %a is copied to amap %b: %c anons gain a "
			       "reference",
	[VM_EVENT_NEIGHBOUR] = "the neighbour at %v is resident in frame %a "
			       "and is mapped on the way",
	[VM_EVENT_ANON] = "case 1A: anon %a is there, in frame %b, with %c "
			  "references",
	[VM_EVENT_ANON_COW] = "case 1B: anon %a in frame %b is shared and is "
			      "copied to anon %c",
	[VM_EVENT_OBJ] = "case 2A: the page of object %a at offset %C is used, "
			 "frame %b",
	[VM_EVENT_PROMOTE_COPY] = "case 2B: the page of object %a in frame %b "
				  "is copied to a private page in frame %c",
	[VM_EVENT_PROMOTE_ZERO] = "case 2B: nothing was there; anon %a gets "
				  "the zero-filled frame %b",
	[VM_EVENT_PTE] = "the page table maps %v to frame %a with {prot:b}",
	[VM_EVENT_PAGEIN] = "the page of object %a at offset %C is read into "
			    "frame %b",
	[VM_EVENT_PAGEOUT] = "the dirty page in frame %a is written "
			     "{place:b}",
	[VM_EVENT_FREE] = "frame %a is freed",
	[VM_EVENT_NOMEM] = "no frame is free",
	[VM_EVENT_PROMOTED] = "the base pages at %v become one mapping of "
			      "{size:a}",
	[VM_EVENT_DEMOTED] = "the mapping of {size:a} at %v is split into "
			     "base pages",
	[VM_EVENT_SUPER_MAP] = "the page table maps {size:a} at %v by one "
			       "entry",
	[VM_EVENT_PROMOTE_FAIL] = "no mapping of {size:a} at %v yet: its pages "
				  "differ in frame order, rights, M or wiring",
	[VM_EVENT_DEMOTE_FAIL] = "the mapping of {size:a} at %v cannot be "
				 "split and is taken away",
	[VM_EVENT_SUPER_ZERO] = "nothing was there before: {size:a} at %v "
				"are %c zero-filled frames, from %b on",
	[VM_EVENT_COLLAPSE] =
	    "the %c pages that were resident in the {size:a} at %v "
	    "have been copied to its frames, from %b on",
	[VM_EVENT_RESERVE] = "{size:a} of frames are reserved, from %b on",
	[VM_EVENT_RESERVE_BREAK] =
	    "the reservation of {size:a} from frame %b on "
	    "is broken, %c of its frames are in use",
	[VM_EVENT_OOM_KILL] =
	    "no memory can be had: process %a is killed, which has %b pages "
	    "in memory and %c in swap",
	[VM_EVENT_SWAPIN] = "{whose:a} is in swap only: slot %c is read into "
			    "frame %b",
	[VM_EVENT_EVICT] = "the page in frame %a is evicted{copy:c}",
	[VM_EVENT_REACTIVATE] = "the page in frame %a was referenced since the "
				"page daemon saw it last: it stays",
	[VM_EVENT_VICTIM] = "the policy takes the page at %v, in frame %a, out "
			    "of its slot %b",
	[VM_EVENT_DAEMON] = "the page daemon has run and freed %c frames: %a "
			    "are free, it aims at %b",
	[VM_EVENT_SIGDANGER] = "SIGDANGER is sent: %a blocks of paging space "
			       "are free, npswarn is %b",
	[VM_EVENT_SUSPEND] = "load control suspends the process: %a of its "
			     "%b faults were repages",
	[VM_EVENT_RESUME] = "load control lets the process go on",
};

const char *
sim_event_name(enum vm_event_kind kind)
{
	return kinds[kind].name;
}

struct process *
sim_event_process(struct machine *m, const struct vm_event *ev)
{
	struct process *p, *next;

	if (ev->map_id == 0)
		return NULL;
	HASH_ITER(hh, m->procs, p, next)
		if (p->vmspace != NULL && p->vmspace->vm_map.id == ev->map_id)
			return p;
	return NULL;
}

/* A buffer that is filled until it is full, counting on. */
struct text {
	char *buf;
	size_t len, at;
};

static void __attribute__((format(printf, 2, 3)))
add(struct text *t, const char *fmt, ...)
{
	size_t room = t->at < t->len ? t->len - t->at : 0;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room > 0 ? t->buf + t->at : NULL, room, fmt, ap);
	va_end(ap);
	t->at += n > 0 ? (size_t)n : 0;
}

/* ---------------------------------------------------------------- JSON ---- */

static void
add_json_address(struct text *t, uint64_t v)
{
	add(t, "\"0x%" PRIx64 "\"", v);
}

static void
add_json_errno(struct text *t, uint64_t v)
{
	add(t, "\"%s\"", sim_errname((int)v));
}

/* How a member is written; by number when its name is not here. */
static const struct {
	const char *name;
	void (*add)(struct text *, uint64_t);
} json_forms[] = {
	{ "end", add_json_address },
	{ "at", add_json_address },
	{ "errno", add_json_errno },
};

static void
add_json_member(struct text *t, const char *name, uint64_t v)
{
	add(t, ",\"%s\":", name);
	for (size_t i = 0; i < NELEM(json_forms); i++)
		if (strcmp(json_forms[i].name, name) == 0) {
			json_forms[i].add(t, v);
			return;
		}
	add(t, "%" PRIu64, v);
}

int
sim_event_json(struct machine *m, const struct vm_event *ev, char *buf,
    size_t len)
{
	const uint64_t value[] = { ev->a, ev->b, ev->c };
	const struct process *p = sim_event_process(m, ev);
	struct text t = { buf, len, 0 };

	add(&t, "{\"event\":\"%s\"", kinds[ev->kind].name);
	if (p != NULL)
		add(&t, ",\"pid\":%d", p->pid);
	if (ev->map_id != 0)
		add(&t, ",\"va\":\"0x%" PRIx64 "\"", ev->va);
	for (size_t i = 0; i < 3; i++)
		if (kinds[ev->kind].member[i] != NULL)
			add_json_member(&t, kinds[ev->kind].member[i],
			    value[i]);
	add(&t, "}");
	return (int)t.at;
}

static void
add_json_string(struct text *t, const char *s)
{
	char piece[SIM_JSON_PIECE];

	add(t, "\"");
	while (*s != '\0') {
		(void)sim_json_piece(&s, NULL, piece);
		add(t, "%s", piece);
	}
	add(t, "\"");
}

int
sim_call_json(const struct process *p, const struct sim_call *c, int err,
    uint64_t ret, char *buf, size_t len)
{
	static const uint8_t nargs[] = {
#define X(id, name, n, str) [SIM_SYS_##id] = (n),
		SIM_SYSCALLS(X)
#undef X
	};
	struct text t = { buf, len, 0 };

	add(&t, "{\"call\":\"%s\",\"pid\":%d", sim_sysname(c->no), p->pid);
	if (c->str != NULL) {
		add(&t, ",\"str\":");
		add_json_string(&t, c->str);
	}
	add(&t, ",\"args\":[");
	for (unsigned i = 0; i < nargs[c->no]; i++) {
		add(&t, "%s", i > 0 ? "," : "");
		add_json_address(&t, c->arg[i]);
	}
	add(&t, "],\"%s\":", err != 0 ? "errno" : "ret");
	if (err != 0)
		add_json_errno(&t, (uint64_t)err);
	else
		add_json_address(&t, ret);
	add(&t, "}");
	return (int)t.at;
}

/* ----------------------------------------------------------- sentences ---- */

static void
add_prot(struct text *t, uint64_t v)
{
	add(t, "%c%c%c", v & VM_PROT_READ ? 'r' : '-',
	    v & VM_PROT_WRITE ? 'w' : '-', v & VM_PROT_EXEC ? 'x' : '-');
}

static void
add_access(struct text *t, uint64_t v)
{
	if (v & VM_PROT_WRITE)
		add(t, "write");
	else if (v & VM_PROT_EXEC)
		add(t, "exec");
	else if (v & VM_PROT_READ)
		add(t, "read");
	else
		add(t, "wire");
}

static void
add_inherit(struct text *t, uint64_t v)
{
	static const char *const words[] = { "share", "copy", "none", "zero" };

	add(t, "%s", words[v & 3]);
}

static void
add_advice(struct text *t, uint64_t v)
{
	static const char *const words[] = { "normal", "random", "sequential",
		"?" };

	add(t, "%s", words[v & 3]);
}

/* A power of two, in bytes. */
static void
add_size(struct text *t, uint64_t v)
{
	static const char units[] = "BKMGTPE";
	unsigned i = 0;

	for (; v >= 1024; v >>= 10)
		i++;
	add(t, "%" PRIu64 "%c", v, units[i]);
}

static void
add_errno(struct text *t, uint64_t v)
{
	add(t, "%s", sim_errname((int)v));
}

/* An anon; 0: an object. */
static void
add_whose(struct text *t, uint64_t v)
{
	if (v != 0)
		add(t, "the page of anon %" PRIu64, v);
	else
		add(t, "a page of shared memory");
}

static void
add_copy(struct text *t, uint64_t v)
{
	if (v != 0)
		add(t, "; its copy is in slot %" PRIu64 " of swap", v);
}

static const struct {
	const char *name;
	void (*add)(struct text *, uint64_t);
} renderings[] = {
	{ "prot", add_prot },
	{ "access", add_access },
	{ "inherit", add_inherit },
	{ "advice", add_advice },
	{ "errno", add_errno },
	{ "size", add_size },
	{ "whose", add_whose },
	{ "copy", add_copy },
};

static uint64_t
member(const struct vm_event *ev, char c)
{
	switch (c | 0x20) {
	case 'a': return ev->a;
	case 'b': return ev->b;
	case 'c': return ev->c;
	default: return ev->va;
	}
}

/* To a slot of swap, or to the file that the page is of. */
static void
add_place(struct text *t, const struct vm_event *ev)
{
	if (ev->b != 0)
		add(t, "to slot %" PRIu64 " of swap", ev->b);
	else
		add(t, "back to offset 0x%" PRIx64, ev->c);
}

/* {name:m} => what follows the closing brace */
static const char *
render(struct text *t, const struct vm_event *ev, const char *p)
{
	const char *colon = strchr(p, ':');

	assert(colon != NULL);
	if (strncmp(p, "place:", 6) == 0)
		add_place(t, ev);
	for (size_t i = 0; i < NELEM(renderings); i++)
		if (strlen(renderings[i].name) == (size_t)(colon - p) &&
		    strncmp(renderings[i].name, p, (size_t)(colon - p)) == 0)
			renderings[i].add(t, member(ev, colon[1]));
	return colon + 3;
}

int
sim_event_sentence(struct machine *m, const struct vm_event *ev, char *buf,
    size_t len)
{
	struct text t = { buf, len, 0 };
	const char *p = sentences[ev->kind];

	(void)m;
	while (*p != '\0') {
		if (*p == '{') {
			p = render(&t, ev, p + 1);
		} else if (*p == '%') {
			bool hex = p[1] == 'v' || (p[1] >= 'A' && p[1] <= 'C');

			if (hex)
				add(&t, "0x%" PRIx64, member(ev, p[1]));
			else
				add(&t, "%" PRIu64, member(ev, p[1]));
			p += 2;
		} else {
			add(&t, "%c", *p++);
		}
	}
	return (int)t.at;
}
