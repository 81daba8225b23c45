/*
 * The timeline: slider, buttons, keys, and where the faults are.
 */

class Timeline {
	constructor(page) {
		this.page = page;
		this.slider = byId("slider");
		this.number = byId("number");
		this.slider.max = String(page.model.moments);
		this.number.max = String(page.model.meta.ops);
		this.slider.addEventListener("input",
		    () => page.go(Number(this.slider.value)));
		this.number.addEventListener("change", () => this.goNumber());
		byId("ticks").addEventListener("click",
		    (e) => this.click(e));
		this.buttons();
		document.addEventListener("keydown", (e) => this.key(e));
	}

	buttons() {
		const page = this.page;
		const go = {
			first: () => page.go(0),
			back: () => page.go(page.moment - 1),
			on: () => page.go(page.moment + 1),
			last: () => page.go(page.model.moments),
			"fault-on": () => this.fault(1),
			"fault-back": () => this.fault(-1),
			play: () => this.play(),
		};

		for (const [id, fn] of Object.entries(go))
			byId(id).addEventListener("click", fn);
	}

	goNumber() {
		const n = Math.max(0, Math.min(this.page.model.meta.ops,
		    Math.floor(Number(this.number.value) || 0)));

		this.page.go(this.page.model.momentOf(n), n);
	}

	fault(step) {
		const m = nextFault(this.page.model, this.page.moment, step);

		if (m !== null)
			this.page.go(m);
	}

	/* Ten moments a second, or the whole run in half a minute. */
	play() {
		const step = Math.max(1,
		    Math.round(this.page.model.moments / 300));

		if (this.timer !== undefined) {
			clearInterval(this.timer);
			this.timer = undefined;
		} else {
			if (this.page.moment === this.page.model.moments)
				this.page.go(0);
			this.timer = setInterval(() => {
				this.page.go(this.page.moment + step);
				if (this.page.moment ===
				    this.page.model.moments)
					this.play();
			}, 100);
		}
		byId("play").setAttribute("aria-pressed",
		    String(this.timer !== undefined));
		byId("play").textContent = this.timer !== undefined ?
		    "\u25a0 stop" : "\u25b6\ufe0e play";
	}

	/* Keys anywhere but where they mean something else. */
	key(e) {
		const tag = e.target.tagName;
		const page = this.page;

		if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey ||
		    tag === "INPUT" || tag === "SELECT")
			return;
		const keys = {
			ArrowLeft: () => page.go(page.moment - 1),
			ArrowRight: () => page.go(page.moment + 1),
			f: () => this.fault(1),
			F: () => this.fault(-1),
		};

		if (e.key === " " && tag !== "BUTTON" && tag !== "SUMMARY")
			this.play();
		else if (keys[e.key] !== undefined)
			keys[e.key]();
		else
			return;
		e.preventDefault();
	}

	click(e) {
		const box = e.currentTarget.getBoundingClientRect();

		this.page.go((e.clientX - box.left) / box.width *
		    this.page.model.moments);
	}

	draw() {
		const { model, moment, operation } = this.page;
		const i = moment - 1;

		this.slider.value = String(moment);
		this.slider.setAttribute("aria-valuetext",
		    "operation " + operation + " of " + model.meta.ops);
		this.number.value = String(operation);
		byId("now").textContent = moment === 0 ?
		    "before the first of " +
			plural(model.meta.ops, "operation") :
		    "operation " + grouped(operation) + " of " +
			grouped(model.meta.ops) + " \u00b7 " +
			duration(model.col("op.clock")[i]) + " \u00b7 " +
			RESULTS[model.resultOf(moment)];
		this.ticks();
	}

	reset() {
		this.picture = undefined;
	}

	/* Faults by their place, drawn once, and a line where the moment is. */
	ticks() {
		const { g, width, height } = prepareCanvas(byId("ticks"), 28);
		const model = this.page.model;

		if (this.picture === undefined)
			this.paintTicks(width, height);
		g.drawImage(this.picture, 0, 0, width, height);
		g.fillStyle = paint.of("mark");
		g.fillRect(Math.max(0, this.page.moment /
		    Math.max(1, model.moments) * width - 1), 0, 2, height);
	}

	paintTicks(width, height) {
		const ratio = window.devicePixelRatio || 1;
		const picture = document.createElement("canvas");
		const buckets = bucketsOf(this.page.model.moments,
		    Math.floor(width));
		const each = width / buckets.n;
		const [, minor, major, failed] = results(this.page.model,
		    buckets);
		const top = Math.max(1, ...minor.map((v, k) =>
			v + major[k] + failed[k]));

		picture.width = Math.round(width * ratio);
		picture.height = Math.round(height * ratio);
		const g = picture.getContext("2d");

		g.scale(ratio, ratio);
		for (let k = 0; k < buckets.n; k++) {
			let y = height;

			for (const [count, colour] of [[minor[k], "c4"],
			    [major[k], "c0"], [failed[k], "c5"]]) {
				const h = count > 0 ? Math.max(2,
				    (height - 4) * count / top) : 0;

				g.fillStyle = paint.of(colour);
				g.fillRect(k * each, y - h,
				    Math.max(1, each - (each > 4 ? 1 : 0)),
				    h);
				y -= h;
			}
		}
		this.picture = picture;
	}
}
