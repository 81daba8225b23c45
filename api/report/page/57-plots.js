/*
 * Curves, by uPlot: what happened over time, with a line where the moment is,
 * and miss ratios by the size of memory.
 */

const PLOT_POINTS = 600;
const PLOT_HEIGHT = 220;

/* One plot in a section of its own. */
class Plot {
	/* series: [{ label, values, colour, dash, steps }]; x: numbers */
	constructor(page, title, x, series, options) {
		this.page = page;
		this.title = title;
		this.x = x;
		this.series = series;
		this.options = options;
		this.place = make("div", {});
		this.element = make("section", {}, make("h2", {}, title),
		    ...(options.controls || []), this.place);
		byId("plots").append(this.element);
	}

	reset() {
		if (this.plot !== undefined)
			this.plot.destroy();
		this.plot = undefined;
	}

	axis(label, values) {
		return { label, labelSize: 18, stroke: paint.of("quiet"),
		    font: "12px system-ui, sans-serif",
		    labelFont: "12px system-ui, sans-serif",
		    grid: { stroke: paint.of("grid"), width: 1 },
		    ticks: { stroke: paint.of("grid"), width: 1 }, values };
	}

	make() {
		const o = this.options;
		const short = (u, list) => list.map((v) =>
			v === null ? "" : compact(v));
		const config = {
			width: Math.max(200, this.place.clientWidth),
			height: PLOT_HEIGHT,
			scales: { x: { time: false,
			    distr: o.logX ? 3 : 1, log: 2 },
			y: { range: (u, low, high) =>
				[0, o.top || Math.max(1, high * 1.05)] } },
			axes: [this.axis(o.xLabel, short),
			    Object.assign(this.axis(o.yLabel, o.yValues ||
				short), { size: 56 })],
			series: [{ label: o.xLabel,
			    value: (u, v) => v === null ? "\u2013" :
				grouped(Math.round(v)) },
			...this.series.map((s) => ({ label: s.label,
			    stroke: paint.of(s.colour), width: 2,
			    dash: s.dash, spanGaps: true,
			    points: { show: this.x.length < 30, size: 5 },
			    value: (u, v) => v === null ? "\u2013" :
				o.show !== undefined ? o.show(v) :
				    grouped(Math.round(v)) }))],
			cursor: { drag: { x: !o.logX, y: false } },
			hooks: { draw: [(u) => this.mark(u)] },
		};

		this.place.replaceChildren();
		this.plot = new uPlot(config, this.data(), this.place);
		this.plot.over.addEventListener("click", () => {
			const i = this.plot.cursor.idx;

			if (!o.logX && i !== null && i !== undefined)
				this.page.go(this.page.model.momentOf(
				    this.x[i]));
		});
		this.values();
	}

	data() {
		return [this.x, ...this.series.map((s) => s.values)];
	}

	/* Other series in the same plot. */
	renew(series) {
		this.series = series;
		if (this.plot !== undefined) {
			this.plot.setData(this.data());
			this.values();
		}
	}

	mark(u) {
		if (this.options.logX)
			return;
		const at = u.valToPos(this.page.operation, "x", true);

		u.ctx.fillStyle = paint.of("mark");
		u.ctx.fillRect(at - 1, u.bbox.top, 2, u.bbox.height);
	}

	draw() {
		if (this.plot === undefined)
			this.make();
		else if (!this.options.logX)
			this.plot.redraw(false);
	}

	/* The same as a table, for those who do not see it. */
	values() {
		const old = this.element.querySelector("details");
		const box = make("details", { class: "values" },
		    make("summary", {}, "as a table"));
		const step = Math.max(1, Math.ceil(this.x.length / 16));
		const rows = [];
		const show = this.options.show ||
		    ((v) => grouped(Math.round(v)));

		for (let i = step - 1; i < this.x.length; i += step)
			rows.push([grouped(Math.round(this.x[i])),
			    ...this.series.map((s) => s.values[i] === null ?
				"" : show(s.values[i]))]);
		box.append(table(["#" + this.options.xLabel,
		    ...this.series.map((s) => "#" + s.label)], rows));
		if (old !== null)
			old.remove();
		this.element.append(box);
	}
}

/* 1234567 as 1.2M */
function compact(v) {
	const units = ["", "k", "M", "G", "T"];
	let i = 0;

	while (Math.abs(v) >= 1000 && i < units.length - 1) {
		v /= 1000;
		i++;
	}
	return String(Math.round(v * 100) / 100) + units[i];
}

/* Free frames are left out where they would dwarf all others. */
function frameSeries(now) {
	const series = [
		{ label: "active", values: now("active frames"),
		    colour: "c2" },
		{ label: "inactive", values: now("inactive frames"),
		    colour: "c1", dash: [6, 3] },
		{ label: "wired", values: now("wired frames"),
		    colour: "c7", dash: [2, 3] }];
	const used = Math.max(1, ...series.flatMap((s) => s.values));
	const free = now("free frames");

	if (Math.max(...free) <= 30 * used)
		series.unshift({ label: "free", values: free,
		    colour: "c4" });
	return series;
}

function timePlots(page) {
	const { model } = page;
	const buckets = bucketsOf(model.moments, PLOT_POINTS);
	const x = buckets.middle.map((m) => model.operations(m)[1]);
	const common = { xLabel: "operation" };
	const grown = (name) => growth(model, model.statNamed(name), buckets);
	const now = (name) => levelAt(model, model.statNamed(name), buckets);
	const any = (values) => values.some((v) => v !== 0);
	const each = grouped(Math.max(1, Math.round(buckets.width *
	    2 ** model.meta.shift)));
	const per = buckets.width * 2 ** model.meta.shift < 1.5 ?
	    "of each operation" : "in " + each + " operations";
	const plots = [];

	plots.push(new Plot(page, "Faults", x, [
		{ label: "minor", values: grown("minor faults"),
		    colour: "c0" },
		{ label: "major", values: grown("major faults"),
		    colour: "c5", dash: [6, 3] }],
	Object.assign({ yLabel: "faults " + per }, common)));
	plots.push(new Plot(page, "Resident sets and swap", x, [
		...residentSets(model, buckets).slice(0, 6)
		    .map((values, i) => ({ label: model.spaceName(i), values,
			colour: "c" + i % 6 })),
		...(any(now("swap slots in use")) ? [{ label: "swap",
		    values: now("swap slots in use"), colour: "ink",
		    dash: [4, 4] }] : [])],
	Object.assign({ yLabel: "pages" }, common)));
	plots.push(workingSetPlot(page, x, buckets, common));
	plots.push(new Plot(page, "Frames", x, frameSeries(now),
	    Object.assign({ yLabel: "frames" }, common)));
	const paging = ["evictions", "pages read", "pages written to swap"]
	    .map((name, i) => ({ label: name, values: grown(name),
		colour: ["c3", "c0", "c5"][i], dash: [[], [6, 3], [2, 3]][i] }))
	    .filter((s) => any(s.values));

	if (paging.length > 0)
		plots.push(new Plot(page, "Paging", x, paging,
		    Object.assign({ yLabel: "pages " + per }, common)));
	if (any(now("TLB misses")))
		plots.push(new Plot(page, "TLB", x, [
			{ label: "misses", values: grown("TLB misses"),
			    colour: "c5" },
			{ label: "hits", values: grown("TLB hits"),
			    colour: "c2", dash: [6, 3] }],
		Object.assign({ yLabel: per }, common)));
	return plots;
}

/* The window tau can be chosen: powers of four up to the run. */
function workingSetPlot(page, x, buckets, common) {
	const { model } = page;
	const choice = make("select", {});
	const usual = Math.max(1, Math.round(model.moments / 20));
	let tau = 1;

	for (; tau <= Math.max(1, model.moments); tau *= 4) {
		choice.append(make("option", { value: tau },
		    grouped(tau * 2 ** model.meta.shift)));
		if (tau < 4 * usual)
			choice.value = String(tau);
	}
	const series = () => [{ label: "W(t, \u03c4)", colour: "c0",
	    values: workingSet(model, Number(choice.value), buckets) }];
	const plot = new Plot(page, "Working set", x, [{ label: "W(t, \u03c4)",
	    colour: "c0", values: x.map(() => 0) }], Object.assign({
		yLabel: "pages", controls: [make("p", { class: "controls" },
		    make("label", {}, "window \u03c4 ", choice,
			" operations"))] }, common));
	const made = plot.make;

	/* Counted when it is first seen. */
	plot.make = () => {
		plot.series = series();
		made.call(plot);
	};
	choice.addEventListener("change", () => plot.renew(series()));
	return plot;
}

function curvePlot(page) {
	const { curves } = page.model.meta;
	const sizes = [...new Set(curves.curves.flatMap((c) => c.frames))]
	    .sort((a, b) => a - b);
	const colours = { lru: "c0", opt: "c2", fifo: "c5", clock: "c1",
		arc: "c3", s3fifo: "c7" };
	const dashes = { fifo: [6, 3], clock: [2, 3], arc: [8, 3, 2, 3],
		s3fifo: [4, 4] };
	const series = curves.curves.map((c) => {
		const at = new Map(c.frames.map((f, i) => [f, c.misses[i] /
		    curves.touches]));

		return { label: c.name.toUpperCase(), colour: colours[c.name],
		    dash: dashes[c.name], values: sizes.map((f) =>
			at.has(f) ? at.get(f) : null) };
	});

	return new Plot(page, "Miss ratio by size of memory", sizes, series,
	    { xLabel: "frames", yLabel: "misses of a touch", logX: true,
	    top: 1, show: (v) => v.toFixed(4),
	    yValues: (u, list) => list.map((v) => v.toFixed(1)) });
}
