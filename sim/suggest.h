/*
 * "Did you mean": the nearest of some words, by edit distance.
 */
#ifndef SIM_SUGGEST_H
#define SIM_SUGGEST_H

#include <stddef.h>

/*
 * => the word among names[0..n-1] nearest to word, if it is near enough to be
 * a slip of the fingers (a third of its letters, at least one); else NULL
 */
const char *sim_suggest(const char *word, const char *const *names, size_t n);

#endif /* SIM_SUGGEST_H */
