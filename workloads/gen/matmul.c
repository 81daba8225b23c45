/*
 * Matrices, C += A B: three loops, in one of three orders, and perhaps over
 * tiles.  The matrices lie one behind the other, by rows, each from a page of
 * its own on.
 *
 *	order 0: i j k	each k: load A[i][k], load B[k][j]; then modify C[i][j]
 *	order 1: i k j	load A[i][k]; each j: load B[k][j], modify C[i][j]
 *	order 2: j k i	load B[k][j]; each i: load A[i][k], modify C[i][j]
 *
 * What the inner loop leaves in place is kept in a register.  With `tile', each
 * loop goes over a tile only, and three loops in the order i j k go over the
 * tiles.  2 n^3 + n^2 (n / tile) references, when tile divides n (tile = n if
 * there is none).
 */
#include <string.h>

#include "gen.h"

enum { MM_SIZE, MM_ORDER, MM_TILE, MM_ELEMENT };
enum { I, J, K };
enum { A, B, C };

/* Loop variables, outermost first, and the parts of the inner loop. */
static const struct order {
	uint8_t loop[3];
	int8_t before, after; /* the inner loop: a matrix, or -1 */
	uint8_t each[2];
} orders[] = {
	{ { I, J, K }, -1, C, { A, B } },
	{ { I, K, J }, A, -1, { B, C } },
	{ { J, K, I }, B, -1, { A, C } },
};

struct matmul {
	uint64_t tile[3]; /* where the tile begins: I, J, K */
	uint64_t x[3];    /* I, J, K */
	unsigned part;    /* 0: before, 1, 2: each, 3: after */
	bool over;
};

static uint64_t
tile_of(const uint64_t *p)
{
	return p[MM_TILE] == 0 || p[MM_TILE] > p[MM_SIZE] ? p[MM_SIZE] :
							    p[MM_TILE];
}

/* Count up, innermost first, whatever has not reached its end. => it went on */
static bool
count_up(uint64_t v[3], const uint8_t loop[3], const uint64_t first[3],
    const uint64_t end[3], uint64_t by)
{
	for (int i = 3; i-- > 0;) {
		const unsigned which = loop[i];

		v[which] += by;
		if (v[which] < end[which])
			return true;
		v[which] = first[which];
	}
	return false;
}

static void
tile_end(const uint64_t *p, const struct matmul *m, uint64_t end[3])
{
	for (int i = 0; i < 3; i++) {
		end[i] = m->tile[i] + tile_of(p);
		if (end[i] > p[MM_SIZE])
			end[i] = p[MM_SIZE];
	}
}

/* The next place of the inner loop. => false: it was the last one */
static bool
advance(const uint64_t *p, struct matmul *m)
{
	const uint64_t zero[3] = { 0 };
	const uint64_t size[3] = { p[MM_SIZE], p[MM_SIZE], p[MM_SIZE] };
	uint64_t end[3];

	tile_end(p, m, end);
	if (count_up(m->x, orders[p[MM_ORDER]].loop, m->tile, end, 1))
		return true;
	if (!count_up(m->tile, orders[0].loop, zero, size, tile_of(p)))
		return false;
	memcpy(m->x, m->tile, sizeof(m->x));
	return true;
}

/* => the matrix that this part of the inner loop touches, or -1 */
static int
matrix_of(const uint64_t *p, const struct matmul *m)
{
	const struct order *o = &orders[p[MM_ORDER]];
	const unsigned inner = o->loop[2];
	uint64_t end[3];

	if (m->part == 1 || m->part == 2)
		return o->each[m->part - 1];
	if (m->part == 0)
		return m->x[inner] == m->tile[inner] ? o->before : -1;
	tile_end(p, m, end);
	return m->x[inner] + 1 == end[inner] ? o->after : -1;
}

static void
touch(const uint64_t *p, const struct matmul *m, int matrix, struct wl_ref *ref)
{
	static const uint8_t row[] = { I, K, I }, column[] = { K, J, J };
	const uint64_t bytes = p[MM_SIZE] * p[MM_SIZE] * p[MM_ELEMENT];
	const uint64_t whole = (bytes + WL_GEN_PAGE - 1) & ~(WL_GEN_PAGE - 1);
	const uint64_t element = m->x[row[matrix]] * p[MM_SIZE] +
	    m->x[column[matrix]];

	wl_gen_ref(ref, (uint64_t)matrix * whole + element * p[MM_ELEMENT],
	    wl_gen_size(p[MM_ELEMENT]),
	    matrix == C ? WL_REF_MODIFY : WL_REF_LOAD);
}

static enum wl_gen_step
matmul_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	struct matmul *m = g->state;

	while (!m->over) {
		const int matrix = matrix_of(p, m);

		if (matrix >= 0)
			touch(p, m, matrix, ref);
		if (++m->part > 3) {
			m->part = 0;
			m->over = !advance(p, m);
		}
		if (matrix >= 0)
			return WL_GEN_REF;
	}
	return WL_GEN_END;
}

static const struct wl_gen_param matmul_params[] = {
	{ "size", "rows and columns", 1, 65536, 64 },
	{ "order", "of the loops: 0 ijk, 1 ikj, 2 jki", 0, 2, 0 },
	{ "tile", "rows and columns of a tile; 0: no tiles", 0, 65536, 0 },
	{ "element", "bytes of an element", 1, 4096, 8 }, { .name = NULL }
};

const struct wl_gen_kind wl_gen_matmul = {
	.name = "matmul",
	.summary = "the product of two square matrices",
	.params = matmul_params,
	.ends = true,
	.state = sizeof(struct matmul),
	.step = matmul_step,
};
