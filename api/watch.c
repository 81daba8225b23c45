/*
 * Signals that are held back are blocked, and looked at by a descriptor
 * (signalfd), so that there is no handler and nothing of the program that a
 * handler would need; a thread that is made meanwhile inherits the mask.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "watch.h"

static const int ours[] = { SIGINT, SIGTERM, SIGHUP };

/* Those of ours that are not ignored. */
static void
choose(sigset_t *set)
{
	struct sigaction act;

	sigemptyset(set);
	for (size_t i = 0; i < NELEM(ours); i++)
		if (sigaction(ours[i], NULL, &act) == 0 &&
		    act.sa_handler != SIG_IGN)
			sigaddset(set, ours[i]);
}

/* What waits at the descriptor is woken up from now on, again and again. */
static void
stay_awake(int fd)
{
	const int always = eventfd(1, EFD_CLOEXEC);

	if (always == -1)
		return;
	(void)dup3(always, fd, O_CLOEXEC);
	close(always);
}

/* => one has come; from then on they come through */
static bool
arrived(struct cmd_watch *w)
{
	struct signalfd_siginfo info;

	if (w->signal == 0 && w->fd != -1 &&
	    read(w->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		w->signal = (int)info.ssi_signo;
		stay_awake(w->fd);
		pthread_sigmask(SIG_UNBLOCK, &w->held, NULL);
	}
	return w->signal != 0;
}

/* => a bound of the command has been met */
static bool
bounded(struct cmd_watch *w, enum api_over over)
{
	if (w->signal == 0 && over != API_OVER_NOT) {
		w->signal = CMD_WATCH_BOUND;
		w->over = over;
	}
	return w->signal == CMD_WATCH_BOUND;
}

/* The end: what the reading itself has found out, in its last pass. */
static void
settle(struct cmd_watch *w)
{
	if (w->watch.full)
		(void)bounded(w, API_OVER_OPS);
}

bool
cmd_watch_refused(struct cmd_watch *w)
{
	(void)bounded(w, api_guard_refused(w->cmd->bounds.guard));
	return w->over == API_OVER_MEMORY;
}

bool
cmd_watch_look(void *ctx)
{
	struct cmd_watch *w = ctx;
	uint64_t at = 0, size;

	if (bounded(w, api_guard_over(w->cmd->bounds.guard)) || arrived(w))
		return true;
	if (cmd_progress_due(&w->progress)) {
		if (w->in == NULL)
			at = w->watch.done; /* of as many operations */
		else
			(void)wl_input_place(w->in, &at, &size);
		cmd_progress_update(&w->progress, at, w->watch.done);
	}
	return false;
}

static void
over(void *ctx)
{
	cmd_watch_end(ctx);
}

void
cmd_watch_begin(struct cmd_watch *w, const struct cmd *cmd, struct wl_input *in,
    const char *unit)
{
	uint64_t at, size = 0;

	*w = (struct cmd_watch){ .cmd = cmd, .in = in, .begun = true };
	w->watch = (struct wl_watch){ .look = cmd_watch_look,
		.over = over,
		.ctx = w,
		.most = cmd->bounds.ops };
	choose(&w->held);
	pthread_sigmask(SIG_BLOCK, &w->held, &w->before);
	w->fd = w->watch.wake = signalfd(-1, &w->held,
	    SFD_NONBLOCK | SFD_CLOEXEC);
	if (w->fd == -1) /* nobody would hear of them */
		pthread_sigmask(SIG_SETMASK, &w->before, NULL);
	api_guard_wake(cmd->bounds.guard, w->fd);
	if (in != NULL) {
		in->watch = &w->watch;
		if (!wl_input_place(in, &at, &size))
			size = 0;
	}
	cmd_progress_begin(&w->progress, cmd, unit, size);
}

bool
cmd_watch_step(struct cmd_watch *w, uint64_t done)
{
	w->watch.done = w->watch.ask_at = done;
	if (w->watch.most > 0 && done >= w->watch.most)
		return wl_watch_full(&w->watch);
	return wl_watch_stop(&w->watch);
}

void
cmd_watch_end(struct cmd_watch *w)
{
	if (!w->begun)
		return;
	w->begun = false;
	settle(w);
	api_guard_wake(w->cmd->bounds.guard, -1);
	cmd_progress_end(&w->progress);
	if (w->fd != -1)
		close(w->fd);
	w->fd = -1;
	pthread_sigmask(SIG_SETMASK, &w->before, NULL);
}

static void
tell_bound(const struct cmd_watch *w, uint64_t n, const char *unit,
    const char *trace)
{
	char why[128];

	fprintf(stderr, "uvmsim %s: ended after %" PRIu64 " %s of %s: %s",
	    w->cmd->name, n, unit, trace,
	    api_bounds_why(&w->cmd->bounds, w->over, why));
	if (w->cmd->core != NULL)
		fprintf(stderr, "; the state is in %s", w->cmd->core);
	fputc('\n', stderr);
}

void
cmd_watch_tell(struct cmd_watch *w, uint64_t n, const char *unit,
    const char *trace)
{
	if (w->begun)
		settle(w);
	if (w->signal == 0)
		return;
	fflush(stdout);
	if (w->signal == CMD_WATCH_BOUND) {
		tell_bound(w, n, unit, trace);
		return;
	}
	fprintf(stderr, "uvmsim %s: interrupted after %" PRIu64 " %s of %s\n",
	    w->cmd->name, n, unit, trace);
}

int
cmd_watch_kill(struct cmd_watch *w, int status)
{
	cmd_watch_end(w);
	if (w->signal == CMD_WATCH_BOUND)
		return status == CMD_OK ? CMD_FAIL : status;
	if (w->signal == 0)
		return status;
	fflush(NULL);
	raise(w->signal);
	return status;
}
