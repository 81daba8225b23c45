/*
 * The page in a real Chromium.  Where none starts, this says so and passes.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Chrome } from "./chrome.mjs";
import { report, run } from "./load.mjs";

const top = process.env.TOP;
const looks = fs.readFileSync(path.join(top, "tests/report/looks.js"), "utf8");
const files = {};
let chrome;

before(async () => {
	const script = path.join(top, "workloads/lessons/thrashing.uvm");

	files.script = path.resolve("script.html");
	files.trace = path.resolve("trace.html");
	files.core = path.resolve("core.html");
	fs.writeFileSync(files.script, report(script));
	fs.writeFileSync(files.trace, report("gen:zipf:pages=500:n=20000",
	    "--machine", "policy=lru,frames=128,tlb=skylake"));
	run(["run", "--core", "x.core", "-q",
	    path.join(top, "workloads/examples/fork-cow.uvm")]);
	fs.writeFileSync(files.core, report("x.core"));
	chrome = await Chrome.start();
});

after(() => chrome?.stop());

/* A test that needs the browser. */
function look(name, fn) {
	test(name, async (t) => {
		if (chrome === null)
			t.skip("no Chromium");
		else
			await fn(t);
	});
}

for (const kind of ["script", "trace", "core"])
	look(`a ${kind} opens without a complaint and without the network`,
	    async () => {
		const tab = await chrome.open(files[kind]);

		for (let at = 0; at <= 1; at += .125) {
			await tab.ask(`report.go(report.model.moments * ${at})`);
			await tab.ask(`scrollTo(0, document.body.scrollHeight *
			    ${at})`);
			await tab.drawn();
		}
		assert.deepEqual(tab.complaints(), []);
		assert.equal(tab.requests().length, 1, tab.requests().join());
		await tab.close();
	    });

/* Everything open, in one theme: what is faint, nameless or too wide. */
async function inspect(tab, theme, kind) {
	await tab.media("screen", theme);
	await tab.until("document.documentElement.dataset.theme === '" +
	    theme + "'");
	await tab.ask("document.querySelectorAll('details').forEach((d) => " +
	    "{ d.open = true; })");
	await tab.drawn();
	const seen = await tab.ask(looks);
	const where = `${kind}, ${theme}`;

	assert.ok(seen.faint.n > 60, `${where}: ${seen.faint.n} texts`);
	assert.deepEqual(seen.faint.found, [], where);
	assert.deepEqual(seen.nameless, [], where);
	assert.deepEqual(seen.wide, [], where);
}

for (const width of [390, 1280])
	look(`${width} wide, both themes: contrast, names, no overflow`,
	    async () => {
		for (const kind of ["script", "trace", "core"]) {
			const tab = await chrome.open(files[kind], width);

			await inspect(tab, "light", kind);
			await inspect(tab, "dark", kind);
			await tab.close();
		}
	    });

look("a click on an operation, or on its line, tells why", async () => {
	const tab = await chrome.open(files.script);
	const at = () => tab.ask("report.moment");

	await tab.ask("report.go(1)");
	await tab.drawn();
	await tab.click("#operations li:nth-child(9)");
	assert.equal(await at(), 9);
	await tab.ask("report.go(5)");
	await tab.drawn();
	const story = await tab.ask("byId('story').textContent");

	assert.match(story, /Operation 5: a: write/);
	assert.match(story, /page fault at 0x/);
	assert.match(story, /frame/);
	const first = await tab.ask("[...document.querySelectorAll(" +
	    "'#source .can')].findIndex((e) => /b: write p/.test(" +
	    "e.textContent)) ");

	assert.ok(first >= 0);
	await tab.ask("document.querySelectorAll('#source .can')[" + first +
	    "].click()");
	await tab.drawn();
	assert.match(await tab.ask("byId('story').textContent"), /b: write/);
	await tab.close();
});

look("the slider moves all views", async () => {
	const tab = await chrome.open(files.trace);
	const shown = () => tab.ask("[byId('now').textContent, byId('story')" +
	    ".textContent, byId('procs').textContent, byId('number').value]");

	await tab.click("#slider", .25);
	const a = await shown();
	const moment = await tab.ask("report.moment");

	assert.ok(moment > 4000 && moment < 6000, `${moment}`);
	assert.equal(a[3], String(moment));
	await tab.click("#slider", .75);
	assert.notDeepEqual(await shown(), a);
	await tab.close();
});

look("the keyboard alone is enough", async () => {
	const tab = await chrome.open(files.script);
	const at = () => tab.ask("report.moment");
	const focus = () => tab.ask("(document.activeElement.id || " +
	    "document.activeElement.tagName) + ''");
	const seen = new Set();

	await tab.ask("report.go(3)");
	for (let i = 0; i < 40; i++) {
		await tab.key("Tab");
		const id = await focus();

		seen.add(id);
		if (id !== "BODY")
			assert.notEqual(await tab.ask("getComputedStyle(" +
			    "document.activeElement).outlineStyle"), "none",
			`${id} shows no focus`);
	}
	for (const id of ["theme", "slider", "operations", "story", "source",
		"map-space", "frames", "frame-by", "heat"])
		assert.ok(seen.has(id), `${id} is not reached: ` +
		    [...seen].join());

	await tab.ask("byId('slider').focus()");
	await tab.key("ArrowRight");
	assert.equal(await at(), 4);
	await tab.key("End");
	assert.equal(await at(), await tab.ask("report.model.moments"));
	await tab.ask("byId('operations').focus()");
	await tab.key("Home");
	await tab.key("ArrowDown");
	assert.equal(await at(), 2);
	await tab.ask("document.activeElement.blur()");
	await tab.key("f");
	assert.equal(await at(), await tab.ask(
	    "nextFault(report.model, 2, 1)"));
	await tab.ask("byId('frames').focus()");
	await tab.key("Home");
	await tab.key("ArrowRight");
	await tab.key("ArrowRight");
	assert.match(await tab.ask("byId('frame-text').textContent"),
	    /^Frame 3: /);
	await tab.ask("byId('heat').focus()");
	await tab.key("ArrowDown");
	await tab.key("ArrowRight");
	assert.match(await tab.ask("byId('heat-text').textContent"),
	    /touched/);
	await tab.key("Enter");
	assert.equal(await at(), await tab.ask(
	    "report.views.find((v) => v.map).map.buckets.middle[1]"));
	await tab.ask("byId('theme').focus()");
	await tab.key("Enter");
	assert.equal(await tab.ask("document.documentElement.dataset.theme"),
	    "dark");
	await tab.close();
});

look("on paper: all of it, no controls", async () => {
	const tab = await chrome.open(files.script);

	await tab.media("print", "light");
	await tab.ask("dispatchEvent(new Event('beforeprint'))");
	await tab.drawn();
	assert.equal(await tab.ask("getComputedStyle(byId('slider')).display"),
	    "none");
	assert.equal(await tab.ask("getComputedStyle(byId('operations'))" +
	    ".maxHeight"), "none");
	assert.deepEqual((await tab.ask(looks)).faint.found, []);
	const pdf = await tab.send("Page.printToPDF", {});

	assert.ok(Buffer.from(pdf.data, "base64").length > 20000);
	await tab.ask("dispatchEvent(new Event('afterprint'))");
	assert.deepEqual(tab.complaints(), []);
	await tab.close();
});

look("the theme follows the system until the reader chooses", async () => {
	const tab = await chrome.open(files.core);
	const theme = () => tab.ask("document.documentElement.dataset.theme");

	assert.equal(await theme(), "light");
	await tab.media("screen", "dark");
	await tab.until("document.documentElement.dataset.theme === 'dark'");
	await tab.click("#theme");
	assert.equal(await theme(), "light");
	await tab.close();
});
