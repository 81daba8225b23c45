/*
 * PNG made small: what Chromium writes has 24 bits a pixel and little
 * compression.
 */
import zlib from "node:zlib";

function chunks(png) {
	const list = [];

	for (let at = 8; at < png.length;) {
		const length = png.readUInt32BE(at);

		list.push([png.toString("latin1", at + 4, at + 8),
		    png.subarray(at + 8, at + 8 + length)]);
		at += 12 + length;
	}
	return list;
}

/* Undo a line's filter; `up' is the line before it. */
function unfilter(kind, line, up, bpp) {
	for (let i = 0; i < line.length; i++) {
		const a = i >= bpp ? line[i - bpp] : 0;
		const b = up[i], c = i >= bpp ? up[i - bpp] : 0;
		const p = a + b - c;
		const pa = Math.abs(p - a), pb = Math.abs(p - b),
		    pc = Math.abs(p - c);
		const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;

		line[i] += [0, a, b, (a + b) >> 1, paeth][kind];
	}
}

/* => { width, height, pixels: RGB } of a PNG with 8 bits a colour */
function decode(png) {
	const list = chunks(png);
	const head = list[0][1];
	const width = head.readUInt32BE(0), height = head.readUInt32BE(4);
	const bpp = head[9] === 6 ? 4 : 3;
	const data = zlib.inflateSync(Buffer.concat(list.filter(
	    ([name]) => name === "IDAT").map(([, d]) => d)));
	const pixels = Buffer.alloc(width * height * 3);
	let up = Buffer.alloc(width * bpp);

	for (let y = 0; y < height; y++) {
		const at = y * (width * bpp + 1);
		const line = data.subarray(at + 1, at + 1 + width * bpp);

		unfilter(data[at], line, up, bpp);
		for (let x = 0; x < width; x++)
			line.copy(pixels, (y * width + x) * 3, x * bpp,
			    x * bpp + 3);
		up = line;
	}
	return { width, height, pixels };
}

/* 160 colours by frequency, then those that are least like any so far: rare ones
 * may mean something, too.  The others become the nearest of them. */
function palette(pixels) {
	const key = (i) => pixels[3 * i] << 16 | pixels[3 * i + 1] << 8 |
	    pixels[3 * i + 2];
	const out = Buffer.alloc(pixels.length / 3);
	const count = new Map();

	for (let i = 0; i < out.length; i++)
		count.set(key(i), (count.get(key(i)) || 0) + 1);
	const all = [...count].sort((a, b) => b[1] - a[1]).map(([c]) => c);
	const colours = all.slice(0, 160);

	for (const rest = all.slice(160, 4000); rest.length > 0 &&
	    colours.length < 256;) {
		const far = rest.map((c) =>
			distance(c, colours[nearest(colours, c)]));

		colours.push(...rest.splice(far.indexOf(Math.max(...far)), 1));
	}
	const index = new Map(colours.map((c, i) => [c, i]));

	for (let i = 0; i < out.length; i++) {
		if (!index.has(key(i)))
			index.set(key(i), nearest(colours, key(i)));
		out[i] = index.get(key(i));
	}
	return { colours, out };
}

function distance(c, d) {
	const r = (c >> 16) - (d >> 16);
	const g = (c >> 8 & 255) - (d >> 8 & 255);
	const b = (c & 255) - (d & 255);

	return 2 * r * r + 4 * g * g + 3 * b * b;
}

function nearest(colours, c) {
	let best = 0;
	let least = Infinity;

	colours.forEach((d, i) => {
		const far = distance(c, d);

		if (far < least) {
			least = far;
			best = i;
		}
	});
	return best;
}

function chunk(name, data) {
	const head = Buffer.alloc(8), tail = Buffer.alloc(4);

	head.writeUInt32BE(data.length, 0);
	head.write(name, 4, "latin1");
	tail.writeUInt32BE(crc(Buffer.concat([head.subarray(4), data])), 0);
	return Buffer.concat([head, data, tail]);
}

function crc(data) {
	let c = 0xffffffff;

	for (const byte of data) {
		c ^= byte;
		for (let k = 0; k < 8; k++)
			c = c & 1 ? c >>> 1 ^ 0xedb88320 : c >>> 1;
	}
	return (c ^ 0xffffffff) >>> 0;
}

export function shrink(png) {
	const { width, height, pixels } = decode(png);
	const { colours, out } = palette(pixels);
	const lines = Buffer.alloc((width + 1) * height);
	const head = Buffer.alloc(13);

	for (let y = 0; y < height; y++)
		out.copy(lines, y * (width + 1) + 1, y * width,
		    (y + 1) * width);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3, 0, 0, 0], 8);
	return Buffer.concat([png.subarray(0, 8), chunk("IHDR", head),
	    chunk("PLTE", Buffer.from(colours.flatMap((c) =>
		[c >> 16, c >> 8 & 255, c & 255]))),
	    chunk("IDAT", zlib.deflateSync(lines, { level: 9,
		memLevel: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
