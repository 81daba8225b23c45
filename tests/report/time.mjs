/*
 * How long the report of a million references takes to open and to answer.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Chrome } from "./chrome.mjs";
import { report } from "./load.mjs";

const runs = [
	["zipf, 1 in 5 faults", "gen:zipf:pages=4096:n=1000000:writes=30",
	    "policy=lru,frames=1024"],
	["hot and cold, few faults",
	    "gen:hotcold:pages=2000:hot=10:n=1000000", "policy=lru,frames=1800"],
	["all fault", "gen:seq:pages=2000:step=4096:n=1000000",
	    "policy=lru,frames=1000"],
];
const STEPS = 40;

/* From the slider's event to the picture of the moment, ms. */
const step = (m) => `(async () => {
	const slider = byId("slider");

	slider.value = ${m};
	const begun = performance.now();

	slider.dispatchEvent(new Event("input"));
	await new Promise((yes) => requestAnimationFrame(yes));
	return performance.now() - begun;
})()`;

/* Main thread's own time, ms, however loaded the machine is. */
async function worked(tab) {
	const { metrics } = await tab.send("Performance.getMetrics", {});

	return 1000 * metrics.find((m) => m.name === "TaskDuration").value;
}

const ms = (v, width) => (Math.round(v) + " ms").padStart(width);
const chrome = await Chrome.start();
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), "time-"));

if (chrome === null)
	process.exit(0);
console.log("In brackets: time of the page's own thread, which is the time " +
    "on an idle machine\n" + "1000000 references".padEnd(26) + "MB".padStart(6) +
    "opens".padStart(18) + "slider: median".padStart(20) + "worst".padStart(9));
for (const [name, trace, machine] of runs) {
	const file = path.join(tmp, "page.html");

	fs.writeFileSync(file, report(trace, "--machine", machine));
	const tab = await chrome.open(file, 1280, 900, "light", true);
	const opened = tab.opened, work = await worked(tab);
	const times = [];

	await tab.drawn();
	const before = await worked(tab);

	for (let i = 1; i <= STEPS; i++)
		times.push(await tab.ask(step(i * 377777 % 1000000)));
	const each = (await worked(tab) - before) / STEPS;

	times.sort((a, b) => a - b);
	console.log(name.padEnd(26) +
	    (fs.statSync(file).size / 1e6).toFixed(1).padStart(6) +
	    ms(opened, 9) + (" (" + Math.round(work) + ")").padEnd(9) +
	    ms(times[STEPS / 2], 11) + (" (" + Math.round(each) + ")")
		.padEnd(9) + ms(times[STEPS - 1], 9));
	await tab.close();
}
await chrome.stop();
fs.rmSync(tmp, { recursive: true, force: true });
