/*
 * Answers of people: one of them against the right one, and files of them.
 *
 *	# Ann's
 *	name: Ann
 *	lesson: 5
 *	seed: 17
 *	1a: hit
 *	1b) miss 3
 *	2 = 0x3000 RW			numbers, sizes, words; any spacing
 *
 * An answer is words and numbers.  Numbers are decimal or hexadecimal (0x),
 * with K, M or G behind them if they are sizes; upper and lower case are the
 * same, and so are rights with and without their dashes.
 */
#ifndef WL_ANSWER_H
#define WL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_ANSWER_TEXT	160		/* bytes of an answer, NUL included */
#define WL_ANSWER_LABEL	8

/* Is what was given the right answer?  set: in any order. */
bool	wl_answer_same(const char *given, const char *right, bool set);

struct wl_answer {
	char		label[WL_ANSWER_LABEL];	/* "1a", lower case */
	char		text[WL_ANSWER_TEXT];	/* as given; "": not answered */
	uint32_t	line;
};

struct wl_answer_error {
	uint32_t	line;		/* from 1 */
	char		text[200];	/* "expected ..., got ..." */
};

#define WL_ANSWERS_MAX	200
#define WL_ANSWERS_MAXERRORS 20

struct wl_answers {
	char		name[80];	/* of who answered, or "" */
	bool		has_lesson, has_seed;
	uint64_t	lesson, seed;
	struct wl_answer answer[WL_ANSWERS_MAX];
	size_t		n;
	struct wl_answer_error error[WL_ANSWERS_MAXERRORS];
	size_t		nerrors;	/* lines that could not be read */
};

/*
 * Read a text of answers.  A line that cannot be read is an error, and the
 * others count all the same.  The first answer to a question is taken.
 */
void	wl_answers_read(struct wl_answers *, const char *text, size_t len);
/* => NULL: no such answer */
const struct wl_answer *wl_answers_find(const struct wl_answers *,
	    const char *label);

#endif /* WL_ANSWER_H */
