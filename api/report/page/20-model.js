/*
 * The report: its tables, and the state of the machine at any moment.
 *
 * What a moment was like is put together from rows of changes.  The state is
 * kept for some moments on the way, so that no moment is far from one of them.
 */

const READ = 1, WRITE = 2, EXEC = 4, WIRED = 8, DIRTY = 16;
const MAPPED = 0x20, OUT = 0x40, SIZE_SHIFT = 7;
/* Of 40-words.js: KINDS up to this one are accesses; RESULTS; owners. */
const KIND_EXEC = 2;
const RESULT_OK = 0;
const OWNER_FREE = 0, OWNER_TABLE = 2, OWNER_KERNEL = 3, OWNER_OBJECT = 8;

class Model {
	constructor(meta, text) {
		this.meta = meta;
		this.text = text;
		this.columns = new Map();
		this.moments = meta.moments;
		this.pages = meta.columns["page.vpn"][0];
		this.shift = meta.geometry.shift;
	}

	/* A column by name, unpacked when it is first asked for. */
	col(name) {
		let c = this.columns.get(name);

		if (c === undefined) {
			const [n, at, length, delta] = this.meta.columns[name];

			c = unpack(bytesAt(this.text, at, length), n,
			    delta === 1);
			this.columns.set(name, c);
		}
		return c;
	}

	/* Pages are numbered from 1. */
	spaceOf(page) {
		return this.col("page.space")[page - 1];
	}

	vpnOf(page) {
		return this.col("page.vpn")[page - 1];
	}

	kindOf(moment) {
		return this.col("op.kind")[moment - 1] >> 2;
	}

	resultOf(moment) {
		return this.col("op.kind")[moment - 1] & 3;
	}

	/* The first page that the operation touched; 0: none */
	firstPage(moment) {
		const starts = this.touchStarts();

		return starts[moment] > starts[moment - 1] ?
		    this.col("touch.page")[starts[moment - 1]] : 0;
	}

	/* Where the touches of each moment begin; one more at the end. */
	touchStarts() {
		if (this.starts === undefined) {
			const pages = this.col("op.pages");
			const starts = new Int32Array(pages.length + 1);

			for (let i = 0; i < pages.length; i++)
				starts[i + 1] = starts[i] + pages[i];
			this.starts = starts;
		}
		return this.starts;
	}

	/* The operations of a moment, from..to, from 1. */
	operations(moment) {
		const each = 2 ** this.meta.shift;

		return [(moment - 1) * each + 1,
		    Math.min(moment * each, this.meta.ops)];
	}

	momentOf(operation) {
		return Math.min(this.moments,
		    Math.max(0, Math.ceil(operation / 2 ** this.meta.shift)));
	}

	/* A counter as steps: moments and values. */
	series(stat) {
		if (this.steps === undefined) {
			const moment = this.col("stat.moment");
			const which = this.col("stat.stat");
			const value = this.col("stat.value");

			this.steps = this.meta.stats.map(
			    () => ({ moment: [], value: [] }));
			for (let i = 0; i < moment.length; i++) {
				this.steps[which[i]].moment.push(moment[i]);
				this.steps[which[i]].value.push(value[i]);
			}
		}
		return this.steps[stat];
	}

	statAt(stat, moment) {
		const s = this.series(stat);
		const n = upTo(s.moment, moment);

		return n > 0 ? s.value[n - 1] : 0;
	}

	statNamed(name) {
		return this.meta.stats.indexOf(name);
	}

	/* Processes at a moment: [{ proc, space }], space -1: exited. */
	processesAt(moment) {
		const n = upTo(this.col("proc.moment"), moment);
		const proc = this.col("proc.proc");
		const space = this.col("proc.space");
		const now = new Map();

		for (let i = 0; i < n; i++)
			now.set(proc[i], space[i]);
		return [...now].sort((a, b) => a[0] - b[0])
		    .map(([p, s]) => ({ proc: p, space: s }));
	}

	/* Map entries of a space at a moment, by address. */
	entriesAt(space, moment) {
		const n = upTo(this.col("entry.moment"), moment);
		const spaces = this.col("entry.space");
		const start = this.col("entry.start");
		const pages = this.col("entry.pages");
		const attr = this.col("entry.attr");
		const now = new Map();

		for (let i = 0; i < n; i++) {
			if (spaces[i] !== space)
				continue;
			if (pages[i] === 0)
				now.delete(start[i]);
			else
				now.set(start[i], i);
		}
		return [...now.values()].sort((a, b) => start[a] - start[b])
		    .map((i) => this.entry(start[i], pages[i], attr[i]));
	}

	entry(start, pages, attr) {
		const [name, prot, max, type, inherit, advice, flags, wired,
		    amap] = this.meta.attrs[attr];

		return { start, pages, name, prot, max, type, inherit, advice,
		    flags, wired, amap };
	}

	/* Who runs in a space, by name; the last one who did. */
	spaceName(space) {
		const proc = this.col("proc.proc");
		const where = this.col("proc.space");

		for (let i = where.length - 1; i >= 0; i--)
			if (where[i] === space)
				return this.meta.procs[proc[i]].name;
		return "?";
	}

	/* What was said of an operation: { text, story: [{step, text, more}] } */
	story(operation) {
		if (this.stories === undefined)
			this.stories = readStories(this);
		const at = this.stories.index;
		const found = { text: null, story: [] };

		for (const kind of [1, 0]) {
			const row = at.get(2 * operation + kind);

			if (row === undefined)
				continue;
			const lines = storyLines(this, row);

			if (kind === 1)
				found.text = lines[0];
			else
				found.story = lines.map(storyLine);
		}
		return found;
	}
}

/* Where each story's numbers are, made whole from differences. */
function readStories(model) {
	const op = model.col("story.op");
	const chain = model.col("story.chain");
	const raw = model.col("story.number");
	const number = Float64Array.from(raw);
	const counts = model.meta.chains.map((list) => list.reduce(
	    (n, t) => n + holes(model.meta.templates[t]), 0));
	const last = counts.map((n) => new Float64Array(n));
	const start = new Int32Array(op.length);
	const index = new Map();
	let at = 0;

	for (let i = 0; i < op.length; i++) {
		const before = last[chain[i]];

		start[i] = at;
		index.set(op[i], i);
		for (let k = 0; k < before.length; k++, at++)
			number[at] = before[k] += raw[at];
	}
	return { index, start, number };
}

function holes(template) {
	let n = 0;

	for (let i = 0; i < template.length; i++)
		if (template.charCodeAt(i) <= 2)
			n++;
	return n;
}

function storyLines(model, row) {
	const chain = model.meta.chains[model.col("story.chain")[row]];
	let at = model.stories.start[row];

	return chain.map((t) => {
		const template = model.meta.templates[t];
		const n = holes(template);
		const numbers = model.stories.number.subarray(at, at + n);

		at += n;
		return sentence(template, numbers);
	});
}

/* "step\ttext", or "+step\ttext" of one that only the full story has */
function storyLine(line) {
	const tab = line.indexOf("\t");
	const step = line.slice(0, tab);
	const more = step.startsWith("+");

	return { step: more ? step.slice(1) : step, text: line.slice(tab + 1),
	    more };
}
