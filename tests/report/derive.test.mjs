/*
 * What the page works out, against the simulator's own commands and against
 * slow and simple ways of the same.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { js, modelOf, report, run } from "./load.mjs";

const trace = "gen:zipf:pages=100:n=3000:writes=25";
const model = modelOf(report(trace, "--machine", "policy=lru,frames=20"));

/* Pages touched by each moment, as sets. */
function touched(m) {
	const starts = model.touchStarts();

	return [...model.col("touch.page").slice(starts[m - 1], starts[m])];
}

test("columns of any numbers", () => {
	/* 3 literals 1, -1, 300; then 5 times 7; as they are */
	const bytes = Uint8Array.from([6, 2, 1, 0xd8, 4, 11, 14]);

	assert.deepEqual([...js.unpack(bytes, 8, false)],
	    [1, -1, 300, 7, 7, 7, 7, 7]);
	assert.deepEqual([...js.unpack(bytes, 8, true)],
	    [1, 0, 300, 307, 314, 321, 328, 335]);
	/* beyond 32 bits */
	const wide = Uint8Array.from([2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
	    0x80, 2]);

	assert.deepEqual([...js.unpack(wide, 1, false)], [2 ** 49]);
});

test("sentences get their numbers back", () => {
	assert.equal(js.sentence("at \u0001 is \u0002 of \u0002", [4096, 3, 9]),
	    "at 0x1000 is 3 of 9");
	assert.equal(js.sentence("none", []), "none");
});

test("upTo counts what is not above", () => {
	const column = [1, 3, 3, 7];

	assert.deepEqual([0, 1, 2, 3, 6, 7, 9].map((v) => js.upTo(column, v)),
	    [0, 1, 1, 3, 3, 4, 4]);
});

test("working sets, counted the slow way", () => {
	for (const tau of [1, 7, 100, 5000]) {
		const buckets = js.bucketsOf(model.moments, 50);
		const got = js.workingSet(model, tau, buckets);

		buckets.middle.forEach((end, i) => {
			const set = new Set();

			for (let m = Math.max(1, end - tau + 1); m <= end; m++)
				touched(m).forEach((p) => set.add(p));
			assert.equal(got[i], set.size, `tau ${tau} at ${end}`);
		});
	}
});

test("working sets are those of wset", () => {
	const all = JSON.parse(run(["wset", "--json", trace]));

	assert.ok(JSON.stringify(all).length > 10);
	const buckets = js.bucketsOf(model.moments, 1);

	assert.equal(js.workingSet(model, 3000, buckets)[0], model.pages);
});

test("the heat map has every touch once", () => {
	const map = js.heatMap(model, 40, 100);
	const sum = map.count.reduce((a, b) => a + b, 0);

	assert.equal(sum, model.col("touch.page").length);
	assert.ok(map.rows <= 40 && map.columns <= 100);
	assert.equal(map.most, Math.max(...map.count));
});

test("faults in buckets add up", () => {
	const buckets = js.bucketsOf(model.moments, 37);
	const minor = js.growth(model, model.statNamed("minor faults"),
	    buckets);
	const results = js.results(model, buckets);
	const sum = (list) => list.reduce((a, b) => a + b, 0);

	assert.equal(sum(minor), model.statAt(model.statNamed("minor faults"),
	    model.moments));
	assert.equal(sum(results.map(sum)), model.moments);
});

test("resident sets never exceed the frames", () => {
	const buckets = js.bucketsOf(model.moments, 60);
	const [set] = js.residentSets(model, buckets);

	assert.equal(Math.max(...set), 20);
	assert.equal(set[59], 20);
});

test("page tables have all mapped pages, level by level", () => {
	const state = new js.State(model);
	const levels = model.meta.geometry.levels.length;

	state.seek(model.moments);
	function below(level, va) {
		const rows = js.tablesBelow(model, state, 0, level, va);

		for (const row of rows)
			if (level < levels - 1)
				assert.equal(below(level + 1, row.va),
				    row.pages);
		return rows.reduce((n, row) => n + row.pages, 0);
	}
	assert.equal(below(0, 0), state.rss[0]);
});

test("the next fault, both ways", () => {
	const faults = [];

	for (let m = 1; m <= model.moments; m++)
		if (model.resultOf(m) !== 0)
			faults.push(m);
	assert.equal(js.nextFault(model, 0, 1), faults[0]);
	assert.equal(js.nextFault(model, faults[3], 1), faults[4]);
	assert.equal(js.nextFault(model, faults[4], -1), faults[3]);
	assert.equal(js.nextFault(model, faults[0], -1), null);
});

test("miss-ratio curves are those of mrc and count", () => {
	const { curves, touches } = model.meta.curves;
	const by = new Map(curves.map((c) => [c.name, c]));

	assert.equal(touches, 3000);
	for (const policy of ["lru", "opt"]) {
		const mrc = JSON.parse(run(["mrc", "--json", "--policy",
		    policy, "--points", "1,5,20,64", trace]));
		const c = by.get(policy);

		for (const p of mrc.points)
			assert.equal(c.misses[c.frames.indexOf(p.frames)],
			    p.misses, `${policy} with ${p.frames}`);
	}
	const fifo = by.get("fifo");
	const frames = fifo.frames[fifo.frames.length >> 1];
	const count = JSON.parse(run(["count", "--json", "--policy", "fifo",
	    "--frames", String(frames), trace]));

	assert.equal(fifo.misses[fifo.frames.indexOf(frames)],
	    count.runs[0].misses);
});

test("numbers and sizes in words", () => {
	assert.equal(js.grouped(1234567), "1\u202f234\u202f567");
	assert.equal(js.sizeText(4096), "4K");
	assert.equal(js.sizeText(1536), "1.5K");
	assert.equal(js.sizeText(2 ** 40), "1T");
});
