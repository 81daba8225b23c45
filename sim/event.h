/*
 * Events of the virtual memory, for people and for files.
 *
 * One event is one JSON object on a line, with the names of vm/vm_event.h:
 *	{"event":"fault","pid":2,"va":"0x10000","access":2}
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include "sim.h"

/* The kind's name, as in JSON. */
const char *sim_event_name(enum vm_event_kind);
/* The process whose space an event is about, or NULL. */
struct process *sim_event_process(struct machine *, const struct vm_event *);
/* One JSON object, no newline. => length, as snprintf */
int	sim_event_json(struct machine *, const struct vm_event *, char *buf,
	    size_t len);
/* One sentence in plain words, without a full stop. => length */
int	sim_event_sentence(struct machine *, const struct vm_event *,
	    char *buf, size_t len);

#endif /* SIM_EVENT_H */
