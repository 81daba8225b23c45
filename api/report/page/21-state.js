/*
 * The state at a moment: of each page and of each frame, by number.
 */

const CHECKPOINTS = 48;
const CHECKPOINT_BYTES = 96 << 20;	/* of all together */

class State {
	constructor(model) {
		const rows = model.col("frame.frame");
		let frames = 0;

		for (let i = 0; i < rows.length; i++)
			frames = Math.max(frames, rows[i]);
		this.model = model;
		this.frames = frames;		/* numbered 1 .. frames */
		this.moment = -1;
		this.pteRow = this.frameRow = 0;
		this.pageFrame = new Int32Array(model.pages + 1);
		this.pageBits = new Uint16Array(model.pages + 1);
		this.pageLast = new Int32Array(model.pages + 1);
		this.frameOwner = new Int32Array(frames + 1);
		this.frameBits = new Uint8Array(frames + 1);
		this.rss = new Int32Array(model.meta.spaces);
		this.out = new Int32Array(model.meta.spaces);
		this.points = [];
		this.forward(0);
		this.prepare();
	}

	arrays() {
		return [this.pageFrame, this.pageBits, this.pageLast,
		    this.frameOwner, this.frameBits, this.rss, this.out];
	}

	save() {
		this.points.push({ moment: this.moment, pteRow: this.pteRow,
		    frameRow: this.frameRow,
		    arrays: this.arrays().map((a) => a.slice()) });
	}

	/* Checkpoints at equal distances, as many as there is room for. */
	prepare() {
		const bytes = this.arrays().reduce(
		    (n, a) => n + a.byteLength, 0);
		const most = Math.max(1, Math.min(CHECKPOINTS,
		    Math.floor(CHECKPOINT_BYTES / Math.max(1, bytes))));
		const step = Math.max(512,
		    Math.ceil((this.model.moments + 1) / most));

		this.save();
		for (let m = step; m <= this.model.moments; m += step) {
			this.forward(m);
			this.save();
		}
	}

	/* Stand at a moment. */
	seek(moment) {
		let best = this.points[0];

		for (const p of this.points)
			if (p.moment <= moment)
				best = p;
		if (moment < this.moment || best.moment > this.moment) {
			this.arrays().forEach(
			    (a, i) => a.set(best.arrays[i]));
			this.moment = best.moment;
			this.pteRow = best.pteRow;
			this.frameRow = best.frameRow;
		}
		this.forward(moment);
	}

	forward(moment) {
		this.touches(this.moment, moment);
		this.ptes(moment);
		this.frameRows(moment);
		this.moment = moment;
	}

	touches(from, to) {
		const starts = this.model.touchStarts();
		const page = this.model.col("touch.page");
		const last = this.pageLast;

		for (let m = Math.max(from + 1, 1); m <= to; m++)
			for (let i = starts[m - 1]; i < starts[m]; i++)
				last[page[i]] = m;
	}

	ptes(to) {
		const m = this.model;
		const moment = m.col("pte.moment"), page = m.col("pte.page");
		const frame = m.col("pte.frame"), bits = m.col("pte.bits");
		const space = m.col("page.space");

		for (; this.pteRow < moment.length; this.pteRow++) {
			const i = this.pteRow;
			const p = page[i];

			if (moment[i] > to)
				break;
			const s = space[p - 1];
			const was = this.pageBits[p];

			this.rss[s] += (bits[i] >> 5 & 1) - (was >> 5 & 1);
			this.out[s] += (bits[i] >> 6 & 1) - (was >> 6 & 1);
			this.pageFrame[p] = frame[i];
			this.pageBits[p] = bits[i];
		}
	}

	frameRows(to) {
		const m = this.model;
		const moment = m.col("frame.moment");
		const frame = m.col("frame.frame");
		const owner = m.col("frame.owner");
		const bits = m.col("frame.bits");

		for (; this.frameRow < moment.length; this.frameRow++) {
			const i = this.frameRow;

			if (moment[i] > to)
				break;
			this.frameOwner[frame[i]] = owner[i];
			this.frameBits[frame[i]] = bits[i];
		}
	}

	/* The page that a frame holds for somebody, 0: nobody has it mapped.
	 * Of several the first one. */
	pageIn(frame) {
		if (this.homesOf !== this.moment) {
			this.homesOf = this.moment;
			this.homes = new Int32Array(this.frames + 1);
			for (let p = this.model.pages; p >= 1; p--)
				if (this.pageBits[p] & MAPPED)
					this.homes[this.pageFrame[p]] = p;
		}
		return this.homes[frame];
	}
}
