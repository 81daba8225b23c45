/*
 * Which pages were touched when: a map with time to the right and addresses
 * downwards, gaps of the address space left out.
 */

const HEAT_HEIGHT = 260;

class HeatView {
	constructor(page) {
		this.page = page;
		this.element = byId("s-heat");
		this.canvas = byId("heat");
		this.row = this.column = 0;
		this.canvas.addEventListener("click", (e) => {
			const box = this.canvas.getBoundingClientRect();

			this.choose(Math.floor((e.clientY - box.top) /
			    box.height * this.map.rows),
			Math.floor((e.clientX - box.left) / box.width *
			    this.map.columns));
			this.enter();
		});
		this.canvas.addEventListener("keydown", (e) => this.key(e));
	}

	reset() {
		this.map = undefined;
	}

	/* The picture is made once; only the line of the moment moves. */
	paintMap(width) {
		const { model } = this.page;
		const map = heatMap(model, HEAT_HEIGHT,
		    Math.max(1, Math.floor(width)));
		const picture = document.createElement("canvas");

		picture.width = map.columns;
		picture.height = map.rows;
		const g = picture.getContext("2d");
		const image = g.createImageData(map.columns, map.rows);
		const hot = paint.rgb("hot"), cold = paint.rgb("cold");
		const empty = paint.rgb("hole");
		const scale = Math.log(1 + map.most);

		for (let i = 0; i < map.count.length; i++) {
			const v = map.count[i];
			const c = v === 0 ? empty : blend(cold, hot,
			    Math.log(1 + v) / scale);

			image.data.set([c[0], c[1], c[2], 255], 4 * i);
		}
		g.putImageData(image, 0, 0);
		this.map = map;
		this.picture = picture;
	}

	draw() {
		const { g, width, height } = prepareCanvas(this.canvas,
		    HEAT_HEIGHT);
		const { model, moment } = this.page;

		if (this.map === undefined)
			this.paintMap(width);
		g.imageSmoothingEnabled = false;
		g.drawImage(this.picture, 0, 0, width, height);
		g.fillStyle = paint.of("mark");
		g.fillRect(moment / Math.max(1, model.moments) * width - 1, 0,
		    2, height);
		legend(byId("heat-legend"), [[paint.of("hole"), "not touched"],
		    ...(this.map.most > 1 ? [[paint.of("cold"), "once"]] : []),
		    [paint.of("hot"), plural(this.map.most, "touch")
			.replace("touchs", "touches")]]);
		this.drawChosen(g, width, height);
	}

	drawChosen(g, width, height) {
		const { map } = this;
		const w = width / map.columns, h = height / map.rows;

		g.strokeStyle = paint.of("ink");
		g.lineWidth = 1;
		g.strokeRect(this.column * w - 2, this.row * h - 2,
		    Math.max(w, 2) + 4, Math.max(h, 2) + 4);
		byId("heat-text").textContent = this.text();
	}

	text() {
		const { model } = this.page;
		const { order } = pageOrder(model);
		const { map } = this;
		const from = this.row * map.pagesARow;
		const to = Math.min(order.length - 1,
		    from + map.pagesARow - 1);

		if (order.length === 0)
			return "No page was touched.";
		const m = map.buckets.middle[this.column];
		const before = this.column > 0 ?
		    map.buckets.middle[this.column - 1] + 1 : 1;
		const where = model.spaceName(model.spaceOf(order[from])) +
		    " " + pageText(model, order[from]) + (to > from ? " to " +
			pageText(model, order[to]) : "");

		return where + ", operations " +
		    grouped(model.operations(before)[0]) + " to " +
		    grouped(model.operations(m)[1]) + ": touched " +
		    plural(map.count[this.row * map.columns + this.column],
			"time") + ". Enter goes there.";
	}

	choose(row, column) {
		const clamp = (v, n) => Math.max(0, Math.min(n - 1, v));

		this.row = clamp(row, this.map.rows);
		this.column = clamp(column, this.map.columns);
		this.draw();
	}

	enter() {
		this.page.go(this.map.buckets.middle[this.column]);
	}

	key(e) {
		const step = e.shiftKey ? 10 : 1;
		const steps = { ArrowLeft: [0, -step], ArrowRight: [0, step],
			ArrowUp: [-step, 0], ArrowDown: [step, 0] };

		if (e.key === "Enter")
			this.enter();
		else if (steps[e.key] !== undefined)
			this.choose(this.row + steps[e.key][0],
			    this.column + steps[e.key][1]);
		else
			return;
		e.preventDefault();
	}
}
