/*
 * Heads of logs, and the images of the programs that begin there.
 *
 *	==8428== Lackey, an example Valgrind tool
 *	==8428== Command: /bin/ls -l
 *	==8428== uvmsim: area 108000-10c000 r-- 0 /usr/bin/ls
 *	I  0401ab70,3
 *
 * A log that continues its parent's program has the same Command line.  A
 * program that begins does so in its interpreter, where no fork returns to.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/replay/elf_image.h"
#include "int.h"
#include "workloads/script/exec.h"

#define MAXAREAS 256
#define PAGE WL_REC_PAGE
#define STACK_FIRST ((uint64_t)2 * PAGE) /* bytes that a program begins with */

/* Where valgrind 3.19 puts things. */
static const vaddr_t places[] = {
	[WL_ELF_PROGRAM] = 0x108000,
	[WL_ELF_INTERPRETER] = 0x4000000,
	[WL_ELF_STACK_END] = 0x1fff001000,
};
#define INTERPRETER_MAX ((vaddr_t)1 << 20) /* bytes of it */

/* --------------------------------------------------------------- head ---- */

static vm_prot_t
prot_of(const char *s)
{
	return (vm_prot_t)((s[0] == 'r' ? VM_PROT_READ : 0) |
	    (s[1] == 'w' ? VM_PROT_WRITE : 0) |
	    (s[2] == 'x' ? VM_PROT_EXEC : 0));
}

/* "108000-10c000 r-- 0 /usr/bin/ls" */
static void
area_line(struct wl_rec *r, struct wl_rec_proc *p, const char *text)
{
	struct wl_rec_area a = { .start = 0 }, *area;
	char prot[4] = "";
	int at = 0;

	if (sscanf(text, "%" SCNx64 "-%" SCNx64 " %3s %" SCNx64 " %n", &a.start,
		&a.end, prot, &a.offset, &at) < 4 ||
	    text[at] == '\0' || p->nareas == MAXAREAS ||
	    ((a.start | a.end | a.offset) & (PAGE - 1)) != 0 ||
	    a.start >= a.end || a.end >> 47 != 0 || a.offset >> 43 != 0) {
		(void)wl_rec_fail(r, EINVAL,
		    "%s:%" PRIu64
		    ": expected START-END PROT OFFSET PATH of an area, page "
		    "aligned",
		    p->path, p->lines);
		return;
	}
	a.prot = prot_of(prot);
	a.path = strdup(text + at);
	area = realloc(p->area, (p->nareas + 1) * sizeof(*area));
	if (area != NULL)
		p->area = area;
	if (a.path == NULL || area == NULL) {
		free(a.path);
		(void)wl_rec_no_memory(r);
		return;
	}
	wl_clean_path(a.path);
	p->area[p->nareas++] = a;
}

static void
areas_free(struct wl_rec_proc *p)
{
	for (size_t i = 0; i < p->nareas; i++)
		free(p->area[i].path);
	free(p->area);
	p->area = NULL;
	p->nareas = 0;
}

void
wl_rec_image_free(struct wl_rec_proc *p)
{
	areas_free(p);
	free(p->command);
	free(p->forked);
	p->command = p->forked = NULL;
}

void
wl_rec_head(struct wl_rec *r, struct wl_rec_proc *p, const char *line,
    size_t len)
{
	static const char command[] = "== Command: ",
			  area[] = "== uvmsim: area ";
	char text[WL_REC_PATH + 128], *at;

	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	memcpy(text, line, len);
	text[len] = '\0';
	if (p->pid == 0) {
		const long pid = strtol(text + 2, NULL, 10);

		p->pid = pid > 0 && pid <= SIM_MAXPID ? (int)pid : 0;
	}
	if (strstr(text, "== Lackey, ") != NULL && p->begun) {
		p->begun = false; /* another program, in the same log */
		areas_free(p);
	} else if ((at = strstr(text, command)) != NULL) {
		free(p->command);
		p->command = strdup(at + sizeof(command) - 1);
		if (p->command == NULL)
			(void)wl_rec_no_memory(r);
	} else if ((at = strstr(text, area)) != NULL) {
		area_line(r, p, at + sizeof(area) - 1);
	}
}

/* ------------------------------------------------------------ program ---- */

/* The first word of the command; a backslash quotes a character. */
static void
first_word(const char *command, char *word, size_t len)
{
	size_t n = 0;

	for (; *command != '\0' && *command != ' ' && n + 1 < len; command++) {
		if (*command == '\\' && command[1] != '\0')
			command++;
		word[n++] = *command;
	}
	word[n] = '\0';
}

/* As a shell looks for it. => false: there is none */
static bool
look_for(const char *word, char *path, size_t len)
{
	const char *dirs = getenv("PATH");

	if (strchr(word, '/') != NULL || dirs == NULL)
		return (size_t)snprintf(path, len, "%s", word) < len;
	for (size_t n; *dirs != '\0'; dirs += n) {
		n = strcspn(dirs, ":");
		if ((size_t)snprintf(path, len, "%.*s/%s", (int)n, dirs, word) <
			len &&
		    access(path, X_OK) == 0)
			return true;
		n += dirs[n] == ':';
	}
	return false;
}

/* A script's interpreter takes its place. => false: it is no script */
static bool
interpreter_of(char *path, size_t len)
{
	char line[256] = "", *word;
	FILE *fp = fopen(path, "re");
	size_t n = fp != NULL ? fread(line, 1, sizeof(line) - 1, fp) : 0;

	if (fp != NULL)
		fclose(fp);
	line[n] = '\0';
	if (strncmp(line, "#!", 2) != 0)
		return false;
	word = line + 2 + strspn(line + 2, " \t");
	word[strcspn(word, " \t\n")] = '\0';
	return (size_t)snprintf(path, len, "%s", word) < len;
}

/* The areas of the program's file here. => false: they are not known */
static bool
host_areas(struct wl_rec *r, struct wl_rec_proc *p)
{
	const struct wl_elf_hints hints = { .page_shift = 12, .place = places };
	char word[WL_REC_PATH], path[WL_REC_PATH], *real;
	struct wl_elf elf;
	bool ok;

	if (p->command == NULL || !r->config->host_files)
		return false;
	first_word(p->command, word, sizeof(word));
	if (!p->running && r->config->program != NULL && p->parent == NULL)
		snprintf(word, sizeof(word), "%s", r->config->program);
	if (!look_for(word, path, sizeof(path)))
		return false;
	(void)interpreter_of(path, sizeof(path));
	real = realpath(path, NULL);
	ok = real != NULL && wl_elf_image(real, &hints, &elf);
	free(real);
	if (!ok)
		return false;
	p->area = calloc(elf.n, sizeof(*p->area));
	for (size_t i = 0; i < elf.n && p->area != NULL; i++) {
		const struct sim_segment *s = &elf.segment[i];
		struct wl_rec_area *a = &p->area[i];

		*a = (struct wl_rec_area){ s->start, s->end, s->prot, s->offset,
			strdup(s->kind == SIM_SEG_STACK ? "[stack]" :
				s->kind == SIM_SEG_FILE ? s->path :
							  "-") };
		if (s->kind == SIM_SEG_STACK)
			a->start = a->end - STACK_FIRST;
		if (a->path == NULL)
			break;
		wl_clean_path(a->path);
		p->nareas++;
	}
	if (p->nareas < elf.n)
		(void)wl_rec_no_memory(r);
	wl_elf_free(&elf);
	return true;
}

/* ----------------------------------------------------------- its lines ---- */

static void
map_area(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_rec_area *a)
{
	const bool stack = strcmp(a->path, "[stack]") == 0;
	const bool file = !stack && strcmp(a->path, "-") != 0;

	wl_rec_map(r, p, a->start, a->end - a->start, a->prot,
	    LX_MAP_PRIVATE | (stack ? LX_MAP_GROWSDOWN | LX_MAP_STACK : 0),
	    file ? a->path : NULL, a->offset);
}

/* What all areas of the file together need. */
static uint64_t
file_size(const struct wl_rec_proc *p, const char *path)
{
	uint64_t size = 0, end;

	for (size_t i = 0; i < p->nareas; i++) {
		const struct wl_rec_area *a = &p->area[i];

		end = a->offset + (a->end - a->start);
		if (strcmp(a->path, path) == 0 && end > size)
			size = end;
	}
	return size;
}

/* Files come before the stand-in of exec, which would make its own. */
static void
need_files(struct wl_rec *r, struct wl_rec_proc *p)
{
	for (size_t i = 0; i < p->nareas; i++)
		if (p->area[i].path[0] == '/')
			wl_rec_need(r, p, p->area[i].path,
			    file_size(p, p->area[i].path));
}

/* The copy of the log has them behind its head. */
static void
keep_areas(struct wl_rec_proc *p)
{
	for (size_t i = 0; i < p->nareas && p->keep != NULL; i++) {
		const struct wl_rec_area *a = &p->area[i];

		fprintf(p->keep,
		    "==%d== uvmsim: area %" PRIx64 "-%" PRIx64
		    " %c%c%c %" PRIx64 " %s\n",
		    p->pid, a->start, a->end,
		    a->prot & VM_PROT_READ ? 'r' : '-',
		    a->prot & VM_PROT_WRITE ? 'w' : '-',
		    a->prot & VM_PROT_EXEC ? 'x' : '-', a->offset, a->path);
	}
}

/* A child's log that goes on where its parent forked, without an image. */
static bool
continues(const struct wl_rec_proc *p, const struct wl_ref *first)
{
	const vaddr_t at = places[WL_ELF_INTERPRETER];

	if (p->parent == NULL || p->running || p->command == NULL ||
	    p->forked == NULL || strcmp(p->command, p->forked) != 0)
		return false;
	return first == NULL || first->va < at ||
	    first->va >= at + INTERPRETER_MAX;
}

static void
write_start(struct wl_rec *r, struct wl_rec_proc *p)
{
	struct sim_call call = { .no = SIM_SYS_EXEC };
	char pid[32] = "";

	call.str = p->nareas > 0 && p->area[0].path[0] == '/' ?
	    p->area[0].path :
	    "/program";
	need_files(r, p);
	if (p->parent != NULL || p->running) {
		/* What exec itself maps, a stand-in, goes at once. */
		wl_rec_op(r, p, &call, NULL);
		call = (struct sim_call){ .no = SIM_SYS_MUNMAP,
			.arg = { PAGE,
			    ((uint64_t)1 << 47) - (uint64_t)2 * PAGE } };
		wl_rec_op(r, p, &call, NULL);
		return;
	}
	if (p->pid != 0)
		snprintf(pid, sizeof(pid), " pid=%d", p->pid);
	wl_rec_line(r, "spawn %s personality=linux%s image=none", p->name, pid);
}

void
wl_rec_begin(struct wl_rec *r, struct wl_rec_proc *p,
    const struct wl_ref *first)
{
	p->begun = true;
	if (continues(p, first)) {
		p->running = true;
		return;
	}
	if (p->nareas == 0) {
		if (host_areas(r, p))
			keep_areas(p);
		else
			wl_rec_say(r,
			    "%s:%" PRIu64
			    ": the map of the program is not known: %s",
			    p->path, p->lines,
			    p->command == NULL ? "the log has no head" :
						 p->command);
	}
	write_start(r, p);
	for (size_t i = 0; i < p->nareas; i++)
		map_area(r, p, &p->area[i]);
	p->brk_known = false;
	p->running = true;
}
