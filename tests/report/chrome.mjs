/*
 * A headless Chromium, driven through a pair of pipes by its DevTools protocol.
 */
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--remote-debugging-pipe"];

const LIMIT = 20000;	/* ms that one answer may take */

export class Chrome {
	/* => null: it does not start here, and why is said */
	static async start() {
		const chrome = new Chrome();

		try {
			await chrome.launch();
			return chrome;
		} catch (error) {
			console.log("Chromium does not start here: " +
			    error.message);
			await chrome.stop();
			return null;
		}
	}

	async launch() {
		this.home = fs.mkdtempSync(path.join(os.tmpdir(), "chrome-"));
		this.waiting = new Map();
		this.number = 0;
		this.rest = Buffer.alloc(0);
		this.events = [];
		this.process = spawn(process.env.CHROMIUM || "chromium",
		    [...FLAGS, "--user-data-dir=" + this.home],
		    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
		const failed = new Promise((_, no) => {
			this.process.on("error", no);
			this.process.on("exit", () =>
				no(new Error("it has ended at once")));
		});

		failed.catch(() => {});
		this.process.stdio[3].on("error", () => {});
		this.process.stdio[4].on("data", (d) => this.take(d));
		await Promise.race([failed, this.send("Browser.getVersion")]);
	}

	take(data) {
		this.rest = Buffer.concat([this.rest, data]);
		for (let end; (end = this.rest.indexOf(0)) >= 0;) {
			const message = JSON.parse(this.rest.subarray(0, end));

			this.rest = this.rest.subarray(end + 1);
			if (message.id === undefined)
				this.events.push(message);
			else
				this.answer(message);
		}
	}

	answer(message) {
		const [yes, no] = this.waiting.get(message.id);

		this.waiting.delete(message.id);
		if (message.error !== undefined)
			no(new Error(message.error.message));
		else
			yes(message.result);
	}

	send(method, params = {}, sessionId = undefined) {
		const id = ++this.number;
		const sent = new Promise((yes, no) => {
			const timer = setTimeout(() =>
				no(new Error(method + " has no answer")),
			LIMIT);
			const end = (fn) => (v) => {
				clearTimeout(timer);
				fn(v);
			};

			this.waiting.set(id, [end(yes), end(no)]);
		});

		this.process.stdio[3].write(JSON.stringify({ id, method,
		    params, sessionId }) + "\0");
		return sent;
	}

	/* A tab of its own, so large, in this theme. */
	async open(file, width = 1280, height = 900, theme = "light",
	    timed = false) {
		const { targetId } = await this.send("Target.createTarget",
		    { url: "about:blank" });
		const { sessionId } = await this.send("Target.attachToTarget",
		    { targetId, flatten: true });
		const tab = new Tab(this, sessionId, targetId);

		for (const domain of ["Page", "Runtime", "Log", "Network"])
			await tab.send(domain + ".enable");
		await tab.send("Emulation.setDeviceMetricsOverride", { width,
		    height, deviceScaleFactor: 1, mobile: width < 600 });
		if (timed)
			await tab.send("Performance.enable",
			    { timeDomain: "threadTicks" });
		await tab.media("screen", theme);
		const begun = performance.now();

		await tab.send("Page.navigate",
		    { url: pathToFileURL(path.resolve(file)).href });
		await tab.until("document.documentElement?.dataset.ready");
		tab.opened = performance.now() - begun;
		return tab;
	}

	async stop() {
		const p = this.process;

		if (p !== undefined && p.exitCode === null) {
			const ended = new Promise((yes) => {
				p.removeAllListeners("exit");
				p.on("exit", yes);
				setTimeout(yes, 5000).unref();
			});

			this.send("Browser.close").catch(() => p.kill());
			await ended;
		}
		if (this.home !== undefined)
			await fs.promises.rm(this.home, { recursive: true,
			    force: true, maxRetries: 20, retryDelay: 50 })
			    .catch(() => {});
	}
}

class Tab {
	constructor(chrome, session, target) {
		this.chrome = chrome;
		this.session = session;
		this.target = target;
	}

	send(method, params) {
		return this.chrome.send(method, params, this.session);
	}

	/* The value of an expression in the page; promises are waited for. */
	async ask(expression) {
		const r = await this.send("Runtime.evaluate", { expression,
		    awaitPromise: true, returnByValue: true });

		if (r.exceptionDetails !== undefined)
			throw new Error(expression + ": " +
			    (r.exceptionDetails.exception?.description ||
				r.exceptionDetails.text));
		return r.result.value;
	}

	async until(expression) {
		const end = Date.now() + LIMIT;

		while (!await this.ask(expression)) {
			if (Date.now() > end)
				throw new Error("never: " + expression);
			await new Promise((yes) => setTimeout(yes, 5));
		}
	}

	/* After two frames what was asked for is drawn. */
	drawn() {
		return this.ask("new Promise((yes) => requestAnimationFrame(" +
		    "() => requestAnimationFrame(() => yes(true))))");
	}

	media(media, theme) {
		return this.send("Emulation.setEmulatedMedia", { media,
		    features: [{ name: "prefers-color-scheme",
			value: theme }] });
	}

	async key(key, shift = false) {
		const codes = { Tab: 9, Enter: 13, " ": 32, End: 35, Home: 36,
			ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39,
			ArrowDown: 40 };
		const event = { key, code: key.length === 1 ? "" : key,
			modifiers: shift ? 8 : 0,
			windowsVirtualKeyCode: codes[key] ||
			    key.toUpperCase().charCodeAt(0) };

		if (key === "Enter")
			event.text = "\r";
		else if (key.length === 1)
			event.text = key;
		await this.send("Input.dispatchKeyEvent",
		    { type: "keyDown", ...event });
		delete event.text;
		await this.send("Input.dispatchKeyEvent",
		    { type: "keyUp", ...event });
		await this.drawn();
	}

	/* In the middle of an element, or at a part of its box. */
	async click(selector, x = .5, y = .5) {
		const [left, top] = await this.ask("(() => { const e = " +
		    "document.querySelector(" + JSON.stringify(selector) +
		    "); e.scrollIntoView({ block: 'center' }); const b = " +
		    "e.getBoundingClientRect(); return [b.left + b.width * " +
		    x + ", b.top + b.height * " + y + "]; })()");

		for (const type of ["mousePressed", "mouseReleased"])
			await this.send("Input.dispatchMouseEvent", { type,
			    x: left, y: top, button: "left", clickCount: 1 });
		await this.drawn();
	}

	/* What the console has said: errors, warnings, exceptions. */
	complaints() {
		return this.chrome.events.filter((e) =>
			e.sessionId === this.session &&
			(e.method === "Runtime.exceptionThrown" ||
			(e.method === "Runtime.consoleAPICalled" &&
			    /error|warning|assert/.test(e.params.type)) ||
			(e.method === "Log.entryAdded" &&
			    /error|warning/.test(e.params.entry.level))))
		    .map((e) => JSON.stringify(e.params));
	}

	/* What it has asked the network for, its own file left out. */
	requests() {
		return this.chrome.events.filter((e) =>
			e.sessionId === this.session &&
			e.method === "Network.requestWillBeSent")
		    .map((e) => e.params.request.url)
		    .filter((url) => !url.startsWith("data:"));
	}

	/* What the window shows. */
	async picture(file) {
		const { data } = await this.send("Page.captureScreenshot",
		    { format: "png", captureBeyondViewport: false });

		fs.writeFileSync(file, Buffer.from(data, "base64"));
	}

	close() {
		return this.chrome.send("Target.closeTarget",
		    { targetId: this.target });
	}
}
