/*
 * What all views use: elements, canvases, colours, the moment and who listens
 * to it.
 */

function byId(id) {
	return document.getElementById(id);
}

/* make("p", { class: "quiet" }, "text", child, ...) */
function make(tag, attributes, ...children) {
	const e = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes))
		e.setAttribute(name, value);
	e.append(...children);
	return e;
}

/* A colour of the theme, by the name of its CSS variable. */
const paint = {
	cache: new Map(),
	of(name) {
		let c = paint.cache.get(name);

		if (c === undefined) {
			c = getComputedStyle(document.documentElement)
			    .getPropertyValue("--" + name).trim();
			paint.cache.set(name, c);
		}
		return c;
	},
	series(i) {
		return paint.of("c" + i % 8);
	},
	rgb(name) {
		const v = parseInt(paint.of(name).slice(1), 16);

		return [v >> 16, v >> 8 & 255, v & 255];
	},
};

/* Between two colours; t from 0 to 1. */
function blend(a, b, t) {
	return a.map((v, i) => Math.round(v + (b[i] - v) * t));
}

/* Widths of canvases, until the window has another one: asking for one while
 * things change would have the page laid out again each time. */
const widths = new Map();

/* A canvas as wide as its place (or as said), in the pixels of the screen.
 * => { g, width, height } in CSS pixels */
function prepareCanvas(canvas, height, said) {
	const ratio = window.devicePixelRatio || 1;
	let width = said !== undefined ? said : widths.get(canvas);

	if (width === undefined) {
		width = Math.max(1, canvas.clientWidth ||
		    canvas.parentElement.clientWidth);
		widths.set(canvas, width);
	}
	canvas.width = Math.round(width * ratio);
	canvas.height = Math.round(height * ratio);
	canvas.style.height = height + "px";
	const g = canvas.getContext("2d");

	g.setTransform(ratio, 0, 0, ratio, 0, 0);
	return { g, width, height };
}

/* A legend: [[colour, text], ...] */
function legend(element, rows) {
	element.replaceChildren(...rows.map(([colour, text]) => {
		const swatch = make("i", {});

		swatch.style.background = colour;
		return make("span", {}, swatch, text);
	}));
}

function table(heads, rows) {
	const body = make("tbody", {});

	for (const row of rows)
		body.append(make("tr", {}, ...row.map((cell, i) => {
			const td = make("td",
			    heads[i].startsWith("#") ? { class: "num" } : {});

			td.append(cell);
			return td;
		})));
	return make("table", {}, make("thead", {}, make("tr", {},
	    ...heads.map((h) => make("th", h.startsWith("#") ?
		{ class: "num", scope: "col" } : { scope: "col" },
	    h.replace(/^#/, ""))))), body);
}

/* The page: its model, the state of the moment, and its views. */
class Page {
	constructor(model) {
		this.model = model;
		this.state = new State(model);
		this.views = [];
		this.moment = 0;
		this.operation = 0;
		this.space = 0;
		this.pending = false;
	}

	add(view) {
		this.views.push(view);
	}

	/* Go to a moment; the views draw before the next frame. */
	go(moment, operation) {
		const m = Math.max(0, Math.min(this.model.moments,
		    Math.round(moment)));

		this.moment = m;
		this.operation = operation !== undefined ? operation :
		    m > 0 ? this.model.operations(m)[1] : 0;
		this.draw();
	}

	draw() {
		if (this.pending)
			return;
		this.pending = true;
		requestAnimationFrame(() => this.drawNow());
	}

	drawNow() {
		this.pending = false;
		this.state.seek(this.moment);
		for (const view of this.views)
			if (!view.still && this.inSight(view))
				view.draw();
	}

	/* What is far from the window is drawn when it comes near. */
	inSight(view) {
		if (view.element === undefined || this.printing) {
			view.late = false;
			return true;
		}
		const box = view.element.getBoundingClientRect();

		view.late = box.bottom < -200 ||
		    box.top > window.innerHeight + 200;
		return !view.late;
	}

	drawLate() {
		for (const view of this.views)
			if (view.late && this.inSight(view))
				view.draw();
	}

	/* The theme or the width has changed. */
	redraw() {
		paint.cache.clear();
		widths.clear();
		this.state.seek(this.moment);
		for (const view of this.views) {
			if (view.reset !== undefined)
				view.reset();
			view.draw();
		}
	}
}
