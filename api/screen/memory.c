/*
 * One side's memory: the address space as a bar and as entries, the way of an
 * address through the page table, the figures, the frames.
 *
 * The bar has a cell for each free piece and a few for each mapped one, more
 * for a larger one: '#' for what is resident, '=' for what is mapped only, '~'
 * for what is in swap.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "vm/vm_page.h"

static const char owner_letter[] = {
	[WL_STEP_FREE] = '.',
	[WL_STEP_ANON] = 'a',
	[WL_STEP_FILE] = 'f',
	[WL_STEP_TABLE] = 't',
	[WL_STEP_OTHER] = 'o',
};
static const enum screen_ink owner_ink[] = {
	[WL_STEP_FREE] = INK_FREE,
	[WL_STEP_ANON] = INK_ANON,
	[WL_STEP_FILE] = INK_FILE,
	[WL_STEP_TABLE] = INK_TABLE,
	[WL_STEP_OTHER] = INK_PLAIN,
};

/* Rows that are still to be drawn on. */
struct cursor {
	const struct screen_pane *pane;
	int row;
};

static int
rows_left(const struct cursor *c)
{
	return c->pane->h - c->row;
}

/* ------------------------------------------------------- address space ---- */

static enum screen_ink
piece_ink(const struct wl_step_piece *piece)
{
	return !piece->mapped           ? INK_FREE :
	    piece->prot & VM_PROT_EXEC  ? INK_EXEC :
	    piece->prot & VM_PROT_WRITE ? INK_WRITE :
					  INK_PLAIN;
}

static int
piece_cells(const struct wl_step_piece *piece)
{
	int n = 1;

	if (piece->mapped)
		for (uint64_t pages = piece->pages; pages > 1; pages /= 4)
			n++;
	return n;
}

/* Cells of a piece: so many resident, so many in swap, at least one each. */
static char
piece_cell(const struct wl_step_piece *piece, int cell, int cells)
{
	const uint64_t n = (uint64_t)cells;
	uint64_t resident = 0, swapped = 0;

	if (!piece->mapped)
		return '.';
	if (piece->resident > 0)
		resident = (piece->resident * n + piece->pages - 1) /
		    piece->pages;
	if (piece->swapped > 0)
		swapped = (piece->swapped * n + piece->pages - 1) /
		    piece->pages;
	if ((uint64_t)cell < resident)
		return '#';
	return (uint64_t)cell < resident + swapped ? '~' : '=';
}

/* The pieces that fit, the one that is looked at among them. */
static void
draw_bar(struct cursor *c, const struct wl_step_piece *piece, size_t n,
    size_t here)
{
	const struct screen_pane *p = c->pane;
	size_t first = here;
	int room = p->w, x = 0;

	while (first > 0 && (room -= piece_cells(&piece[first])) > p->w / 3)
		first--;
	for (size_t i = first; i < n; i++) {
		const int cells = piece_cells(&piece[i]);

		for (int k = 0; k < cells && x < p->w; k++, x++) {
			attrset((int)(screen_ink(piece_ink(&piece[i])) |
			    (i == here ? A_REVERSE : 0)));
			mvaddch(p->y + c->row, p->x + x,
			    (chtype)piece_cell(&piece[i], k, cells));
		}
	}
	attrset(0);
	c->row++;
}

static void
draw_entry(struct cursor *c, const struct wl_step_piece *piece, bool here)
{
	screen_put(c->pane, c->row++, here ? INK_HERE : piece_ink(piece),
	    "%c%c%c %012" PRIx64 "-%012" PRIx64 " %" PRIu64 "/%" PRIu64 " %s%s",
	    piece->prot & VM_PROT_READ ? 'r' : '-',
	    piece->prot & VM_PROT_WRITE ? 'w' : '-',
	    piece->prot & VM_PROT_EXEC ? 'x' : '-', piece->start, piece->end,
	    piece->resident, piece->pages, piece->swapped > 0 ? "+swap " : "",
	    piece->name);
}

/* Mapped entries around the one that is looked at. */
static void
draw_entries(struct cursor *c, const struct wl_step_piece *piece, size_t n,
    size_t here, int rows)
{
	size_t first = here;

	for (int k = rows / 2; k > 0 && first > 0; first--)
		k -= piece[first - 1].mapped;
	for (size_t i = first; i < n && rows > 0; i++)
		if (piece[i].mapped) {
			draw_entry(c, &piece[i], i == here);
			rows--;
		}
}

static void
draw_space(struct screen *s, int side, int pid, struct cursor *c)
{
	const vaddr_t va = screen_address(s, side);
	struct wl_step_piece *piece;
	size_t n = wl_step_see_space(s->step, side, pid, &piece), here = 0;

	while (here + 1 < n && piece[here].end <= va)
		here++;
	if (n > 0) {
		draw_bar(c, piece, n, here);
		draw_entries(c, piece, n, here, rows_left(c) / 3);
	}
	free(piece);
}

/* ---------------------------------------------------------- page table ---- */

/* => the frame that the address leads to; 0: none */
static uint32_t
draw_walk(struct screen *s, int side, int pid, struct cursor *c)
{
	const vaddr_t va = screen_address(s, side);
	struct wl_step_level level[WL_STEP_MAXLEVELS];
	const unsigned n = wl_step_see_walk(s->step, side, pid, va, level);
	uint32_t frame = 0;

	screen_rule(c->pane, c->row++, "page table, 0x%" PRIx64, va);
	for (unsigned i = 0; i < n && rows_left(c) > 3; i++) {
		if (level[i].entry == 0)
			screen_put(c->pane, c->row++, INK_DIM,
			    "%-6s %4" PRIu64 "  empty", level[i].name,
			    level[i].index);
		else
			screen_put(c->pane, c->row++,
			    level[i].leaf ? INK_TITLE : INK_PLAIN,
			    "%-6s %4" PRIu64 "  %s %u  %s", level[i].name,
			    level[i].index, level[i].leaf ? "frame" : "table",
			    (unsigned)level[i].frame, level[i].flags);
		if (level[i].leaf)
			frame = (uint32_t)level[i].frame;
	}
	return frame;
}

/* ------------------------------------------------------------ memory ---- */

static void
draw_figures(struct screen *s, int side, struct cursor *c)
{
	struct wl_step_memory m;

	wl_step_see_memory(s->step, side, &m);
	screen_rule(c->pane, c->row++, "memory");
	screen_put(c->pane, c->row++, INK_PLAIN,
	    "free %" PRIu64 "/%" PRIu64 " active %" PRIu64 " inactive %" PRIu64
	    " laundry %" PRIu64,
	    m.free, m.frames, m.active, m.inactive, m.laundry);
	screen_put(c->pane, c->row++, INK_PLAIN,
	    "faults %" PRIu64 " cow %" PRIu64 " evicted %" PRIu64
	    " swap %" PRIu64 "/%" PRIu64 " wired %" PRIu64,
	    m.faults, m.cow, m.evictions, m.swapped, m.swap, m.wired);
}

static void
draw_frame(struct screen *s, int side, uint32_t frame, bool here)
{
	struct wl_step_frame f;
	char letter;

	wl_step_see_frame(s->step, side, frame, &f);
	letter = owner_letter[f.owner];
	if (f.dirty && letter >= 'a')
		letter = (char)(letter - 'a' + 'A');
	attrset((int)(screen_ink(owner_ink[f.owner]) |
	    (f.referenced ? A_UNDERLINE : 0) | (here ? A_REVERSE : 0)));
	addch((chtype)letter);
}

/* Frames in rows of as many as fit, those around the one of the address. */
static void
draw_frames(struct screen *s, int side, uint32_t here, struct cursor *c)
{
	const uint32_t n = wl_step_nframes(s->step, side);
	const uint32_t row = (uint32_t)c->pane->w;
	const int rows = rows_left(c) - 1;
	uint32_t first = 0, last;

	if (rows < 1)
		return;
	if (here / row > (uint32_t)rows / 2)
		first = (here / row - (uint32_t)rows / 2) * row;
	last = first + row * (uint32_t)rows < n ? first + row * (uint32_t)rows :
						  n;
	screen_rule(c->pane, c->row++,
	    "frames %" PRIu32 "-%" PRIu32 " of %" PRIu32 " used", first,
	    last > 0 ? last - 1 : 0, n);
	for (uint32_t f = first; f < last; f++) {
		if ((f - first) % row == 0)
			move(c->pane->y + c->row + (int)((f - first) / row),
			    c->pane->x);
		draw_frame(s, side, f, f == here && here != 0);
	}
	attrset(0);
}

void
screen_draw_side(struct screen *s, int side, const struct screen_pane *pane)
{
	const int pid = screen_process(s, side);
	const char *side_name = wl_step_side_name(s->step, side);
	const char *name = side_name != NULL ? side_name : "";
	struct cursor c = { .pane = pane };
	struct process *p = sim_process_bypid(wl_history_machine(
						  wl_step_history(s->step,
						      side)),
	    pid);
	uint32_t frame;

	screen_rule(pane, c.row++, "%s%s%s", name, name[0] != '\0' ? ": " : "",
	    p != NULL ? p->name : "no process");
	if (p != NULL)
		draw_space(s, side, pid, &c);
	frame = draw_walk(s, side, pid, &c);
	draw_figures(s, side, &c);
	draw_frames(s, side, frame, &c);
}
