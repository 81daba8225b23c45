/*
 * Inside of uvmsim lesson: what its files share.
 *
 *	cmd_lesson.c		options; which of the following
 *	cmd_lesson_tell.c	a lesson in the terminal, commands run
 *	cmd_lesson_quiz.c	its questions: asked, checked, solved
 *	cmd_lesson_room.c	commands of lessons, in a folder of their own
 *	cmd_lesson_work.c	homework: problems, solutions, class sets
 *	cmd_lesson_grade.c	answer files marked
 */
#ifndef CMD_LESSON_H
#define CMD_LESSON_H

#include "cmd.h"
#include "workloads/lesson/answer.h"
#include "workloads/lesson/drill.h"

struct cmd_lesson {
	struct cmd	cmd;
	const char     *answers, *exercise, *seed_text, *sheet, *seeds, *files;
	bool		solve, solution, notes, grade, key, form;
	bool		has_seed;
	uint64_t	seed;
	struct wl_lesson_host host;
	struct wl_lesson *lesson;
	unsigned	width;		/* of the terminal */
};

/* ---- telling ---- */
/* All of the lesson; ask() does the questions. => CMD_OK, CMD_FAIL */
int	cmd_lesson_tell(struct cmd_lesson *);
/* One question: its text and choices. */
void	cmd_lesson_pose(const struct cmd_lesson *, const struct wl_question *);
/* Text behind a label, filled and indented by it. */
void	cmd_lesson_labelled(const struct cmd_lesson *, const char *label,
	    const char *text);

/* ---- questions ---- */
/* On a terminal: ask until it is answered or given up. => false: stop */
bool	cmd_lesson_ask(struct cmd_lesson *, const struct wl_question *,
	    int *status);
int	cmd_lesson_solve(struct cmd_lesson *);		/* --solve */
int	cmd_lesson_answers(struct cmd_lesson *);	/* --answers */

/* ---- commands ---- */
/* Where commands have a folder while they run: TMPDIR, else /tmp. */
const char *cmd_lesson_tmpdir(void);
/* wl_lesson_host.command; ctx is not used */
int	cmd_lesson_command(void *ctx, const char *line, char **out);
/* --files: what the lesson's text names, at its place under the directory */
int	cmd_lesson_files(struct cmd_lesson *);

/* ---- homework ---- */
/* The exercises of a lesson, made. */
struct cmd_homework {
	struct wl_drill *drill;
	unsigned	n;
};
/* => CMD_OK, or CMD_FAIL and it has been said why; free it either way */
int	cmd_homework_make(const struct cmd_lesson *, uint64_t seed,
	    struct cmd_homework *);
void	cmd_homework_free(struct cmd_homework *);
int	cmd_lesson_homework(struct cmd_lesson *);	/* -s, -c */
int	cmd_lesson_sheets(struct cmd_lesson *);		/* --sheet */
int	cmd_lesson_kinds(void);				/* lists them */

/* ---- marks ---- */
struct cmd_marks {
	unsigned	points, of;
	unsigned	right[WL_LESSON_MAXKINDS];	/* by exercise */
	unsigned	asked[WL_LESSON_MAXKINDS];
};
/*
 * Mark the answers of one file against the items, in text or as a JSON object.
 * what: "lesson 5, seed 17" for the head of it.
 */
struct cmd_mark {
	const struct cmd_lesson *s;
	const char     *path;
	const struct wl_answers *answers;
	const struct wl_item *const *item;
	size_t		nitems;
	bool		hide;		/* no right answers; why is a hint */
	bool		has_seed;
	uint64_t	seed;
};
void	cmd_lesson_mark(const struct cmd_mark *, struct cmd_marks *);
/* A file of answers, read. => CMD_OK, or CMD_FAIL */
int	cmd_lesson_read_answers(const struct cmd_lesson *, const char *path,
	    struct wl_answers *);
int	cmd_lesson_grade(struct cmd_lesson *);		/* --grade */

#endif /* CMD_LESSON_H */
