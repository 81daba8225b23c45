/*
 * Sentences, packed: a sentence is a template with holes, and the numbers that
 * stood there.
 *
 *	"the page table maps 0x41000 to frame 17 with rw-"
 *	    template  "the page table maps \1 to frame \2 with rw-"
 *	    numbers   0x41000 17
 *
 * A story is a chain of templates, which has a number, too: thousands of faults
 * of one kind have one chain.  Of their numbers the differences from those of
 * the last story of the same chain are kept.  \1 is a hexadecimal number with
 * 0x, \2 a decimal one; what is not written as they are (leading zeros) or does
 * not fit a number of JavaScript stays text.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "workloads/explain/explain.h"

#define HEX '\1'
#define DECIMAL '\2'
#define MAXNUMBERS 4096 /* of a story */
#define MAXCHAIN 512    /* lines of it */
#define NEAR 1000       /* operations around the one that is asked about */
#define EXACT ((uint64_t)1 << 53)

struct packer {
	int64_t number[MAXNUMBERS];
	size_t nnumbers;
	uint32_t chain[MAXCHAIN];
	size_t nchain;
};

/* => characters of the number at s, 0: there is none that can be taken out */
static size_t
number_at(const char *s, uint64_t *value, char *mark)
{
	const bool hex = s[0] == '0' && s[1] == 'x';
	const char *digits = hex ? s + 2 : s;
	const size_t n = strspn(digits,
	    hex ? "0123456789abcdef" : "0123456789");

	if (n == 0 || n > 15 || (digits[0] == '0' && n > 1))
		return 0;
	*value = strtoull(digits, NULL, hex ? 16 : 10);
	*mark = hex ? HEX : DECIMAL;
	return *value < EXACT ? n + (size_t)(digits - s) : 0;
}

/* Where text without numbers to be taken out ends, behind a long number. */
static size_t
plain_at(const char *s)
{
	const size_t n = strspn(s, "0123456789");

	return n > 0 ? n : 1;
}

static bool
pack_line(struct report *r, struct packer *k, const char *text)
{
	char template[1024], mark;
	size_t len = 0, n;
	uint32_t number;
	uint64_t value;

	if (k->nchain == MAXCHAIN)
		return false;
	while (*text != '\0' && len < sizeof(template) - 32) {
		n = number_at(text, &value, &mark);
		if (n > 0 && k->nnumbers < MAXNUMBERS) {
			k->number[k->nnumbers++] = (int64_t)value;
			template[len++] = mark;
			text += n;
			continue;
		}
		for (n = plain_at(text); n > 0 && len < sizeof(template) - 1;
		     n--)
			template[len++] = *text++;
	}
	number = report_string(&r->templates, template, len);
	if (number == UINT32_MAX) {
		r->nomem = true;
		return false;
	}
	k->chain[k->nchain++] = number;
	return true;
}

/* => where the numbers of the chain's last story are; NULL: no memory */
static struct report_column *
last_of(struct report *r, uint32_t chain)
{
	size_t max = r->maxlast;

	while (chain >= max) {
		if (!report_grow(&r->last, max, &max, sizeof(*r->last)))
			return NULL;
		memset(r->last + r->maxlast, 0,
		    (max - r->maxlast) * sizeof(*r->last));
		r->maxlast = (uint32_t)max;
	}
	return &r->last[chain];
}

static void
put_chain(struct report *r, uint64_t op, const struct packer *k)
{
	const uint32_t chain = report_string(&r->chains, (const char *)k->chain,
	    k->nchain * sizeof(k->chain[0]));
	struct report_column *last = chain != UINT32_MAX ? last_of(r, chain) :
							   NULL;

	if (last == NULL) {
		r->nomem = true;
		return;
	}
	report_put(r, REPORT_STORY_OP, (int64_t)op);
	report_put(r, REPORT_STORY_CHAIN, chain);
	for (size_t i = 0; i < k->nnumbers; i++) {
		if (i == last->n && !report_column_put(last, 0))
			r->nomem = true;
		if (r->nomem)
			return;
		report_put(r, REPORT_STORY_NUMBER, k->number[i] - last->v[i]);
		last->v[i] = k->number[i];
	}
}

static uint64_t
used(const struct report *r)
{
	return 2 * r->col[REPORT_STORY_OP].n + r->col[REPORT_STORY_NUMBER].n;
}

void
report_text(struct report *r, uint64_t op, const char *text)
{
	struct packer k;

	k.nnumbers = k.nchain = 0;
	if (text != NULL && used(r) < r->limit.story && pack_line(r, &k, text))
		put_chain(r, op << 1 | 1, &k);
}

/* ------------------------------------------------------------- stories ---- */

/* Is the coming operation near the one that is asked about? */
static bool
is_near(const struct report *r)
{
	return r->at != 0 && r->ops + NEAR > r->at && r->ops < r->at + NEAR;
}

struct wl_story *
report_story(struct report *r)
{
	return used(r) < r->limit.story || is_near(r) ? r->story : NULL;
}

/* What has just been told: all of it while there is plenty of room. */
void
report_keep_story(struct report *r)
{
	const bool full = used(r) < r->limit.story / 2 || is_near(r);
	struct wl_line line;
	uint64_t more = 0;
	struct packer k;
	char text[900];

	k.nnumbers = k.nchain = 0;
	for (unsigned i = 0; wl_story_line(r->story, i, &line); i++) {
		if (!line.brief && !full)
			continue;
		if (k.nchain == MAXCHAIN - 1) {
			more = wl_story_nlines(r->story) - i;
			break;
		}
		snprintf(text, sizeof(text), "%s%s\t%s", line.brief ? "" : "+",
		    line.step, line.text);
		(void)pack_line(r, &k, text);
	}
	more += wl_story_lost(r->story);
	if (more > 0) {
		snprintf(text, sizeof(text), "more\tand %" PRIu64 " more steps",
		    more);
		(void)pack_line(r, &k, text);
	}
	if (wl_story_nomem(r->story))
		r->nomem = true;
	if (k.nchain > 0 && !r->nomem)
		put_chain(r, r->ops << 1, &k);
}
