/*
 * tlb=NAME:PART...: what each part does, and that nothing else is taken.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/tlb_config.h"

static struct tlb_preset p;
static char why[200];

static void
test_presets(void **state)
{
	(void)state;
	for (size_t i = 0; tlb_presets[i] != NULL; i++) {
		assert_null(tlb_preset_check(tlb_presets[i]));
		assert_int_equal(sim_tlb_parse(tlb_presets[i]->name, &p, why,
				     sizeof(why)),
		    0);
		assert_memory_equal(&p, tlb_presets[i], sizeof(p));
		assert_ptr_equal(tlb_preset_byname(tlb_presets[i]->name),
		    tlb_presets[i]);
	}
	assert_null(tlb_preset_byname("skylak"));
}

static void
test_custom(void **state)
{
	(void)state;
	assert_int_equal(
	    sim_tlb_parse(
		"custom:l1=64x4@12-16:l1=32x4@17-25:"
		"l2=1536x12:pwc=32x4:pwc=4:policy=lru:asid=off:nested=4:"
		"threshold=34:walk=44:hit=9",
		&p, why, sizeof(why)),
	    0);
	assert_int_equal(p.array[TLB_L1D][0].entries, 64);
	assert_int_equal(p.array[TLB_L1D][0].ways, 4);
	assert_int_equal(p.array[TLB_L1D][0].hi, 16);
	assert_int_equal(p.array[TLB_L1D][1].lo, 17);
	assert_int_equal(p.array[TLB_L1D][2].entries, 0);
	assert_int_equal(p.array[TLB_L2D][0].ways, 12);
	assert_int_equal(p.array[TLB_L2D][0].hi, 63);
	assert_int_equal(p.pwc[1].entries, 4);
	assert_int_equal(p.pwc[1].ways, 0);
	assert_false(p.asid);
	assert_int_equal(p.host_levels, 4);
	assert_int_equal(p.threshold, 34);
	assert_int_equal(p.cost.walk, 44);
	assert_int_equal(p.cost.l2, 9);
	/* A preset with a part replaced. */
	assert_int_equal(sim_tlb_parse("skylake:l1=8x2", &p, why, sizeof(why)),
	    0);
	assert_int_equal(p.array[TLB_L1D][0].entries, 8);
	assert_int_equal(p.array[TLB_L1D][1].entries, 0);
	assert_int_equal(p.array[TLB_L1I][0].entries, 0);
	assert_int_equal(p.array[TLB_L2D][0].entries, 1536);
	assert_int_equal(sim_tlb_parse("skylake:policy=lru:l1d=8", &p, why,
			     sizeof(why)),
	    0);
	assert_int_equal(p.array[TLB_L1I][0].entries, 128);
}

static void
test_refused(void **state)
{
	static const char *const bad[] = { "", "x", "skylak", "skylakes",
		"custom:", "custom:l1", "custom:l1=", "custom:l1=0",
		"custom:l1=64x", "custom:l1=64x0", "custom:l1=64x4@",
		"custom:l1=64x4@12", "custom:l1=64x4@12-64",
		"custom:l1=64x4@25-12", "custom:l1=64x4 ", "custom:l1=-1",
		"custom:l1=48x4", "custom:l1=65537", "custom:l1=1024",
		"custom:l1=10x4", "custom:l3=64x4", "custom:policy=fifo",
		"custom:asid=yes", "custom:nested=6", "custom:walk=1e3",
		"custom:walk=99999999999999999999",
		"custom:l1=8::", "custom:l1=1:l1=1:l1=1:l1=1",
		"custom:pwc=1:pwc=1:pwc=1:pwc=1:pwc=1",
		"custom:l1=12x12:policy=plru", "custom:l1=128:policy=plru",
		("custom:l1d=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx") };

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++) {
		why[0] = '\0';
		if (sim_tlb_parse(bad[i], &p, why, sizeof(why)) != EINVAL)
			fail_msg("'%s' was taken", bad[i]);
		assert_true(strlen(why) > 10 && strchr(why, '\n') == NULL);
	}
}

/* The table of docs/tlb.md is the table of the source. */
static void
test_documented(void **state)
{
	static char doc[65536];
	FILE *fp = fopen("docs/tlb.md", "r");
	size_t n = 0;
	char row[500];

	(void)state;
	assert_non_null(fp);
	assert_true(fread(doc, 1, sizeof(doc) - 1, fp) > 1000);
	fclose(fp);
	for (; tlb_presets[n] != NULL; n++) {
		const struct tlb_preset *t = tlb_presets[n];

		snprintf(row, sizeof(row), "\n| %s | %s | %s | %u | %s%s |\n",
		    t->name, t->summary, t->source, t->cost.l2,
		    t->asid ? "ASIDs" : "-", t->broadcast ? ", broadcast" : "");
		if (strstr(doc, row) == NULL)
			fail_msg("docs/tlb.md lacks the row%s", row);
	}
	assert_int_equal(n, 18);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_custom),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_documented),
	};

	return cmocka_run_group_tests_name("sim/tlb_config", tests, NULL, NULL);
}
