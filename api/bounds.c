/*
 * The options that bound a command (bounds.h).
 */
#include "bounds.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define MAXTIME ((uint64_t)1 << 62) /* ns: a century */

/* ---------------------------------------------------------------- time ---- */

/* Digits and a fraction, in 1/10^9; what follows them is at *text then. */
static bool
decimal(const char **text, uint64_t *whole, uint64_t *part)
{
	uint64_t scale = 100000000;
	const char *p = *text;
	bool any = false;

	*whole = *part = 0;
	for (; *p >= '0' && *p <= '9' && *whole < MAXTIME / 10; p++, any = true)
		*whole = *whole * 10 + (uint64_t)(*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++, any = true) {
			*part += scale * (uint64_t)(*p - '0');
			scale /= 10;
		}
	*text = p;
	return any;
}

bool
api_bounds_time(const char *text, uint64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "", 1000000000 }, { "s", 1000000000 },
		{ "ms", 1000000 }, { "m", 60000000000 },
		{ "h", 3600000000000 } };
	uint64_t whole, part;

	if (!decimal(&text, &whole, &part))
		return false;
	for (size_t i = 0; i < NELEM(units); i++) {
		if (strcmp(text, units[i].name) != 0)
			continue;
		if (whole >= MAXTIME / units[i].ns)
			return false;
		*ns = whole * units[i].ns +
		    (uint64_t)((double)part * 1e-9 * (double)units[i].ns);
		return *ns > 0;
	}
	return false;
}

/* ----------------------------------------------------------- beginning ---- */

static bool
refuse(char *err, size_t errlen, const char *option, const char *text,
    const char *why)
{
	snprintf(err, errlen, "--%s %s: %s", option, text, why);
	return false;
}

bool
api_bounds_begin(struct api_bounds *b, const char *name, char *err,
    size_t errlen)
{
	struct api_guard_wants wants = { .name = b->name,
		.memory_text = b->memory_text,
		.timeout_text = b->timeout_text };
	char why[128];

	snprintf(b->name, sizeof(b->name), "%s", name);
	if (b->ops_text != NULL &&
	    !cmd_number(b->ops_text, 1, UINT64_MAX, &b->ops))
		return refuse(err, errlen, "max-ops", b->ops_text,
		    "expected a number of operations from 1 on");
	if (b->timeout_text != NULL &&
	    !api_bounds_time(b->timeout_text, &wants.timeout))
		return refuse(err, errlen, "timeout", b->timeout_text,
		    "expected a time such as 2, 0.5, 90s, 5m or 20ms");
	if (b->memory_text != NULL &&
	    (sim_parse_size(b->memory_text, &wants.memory) != 0 ||
		wants.memory < API_GUARD_LEAST))
		return refuse(err, errlen, "max-host-memory", b->memory_text,
		    "expected a size from 16M on");
	if (wants.memory == 0 && wants.timeout == 0)
		return true;
	b->guard = api_guard_begin(&wants, why, sizeof(why));
	if (b->guard != NULL)
		return true;
	return wants.memory > 0 ?
	    refuse(err, errlen, "max-host-memory", b->memory_text, why) :
	    refuse(err, errlen, "timeout", b->timeout_text, why);
}

/* ----------------------------------------------------------------- end ---- */

const char *
api_bounds_why(const struct api_bounds *b, enum api_over over, char buf[128])
{
	switch (over) {
	case API_OVER_MEMORY:
		snprintf(buf, 128,
		    "out of the %s of host memory that --max-host-memory "
		    "allows",
		    b->memory_text);
		break;
	case API_OVER_TIME:
		snprintf(buf, 128, "--timeout %s is over", b->timeout_text);
		break;
	case API_OVER_OPS:
		snprintf(buf, 128, "--max-ops %s are done", b->ops_text);
		break;
	default: buf[0] = '\0'; break;
	}
	return buf;
}

/* ------------------------------------------------------ other programs ---- */

bool
api_bounds_args(struct api_bounds *b, const char *name, int *argc, char ***argv)
{
	const struct {
		const char *name;
		const char **text;
	} options[] = {
		{ "--max-host-memory=", &b->memory_text },
		{ "--timeout=", &b->timeout_text },
	};
	char **v = *argv, *program = v[0], err[256];
	size_t i = 0, len;

	while (*argc > 1 && i < NELEM(options)) {
		len = strlen(options[i].name);
		if (strncmp(v[1], options[i].name, len) != 0) {
			i++;
			continue;
		}
		*options[i].text = v[1] + len;
		*++v = program;
		--*argc;
		i = 0;
	}
	*argv = v;
	if (api_bounds_begin(b, name, err, sizeof(err)))
		return true;
	fprintf(stderr, "%s: %s\n", name, err);
	return false;
}
