/*
 * What procstat -v prints: text in columns, or JSON as libxo has it.
 *
 *	PID START END PRT RES PRES REF SHD FLAG TP PATH
 *	46620 0x400000 0x4fb000 r-x 251 271 3 1 CN--- vn /bin/sh
 *
 * with START and END 18 wide and the rest as wide as its usual value.
 * Wider values push the rest of the line to the right.  Without a path the line
 * ends with the blank behind TP.
 */
#include <inttypes.h>

#include "api/cmd.h"
#include "procstat.h"

#define PTRWIDTH 18 /* 0x and 16 digits */

static const struct {
	const char *letters, *word;
} types[] = {
	[KVME_TYPE_NONE] = { "--", "none" },
	[KVME_TYPE_DEFAULT] = { "df", "default" },
	[KVME_TYPE_VNODE] = { "vn", "vnode" },
	[KVME_TYPE_SWAP] = { "sw", "swap" },
	[KVME_TYPE_DEVICE] = { "dv", "device" },
	[KVME_TYPE_PHYS] = { "ph", "physical" },
	[KVME_TYPE_DEAD] = { "dd", "dead" },
	[KVME_TYPE_SG] = { "sg", "scatter/gather" },
	[KVME_TYPE_MGTDEVICE] = { "md", "managed_device" },
	[KVME_TYPE_GUARD] = { "gd", "guard" },
};

static bool
is_known(int type)
{
	return type >= 0 && (size_t)type < NELEM(types);
}

const char *
procstat_type(int type)
{
	return is_known(type) ? types[type].letters : "??";
}

const char *
procstat_type_word(int type)
{
	return is_known(type) ? types[type].word : "unknown";
}

/* --------------------------------------------------------------- text ---- */

static void
show_header(FILE *out)
{
	fprintf(out, "%5s %*s %*s %3s %4s %4s %3s %3s %-5s %-2s %-s\n", "PID",
	    PTRWIDTH, "START", PTRWIDTH, "END", "PRT", "RES", "PRES", "REF",
	    "SHD", "FLAG", "TP", "PATH");
}

/* One letter if the bit is there. */
static char
letter(int flags, int bit, char c)
{
	return flags & bit ? c : '-';
}

static void
show_row(FILE *out, int pid, const struct kinfo_vmentry *k)
{
	const int prot = k->kve_protection, flags = k->kve_flags;
	const char grows = flags & KVME_FLAG_GROWS_UP ?
	    'U' :
	    letter(flags, KVME_FLAG_GROWS_DOWN, 'D');

	fprintf(out, "%5d %#*" PRIx64 " %#*" PRIx64 " %c%c%c ", pid, PTRWIDTH,
	    k->kve_start, PTRWIDTH, k->kve_end,
	    letter(prot, KVME_PROT_READ, 'r'),
	    letter(prot, KVME_PROT_WRITE, 'w'),
	    letter(prot, KVME_PROT_EXEC, 'x'));
	fprintf(out, "%4d %4d %3d %3d %c%c%c%c%c %-2s %s\n", k->kve_resident,
	    k->kve_private_resident, k->kve_ref_count, k->kve_shadow_count,
	    letter(flags, KVME_FLAG_COW, 'C'),
	    letter(flags, KVME_FLAG_NEEDS_COPY, 'N'),
	    letter(flags, KVME_FLAG_SUPER, 'S'), grows,
	    letter(flags, KVME_FLAG_USER_WIRED, 'W'),
	    procstat_type(k->kve_type), k->kve_path);
}

/* --------------------------------------------------------------- JSON ---- */

struct bit_name {
	int bit;
	const char *name;
};

static void
json_bits(FILE *out, const char *name, int value, const struct bit_name *bits)
{
	const char *sep = "";

	fprintf(out, "\"%s\":{", name);
	for (; bits->name != NULL; bits++, sep = ",")
		fprintf(out, "%s\"%s\":%s", sep, bits->name,
		    value & bits->bit ? "true" : "false");
	fputs("},", out);
}

static void
json_row(FILE *out, const struct kinfo_vmentry *k)
{
	static const struct bit_name prot[] = {
		{ KVME_PROT_READ, "read" },
		{ KVME_PROT_WRITE, "write" },
		{ KVME_PROT_EXEC, "exec" },
		{ 0, NULL },
	}, flags[] = {
		{ KVME_FLAG_COW, "copy_on_write" },
		{ KVME_FLAG_NEEDS_COPY, "needs_copy" },
		{ KVME_FLAG_SUPER, "super_pages" },
		{ KVME_FLAG_GROWS_UP, "grows_up" },
		{ KVME_FLAG_GROWS_DOWN, "grows_down" },
		{ KVME_FLAG_USER_WIRED, "wired" },
		{ 0, NULL },
	};

	fprintf(out,
	    "{\"kve_start\":\"%#" PRIx64 "\",\"kve_end\":\"%#" PRIx64 "\",",
	    k->kve_start, k->kve_end);
	json_bits(out, "kve_protection", k->kve_protection, prot);
	fprintf(out,
	    "\"kve_resident\":%d,\"kve_private_resident\":%d,"
	    "\"kve_ref_count\":%d,\"kve_shadow_count\":%d,",
	    k->kve_resident, k->kve_private_resident, k->kve_ref_count,
	    k->kve_shadow_count);
	json_bits(out, "kve_flags", k->kve_flags, flags);
	fprintf(out, "\"kve_type\":\"%s\",\"kve_path\":",
	    procstat_type_word(k->kve_type));
	cmd_json_string(out, k->kve_path);
	putc('}', out);
}

static void
json_process(struct procstat_view *v, int pid, const struct kinfo_vmentry *k,
    int n)
{
	fprintf(v->out, "%s\"%d\":{\"process_id\":%d,\"vm\":[",
	    v->more ? "," : "", pid, pid);
	v->more = true;
	for (int i = 0; i < n; i++) {
		if (i > 0)
			putc(',', v->out);
		json_row(v->out, &k[i]);
	}
	fputs("]}", v->out);
}

/* ---------------------------------------------------------------- all ---- */

void
procstat_begin(struct procstat_view *v)
{
	if (v->json)
		fputs("{\"__version\":\"1\",\"procstat\":{\"vm\":{", v->out);
}

void
procstat_show(struct procstat_view *v, int pid, const struct kinfo_vmentry *k,
    int n)
{
	if (v->json) {
		json_process(v, pid, k, n);
		return;
	}
	if (!v->noheader)
		show_header(v->out);
	v->noheader = true;
	for (int i = 0; i < n; i++)
		show_row(v->out, pid, &k[i]);
}

void
procstat_end(struct procstat_view *v)
{
	if (v->json)
		fputs("}}}\n", v->out);
}
