/*
 * What can be sought: conditions, changes, operations, events.
 */
#include <string.h>

#include "find.h"
#include "sim/event.h"

/* Became true: it is now, and was not before. */
static bool
became(bool now, bool *before)
{
	const bool was = *before;

	*before = now;
	return now && !was;
}

/* -------------------------------------------------------- conditions ---- */

static void
condition_begin(void *ctx, struct wl_history *h)
{
	struct wl_seek_condition *c = ctx;

	c->before = h != NULL && wl_condition_holds(h, c->condition);
}

static bool
condition_hit(void *ctx, struct wl_history *h)
{
	struct wl_seek_condition *c = ctx;

	return became(wl_condition_holds(h, c->condition), &c->before);
}

static bool
condition_holds(void *ctx, struct wl_history *h)
{
	const struct wl_seek_condition *c = ctx;

	return wl_condition_holds(h, c->condition);
}

struct wl_sought
wl_sought_condition(struct wl_seek_condition *c)
{
	return (struct wl_sought){ .hit = condition_hit,
		.begin = condition_begin,
		.holds = wl_condition_monotone(c->condition) ? condition_holds :
							       NULL,
		.ctx = c };
}

/* ----------------------------------------------------------- changes ---- */

static void
change_begin(void *ctx, struct wl_history *h)
{
	struct wl_seek_change *c = ctx;

	if (h != NULL)
		c->before = c->value(c->ctx, h);
}

static bool
change_hit(void *ctx, struct wl_history *h)
{
	struct wl_seek_change *c = ctx;
	const uint64_t before = c->before;

	c->before = c->value(c->ctx, h);
	return c->before != before;
}

struct wl_sought
wl_sought_change(struct wl_seek_change *c)
{
	return (struct wl_sought){ .hit = change_hit,
		.begin = change_begin,
		.happens = true,
		.ctx = c };
}

static void
state_begin(void *ctx, struct wl_history *h)
{
	struct wl_seek_state *c = ctx;

	c->before = h != NULL && c->is(c->ctx, h);
}

static bool
state_hit(void *ctx, struct wl_history *h)
{
	struct wl_seek_state *c = ctx;

	return became(c->is(c->ctx, h), &c->before);
}

struct wl_sought
wl_sought_state(struct wl_seek_state *c)
{
	return (struct wl_sought){ .hit = state_hit,
		.begin = state_begin,
		.ctx = c };
}

/* -------------------------------------------------------- operations ---- */

static void
operation_begin(void *ctx, struct wl_history *h)
{
	(void)ctx;
	(void)h;
}

static bool
operation_hit(void *ctx, struct wl_history *h)
{
	const struct wl_seek_operation *o = ctx;
	const struct wl_moment *mo = wl_history_done(h);

	return (o->line == 0 || mo->line == o->line) &&
	    (o->pid == 0 || mo->pid == o->pid) && (!o->failed || mo->err != 0);
}

struct wl_sought
wl_sought_operation(struct wl_seek_operation *o)
{
	return (struct wl_sought){ .hit = operation_hit,
		.begin = operation_begin,
		.happens = true,
		.ctx = o };
}

/* ------------------------------------------------------------ events ---- */

static const char *const member[VM_EVENT_NKINDS][3] = {
#define X(kind, name, a, b, c) [VM_EVENT_##kind] = { a, b, c },
	VM_EVENTS(X)
#undef X
};

/* Does the event name this frame? */
static bool
of_frame(const struct vm_event *ev, uint32_t frame)
{
	const uint64_t value[3] = { ev->a, ev->b, ev->c };

	for (size_t i = 0; i < 3; i++)
		if (member[ev->kind][i] != NULL && value[i] == frame &&
		    strcmp(member[ev->kind][i], "frame") == 0)
			return true;
	return ev->kind == VM_EVENT_PROMOTE_COPY && ev->c == frame;
}

static bool
wanted(struct wl_seek_event *e, const struct vm_event *ev)
{
	const struct process *p;

	if (!e->kind[ev->kind] ||
	    (e->end != 0 && (ev->va < e->va || ev->va >= e->end)) ||
	    (e->frame != 0 && !of_frame(ev, e->frame)))
		return false;
	if (e->pid == 0 && e->name[0] == '\0')
		return true;
	p = sim_event_process(e->m, ev);
	return p != NULL && (e->pid == 0 || p->pid == e->pid) &&
	    (e->name[0] == '\0' || strcmp(p->name, e->name) == 0);
}

static void
listen(void *ctx, const struct vm_event *ev)
{
	struct wl_seek_event *e = ctx;

	if (e->next_fn != NULL)
		e->next_fn(e->next_ctx, ev);
	if (!e->seen)
		e->seen = wanted(e, ev);
}

static bool
listens(const struct wl_seek_event *e, const struct machine *m)
{
	return m->vm.event_fn == listen && m->vm.event_ctx == e;
}

static void
event_begin(void *ctx, struct wl_history *h)
{
	struct wl_seek_event *e = ctx;
	struct machine *m = h != NULL ? wl_history_machine(h) : NULL;

	e->seen = false;
	if (m == NULL || listens(e, m))
		return;
	e->m = m;
	e->next_fn = m->vm.event_fn;
	e->next_ctx = m->vm.event_ctx;
	m->vm.event_fn = listen;
	m->vm.event_ctx = e;
}

static bool
event_hit(void *ctx, struct wl_history *h)
{
	struct wl_seek_event *e = ctx;
	const bool seen = e->seen;

	(void)h;
	e->seen = false;
	return seen;
}

struct wl_sought
wl_sought_event(struct wl_seek_event *e)
{
	return (struct wl_sought){ .hit = event_hit,
		.begin = event_begin,
		.happens = true,
		.ctx = e };
}

void
wl_seek_event_end(struct wl_seek_event *e, struct wl_history *h)
{
	struct machine *m = wl_history_machine(h);

	if (!listens(e, m))
		return;
	m->vm.event_fn = e->next_fn;
	m->vm.event_ctx = e->next_ctx;
}
