/*
 * Lessons: docs/lessons/NN-name.md, read as the library has them (embed.h).
 *
 *	Markdown --wl_lesson_read--> blocks: heading, text, commands, questions
 *	                                       |
 *	a question --wl_question_answer--> run of its script --> right answer
 *
 * The form is plain Markdown with a few rules:
 *
 *	# N. TITLE			first line
 *	paragraphs, "- " lists, tables and text indented by 4 blanks
 *	```console			"$ COMMAND" and what it prints: COMMAND
 *					is uvmsim ..., or cat FILE; no shell
 *	```question			text, a blank line, fields "key: value"
 *	Exercises: KIND, KIND.		of the homework (drill.h)
 *	## For teachers			from here on not for students
 *
 * Fields of a question (a line that begins with blanks goes on):
 *
 *	run: SCRIPT [KEY=VALUE ...]	of workloads/lessons; the machine's keys
 *	until: LINE			stop behind the first such line of it
 *	then: LINE			done afterwards; may be given again
 *	answer: MEASURE			as in an expectation: "a faults"
 *	choice: TEXT | EXPECTATION	the right one is that which is met
 *	case: TEXT | KEY=VALUE ...	with least or most: the case whose run
 *	least: MEASURE  most: MEASURE	has the least or greatest value
 *	command: uvmsim ...		with take: a member of what it prints
 *	take: KEY			with --json, the first of that name
 *	hint: TEXT  why: TEXT
 *
 * So no right answer stands in a lesson: each is what a run gives.
 */
#ifndef WL_LESSON_H
#define WL_LESSON_H

#include <stdio.h>

#include "workloads/embed.h"
#include "sim/sim.h"

#define WL_LESSON_MAXCHOICES	6
#define WL_LESSON_MAXPAIRS	8
#define WL_LESSON_MAXKINDS	8	/* of exercises */
#define WL_LESSON_ANSWER	160	/* bytes of an answer, NUL included */

enum wl_block_kind { WL_B_HEAD, WL_B_TEXT, WL_B_ITEM, WL_B_VERBATIM,
    WL_B_CONSOLE, WL_B_QUESTION };

struct wl_choice {
	const char     *text;
	const char     *test;		/* EXPECTATION, or KEY=VALUE ... */
};

struct wl_question {
	unsigned	number;		/* from 1 */
	uint32_t	line;		/* of the file */
	const char     *text;
	const char     *script;		/* path; NULL with command */
	const char     *pairs;		/* "KEY=VALUE ...", or NULL */
	const char     *until, *then;	/* or NULL; then: whole lines */
	const char     *answer, *least, *most, *command, *take;
	struct wl_choice choice[WL_LESSON_MAXCHOICES];
	unsigned	nchoices;
	bool		cases;		/* the choices are cases */
	const char     *hint, *why;
};

struct wl_block {
	enum wl_block_kind kind;
	bool		notes;		/* for teachers */
	char	       *text;		/* paragraph on one line, or lines */
	struct wl_question *question;	/* WL_B_QUESTION */
};

struct wl_lesson {
	unsigned	number;
	const char     *path;		/* in the tree */
	char	       *title;
	struct wl_block *block;
	size_t		nblocks;
	unsigned	nquestions;
	const char     *kind[WL_LESSON_MAXKINDS]; /* names of exercises */
	unsigned	nkinds;
	struct wl_keep *keeps;		/* private: memory */
};

/*
 * Read one.  => NULL: err says "FILE:LINE: expected ..."
 */
struct wl_lesson *wl_lesson_read(const struct wl_embedded *, char *err,
	    size_t errlen);
void	wl_lesson_free(struct wl_lesson *);		/* NULL is allowed */
/* The file of lesson N, or NULL.  N counts from 1. */
const struct wl_embedded *wl_lesson_file(unsigned number);

/* ---- running (run.c) ---- */

/* A script in memory, and what it is run for. */
struct wl_try {
	const char     *path;		/* in messages */
	const char     *text;
	const char     *pairs;		/* "KEY=VALUE ...", or NULL */
	FILE	       *out;		/* show and explain; NULL: nowhere */
	int	      (*tool)(struct machine *, int argc, char **argv,
			    FILE *out);
	void	      (*judged)(void *ctx, uint32_t line, bool met,
			    const char *got);
	void	       *ctx;
	/* sees the machine when the script has come to its end, or NULL */
	void	      (*done)(void *ctx, struct machine *);
	void	       *done_ctx;
};
/* => false: err says where and why */
bool	wl_try_run(const struct wl_try *, char *err, size_t errlen);

/* What the questions need of the program around them. */
struct wl_lesson_host {
	int	      (*tool)(struct machine *, int argc, char **argv,
			    FILE *out);
	/* Run a command line of a lesson; what it prints goes to *out, which
	   the caller frees. => its exit status, or -1: it could not be run */
	int	      (*command)(void *ctx, const char *line, char **out);
	void	       *ctx;
};

/*
 * The right answer, from a run: a word or a number, or of a question with
 * choices the letter of one.  => false: err says what went wrong
 */
bool	wl_question_answer(const struct wl_question *,
	    const struct wl_lesson_host *, char answer[WL_LESSON_ANSWER],
	    char *err, size_t errlen);

#endif /* WL_LESSON_H */
