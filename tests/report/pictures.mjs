/*
 * Pictures of the page for the documentation: pictures.mjs FOLDER
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Chrome } from "./chrome.mjs";
import { report } from "./load.mjs";
import { shrink } from "./png.mjs";

const folder = process.argv[2];
const lessons = "workloads/lessons/";

/* name, input and options, window, theme, what is done first */
const pictures = [
	["light", [lessons + "thrashing.uvm", "--at", "30", "--title",
	    "Thrashing"], 1280, 1420, "light", ""],
	["dark", ["gen:gc:n=200000", "--at", "120000", "--machine",
	    "policy=clock,frames=200", "--title",
	    "A garbage collector under CLOCK"], 1280, 1080, "dark",
	"document.querySelector('#s-heat').scrollIntoView()"],
	["phone", ["workloads/examples/fork-cow.uvm", "--title",
	    "Copy on write"], 390, 844, "light", ""],
];

process.chdir(process.env.TOP);
const chrome = await Chrome.start();
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), "pictures-"));

if (chrome === null)
	process.exit(1);
for (const [name, [input, ...options], width, height, theme, first] of
    pictures) {
	const file = path.join(tmp, name + ".html");

	fs.writeFileSync(file, report(input, ...options));
	const tab = await chrome.open(file, width, height, theme);

	await tab.drawn();
	if (first !== "")
		await tab.ask(first);
	await tab.drawn();
	await tab.drawn();
	const png = path.join(folder, name + ".png");

	await tab.picture(png);
	await tab.close();
	fs.writeFileSync(png, shrink(fs.readFileSync(png)));
	console.log(png + ": " + fs.statSync(png).size + " bytes");
}
await chrome.stop();
fs.rmSync(tmp, { recursive: true, force: true });
