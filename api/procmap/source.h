/*
 * What the two widths of kernel memory (decode_body.h) have in common.
 */
#ifndef API_PROCMAP_SOURCE_H
#define API_PROCMAP_SOURCE_H

#include "procmap.h"

/*
 * kvm_read of exactly len bytes; less is the end of the program.
 * => false: complained
 */
bool	procmap_read(struct procmap *, uint64_t addr, void *, size_t len);

/* devname(3) of a character device */
const char *procmap_devname(struct procmap *, uint32_t dev);

extern const struct procmap_source procmap_source32, procmap_source64;

#endif /* API_PROCMAP_SOURCE_H */
