/*
 * The page table of a space as a tree: an entry opens into the table it points
 * to.  What is open stays open when the moment changes.
 */

const TREE_SHOWN = 96;	/* entries of a table, until more are asked for */

class TreeView {
	constructor(page) {
		this.page = page;
		this.element = byId("s-tree");
		this.open = new Set();
		this.started = new Set();
		this.most = TREE_SHOWN;
	}

	draw() {
		const { model, state, space } = this.page;
		const place = byId("tree");
		const levels = model.meta.geometry.levels;
		const n = state.rss[space] || 0;

		if (!this.started.has(space)) {
			this.started.add(space);
			this.openPath(0, 0);
		}
		const focus = document.activeElement !== null ?
		    document.activeElement.dataset.key : undefined;

		place.replaceChildren(make("p", { class: "quiet" },
		    (model.meta.geometry.hashed ?
			"The hardware reads a hashed table; this is the " +
			"system\u2019s own tree. " : "") +
		    levels.map((l) => l.name + " (" + 2 ** l.bits + ")")
			.join(" \u2192 ") + ": " + plural(n, "page") +
		    " mapped."), ...this.table(0, 0));
		if (focus !== undefined) {
			const again = place.querySelector("[data-key=\"" +
			    focus + "\"]");

			if (again !== null)
				again.focus();
		}
	}

	/* At first the way down to the first page is open. */
	openPath(level, va) {
		const { model, state, space } = this.page;
		const levels = model.meta.geometry.levels;

		if (level >= levels.length - 1)
			return;
		const rows = tablesBelow(model, state, space, level, va);

		if (rows.length === 0)
			return;
		this.open.add(space + "." + level + "." + rows[0].va);
		this.openPath(level + 1, rows[0].va);
	}

	table(level, va) {
		const { model, state, space } = this.page;
		const levels = model.meta.geometry.levels;
		const rows = tablesBelow(model, state, space, level, va);
		const shown = rows.slice(0, this.most).map((row) =>
			level === levels.length - 1 || row.large ?
			    this.leaf(level, row) : this.node(level, row));

		if (rows.length > this.most)
			shown.push(this.more(rows.length - this.most));
		return shown;
	}

	more(n) {
		const b = make("button", { type: "button" },
		    grouped(n) + " more entries");

		b.addEventListener("click", () => {
			this.most *= 16;
			this.draw();
		});
		return b;
	}

	leaf(level, row) {
		const { model, state } = this.page;
		const name = model.meta.geometry.levels[level].name;

		return make("div", { class: "leaf" },
		    make("code", {}, name + "[" + row.index + "] " +
			hex(row.va)), " \u2192 " +
		    pageState(model, state, row.page));
	}

	node(level, row) {
		const { model, space } = this.page;
		const name = model.meta.geometry.levels[level].name;
		const key = space + "." + level + "." + row.va;
		const inside = make("div", {});
		const details = make("details", {}, make("summary",
		    { "data-key": key }, make("code", {}, name + "[" +
			row.index + "] " + hex(row.va)), " ",
		    make("span", { class: "quiet" },
			plural(row.pages, "page"))), inside);
		const fill = () => inside.replaceChildren(
		    ...this.table(level + 1, row.va));

		if (this.open.has(key)) {
			details.open = true;
			fill();
		}
		details.addEventListener("toggle", () => {
			if (details.open === this.open.has(key))
				return;
			if (details.open) {
				this.open.add(key);
				fill();
			} else {
				this.open.delete(key);
				inside.replaceChildren();
			}
		});
		return details;
	}
}
