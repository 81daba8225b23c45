/*
 * The fast decoder of lackey text.
 *
 *	I  0401ab70,3$		s[0..2] kind, s[3 ..] digits, comma, size,
 *	 S 1fff000d08,8$	newline: 14 to 24 bytes
 *
 * Neither the kind nor the number of digits is branched on: both change from
 * line to line, and a branch guessed wrong costs as much as a whole line.  The
 * three characters of the kind are looked up in a table by three bits of them,
 * the digits are loaded backwards from the comma, so that the last one is
 * always in its place, and all faults are gathered and looked at when the text
 * has been decoded; then, at worst, it is decoded again with care.  The size
 * has one digit in 98 lines of 100, which is worth a branch.
 *
 * Where the next line begins is known only when the comma of this one has been
 * found, some 14 cycles later; decoding two runs of text in turns hides that.
 */
#include "lackey.h"
#include "lackey_simd.h"

#define likely(x) __builtin_expect(!!(x), 1)

/* The kind's characters by bits 0 to 2 of the first two, exclusive-or'ed. */
static const uint32_t kinds[8] = {
	UINT32_MAX,
	0x202049, /* "I  " */
	UINT32_MAX,
	0x205320, /* " S " */
	0x204c20, /* " L " */
	0x204d20, /* " M " */
	UINT32_MAX,
	UINT32_MAX,
};

struct faults {
	uint32_t kind;
	wl_hexbad digits;
};

/*
 * The size in the text from the comma on.  => the number of characters from the
 * comma to behind the newline; 0: not in the usual form
 */
static inline unsigned
get_size(const char *comma, uint32_t *size)
{
	uint32_t text = wl_le32(comma), ones, tens;

	*size = (uint8_t)((text >> 8) - '0');
	if (likely((text & 0xff00ff) == (',' | '\n' << 16) && *size - 1 < 9))
		return 3;
	if ((text & 0xff) != ',' || comma[3] != '\n')
		return 0;
	tens = *size;
	ones = (uint8_t)((text >> 16) - '0');
	*size = tens * 10 + ones;
	return tens <= 9 && ones <= 9 && *size > 0 ? 4 : 0;
}

/* => the text behind the line at s; NULL: it is not in the usual form */
static inline const char *
line(const char *s, struct wl_ref *ref, struct faults *faults)
{
	uint32_t start = wl_le32(s), kind = (start ^ start >> 8) & 7, size;
	unsigned more = wl_find_comma(s + 11), n;
	const char *comma = s + 11 + more;

	n = get_size(comma, &size);
	if (n == 0)
		return NULL;
	faults->kind |= (start ^ kinds[kind]) << 8;
	ref->va = wl_hex16(comma, 8 + more, &faults->digits);
	ref->size = size;
	ref->kind = kind;
	return comma + n;
}

static inline bool
found(const struct faults *faults)
{
	return faults->kind != 0 || wl_hex_is_bad(faults->digits);
}

/* => false: some line is at fault, and nothing has been decoded */
static bool
single(struct wl_lackey_run *run)
{
	struct faults faults = { 0, WL_HEXBAD_NONE };
	const char *s = run->text, *end = run->end, *next;
	struct wl_ref *ref = run->ref + run->n;

	while (s < end && (next = line(s, ref, &faults)) != NULL) {
		s = next;
		ref++;
	}
	if (found(&faults))
		return false;
	run->text = s;
	run->n = (size_t)(ref - run->ref);
	return true;
}

static bool
both(struct wl_lackey_run *a, struct wl_lackey_run *b)
{
	struct faults faults = { 0, WL_HEXBAD_NONE };
	const char *s = a->text, *send = a->end, *t = b->text, *tend = b->end;
	struct wl_ref *sref = a->ref + a->n, *tref = b->ref + b->n;
	const char *next;

	while (s < send && t < tend) {
		if ((next = line(s, sref, &faults)) == NULL)
			break;
		s = next;
		sref++;
		if ((next = line(t, tref, &faults)) == NULL)
			break;
		t = next;
		tref++;
	}
	if (found(&faults))
		return false;
	a->text = s;
	a->n = (size_t)(sref - a->ref);
	b->text = t;
	b->n = (size_t)(tref - b->ref);
	return true;
}

bool
wl_lackey_fast(struct wl_lackey_run *a, struct wl_lackey_run *b)
{
	if (b->text == b->end) /* and may have no room */
		return single(a);
	return both(a, b) && single(a) && single(b);
}
