/*
 * The scripts of the report's page without a browser, and reports as models.
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const page = path.join(here, "../../api/report/page");

export const uvmsim = process.env.UVMSIM;

/* What computes, and what words it; the rest needs a page. */
const parts = fs.readdirSync(page).filter((f) => /^[1-4].*\.js$/.test(f))
    .sort();
const context = vm.createContext({ atob, TextDecoder });

vm.runInContext(parts.map((f) => fs.readFileSync(path.join(page, f), "utf8"))
    .join("\n") +
    "\nthis.all = { unpack, upTo, sentence, Model, State, bucketsOf, growth," +
    " residentSets, workingSet, heatMap, tablesBelow, residency, pagesOf," +
    " nextFault, results, operationText, frameText, entryText, sizeText," +
    " grouped, OWNER_OBJECT, MAPPED, OUT, DIRTY, WIRED };", context);
export const js = context.all;

export function elementText(html, id) {
	const at = html.indexOf("id=\"" + id + "\">");

	return html.slice(at + id.length + 6, html.indexOf("</script>", at));
}

export function modelOf(html) {
	return new js.Model(JSON.parse(elementText(html, "meta")),
	    elementText(html, "data"));
}

export function run(args, input) {
	return execFileSync(uvmsim, args, { input, encoding: "utf8",
	    maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "pipe"] });
}

/* The report of a script (its text) or of a trace (its name). */
export function report(what, ...options) {
	const script = what.includes("\n");

	return run(["report", ...options, "-o", "-", script ? "-" : what],
	    script ? what : undefined);
}
