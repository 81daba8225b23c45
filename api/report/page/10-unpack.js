"use strict";
/*
 * Columns of integers out of the text of the page, as api/report/column.c packs
 * them: tokens in base 128, 2k for k values that follow, 2k + 1 for one value
 * that stands there k times; values in zigzag, or their differences.
 */

/* Bytes at..at + length of data in base 64; at is a multiple of 3. */
function bytesAt(text, at, length) {
	const first = at / 3 * 4;
	const last = first + Math.ceil(length / 3) * 4;
	const binary = atob(text.slice(first, last));
	const bytes = new Uint8Array(length);

	for (let i = 0; i < length; i++)
		bytes[i] = binary.charCodeAt(i);
	return bytes;
}

/* A reader of numbers, each seven bits a byte, low ones first. */
class Numbers {
	constructor(bytes) {
		this.bytes = bytes;
		this.at = 0;
	}

	next() {
		const b = this.bytes;
		let byte = b[this.at++];
		let value = byte & 127;
		let scale = 128;

		while (byte >= 128) {
			byte = b[this.at++];
			value += (byte & 127) * scale;
			scale *= 128;
		}
		return value;
	}

	/* 0, -1, 1, -2, ... were written as 0, 1, 2, 3, ... */
	signed() {
		const v = this.next();

		return v % 2 === 0 ? v / 2 : -(v + 1) / 2;
	}
}

/* => the n values of a column: an Int32Array if they fit, or Float64Array */
function unpack(bytes, n, delta) {
	const from = new Numbers(bytes);
	let out = new Int32Array(n);
	let last = 0;
	let i = 0;

	function put(v) {
		last = delta ? last + v : v;
		if (last !== (last | 0) && out instanceof Int32Array)
			out = Float64Array.from(out);
		out[i++] = last;
	}
	while (i < n) {
		const token = from.next();
		const many = Math.floor(token / 2);

		if (token % 2 === 1) {
			const v = from.signed();

			for (let k = 0; k < many; k++)
				put(v);
		} else {
			for (let k = 0; k < many; k++)
				put(from.signed());
		}
	}
	return out;
}

/* How many elements of a rising column are not above v. */
function upTo(column, v) {
	let low = 0;
	let high = column.length;

	while (low < high) {
		const mid = (low + high) >> 1;

		if (column[mid] <= v)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* A sentence: its template with the numbers in their places, hexadecimal ones
 * where it has the character 1, decimal ones for 2. */
function sentence(template, numbers) {
	let text = "";
	let n = 0;

	for (const c of template) {
		const code = c.charCodeAt(0);

		text += code === 1 ? "0x" + numbers[n++].toString(16) :
		    code === 2 ? String(numbers[n++]) : c;
	}
	return text;
}
