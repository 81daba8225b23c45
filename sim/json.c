/*
 * The pieces of JSON's strings (json.h).
 */
#include "json.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pmap/types.h"

/*
 * Bytes of the UTF-8 sequence at s, 0 if there is none or it is ASCII (RFC
 * 3629: no overlong forms, no surrogates, nothing past U+10FFFF).
 */
static size_t
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

static int
escape(unsigned char c, bool by_number, char piece[SIM_JSON_PIECE])
{
	if (!by_number)
		switch (c) {
		case '"':
		case '\\': return snprintf(piece, SIM_JSON_PIECE, "\\%c", c);
		case '\n': return snprintf(piece, SIM_JSON_PIECE, "\\n");
		case '\t': return snprintf(piece, SIM_JSON_PIECE, "\\t");
		}
	return snprintf(piece, SIM_JSON_PIECE, "\\u%04x", c);
}

size_t
sim_json_piece(const char **text, const char *besides,
    char piece[SIM_JSON_PIECE])
{
	const unsigned char *s = (const unsigned char *)*text;
	const bool by_number = besides != NULL && strchr(besides, *s) != NULL;
	const bool plain = *s >= 0x20 && *s < 0x7f && *s != '"' && *s != '\\' &&
	    !by_number;
	const size_t n = plain ? 1 : utf8_length(s);

	*text += n > 0 ? n : 1;
	if (n == 0)
		return (size_t)escape(*s, by_number, piece);
	memcpy(piece, s, n);
	piece[n] = '\0';
	return n;
}
