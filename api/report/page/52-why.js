/*
 * What happened, and why: the operations around the moment, the story of the
 * one that is chosen, and its line in the source.
 */

const LINES = 400;	/* of the source that are shown at once */
const AROUND = 15;	/* operations in the list, each way */

class WhyView {
	constructor(page) {
		this.page = page;
		this.element = byId("s-why");
		this.list = byId("operations");
		this.full = false;
		this.list.addEventListener("click", (e) => {
			const row = e.target.closest("li");

			if (row !== null)
				page.go(Number(row.dataset.moment));
		});
		this.list.addEventListener("keydown", (e) => this.key(e));
		this.makeSource();
	}

	key(e) {
		const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -20,
			PageDown: 20 };
		const page = this.page;

		if (steps[e.key] !== undefined)
			page.go(page.moment + steps[e.key]);
		else if (e.key === "Home" || e.key === "End")
			page.go(e.key === "Home" ? 1 : page.model.moments);
		else
			return;
		e.preventDefault();
	}

	reset() {
		this.height = undefined;
	}

	draw() {
		this.drawList();
		this.drawStory();
		this.drawSource();
	}

	drawList() {
		const { model, moment } = this.page;
		const first = Math.max(1, moment - AROUND);
		const last = Math.min(model.moments, moment + AROUND);
		const rows = [];
		let here = null;

		for (let m = first; m <= last; m++) {
			const result = model.resultOf(m);
			const row = make("li", { role: "option",
				"data-moment": m, id: "op" + m,
				"aria-selected": String(m === moment) },
			make("span", { class: "n" },
			    grouped(model.operations(m)[0])),
			make("span", {}, operationText(model, m)),
			make("span", { class: "r" },
			    result === RESULT_OK ? "" : RESULTS[result]));

			if (m === moment)
				here = row;
			rows.push(row);
		}
		this.list.replaceChildren(...rows);
		if (here === null) {
			this.list.removeAttribute("aria-activedescendant");
			this.list.scrollTop = 0;
			return;
		}
		this.list.setAttribute("aria-activedescendant", here.id);
		if (this.height === undefined)
			this.height = [here.offsetHeight,
			    this.list.clientHeight];
		this.list.scrollTop = (moment - first + .5) * this.height[0] -
		    this.height[1] / 2;
	}

	/* The operation with the most to tell of a moment that has several. */
	told() {
		const { model, moment, operation } = this.page;
		const [first, last] = model.operations(moment);

		if (model.story(operation).story.length > 0)
			return operation;
		for (let n = last; n >= first && n > last - 4096; n--)
			if (model.story(n).story.length > 0)
				return n;
		return operation;
	}

	drawStory() {
		const { model, moment } = this.page;
		const place = byId("story");

		if (moment === 0) {
			place.replaceChildren(make("p", {},
			    "Nothing has been done yet."));
			return;
		}
		const n = this.told();
		const { text, story } = model.story(n);
		const [first, last] = model.operations(moment);
		const title = "Operation " + grouped(n) +
		    (last > first ? " (of " + grouped(first) + " to " +
			grouped(last) + ")" : "") + ": " +
		    (text !== null ? text : operationText(model, moment));
		const lines = story.length > 0 ? story :
		    this.withoutStory();
		const shown = this.full ? lines : lines.filter((l) => !l.more);

		place.replaceChildren(make("h3", {}, title),
		    make("ol", {}, ...shown.map((line) => make("li",
			line.more ? { class: "more" } : {},
			make("span", { class: "step" },
			    line.step.replace(/_/g, " ")),
			line.text))));
		if (lines.some((l) => l.more))
			place.append(this.more(lines.length));
		place.scrollTop = 0;
	}

	/* The whole story, or the short one. */
	more(n) {
		const b = make("button", { type: "button",
			"aria-pressed": String(this.full) },
		this.full ? "Only what matters" :
		    "All " + n + " steps");

		b.addEventListener("click", () => {
			this.full = !this.full;
			this.drawStory();
			byId("story").querySelector("button").focus();
		});
		return b;
	}

	/* What the tables say of an operation whose story was not kept. */
	withoutStory() {
		const { model, moment, state } = this.page;
		const starts = model.touchStarts();
		const page = model.col("touch.page");
		const result = model.resultOf(moment);
		const lines = [{ step: "result", text: RESULTS[result] }];

		for (let i = starts[moment - 1];
		    i < Math.min(starts[moment], starts[moment - 1] + 8); i++)
			lines.push({ step: "page",
			    text: "the page at " + pageText(model, page[i]) +
				" is now: " +
				pageState(model, state, page[i]) });
		lines.push(...this.entriesChanged());
		for (const name of ["evictions", "pages read",
		    "pages written to swap"]) {
			const stat = model.statNamed(name);
			const more = model.statAt(stat, moment) -
			    model.statAt(stat, moment - 1);

			if (more > 0)
				lines.push({ step: "count",
				    text: name + ": " + more });
		}
		return lines;
	}

	/* What became of map entries in this moment, some of it. */
	entriesChanged() {
		const { model, moment } = this.page;
		const moments = model.col("entry.moment");
		const size = 2 ** model.shift;
		const lines = [];

		for (let i = upTo(moments, moment - 1);
		    i < moments.length && moments[i] === moment &&
		    lines.length < 12; i++) {
			const space = model.col("entry.space")[i];
			const start = model.col("entry.start")[i];
			const pages = model.col("entry.pages")[i];
			const e = pages > 0 ? model.entry(start, pages,
			    model.col("entry.attr")[i]) : null;

			lines.push({ step: "entry", text:
			    model.spaceName(space) + ": " + hex(start * size) +
			    (e === null ? " has no entry any more" : "-" +
				hex((start + pages) * size) + " is now " +
				(e.name || "anonymous") + ", " +
				entryText(e)) });
		}
		return lines;
	}

	/* ---- the source ---- */

	/* Of each line the first moment that it led to. */
	makeSource() {
		const line = this.page.model.col("op.line");

		this.firstOf = new Map();
		for (let i = 0; i < line.length; i++)
			if (line[i] !== 0 && !this.firstOf.has(line[i]))
				this.firstOf.set(line[i], i + 1);
		this.from = this.to = 0;
	}

	/* Lines from..to, from 1; a long source is shown in part. */
	showLines(from, to) {
		const { model } = this.page;

		if (from === this.from && to === this.to)
			return;
		this.from = from;
		this.to = to;
		byId("source").replaceChildren(
		    ...model.meta.lines.slice(from - 1, to).map((text, i) =>
			this.line(from + i, text)));
	}

	line(n, text) {
		const first = this.firstOf.get(n);
		const row = make("div", first !== undefined ?
		    { class: "can" } : {}, make("b", {}, String(n)),
		make("span", {}, text));

		if (first !== undefined)
			row.addEventListener("click",
			    () => this.page.go(first));
		return row;
	}

	drawSource() {
		const { model, moment } = this.page;
		const box = byId("source");
		const line = moment > 0 ? model.col("op.line")[moment - 1] : 0;
		const all = model.meta.lines.length;

		if (all <= LINES)
			this.showLines(1, all);
		else if (line < this.from + 8 || line > this.to - 8)
			this.showLines(Math.max(1, line - LINES / 2),
			    Math.min(all, Math.max(1, line - LINES / 2) +
				LINES));
		const row = box.children[line - this.from];

		if (this.here !== undefined)
			this.here.classList.remove("here");
		this.here = row;
		if (row === undefined)
			return;
		row.classList.add("here");
		box.scrollTop = row.offsetTop - box.offsetTop -
		    box.clientHeight / 2;
	}
}
