/*
 * Events of the virtual memory, and system calls, for people and for files.
 *
 * One event is one JSON object on a line, with the names of vm/vm_event.h;
 * addresses are strings (64 bits do not fit a number of JSON), errno is a name:
 *	{"event":"fault","pid":2,"va":"0x10000","access":2}
 *	{"call":"munmap","pid":2,"args":["0x10000","0x1000"],"ret":"0x0"}
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
/* A finished system call likewise; "errno" in place of "ret" if it failed. */
int	sim_call_json(const struct process *, const struct sim_call *,
	    int err, uint64_t ret, char *buf, size_t len);
/* One sentence in plain words, without a full stop. => length */
int	sim_event_sentence(struct machine *, const struct vm_event *,
	    char *buf, size_t len);

#endif /* SIM_EVENT_H */
