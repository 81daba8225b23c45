/*
 * The state that the page puts together for a moment, against what the
 * simulator shows when the same run ends there.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { js, modelOf, report, run } from "./load.mjs";

const top = process.env.TOP;

/* Straight on, without loops: every line that acts is one operation. */
const scripts = {
	paging: `machine ram=256K swap=1M policy=uvm seed=3
file /lib/x 256K
spawn p image=none
p: a = mmap 128K rw private anon
p: write a 64K
p: f = mmap 128K rw private file /lib/x
p: read f 64K
p: fork q
q: write a 4K
q: write f 8K
p: write a+64K 64K
q: read a 128K
p: mprotect a 16K r
p: munmap a+32K 32K
q: madvise f 32K dontneed
q: write a 128K
p: read f+64K 64K
q: exit 0
p: write a+64K 64K
`,
	superpages: `machine ram=32M superpages=reserve seed=1
spawn p image=none
p: a = mmap 8M rw private anon
p: write a 2M
p: write a+2M 1M
p: mprotect a 4K r
p: munmap a+1M 64K
p: fork q
q: write a+3M 4K
p: munmap a 8M
q: exit 0
`,
	groups: `machine arch=arm64 ram=1M superpages=reserve seed=1
spawn p image=none
p: a = mmap 256K rw private anon
p: write a 96K
p: write a+96K 160K
p: mprotect a+64K 4K r
p: fork q
q: write a+128K 4K
p: munmap a+192K 4K
q: exit 0
`,
	wired: `machine ram=1M seed=1 policy=freebsd swap=1M
spawn p image=none
p: a = mmap 64K rw shared anon
p: write a 64K
p: mlock a 32K
p: fork q
q: write a+32K 16K
p: munlock a 32K
p: mremap a 64K 128K MREMAP_MAYMOVE
q: madvise a 64K free
`,
};
scripts.wired = scripts.wired.replace(/^p: mremap.*\n/m, "");

/* The pages of phys_pager, which all processes share, are others to show. */
function letterOf(model, state, frame) {
	const owner = state.frameOwner[frame] || 0;
	const file = owner >= js.OWNER_OBJECT &&
	    model.meta.objects[owner - js.OWNER_OBJECT] !== "phys_pager";
	const letter = owner === 0 ? "." : owner === 1 ? "a" :
	    owner === 2 ? "P" : file ? "x" : "o";

	return (state.frameBits[frame] & js.WIRED) !== 0 && owner !== 2 ?
	    letter.toUpperCase() : letter;
}

function compareFrames(model, state, lines, where) {
	/* Larger memories are shown several frames a letter. */
	if (!lines[0].includes(" 1 a letter"))
		return;
	for (const line of lines) {
		const m = line.match(/^ +(\d+) ([.a-zA-Z]+)$/);

		if (m === null)
			continue;
		[...m[2]].forEach((shown, i) => {
			const frame = Number(m[1]) + i;
			const want = shown.replace(/[fs]/, "x")
			    .replace(/[FS]/, "X");

			assert.equal(letterOf(model, state, frame), want,
			    `${where}: frame ${frame}`);
		});
	}
}

function comparePages(model, state, space, lines, where) {
	const vpn = model.col("page.vpn");
	let mapped = 0;

	for (const line of lines) {
		const m = line.match(
		    /^([0-9a-f]{12}) +(\d+|-+|swap|out) (\S+) (...) /);

		if (m === null || !/[rwx]/.test(m[3]))
			continue;
		const at = parseInt(m[1], 16) / 2 ** model.shift;
		const page = vpn.findIndex((v, i) => v === at &&
		    model.spaceOf(i + 1) === space) + 1;

		mapped++;
		assert.notEqual(page, 0, `${where}: ${m[1]}`);
		assert.equal(state.pageFrame[page], Number(m[2]),
		    `${where}: ${m[1]}`);
		assert.equal(rights(state.pageBits[page]), m[3].slice(0, 3),
		    `${where}: ${m[1]}`);
		assert.equal((state.pageBits[page] & js.DIRTY) !== 0,
		    m[4].includes("M"), `${where}: ${m[1]} dirty`);
	}
	return mapped;
}

function rights(bits) {
	return (bits & 1 ? "r" : "-") + (bits & 2 ? "w" : "-") +
	    (bits & 4 ? "x" : "-");
}

function compareMap(model, moment, space, lines, where) {
	const entries = model.entriesAt(space, moment);
	const shown = lines.map((l) => l.match(
	    /^([0-9a-f]+)-([0-9a-f]+) +\S+ (...)\/(...) .{11} +\d+ (.*)$/))
	    .filter((m) => m !== null);

	assert.equal(entries.length, shown.length, where);
	entries.forEach((e, i) => {
		const size = 2 ** model.shift;

		assert.equal(e.start * size, parseInt(shown[i][1], 16), where);
		assert.equal((e.start + e.pages) * size,
		    parseInt(shown[i][2], 16), where);
		assert.equal(rights(e.prot), shown[i][3], where);
		assert.equal(rights(e.max), shown[i][4], where);
		assert.equal(e.name, shown[i][5], where);
	});
}

/* The last moment that a line of the script led to; 0 before the first. */
function momentBehind(model, line) {
	const lines = model.col("op.line");
	let moment = 0;

	lines.forEach((l, i) => {
		if (l <= line)
			moment = i + 1;
	});
	return moment;
}

function checkPrefix(model, state, lines, n, name) {
	const moment = momentBehind(model, n);
	const living = model.processesAt(moment).filter((p) => p.space >= 0);
	const names = living.map((p) => model.meta.procs[p.proc].name);
	const shows = ["show frames", ...names.flatMap((p) => [
		`show map ${p}`, `show pages ${p} 0x1000 0x7fffffffe000`])];
	const text = lines.slice(0, n).concat(shows).join("\n") + "\n";
	const out = run(["run", "-"], text).split("\n");
	const where = `${name}, line ${n}`;
	const frames = out.findIndex((l) => l.includes(" a letter: "));
	let at = out.findIndex((l) => / \(pid \d+\): /.test(l));

	state.seek(moment);
	compareFrames(model, state, out.slice(frames, at < 0 ? undefined : at), where);
	let mapped = 0;

	for (const p of living) {
		let next = out.findIndex((l, i) => i > at &&
		    / \(pid \d+\): /.test(l));

		if (next < 0)
			next = out.length;
		const part = out.slice(at, next);

		compareMap(model, moment, p.space, part, where);
		mapped += comparePages(model, state, p.space, part, where);
		assert.equal(state.rss[p.space],
		    Number(part[0].match(/(\d+) pages? in its page table/)[1]),
		    where);
		at = next;
	}
	return mapped;
}

for (const [name, text] of Object.entries(scripts))
	test(`every moment of ${name} is as show has it`, () => {
		const lines = text.trimEnd().split("\n");
		const model = modelOf(report(text));
		const state = new js.State(model);
		let mapped = 0;

		/* Backwards too: checkpoints, not only going on. */
		const order = lines.map((_, i) => i + 1).filter((n) =>
			n >= 3 && /^[a-z]+: /.test(lines[n - 1]));

		for (const n of [...order, ...order.slice().reverse()])
			mapped += checkPrefix(model, state, lines, n, name);
		assert.ok(mapped > 50, `${mapped} pages were compared`);
	});

test("any order of moments gives the same states", () => {
	const model = modelOf(report("gen:zipf:pages=300:n=6000:writes=20",
	    "--machine", "policy=lru,frames=64"));
	const straight = new js.State(model), jumping = new js.State(model);
	const seen = [];

	for (let m = 0; m <= model.moments; m += 97) {
		straight.seek(m);
		seen.push([m, straight.arrays().map((a) => a.join()).join("|")]);
	}
	for (let i = 0; i < seen.length; i++) {
		const [m, want] = seen[i * 37 % seen.length];

		jumping.seek(m);
		assert.equal(jumping.arrays().map((a) => a.join()).join("|"),
		    want, `moment ${m}`);
	}
	assert.ok(straight.points.length > 5);
});

test("counters are those of run", () => {
	const file = path.join(top, "workloads/lessons/thrashing.uvm");
	const model = modelOf(report(file));
	const now = JSON.parse(run(["run", "--json", file])).statistics;
	const at = (name) => model.statAt(model.statNamed(name),
	    model.moments);

	assert.equal(at("minor faults"), now.minflt);
	assert.equal(at("major faults"), now.majflt);
	assert.equal(at("free frames"), now.free);
	assert.equal(at("active frames"), now.active);
	assert.equal(at("swap slots in use"), now.swpginuse);
	assert.ok(now.majflt > 1000);
});

test("joined moments: the same end, a part of the moments", () => {
	const trace = "gen:zipf:pages=200:n=5000:writes=30";
	const machine = ["--machine", "policy=lru,frames=50"];
	const fine = modelOf(report(trace, ...machine));
	const coarse = modelOf(report(trace, ...machine, "--moments", "300"));
	const a = new js.State(fine), b = new js.State(coarse);

	assert.equal(fine.meta.ops, coarse.meta.ops);
	assert.ok(coarse.moments <= 600 && coarse.moments >= 150,
	    `${coarse.moments} moments`);
	const each = 2 ** coarse.meta.shift;

	for (let m = 0; m <= coarse.moments; m += 11) {
		b.seek(m);
		a.seek(Math.min(fine.moments, m * each));
		assert.deepEqual(mapping(fine, a), mapping(coarse, b),
		    `moment ${m}`);
		for (const name of ["minor faults", "evictions"])
			assert.equal(coarse.statAt(coarse.statNamed(name), m),
			    fine.statAt(fine.statNamed(name),
				Math.min(fine.moments, m * each)));
	}
});

/* "address frame bits" of each page that is mapped, in order */
function mapping(model, state) {
	const list = [];

	for (let p = 1; p <= model.pages; p++)
		if (state.pageBits[p] & js.MAPPED)
			list.push([model.vpnOf(p), state.pageFrame[p],
			    state.pageBits[p]].join(" "));
	return list.sort();
}

test("a story is what explain tells", () => {
	const script = scripts.paging;
	const model = modelOf(report(script));
	const lines = script.trimEnd().split("\n");
	const line = lines.findIndex((l) => l === "q: write a 4K") + 1;
	const moment = momentBehind(model, line);
	const told = model.story(moment).story.map((l) => l.text);
	const want = run(["run", "-"], lines.slice(0, line).join("\n")
	    .replace(/\nq: write a 4K$/, "\nexplain on\nq: write a 4K") +
	    "\n").replace(/\s+/g, " ");

	assert.ok(told.length > 4, told.join("\n"));
	const brief = model.story(moment).story.filter((l) => !l.more);

	for (const l of brief)
		assert.ok(want.includes(l.text.replace(/\s+/g, " ")),
		    `"${l.text}" is not in: ${want}`);
});

test("every example becomes a report that can be read", () => {
	const dir = path.join(top, "workloads/examples");

	for (const file of fs.readdirSync(dir)) {
		const model = modelOf(report(path.join(dir, file)));
		const state = new js.State(model);

		state.seek(model.moments);
		assert.ok(model.meta.lines.length > 3, file);
		for (let m = 1; m <= model.moments; m++)
			assert.ok(js.operationText(model, m).length > 0, file);
	}
});
