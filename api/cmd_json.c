/*
 * Strings of JSON, and a machine's counters.
 */
#include <inttypes.h>

#include "cmd.h"
#include "sim/json.h"
#include "sim/stats.h"

void
cmd_json_string(FILE *fp, const char *text)
{
	char piece[SIM_JSON_PIECE];

	putc('"', fp);
	while (*text != '\0') {
		(void)sim_json_piece(&text, NULL, piece);
		fputs(piece, fp);
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
