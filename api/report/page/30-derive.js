/*
 * What is worked out from the tables: curves over time, the heat map, working
 * sets, the tree of page tables.  Nothing here draws.
 */

/* The moments 1 .. n cut into buckets: { n, width, middle: [moment] } */
function bucketsOf(moments, most) {
	const n = Math.max(1, Math.min(most, moments));
	const width = Math.max(1, moments) / n;
	const middle = [];

	for (let i = 0; i < n; i++)
		middle.push(Math.min(moments,
		    Math.floor((i + 1) * width)));
	return { n, width, middle };
}

function bucketOf(buckets, moment) {
	return Math.min(buckets.n - 1,
	    Math.floor((moment - 1) / buckets.width));
}

/* How much a counter grew in each bucket. */
function growth(model, stat, buckets) {
	const at = buckets.middle.map((m) => model.statAt(stat, m));
	const start = model.statAt(stat, 0);

	return at.map((v, i) => v - (i > 0 ? at[i - 1] : start));
}

/* What a counter was at the end of each bucket. */
function levelAt(model, stat, buckets) {
	return buckets.middle.map((m) => model.statAt(stat, m));
}

/* Operations of a result in each bucket. */
function results(model, buckets) {
	const kind = model.col("op.kind");
	const count = [0, 1, 2, 3].map(() => new Array(buckets.n).fill(0));

	for (let i = 0; i < kind.length; i++)
		count[kind[i] & 3][bucketOf(buckets, i + 1)]++;
	return count;
}

/* Pages mapped of each space, at the end of each bucket. */
function residentSets(model, buckets) {
	const moment = model.col("pte.moment"), page = model.col("pte.page");
	const bits = model.col("pte.bits"), space = model.col("page.space");
	const was = new Uint8Array(model.pages + 1);
	const now = new Array(model.meta.spaces).fill(0);
	const out = now.map(() => []);
	let row = 0;

	for (const m of buckets.middle) {
		for (; row < moment.length && moment[row] <= m; row++) {
			const mapped = bits[row] >> 5 & 1;

			now[space[page[row] - 1]] += mapped - was[page[row]];
			was[page[row]] = mapped;
		}
		now.forEach((n, i) => out[i].push(n));
	}
	return out;
}

/*
 * The working set W(t, tau) of all processes: pages touched in the last tau
 * moments, at the end of each bucket.  A page that is touched at a and next at
 * b is in it from a until the sooner of b and a + tau.
 */
function workingSet(model, tau, buckets) {
	const starts = model.touchStarts(), page = model.col("touch.page");
	const last = new Int32Array(model.pages + 1);
	const step = new Int32Array(model.moments + 2);
	const out = [];
	let size = 0;
	let m = 0;

	function interval(from, to) {
		step[from]++;
		step[Math.min(to, model.moments + 1)]--;
	}
	for (let i = 1; i < starts.length; i++)
		for (let k = starts[i - 1]; k < starts[i]; k++) {
			const p = page[k];

			if (last[p] !== 0)
				interval(last[p], Math.min(i, last[p] + tau));
			last[p] = i;
		}
	for (let p = 1; p <= model.pages; p++)
		if (last[p] !== 0)
			interval(last[p], last[p] + tau);
	for (const end of buckets.middle) {
		for (; m <= end; m++)
			size += step[m];
		out.push(size);
	}
	return out;
}

/* ---- the heat map ---- */

/* Pages in the order of space and address: [number], and each one's place. */
function pageOrder(model) {
	if (model.order === undefined) {
		const space = model.col("page.space");
		const vpn = model.col("page.vpn");
		const order = Array.from({ length: model.pages },
		    (_, i) => i + 1);
		const place = new Int32Array(model.pages + 1);

		order.sort((a, b) => space[a - 1] - space[b - 1] ||
		    vpn[a - 1] - vpn[b - 1]);
		order.forEach((p, i) => { place[p] = i; });
		model.order = { order, place };
	}
	return model.order;
}

/*
 * Touches by page and time: rows of pages that lie side by side (gaps are left
 * out), columns of moments.  => { rows, columns, count, most, pagesARow }
 */
function heatMap(model, most, columns) {
	const { place } = pageOrder(model);
	const starts = model.touchStarts(), page = model.col("touch.page");
	const pagesARow = Math.max(1, Math.ceil(model.pages / most));
	const rows = Math.max(1, Math.ceil(model.pages / pagesARow));
	const buckets = bucketsOf(model.moments, columns);
	const count = new Uint32Array(rows * buckets.n);
	let top = 0;

	for (let m = 1; m < starts.length; m++) {
		const column = bucketOf(buckets, m);

		for (let i = starts[m - 1]; i < starts[m]; i++) {
			const row = Math.floor(place[page[i]] / pagesARow);
			const v = ++count[row * buckets.n + column];

			if (v > top)
				top = v;
		}
	}
	return { rows, columns: buckets.n, count, most: top, pagesARow,
	    buckets };
}

/* ---- page tables ---- */

/*
 * The tables below one entry: pages mapped of a space whose addresses agree
 * with va down to `level', by the index of the next level.
 * => [{ index, va, pages, size }], size: psind where the entry is a larger page
 */
function tablesBelow(model, state, space, level, va) {
	const levels = model.meta.geometry.levels;
	const spaces = model.col("page.space"), vpns = model.col("page.vpn");
	const shift = model.shift;
	const span = level === 0 ? Infinity : 2 ** levels[level - 1].shift;
	const each = 2 ** levels[level].shift;
	const found = new Map();

	for (let p = 1; p <= model.pages; p++) {
		if ((state.pageBits[p] & MAPPED) === 0 ||
		    spaces[p - 1] !== space)
			continue;
		const at = vpns[p - 1] * 2 ** shift;

		if (at < va || at >= va + span)
			continue;
		const start = Math.floor(at / each) * each;
		const entry = found.get(start);

		if (entry !== undefined) {
			entry.pages++;
			continue;
		}
		found.set(start, { va: start, pages: 1, page: p,
		    index: Math.floor(start / each) %
			2 ** levels[level].bits,
		    large: largerThan(model, state.pageBits[p], each) });
	}
	return [...found.values()].sort((a, b) => a.va - b.va);
}

/* Is the page mapped by an entry that spans `each' bytes, or more? */
function largerThan(model, bits, each) {
	const psind = bits >> SIZE_SHIFT;

	return psind > 0 &&
	    2 ** model.meta.geometry.sizes[psind] >= each &&
	    each > 2 ** model.shift;
}

/* ---- an entry's pages ---- */

/*
 * The pages of an entry in n cells: how many of each cell are mapped clean,
 * mapped dirty, out in swap.  An entry much larger than what is used of it has
 * only the pages that were ever used in its cells, side by side (sparse).
 */
function residency(model, state, entry, pages, n) {
	const sparse = entry.pages > 16 * pages.length && pages.length > 0 &&
	    entry.pages > 4 * n;
	const room = sparse ? pages.length : entry.pages;
	const cells = Math.max(1, Math.min(n, room));
	const width = room / cells;
	const clean = new Uint32Array(cells), dirty = new Uint32Array(cells);
	const out = new Uint32Array(cells);
	const total = { mapped: 0, dirty: 0, out: 0 };

	pages.forEach((p, i) => {
		const bits = state.pageBits[p];
		const at = sparse ? i : model.vpnOf(p) - entry.start;
		const cell = Math.min(cells - 1, Math.floor(at / width));

		if (bits & MAPPED) {
			total.mapped++;
			if (bits & DIRTY) {
				total.dirty++;
				dirty[cell]++;
			} else {
				clean[cell]++;
			}
		} else if (bits & OUT) {
			total.out++;
			out[cell]++;
		}
	});
	return { cells, width, clean, dirty, out, total, sparse };
}

/* Known pages of an entry, by the order of addresses. */
function pagesOf(model, space, entry) {
	const { order } = pageOrder(model);
	const spaces = model.col("page.space"), vpns = model.col("page.vpn");
	const list = [];
	let low = 0;
	let high = order.length;

	while (low < high) {
		const mid = (low + high) >> 1;
		const p = order[mid];

		if (spaces[p - 1] < space ||
		    (spaces[p - 1] === space && vpns[p - 1] < entry.start))
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < order.length; low++) {
		const p = order[low];

		if (spaces[p - 1] !== space ||
		    vpns[p - 1] >= entry.start + entry.pages)
			break;
		list.push(p);
	}
	return list;
}

/* The next moment behind `from' (step 1) or before it (-1) that had a fault. */
function nextFault(model, from, step) {
	for (let m = from + step; m >= 1 && m <= model.moments; m += step)
		if (model.resultOf(m) !== RESULT_OK)
			return m;
	return null;
}
