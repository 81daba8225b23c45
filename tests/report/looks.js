/*
 * Looked at inside of the page, by browser.test.mjs: contrast of all text, names
 * of all controls, what sticks out.
 */
(() => {
	/* Computed colours are rgb(R, G, B) or rgba(R, G, B, A). */
	function colour(text) {
		const [r, g, b, a] = text.match(/[\d.]+/g).map(Number);

		return [r, g, b, a === undefined ? 1 : a];
	}

	function over(top, below) {
		return top.slice(0, 3).map((v, i) =>
			v * top[3] + below[i] * (1 - top[3]));
	}

	/* What is painted behind an element. */
	function ground(e) {
		const layers = [];

		for (; e !== null; e = e.parentElement) {
			const c = colour(getComputedStyle(e).backgroundColor);

			if (c[3] > 0)
				layers.push(c);
			if (c[3] === 1)
				break;
		}
		return layers.reverse().reduce((below, c) => over(c, below),
		    [255, 255, 255]);
	}

	function luminance(c) {
		const [r, g, b] = c.map((v) => {
			v /= 255;
			return v <= .04045 ? v / 12.92 :
			    Math.pow((v + .055) / 1.055, 2.4);
		});

		return .2126 * r + .7152 * g + .0722 * b;
	}

	function contrast(a, b) {
		const x = luminance(a), y = luminance(b);

		return (Math.max(x, y) + .05) / (Math.min(x, y) + .05);
	}

	/* Opacity of an element and all around it. */
	function opacity(e) {
		let o = 1;

		for (; e !== null; e = e.parentElement)
			o *= Number(getComputedStyle(e).opacity);
		return o;
	}

	/* => what is too faint, "TEXT: RATIO" */
	function faint() {
		const walk = document.createTreeWalker(document.body,
		    NodeFilter.SHOW_TEXT);
		const found = [];
		let n = 0;

		while (walk.nextNode()) {
			const e = walk.currentNode.parentElement;
			const text = walk.currentNode.data.trim();

			if (text === "" || e.closest("script") !== null ||
			    !e.checkVisibility({ visibilityProperty: true }))
				continue;
			const style = getComputedStyle(e);
			const size = parseFloat(style.fontSize);
			const large = size >= 24 ||
			    (size >= 18.66 && style.fontWeight >= 700);
			const back = ground(e);
			const ink = colour(style.color);

			ink[3] *= opacity(e);
			const ratio = contrast(over(ink, back), back);

			n++;
			if (ratio < (large ? 3 : 4.5))
				found.push(text.slice(0, 40) + ": " +
				    ratio.toFixed(2));
		}
		return { n, found };
	}

	/* => controls that have no name */
	function nameless() {
		const all = document.querySelectorAll("button, input, select, " +
		    "summary, [tabindex], canvas, [role]");

		return [...all].filter((e) =>
			e.getAttribute("aria-hidden") !== "true" &&
			!e.closest(".uplot") &&
			!(e.getAttribute("aria-label") || e.textContent ||
			    e.closest("label") !== null ||
			    e.getAttribute("role") === "option"))
		    .map((e) => e.outerHTML.slice(0, 80));
	}

	/* => what makes the page wider than the window */
	function wide() {
		const room = document.documentElement.clientWidth;

		if (document.documentElement.scrollWidth <= room)
			return [];
		return [...document.body.querySelectorAll("*")].filter((e) =>
			e.getBoundingClientRect().right > room + .5)
		    .map((e) => e.tagName + "#" + e.id + "." + e.className +
			" " + e.getBoundingClientRect().right);
	}

	return { faint: faint(), nameless: nameless(), wide: wide() };
})()
