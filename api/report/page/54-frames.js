/*
 * The frames of memory as a grid.
 */

class FrameView {
	constructor(page) {
		this.page = page;
		this.element = byId("s-frames");
		this.canvas = byId("frames");
		this.chosen = 1;
		byId("frame-by").addEventListener("change",
		    () => this.draw());
		this.canvas.addEventListener("click", (e) => {
			const box = this.canvas.getBoundingClientRect();

			this.choose(this.frameAt(e.clientX - box.left,
			    e.clientY - box.top));
		});
		this.canvas.addEventListener("keydown", (e) => this.key(e));
	}

	/* Cells: as large as they fit in about 240 pixels of height. */
	layout(width) {
		const n = Math.max(1, this.page.state.frames);
		let size = 22;

		while (size > 3 && Math.ceil(n / Math.floor(width / size)) *
		    size > 260)
			size--;
		const columns = Math.max(1, Math.floor(width / size));
		let each = 1;	/* frames a cell */

		while (Math.ceil(n / each / columns) * size > 420)
			each *= 2;
		return { size, columns, each,
		    rows: Math.max(1, Math.ceil(n / each / columns)) };
	}

	colourOf(by, frame) {
		const { state } = this.page;
		const owner = state.frameOwner[frame];
		const bits = state.frameBits[frame];

		if (owner === OWNER_FREE)
			return "free";
		if (by === "queue")
			return ["held", "c2", "c1", "c3", "c5"][bits & 7];
		if (owner === OWNER_TABLE)
			return "table";
		if (owner === OWNER_KERNEL)
			return "kernel";
		if (by === "dirty")
			return bits & DIRTY ? "dirty" : "clean";
		if (owner >= OWNER_OBJECT && by === "owner")
			return "c" + (6 + (owner - OWNER_OBJECT) % 2);
		const page = state.pageIn(frame);

		return page === 0 ? "held" :
		    "c" + this.page.model.spaceOf(page) % 6;
	}

	ageOf(frame) {
		const { state } = this.page;
		const page = state.pageIn(frame);

		if (state.frameOwner[frame] === OWNER_FREE ||
		    state.frameOwner[frame] === OWNER_TABLE ||
		    page === 0 || state.pageLast[page] === 0)
			return null;
		return Math.log2(1 + state.moment - state.pageLast[page]) /
		    Math.log2(2 + this.page.model.moments);
	}

	fill(by, frame) {
		const age = by === "age" ? this.ageOf(frame) : null;

		if (age !== null)
			return "rgb(" + blend(paint.rgb("hot"),
			    paint.rgb("cold"), age).join() + ")";
		return paint.of(by === "age" ?
		    this.page.state.frameOwner[frame] === OWNER_FREE ?
			"free" : "held" : this.colourOf(by, frame));
	}

	draw() {
		const by = byId("frame-by").value;
		const first = prepareCanvas(this.canvas, 10);
		const l = this.layout(first.width);
		const { g, width, height } = prepareCanvas(this.canvas,
		    l.rows * l.size + 2);
		const gap = l.size > 6 ? 1 : 0;
		const { frames } = this.page.state;

		this.l = l;
		g.clearRect(0, 0, width, height);
		for (let f = 1, i = 0; f <= frames; f += l.each, i++) {
			g.fillStyle = this.fill(by, f);
			g.fillRect(i % l.columns * l.size,
			    Math.floor(i / l.columns) * l.size,
			    l.size - gap, l.size - gap);
		}
		this.drawChosen(g);
		this.drawLegend(by);
	}

	drawChosen(g) {
		const { page, l } = this;
		const i = Math.floor((this.chosen - 1) / l.each);

		if (this.chosen > page.state.frames)
			this.chosen = 1;
		g.strokeStyle = paint.of("ink");
		g.lineWidth = 2;
		g.strokeRect(i % l.columns * l.size,
		    Math.floor(i / l.columns) * l.size, l.size - 1,
		    l.size - 1);
		byId("frame-text").textContent = (l.each > 1 ?
		    "A cell is " + l.each + " frames. " : "") +
		    frameText(page.model, page.state, this.chosen) + ".";
	}

	drawLegend(by) {
		const { model, state } = this.page;
		const rows = [];

		if (by === "owner") {
			for (const p of model.processesAt(this.page.moment))
				if (p.space >= 0)
					rows.push([paint.series(p.space % 6),
					    model.meta.procs[p.proc].name]);
			if (model.meta.objects.length > 0)
				rows.push([paint.of("c6"), "files, shared"]);
			rows.push([paint.of("table"), "page tables"]);
		} else if (by === "age") {
			rows.push([paint.of("hot"), "just touched"],
			    [paint.of("cold"), "long ago"],
			    [paint.of("held"), "never, or nobody's"]);
		} else if (by === "queue") {
			rows.push([paint.of("c2"), "active"],
			    [paint.of("c1"), "inactive"],
			    [paint.of("c3"), "laundry"],
			    [paint.of("held"), "on no queue"]);
		} else {
			rows.push([paint.of("clean"), "clean"],
			    [paint.of("dirty"), "dirty"],
			    [paint.of("table"), "page tables"]);
		}
		const used = model.meta.frames - model.statAt(
		    model.statNamed("free frames"), state.moment);

		rows.push([paint.of("free"), "free (" + grouped(
		    model.meta.frames - used) + " of " +
		    grouped(model.meta.frames) + ")"]);
		legend(byId("frame-legend"), rows);
	}

	frameAt(x, y) {
		const { l } = this;

		return (Math.floor(y / l.size) * l.columns +
		    Math.floor(x / l.size)) * l.each + 1;
	}

	choose(frame) {
		this.chosen = Math.max(1, Math.min(this.page.state.frames,
		    frame));
		this.draw();
	}

	key(e) {
		const { l } = this;
		const steps = { ArrowLeft: -l.each, ArrowRight: l.each,
			ArrowUp: -l.columns * l.each,
			ArrowDown: l.columns * l.each,
			Home: -Infinity, End: Infinity };

		if (steps[e.key] === undefined)
			return;
		this.choose(this.chosen + steps[e.key]);
		e.preventDefault();
	}
}
