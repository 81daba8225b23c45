/*
 * JSON strings (RFC 8259), and a machine's counters as JSON.
 *
 * Names come from scripts and traces and may hold any byte.  Well-formed UTF-8
 * goes out as it is; a byte that is not part of it goes out as the character
 * of its own number, so that the output is always JSON.
 */
#include <inttypes.h>

#include "cmd.h"
#include "sim/stats.h"

/*
 * Bytes of the UTF-8 sequence at s, 0 if there is none (RFC 3629: no overlong
 * forms, no surrogates, nothing past U+10FFFF).
 */
static unsigned
utf8_length(const unsigned char *s)
{
	static const struct {
		unsigned char first, last; /* first byte's range */
		unsigned char lo, hi;      /* second byte's range */
		unsigned char len;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	unsigned i, n;

	for (i = 0; i < NELEM(forms); i++)
		if (s[0] >= forms[i].first && s[0] <= forms[i].last)
			break;
	if (i == NELEM(forms) || s[1] < forms[i].lo || s[1] > forms[i].hi)
		return 0;
	for (n = 2; n < forms[i].len; n++)
		if ((s[n] & 0xc0) != 0x80)
			return 0;
	return forms[i].len;
}

static void
put_escaped(FILE *fp, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\': fprintf(fp, "\\%c", c); break;
	case '\n': fputs("\\n", fp); break;
	case '\t': fputs("\\t", fp); break;
	default: fprintf(fp, "\\u%04x", c);
	}
}

void
cmd_json_string(FILE *fp, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned n;

	putc('"', fp);
	while (*s != '\0') {
		if (*s >= 0x20 && *s < 0x7f && *s != '"' && *s != '\\') {
			putc(*s++, fp);
		} else if ((n = utf8_length(s)) > 0) {
			fwrite(s, 1, n, fp);
			s += n;
		} else {
			put_escaped(fp, *s++);
		}
	}
	putc('"', fp);
}

void
cmd_json_statistics(FILE *fp, const struct machine *m)
{
	struct sim_stat st;

	fputs("\"statistics\":{", fp);
	for (size_t i = 0; sim_stat_at(m, i, &st); i++)
		fprintf(fp, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", st.name,
		    st.value);
	putc('}', fp);
}
