/*
 * Commands that read and write every kind of file, and the files they read.
 */
#include "inject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Files whose names begin with new are not there before; those that begin with
 * old have something else in them.
 */
const struct inj_command inj_commands[] = {
	{ .args = "run s.uvm" },
	{ .args = "run --json --core new.core s.uvm" },
	{ .args = "run -q --core old.core s.uvm" },
	{ .args = "run --events new.events --record new.record s.uvm" },
	{ .args = "run --events old.events --record old.record "
		  "--core old.core s.uvm",
	    .flags = INJ_LONG },
	{ .args = "run --samples old.csv --every 7 s.uvm" },
	{ .args = "run - <s.uvm", .flags = INJ_LONG },
	{ .args = "run pressure.uvm", .flags = INJ_LONG },
	{ .args = "replay --no-host-files ls.strace --core old.core" },
	{ .args = "replay --no-host-files ls.strace.xz --events new.events",
	    .flags = INJ_LONG },
	{ .args = "replay -q --no-host-files --snaps all.snaps --maps all "
		  "all.strace",
	    .flags = INJ_LONG },
	{ .args = "replay -q --initial-maps maps.maps --maps all maps.kdump",
	    .flags = INJ_LONG },
	{ .args = "replay -m ram=64K,swap=256K t.uvt --core new.core" },
	{ .args = "replay -m ram=64K,swap=256K t.uvt.zst" },
	{ .args = "replay ops.uvt --json", .flags = INJ_LONG },
	{ .args = "convert t.uvt new.lackey" },
	{ .args = "convert t.lackey old.uvt" },
	{ .args = "convert t.lackey old.uvt.gz" },
	{ .args = "convert t.uvt.gz new.lackey.xz", .flags = INJ_LONG },
	{ .args = "convert t.uvt.xz new.uvt.zst" },
	{ .args = "convert --append t.lackey old.uvt" },
	{ .args = "convert --append t.uvt old.uvt.gz", .flags = INJ_LONG },
	{ .args = "convert maps.kdump new.uvm" },
	{ .args = "convert maps.kdump new.uvt", .flags = INJ_LONG },
	{ .args = "convert -q all.strace new.uvm", .flags = INJ_LONG },
	{ .args = "convert -q maps.32248.xz new.uvt", .flags = INJ_LONG },
	{ .args = "convert --to lackey t.uvt -" },
	{ .args = "convert --from lackey - old.uvt <t.lackey" },
	{ .args = "generate zipf:pages=40 -n 3000 -o old.uvt" },
	{ .args = "generate zipf:pages=40 -n 3000 -o new.uvt.xz --append",
	    .flags = INJ_LONG },
	{ .args = "generate forkserver:requests=4 -o new.uvm",
	    .flags = INJ_LONG },
	{ .args = "info t.uvt" },
	{ .args = "info --json t.uvt.gz", .flags = INJ_LONG },
	{ .args = "mrc --all t.uvt --plot old.svg" },
	{ .args = "mrc --policy opt --json t.lackey" },
	{ .args = "mrc --sample 0.5 t.uvt", .flags = INJ_LONG },
	{ .args = "wset --series --phases --reuse t.uvt" },
	{ .args = "wset --frames 8 --csv t.lackey", .flags = INJ_LONG },
	{ .args = "count -p lru,clock,arc,2q,opt --frames 4,16 t.uvt" },
	{ .args = "sweep -j 2 -q -r new.results grid t.uvt --csv",
	    .flags = INJ_RESUMES },
	{ .args = "sweep -j 1 -r old.results grid t.uvt",
	    .flags = INJ_RESUMES },
	{ .args = "sweep -j 1 -q -r some.results grid t.uvt --csv",
	    .flags = INJ_LONG | INJ_RESUMES },
	{ .args = "check t.core" },
	{ .args = "check --json t.core", .flags = INJ_LONG },
	{ .args = "procfs t.core new.proc", .flags = INJ_STREAMS },
	{ .args = "ksyms t.core" },
	{ .args = "explain s.uvm" },
	{ .args = "explain --full --json s.uvm", .flags = INJ_LONG },
	{ .args = "explain ops.uvt:20", .flags = INJ_LONG },
	{ .args = "step s.uvm -x run -x back -x info", .flags = INJ_TALKS },
	{ .args = "step t.uvt -x next -x back", .flags = INJ_LONG | INJ_TALKS },
	{ .args = "report -o old.html s.uvm" },
	{ .args = "report -o new.html t.uvt --until 500", .flags = INJ_LONG },
	{ .args = "report -o new.html t.core", .flags = INJ_LONG },
	{ .args = "report --svg map -o old.svg s.uvm" },
	{ .args = "lesson 2 -s 7 -c" },
	{ .args = "lesson 1 --answers answers", .flags = INJ_LONG },
	{ .args = "lesson 2 --files new.room", .flags = INJ_LONG },
	{ .args = "lesson 3 --grade key", .flags = INJ_LONG },
};

const size_t inj_ncommands = sizeof(inj_commands) / sizeof(inj_commands[0]);

static const char small_script
    [] = "machine ram=256K swap=1M\n"
	 "file /data 64K\n"
	 "spawn a\n"
	 "a: m = mmap 128K rw private anon\n"
	 "a: write m 128K\n"
	 "a: fork b\n"
	 "b: write m 64K\n"
	 "a: fd = open(\"/data\", O_RDWR)\n"
	 "a: f = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0)\n"
	 "a: write f 64K\n"
	 "a: mprotect m+8K 8K r\n"
	 "repeat 3\n"
	 "a: read m 128K\n"
	 "b: write m 32K\n"
	 "end\n"
	 "b: munmap m+32K 16K\n"
	 "expect a resident m 128K >= 1\n"
	 "show map a\n";

static const char *const preparations[] = {
	"generate zipf:pages=40 -n 3000 -o t.uvt",
	"generate forkserver:pages=8:requests=4 -o ops.uvt",
	"convert -q t.uvt t.lackey",
	"convert -q t.uvt t.uvt.gz",
	"convert -q t.uvt t.uvt.xz",
	"convert -q t.uvt t.uvt.zst",
	"generate stride:pages=9 -n 500 -o old.uvt",
	"convert -q old.uvt old.uvt.gz",
	"run -q --core t.core s.uvm",
	"sweep -q -r some.results half t.uvt",
};

static void
write_file(const char *name, const char *text)
{
	FILE *fp = fopen(name, "w");

	if (fp == NULL || fputs(text, fp) == EOF || fclose(fp) != 0) {
		perror(name);
		exit(2);
	}
}

static void
shell(const char *fmt, const char *a, const char *b)
{
	char command[8192];

	snprintf(command, sizeof(command), fmt, a, b);
	if (system(command) != 0) {
		fprintf(stderr, "%s: failed\n", command);
		exit(2);
	}
}

void
inj_prepare(const char *uvmsim, const char *top)
{
	static const char *const old[] = { "old.core", "old.events",
		"old.record", "old.csv", "old.svg", "old.html" };

	write_file("s.uvm", small_script);
	write_file("grid", "policy=lru,clock\nframes=4,16\n");
	write_file("half", "policy=lru\nframes=4,16\n");
	write_file("old.results", "");
	write_file("answers", "1: 4\n2: 0x4123\n3: b\n4: 4086\n5: one\n");
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		write_file(old[i], "what was here before\n");
	for (size_t i = 0; i < sizeof(preparations) / sizeof(preparations[0]);
	     i++)
		shell("'%s' %s >/dev/null", uvmsim, preparations[i]);
	shell("'%s' %s >key", uvmsim, "lesson 3 -s 7 --key");
	shell("cp '%s/tests/data/traces/%s' .", top, "ls.strace");
	shell("%s %s", "xz -k", "ls.strace");
	shell("cp '%s/tests/data/calls/%s' maps.kdump", top,
	    "ls.freebsd.kdump");
	shell("cp '%s/tests/data/calls/%s' maps.maps", top, "ls.freebsd.maps");
	shell("cp '%s/tests/data/calls/%s' all.strace", top,
	    "all.linux.strace");
	shell("cp '%s/tests/data/record/'%s .", top, "maps.322*.xz");
	shell("cp '%s/tests/data/calls/%s' all.snaps", top, "all.linux.snaps");
	shell("cp '%s/%s' pressure.uvm", top,
	    "workloads/examples/page-daemons.uvm");
}
