/*
 * The page comes to life.
 */

class ProcessView {
	constructor(page) {
		this.page = page;
		this.element = byId("s-procs");
	}

	draw() {
		const { model, moment } = this.page;
		const now = model.processesAt(moment);
		const living = now.filter((p) => p.space >= 0);
		const gone = now.length - living.length;
		const place = byId("procs");

		place.replaceChildren(now.length > 0 ? table(
		    ["process", "#pid", "system", "#size", "#resident",
			"#in swap"], living.map((p) => this.row(p))) :
		    make("p", { class: "quiet" }, "None yet."));
		if (gone > 0)
			place.append(make("p", { class: "quiet" },
			    "Exited: " + now.filter((p) => p.space < 0)
				.slice(-8).map((p) =>
					model.meta.procs[p.proc].name)
				.join(", ") + (gone > 8 ? " and " +
				grouped(gone - 8) + " before" : "")));
	}

	row({ proc, space }) {
		const { model, state, moment } = this.page;
		const p = model.meta.procs[proc];
		const size = 2 ** model.shift;
		const swatch = make("span", { class: "swatch" });
		const pages = model.entriesAt(space, moment).reduce(
		    (n, e) => n + e.pages, 0);

		swatch.style.background = paint.series(space % 6);
		return [make("span", {}, swatch, p.name), String(p.pid),
		    p.personality, sizeText(pages * size),
		    sizeText(state.rss[space] * size),
		    sizeText(state.out[space] * size)];
	}
}

function fixedTables(model) {
	byId("machine").replaceChildren(table(["key", "value"],
	    model.meta.machine));
	byId("stats").replaceChildren(table(["counter, at the end", "#value"],
	    model.meta.statistics.map(([k, v]) => [k, grouped(v)])));
	byId("about").textContent = model.meta.about;
	byId("made").textContent = "uvmsim " + model.meta.version;
}

/* Light, dark; what the reader chose is kept while the page is open. */
function startTheme(page) {
	const root = document.documentElement;
	const dark = window.matchMedia("(prefers-color-scheme: dark)");
	const button = byId("theme");

	function set(theme) {
		root.dataset.theme = theme;
		button.textContent = theme === "dark" ? "\u2600\ufe0e light" :
		    "\u263e\ufe0e dark";
		page.redraw();
	}
	button.addEventListener("click", () => set(
	    root.dataset.theme === "dark" ? "light" : "dark"));
	dark.addEventListener("change", () => set(
	    dark.matches ? "dark" : "light"));
	set(dark.matches ? "dark" : "light");
}

function startPrinting(page) {
	const root = document.documentElement;
	let theme;

	window.addEventListener("beforeprint", () => {
		theme = root.dataset.theme;
		root.dataset.theme = "light";
		page.printing = true;
		page.redraw();
	});
	window.addEventListener("afterprint", () => {
		root.dataset.theme = theme;
		page.printing = false;
		page.redraw();
	});
}

function startWidth(page) {
	let width = window.innerWidth;

	window.addEventListener("resize", () => {
		if (window.innerWidth === width)
			return;
		width = window.innerWidth;
		page.redraw();
	});
	window.addEventListener("scroll", () => page.drawLate(),
	    { passive: true });
}

function startPage() {
	const meta = JSON.parse(byId("meta").textContent);
	const model = new Model(meta, byId("data").textContent);
	const page = new Page(model);
	const still = model.moments === 0;

	document.body.classList.toggle("still", still);
	fixedTables(model);
	if (!still)
		page.add(new Timeline(page));
	page.add(new SpaceChoice(page, ["map-space", "tree-space"]));
	if (!still)
		page.add(new WhyView(page));
	else
		byId("s-why").remove();
	page.add(new ProcessView(page));
	page.add(new MapView(page));
	page.add(new FrameView(page));
	page.add(new TreeView(page));
	if (model.pages > 0 && !still)
		page.add(new HeatView(page));
	else
		byId("s-heat").remove();
	if (!still)
		timePlots(page).forEach((p) => page.add(p));
	if (meta.curves !== null)
		page.add(curvePlot(page));
	page.moment = still ? 0 : meta.at > 0 ? model.momentOf(meta.at) :
	    model.moments;
	page.operation = meta.at > 0 ? meta.at : meta.ops;
	startTheme(page);
	startPrinting(page);
	startWidth(page);
	window.report = page;
	document.documentElement.dataset.ready = "true";
}

if (typeof document !== "undefined")
	startPage();
