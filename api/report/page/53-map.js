/*
 * The address space of a process: a bar of all its entries, and each entry with
 * what of it is in memory.
 */

const SHOWN = 60;	/* entries, until all are asked for */

/* The choice of a space, shared by map and page table. */
class SpaceChoice {
	constructor(page, ids) {
		this.page = page;
		this.selects = ids.map(byId);
		for (const s of this.selects)
			s.addEventListener("change", () => {
				page.space = Number(s.value);
				page.draw();
			});
	}

	draw() {
		const { model, moment } = this.page;
		const living = model.processesAt(moment)
		    .filter((p) => p.space >= 0);
		const key = living.map((p) => p.proc + "." + p.space).join();

		if (!living.some((p) => p.space === this.page.space) &&
		    living.length > 0)
			this.page.space = living[0].space;
		if (key !== this.key) {
			this.key = key;
			for (const s of this.selects)
				s.replaceChildren(...living.map((p) =>
					make("option", { value: p.space },
					    model.meta.procs[p.proc].name +
					    " (" + model.meta.procs[p.proc].pid +
					    ")")));
		}
		for (const s of this.selects)
			s.value = String(this.page.space);
	}
}

class MapView {
	constructor(page) {
		this.page = page;
		this.element = byId("s-map");
		this.all = false;
		this.bar = byId("map-bar");
	}

	draw() {
		const { model, state, moment, space } = this.page;
		const entries = model.entriesAt(space, moment);

		legend(byId("map-legend"), [[paint.of("clean"), "in memory"],
		    [paint.of("dirty"), "dirty"], [paint.of("out"), "in swap"],
		    [paint.of("hole"), "not there"]]);
		const shown = this.all ? entries : entries.slice(0, SHOWN);
		const here = this.touched();
		const parts = entries.map((e) => residency(model, state, e,
		    pagesOf(model, space, e), 320));

		byId("map").replaceChildren(...shown.map((e, i) =>
			this.entry(e, parts[i], here)));
		if (shown.length < entries.length)
			byId("map").append(this.more(entries.length));
		const width = this.drawBar(entries, parts);

		shown.forEach((e, i) => this.strip(
		    byId("map").children[i].querySelector("canvas"),
		    parts[i], Math.max(1, width - 34)));
		if (entries.length === 0)
			byId("map").append(make("p", { class: "quiet" },
			    "No process is running."));
	}

	more(n) {
		const b = make("button", { type: "button" },
		    "Show all " + n + " entries");

		b.addEventListener("click", () => {
			this.all = true;
			this.draw();
		});
		return b;
	}

	/* The page that the operation of this moment touched, as vpn. */
	touched() {
		const { model, moment, space } = this.page;
		if (moment === 0 || model.kindOf(moment) > KIND_EXEC)
			return -1;
		const page = model.firstPage(moment);

		return page !== 0 && model.spaceOf(page) === space ?
		    model.vpnOf(page) : -1;
	}

	entry(e, part, here) {
		const size = 2 ** this.page.model.shift;
		const start = e.start * size;
		const end = (e.start + e.pages) * size;
		const t = part.total;
		const text = (t.mapped > 0 ? grouped(t.mapped) + " of " : "") +
		    plural(e.pages, "page") +
		    (t.mapped > 0 ? " mapped" : "") +
		    (t.dirty > 0 ? ", " + grouped(t.dirty) + " dirty" : "") +
		    (t.out > 0 ? ", " + grouped(t.out) + " in swap" : "") +
		    (part.sparse ? "; the strip has only pages that were " +
			"ever used" : "");

		return make("div", { class: "entry", "data-here":
		    String(here >= e.start && here < e.start + e.pages) },
		make("p", {}, make("b", { class: "mono" }, hex(start) + "-" +
		    hex(end)), make("b", {}, e.name || "anonymous"),
		make("span", {}, sizeText(end - start)),
		make("span", {}, entryText(e)), make("span", {}, text)),
		make("canvas", { "aria-hidden": "true" }));
	}

	strip(canvas, part, said) {
		const { g, width, height } = prepareCanvas(canvas, 10, said);

		this.cells(g, part, 0, width, 0, height);
	}

	cells(g, part, x, width, y, height) {
		const each = width / part.cells;

		g.fillStyle = paint.of("hole");
		g.fillRect(x, y, width, height);
		for (let i = 0; i < part.cells; i++) {
			const colour = part.dirty[i] > 0 ? "dirty" :
			    part.clean[i] > 0 ? "clean" :
				part.out[i] > 0 ? "out" : null;

			if (colour === null)
				continue;
			g.fillStyle = paint.of(colour);
			g.fillRect(x + i * each, y,
			    Math.max(each - (each > 4 ? 1 : 0), .75), height);
		}
	}

	/* All entries side by side, wide ones not as wide as they are: by the
	 * root of their size, so that a page is still seen beside a gigabyte. */
	drawBar(entries, parts) {
		const { g, width, height } = prepareCanvas(this.bar, 44);
		const gap = 2;
		const weight = entries.map((e) => Math.pow(e.pages, .35));
		const all = weight.reduce((a, b) => a + b, 0) || 1;
		const room = Math.max(1, width - gap * entries.length);
		let x = 0;

		g.clearRect(0, 0, width, height);
		entries.forEach((e, i) => {
			const w = room * weight[i] / all;

			this.cells(g, parts[i], x, w, 12, height - 12);
			g.fillStyle = paint.of(e.prot === 0 ? "held" :
			    e.prot & EXEC ? "c3" : e.prot & WRITE ? "c1" :
				"c2");
			g.fillRect(x, 0, w, 8);
			x += w + gap;
		});
		this.bar.setAttribute("aria-label", plural(entries.length,
		    "entry").replace("entrys", "entries") +
		    " side by side: above, rights (green read, orange write, " +
		    "purple execute); below, what is in memory");
		return width;
	}

	reset() {}
}
