/*
 * Numbers, addresses and states in words.
 */

const ETYPE_COPYONWRITE = 4, ETYPE_NEEDSCOPY = 8;
const QUEUES = ["on no queue", "active", "inactive", "laundry",
    "unswappable"];
const INHERIT = ["share", "copy", "none", "zero"];
const ADVICE = ["normal", "random", "sequential"];
const KINDS = ["read", "write", "execute", "call", "other"];
const RESULTS = ["no fault", "minor fault", "major fault", "failed"];

function hex(v) {
	return "0x" + v.toString(16);
}

/* 12 345 678 */
function grouped(v) {
	return String(v).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

function plural(n, what) {
	return grouped(n) + " " + what + (n === 1 ? "" : "s");
}

function sizeText(v) {
	const units = ["B", "K", "M", "G", "T", "P"];
	let i = 0;

	while (v >= 1024 && i < units.length - 1) {
		v /= 1024;
		i++;
	}
	return (v < 10 && v % 1 !== 0 ? v.toFixed(1) : Math.round(v)) +
	    units[i];
}

function rights(prot) {
	return (prot & READ ? "r" : "-") + (prot & WRITE ? "w" : "-") +
	    (prot & EXEC ? "x" : "-");
}

function duration(ns) {
	if (ns < 1e3)
		return ns + " ns";
	if (ns < 1e6)
		return (ns / 1e3).toFixed(1) + " \u00b5s";
	if (ns < 1e9)
		return (ns / 1e6).toFixed(1) + " ms";
	return (ns / 1e9).toFixed(2) + " s";
}

function pageText(model, page) {
	return hex(model.vpnOf(page) * 2 ** model.shift);
}

/* What a page of a space is, in one line. */
function pageState(model, state, page) {
	const bits = state.pageBits[page];
	const psind = bits >> SIZE_SHIFT;
	const words = [];

	if (bits & OUT)
		return "in swap";
	if ((bits & MAPPED) === 0)
		return "not mapped";
	words.push("frame " + state.pageFrame[page], rights(bits));
	if (bits & DIRTY)
		words.push("dirty");
	if (bits & WIRED)
		words.push("wired");
	if (psind > 0)
		words.push("by one entry of " +
		    sizeText(2 ** model.meta.geometry.sizes[psind]));
	return words.join(", ");
}

function ownerText(model, owner) {
	const names = ["free", "anonymous memory", "a page table",
	    "the kernel", "held between owners"];

	return owner >= OWNER_OBJECT ?
	    model.meta.objects[owner - OWNER_OBJECT] : names[owner];
}

/* What a frame is, in one line. */
function frameText(model, state, frame) {
	const owner = state.frameOwner[frame];
	const bits = state.frameBits[frame];
	const page = state.pageIn(frame);
	const words = ["Frame " + frame + ": " + ownerText(model, owner)];

	if (owner === OWNER_FREE)
		return words[0];
	if (page !== 0) {
		words.push("mapped by " +
		    model.spaceName(model.spaceOf(page)) + " at " +
		    pageText(model, page));
		if (state.pageLast[page] > 0)
			words.push("last touched " + plural(
			    state.moment - state.pageLast[page],
			    "moment") + " ago");
	} else if (owner !== OWNER_TABLE && owner !== OWNER_KERNEL) {
		words.push("mapped by nobody");
	}
	if (owner !== OWNER_TABLE)
		words.push(QUEUES[bits & 7]);
	if (bits & DIRTY)
		words.push("dirty");
	if (bits & WIRED)
		words.push("wired");
	return words.join(", ");
}

/* What an entry allows and is, beside its place. */
function entryText(entry) {
	const words = [rights(entry.prot) + " of at most " +
	    rights(entry.max)];

	words.push(entry.type & ETYPE_COPYONWRITE ? "private" : "shared");
	if (entry.type & ETYPE_NEEDSCOPY)
		words.push("needs-copy");
	if (entry.amap !== 0)
		words.push("amap " + entry.amap);
	if (entry.wired > 0)
		words.push("wired");
	if (entry.inherit !== 1)
		words.push("inherit " + INHERIT[entry.inherit]);
	if (entry.advice !== 0)
		words.push(ADVICE[entry.advice]);
	return words.join(", ");
}

/* An operation: what was done, for a list. */
function operationText(model, moment) {
	const i = moment - 1;
	const kind = model.kindOf(moment);
	const proc = model.col("op.proc")[i];
	const name = proc >= 0 ? model.meta.procs[proc].name + ": " : "";
	const pages = model.col("op.pages")[i];

	const first = model.firstPage(moment);

	if (kind <= KIND_EXEC)
		return name + KINDS[kind] +
		    (first !== 0 ? " " + pageText(model, first) : "") +
		    (pages > 1 ? " (" + plural(pages, "page") + ")" : "");
	const text = model.story(model.operations(moment)[0]).text;

	return text !== null ? text : name + KINDS[kind];
}
