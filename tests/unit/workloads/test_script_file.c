/*
 * The statements file, mount and namecache: what they take and refuse, and that
 * their record does the same again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

static void
expect_record(const char *text, const char *record)
{
	struct script_result r, again;

	script_run(&r, text);
	assert_true(r.completed);
	assert_string_equal(r.record, record);
	script_run(&again, r.record);
	assert_true(again.completed);
	assert_string_equal(again.record, r.record);
	script_free(&r);
	script_free(&again);
}

static void
test_record(void **state)
{
	(void)state;
	expect_record("file /a 64K\nfile \"/b c\" 4097 ino=7\n"
		      "file /d 1M dev=4,6 ino=4294967295\n"
		      "file /e 0 ino=1 dev=255,255\n",
	    "file \"/a\" 64K\nfile \"/b c\" 4097 ino=7\n"
	    "file \"/d\" 1M dev=4,6 ino=4294967295\n"
	    "file \"/e\" 0 dev=255,255 ino=1\n");
	expect_record("mount /usr\nmount / type=mfs dev=1,2\n"
		      "mount \"/cd rom\" dev=6,0 type=cd9660\n",
	    "mount \"/usr\" dev=0,0 type=ufs\n"
	    "mount \"/\" dev=1,2 type=mfs\n"
	    "mount \"/cd rom\" dev=6,0 type=cd9660\n");
	expect_record("namecache drop /usr/lib\nnamecache add \"/usr/lib\"\n",
	    "namecache drop \"/usr/lib\"\nnamecache add \"/usr/lib\"\n");
}

struct wrong {
	const char *text, *message;
};

static const struct wrong wrongs[] = {
	{ "file /a",
	    "1:8: expected a size such as 64K, got the end of the "
	    "line" },
	{ "file /a 4K dev=1",
	    "1:17: expected a comma and the minor number, "
	    "got the end of the line" },
	{ "file /a 4K dev=256,0",
	    "1:16: a major number out of range: at most 255" },
	{ "file /a 4K dev=1,256",
	    "1:18: a minor number out of range: at most 255" },
	{ "file /a 4K ino=4294967296",
	    "1:16: an inode number out of range: at most 4294967295" },
	{ "file /a 4K size=3",
	    "1:12: expected dev=MAJOR,MINOR, ino=NUMBER or disk=KIND, "
	    "got size=3" },
	{ "file /a 4K\nfile /a 4K", "2:1: the file /a exists already" },
	{ "mount", "1:6: expected a directory, got the end of the line" },
	{ "mount /a type=nsf",
	    "1:15: unknown file system nsf; did you mean nfs?" },
	{ "mount /a type=",
	    "1:15: expected a file system such as ufs or nfs, "
	    "got the end of the line" },
	{ "mount /a fstype=ufs",
	    "1:10: expected dev=MAJOR,MINOR or type=NAME, got fstype=ufs" },
	{ "mount usr",
	    "1:1: usr is not an absolute path without empty, . and .. "
	    "components" },
	{ "mount /usr/",
	    "1:1: /usr/ is not an absolute path without empty, . "
	    "and .. components" },
	{ "namecache", "1:10: expected drop or add, got the end of the line" },
	{ "namecache forget /a", "1:11: expected drop or add, got forget" },
	{ "namecache drop", "1:15: expected a path, got the end of the line" },
	{ "namecache drop /",
	    "1:1: / is not an absolute path without empty, . and .. "
	    "components" },
	{ "namecache drop a/b",
	    "1:1: a/b is not an absolute path without empty, . and .. "
	    "components" },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++)
		script_expect_error(wrongs[i].text, wrongs[i].message);
}

static void
test_too_many(void **state)
{
	char *text = malloc(2000 * 32), *at = text;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 64; i++)
		at += sprintf(at, "mount /m%d\n", i);
	strcpy(at, "mount /m3 type=nfs\nmount /more\n");
	script_expect_error(text, "66:1: too many mounts or names");
	at = text;
	for (int i = 0; i < 1024; i++)
		at += sprintf(at, "namecache drop /n%d\n", i);
	strcpy(at, "namecache drop /n3\nnamecache drop /more\n");
	script_expect_error(text, "1026:1: too many mounts or names");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
