/*
 * A stream whose text goes to a function of the caller's.
 */
#ifndef API_LIB_TEXT_H
#define API_LIB_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "api/include/uvmsim.h"

/* => true: *out is NULL if nobody listens; false: no memory */
bool	lib_text_open(FILE **out, uvmsim_text_fn *, void *ctx);
/* What is still on its way is told.  NULL is allowed. */
void	lib_text_close(FILE *);

#endif /* API_LIB_TEXT_H */
