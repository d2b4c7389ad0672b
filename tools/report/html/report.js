// Makes the lines over frames live: one view of the frames for all plots, moved by wheel, drag, keys and fields.
"use strict";
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const margin = { left: 58, right: 26, top: 10, bottom: 26 };
const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
};

// The values: digits of base64's alphabet, of which the highest code is a gap.
const digitOf = new Uint8Array(128);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].forEach((c, i) => { digitOf[c.charCodeAt(0)] = i; });
function unpack(packed) {
    const { digits, width, low, step } = packed, gap = 64 ** width - 1;
    const values = new Float64Array(digits.length / width);
    for (let i = 0, at = 0; i < values.length; i++) {
        let code = 0;
        for (let d = 0; d < width; d++) code = code * 64 + digitOf[digits.charCodeAt(at++)];
        values[i] = code === gap ? NaN : low + step * code;
    }
    return values;
}
const axes = data.encodes.map(({ frames }) => frames.list ? Float64Array.from(frames.list) : Float64Array.from({ length: frames.count }, (_, i) => frames.first + i * frames.step));
const unpacked = new Map();
/** {frames, min, max} of one encode's column, or null. */
function seriesOf(metric, encode) {
    const packed = data.metrics[metric].series[encode];
    if (!packed) return null;
    const key = metric + "/" + encode;
    if (!unpacked.has(key)) {
        const min = unpack(packed.min || packed);
        unpacked.set(key, { frames: axes[encode], min, max: packed.max ? unpack(packed.max) : min, step: (packed.min || packed).step });
    }
    return unpacked.get(key);
}
/** Index of the first frame that is not before `frame`. */
function indexOf(frames, frame) {
    let low = 0, high = frames.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (frames[middle] < frame) low = middle + 1; else high = middle;
    }
    return low;
}

// The view.
const first = Math.min(...axes.filter(a => a.length).map(a => a[0])), last = Math.max(...data.encodes.map(e => e.frames.last));
const whole = { a: Number.isFinite(first) ? first : 0, b: Math.max(last, (Number.isFinite(first) ? first : 0) + 1) };
const view = { ...whole };
let cursor = null;
const hidden = new Set();
const plots = [];
const shortest = () => Math.min(8, whole.b - whole.a);
function show(a, b) {
    const size = Math.min(Math.max(b - a, shortest()), whole.b - whole.a);
    const middle = (a + b) / 2;
    view.a = Math.min(Math.max(middle - size / 2, whole.a), whole.b - size);
    view.b = view.a + size;
    refresh();
}
const zoom = (factor, around = cursor ?? (view.a + view.b) / 2) => show(around - (around - view.a) * factor, around + (view.b - around) * factor);
const pan = share => { const by = (view.b - view.a) * share; show(view.a + by, view.b + by); };
function moveCursor(to) {
    cursor = Math.min(Math.max(Math.round(to), whole.a), whole.b);
    if (cursor < view.a || cursor > view.b) { const half = (view.b - view.a) / 2; show(cursor - half, cursor + half); } else refresh();
}

// Drawing.
let wanted = false;
function refresh() {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(() => {
        wanted = false;
        const start = performance.now();
        for (const plot of plots) if (plot.visible || document.activeElement === plot.box) plot.draw();
        showView();
        document.documentElement.dataset.drawMs = (performance.now() - start).toFixed(2);
    });
}
const niceStep = size => { const power = 10 ** Math.floor(Math.log10(size)); return power * ([1, 2, 5].find(f => f * power >= size * (1 - 1e-9)) || 10); };
function ticks(low, high, most, whole) {
    let step = niceStep((high - low) / most);
    if (whole) step = Math.max(1, step);
    const marks = [];
    for (let i = Math.ceil(low / step); i * step <= high; i++) marks.push(i * step);
    return marks;
}
const text = value => Number(value.toPrecision(6)).toString();
const dashes = { d0: [], d1: [7, 3], d2: [2, 2.5], d3: [9, 3, 2, 3] };

class Plot {
    constructor(part, metric) {
        this.metric = metric;
        this.name = data.metrics[metric].name;
        this.canvas = make("canvas");
        this.tip = make("div", { class: "tip", hidden: "" });
        this.box = make("div", { class: "live", tabindex: "0", role: "application", "aria-roledescription": "zoomable plot", "aria-describedby": "keys",
            "aria-label": this.name + " over frames" }, this.canvas, this.tip);
        this.words = make("p", { class: "what in-view" });
        part.querySelector(".over-frames").append(this.box, this.words);
        this.visible = part.open;
        new IntersectionObserver(entries => { this.visible = entries.at(-1).isIntersecting; if (this.visible) refresh(); }, { rootMargin: "200px" }).observe(this.box);
        new ResizeObserver(refresh).observe(this.box);
        this.listen();
    }
    series() {
        return data.encodes.map((encode, i) => hidden.has(i) ? null : seriesOf(this.metric, i)).map((s, i) => s && { ...s, encode: data.encodes[i] }).filter(Boolean);
    }
    x(frame) { return margin.left + (frame - view.a) / (view.b - view.a) * (this.w - margin.left - margin.right); }
    frameAt(x) { return view.a + (x - margin.left) / (this.w - margin.left - margin.right) * (view.b - view.a); }
    y(value) { return this.h - margin.bottom - (value - this.low) / (this.high - this.low) * (this.h - margin.top - margin.bottom); }
    /** Least, greatest and mean of what is in view, over the encodes; sets the range of y. */
    measure(series) {
        let low = Infinity, high = -Infinity;
        this.summary = [];
        for (const s of series) {
            const from = indexOf(s.frames, view.a), to = indexOf(s.frames, view.b + 1e-9);
            let min = Infinity, max = -Infinity, sum = 0, count = 0;
            for (let i = from; i < to; i++) {
                if (s.min[i] < min) min = s.min[i];
                if (s.max[i] > max) max = s.max[i];
                if (s.min[i] === s.min[i]) { sum += (s.min[i] + s.max[i]) / 2; count++; }
            }
            if (count) this.summary.push({ sign: s.encode.sign, min, max, mean: sum / count });
            low = Math.min(low, min);
            high = Math.max(high, max);
        }
        if (!(low <= high)) { low = 0; high = 1; }
        const room = high > low ? (high - low) * 0.07 : Math.max(Math.abs(low) * 0.01, 0.5);
        this.low = low - room;
        this.high = high + room;
    }
    draw() {
        const ratio = devicePixelRatio || 1;
        this.w = this.box.clientWidth;
        this.h = this.box.clientHeight;
        if (!this.w || !this.h) return;
        if (this.canvas.width !== Math.round(this.w * ratio)) this.canvas.width = Math.round(this.w * ratio);
        if (this.canvas.height !== Math.round(this.h * ratio)) this.canvas.height = Math.round(this.h * ratio);
        const series = this.series(), pen = this.canvas.getContext("2d");
        this.style = getComputedStyle(this.box);
        this.measure(series);
        pen.setTransform(ratio, 0, 0, ratio, 0, 0);
        pen.clearRect(0, 0, this.w, this.h);
        this.drawAxes(pen);
        pen.save();
        pen.beginPath();
        pen.rect(margin.left, margin.top - 4, this.w - margin.left - margin.right, this.h - margin.top - margin.bottom + 8);
        pen.clip();
        this.drawCuts(pen);
        for (const s of series) this.drawLine(pen, s);
        this.drawCursor(pen, series);
        pen.restore();
        if (series.length > 1) this.drawSigns(pen, series);
        this.words.textContent = this.inView();
        this.box.setAttribute("aria-label", `${this.name} over frames ${Math.ceil(view.a)} to ${Math.floor(view.b)}. ${this.words.textContent}`);
    }
    /** Figures of what is in view, in words. */
    inView() {
        const [one] = this.summary;
        if (!one) return "";
        if (data.encodes.length === 1) return `In view: least ${text(one.min)}, mean ${text(one.mean)}, greatest ${text(one.max)}`;
        return "Mean in view: " + this.summary.map(s => `${s.sign} ${text(s.mean)}`).join(", ");
    }
    color(name) { return this.style.getPropertyValue("--" + name); }
    drawAxes(pen) {
        pen.font = "12px " + this.style.fontFamily;
        pen.lineWidth = 1;
        pen.strokeStyle = this.color("grid");
        pen.fillStyle = this.color("soft");
        pen.beginPath();
        pen.textAlign = "right";
        pen.textBaseline = "middle";
        for (const mark of ticks(this.low, this.high, 6, false)) {
            const y = Math.round(this.y(mark)) + 0.5;
            pen.moveTo(margin.left, y);
            pen.lineTo(this.w - margin.right, y);
            pen.fillText(text(mark), margin.left - 8, y);
        }
        pen.textAlign = "center";
        pen.textBaseline = "top";
        for (const mark of ticks(view.a, view.b, Math.max(2, Math.min(10, this.w / 110)), true)) {
            const x = Math.round(this.x(mark)) + 0.5;
            pen.moveTo(x, margin.top);
            pen.lineTo(x, this.h - margin.bottom);
            pen.fillText(mark.toLocaleString("en"), x, this.h - margin.bottom + 7);
        }
        pen.stroke();
    }
    drawCuts(pen) {
        pen.strokeStyle = this.color("cut");
        pen.setLineDash([1, 4]);
        pen.beginPath();
        for (let i = indexOf(data.cuts, view.a); i < data.cuts.length && data.cuts[i] <= view.b; i++) {
            const x = Math.round(this.x(data.cuts[i])) + 0.5;
            pen.moveTo(x, margin.top);
            pen.lineTo(x, this.h - margin.bottom);
        }
        pen.stroke();
        pen.setLineDash([]);
    }
    /** Each column of pixels gets the first, the least, the greatest and the last value of its frames, so that no peak is lost. */
    drawLine(pen, s) {
        const from = Math.max(0, indexOf(s.frames, view.a) - 1), to = Math.min(s.frames.length, indexOf(s.frames, view.b) + 1);
        const look = s.encode.look.split(" ");
        pen.strokeStyle = this.color(look[0]);
        pen.lineWidth = 1.5;
        pen.lineJoin = "round";
        const sparse = to - from < this.w / 2;
        pen.setLineDash(sparse ? dashes[look[1]] : []);
        pen.beginPath();
        let down = false;
        for (let i = from; i < to;) {
            const column = Math.floor(this.x(s.frames[i]));
            let min = Infinity, max = -Infinity, last = NaN;
            const begin = s.min[i], start = i;
            for (; i < to && Math.floor(this.x(s.frames[i])) === column; i++) {
                if (s.min[i] < min) min = s.min[i];
                if (s.max[i] > max) max = s.max[i];
                last = s.max[i];
            }
            if (!(min <= max)) { down = false; continue; }
            const x = this.x(s.frames[start]);
            if (!down) pen.moveTo(x, this.y(begin === begin ? begin : min)); else pen.lineTo(x, this.y(begin === begin ? begin : min));
            if (min < max) { pen.lineTo(x, this.y(min)); pen.lineTo(x, this.y(max)); if (last === last) pen.lineTo(x, this.y(last)); }
            down = last === last;
        }
        pen.stroke();
        pen.setLineDash([]);
        if (to - from > 60) return;
        pen.fillStyle = this.color(look[0]);
        for (let i = from; i < to; i++) {
            pen.beginPath();
            pen.arc(this.x(s.frames[i]), this.y(s.min[i]), 2.5, 0, 7);
            pen.fill();
        }
    }
    /** Signs of the encodes behind the ends of their lines, moved apart. */
    drawSigns(pen, series) {
        const ends = series.map(s => { const i = Math.min(s.frames.length, indexOf(s.frames, view.b + 1e-9)) - 1; return i >= 0 && s.max[i] === s.max[i] ? { y: this.y(s.max[i]), s } : null; }).filter(Boolean).sort((a, b) => a.y - b.y);
        pen.textAlign = "left";
        pen.textBaseline = "middle";
        pen.font = "bold 12px " + this.style.fontFamily;
        let least = -Infinity;
        for (const end of ends) {
            least = Math.max(end.y, least + 13);
            pen.fillStyle = this.color(end.s.encode.look.split(" ")[0]);
            pen.fillText(end.s.encode.sign, this.w - margin.right + 6, least);
        }
    }
    drawCursor(pen, series) {
        if (this.drag) {
            pen.fillStyle = this.color("select");
            pen.fillRect(Math.min(this.drag.from, this.drag.to), margin.top, Math.abs(this.drag.to - this.drag.from), this.h - margin.top - margin.bottom);
        }
        this.tip.hidden = cursor === null || cursor < view.a || cursor > view.b || !(this.hovered || document.activeElement === this.box);
        if (cursor === null) return;
        const x = Math.round(this.x(cursor)) + 0.5;
        pen.strokeStyle = this.color("soft");
        pen.lineWidth = 1;
        pen.beginPath();
        pen.moveTo(x, margin.top);
        pen.lineTo(x, this.h - margin.bottom);
        pen.stroke();
        if (!this.tip.hidden) this.showTip(x, series);
    }
    /** Frame and values under the cursor, as text. */
    readout(series) {
        return series.map(s => {
            let i = indexOf(s.frames, cursor);
            if (i > 0 && (i === s.frames.length || s.frames[i] !== cursor && (data.bin > 1 || cursor - s.frames[i - 1] < s.frames[i] - cursor))) i--;
            if (i >= s.frames.length || s.min[i] !== s.min[i]) return null;
            const value = s.min[i] === s.max[i] ? text(s.min[i]) : `${text(s.min[i])} to ${text(s.max[i])}`;
            return { look: s.encode.look, sign: s.encode.sign, frame: s.frames[i], value };
        }).filter(Boolean);
    }
    showTip(x, series) {
        const lines = this.readout(series), time = data.rate > 0 ? ` · ${((cursor + data.first) / data.rate).toFixed(2)} s` : "";
        this.tip.replaceChildren(make("div", {}, `Frame ${cursor.toLocaleString("en")}${time}`), ...lines.map(line => make("div", {},
            ...(data.encodes.length > 1 ? [make("span", { class: "sign " + line.look }, line.sign)] : []), make("b", {}, line.value), line.frame !== cursor ? ` (frame ${line.frame})` : "")));
        const right = x > this.w / 2;
        this.tip.style.left = right ? "" : x + 12 + "px";
        this.tip.style.right = right ? this.w - x + 12 + "px" : "";
        if (document.activeElement === this.box) said.textContent = `Frame ${cursor}: ${lines.map(line => (data.encodes.length > 1 ? line.sign + " " : "") + line.value).join(", ")}`;
    }
    listen() {
        const at = event => Math.min(Math.max(event.clientX - this.box.getBoundingClientRect().left, margin.left), this.w - margin.right);
        this.box.addEventListener("wheel", event => {
            if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.box) return;
            const out = event.deltaY > 0, all = view.b - view.a >= whole.b - whole.a;
            if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX || event.deltaY) / 800);
            else if (out && all && !event.ctrlKey) return;
            else zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), this.frameAt(at(event)));
            event.preventDefault();
        }, { passive: false });
        this.box.addEventListener("pointerdown", event => {
            if (event.button !== 0) return;
            this.box.setPointerCapture(event.pointerId);
            this.drag = { from: at(event), to: at(event), a: view.a, b: view.b, pan: event.shiftKey };
        });
        this.box.addEventListener("pointermove", event => {
            this.hovered = true;
            if (this.drag && this.drag.pan) {
                const by = (this.drag.from - at(event)) / (this.w - margin.left - margin.right) * (view.b - view.a);
                show(this.drag.a + by, this.drag.b + by);
                return;
            }
            if (this.drag) this.drag.to = at(event);
            moveCursor(this.frameAt(at(event)));
        });
        this.box.addEventListener("pointerup", () => {
            const drag = this.drag;
            this.drag = null;
            if (drag && !drag.pan && Math.abs(drag.to - drag.from) > 6) show(...[this.frameAt(drag.from), this.frameAt(drag.to)].sort((a, b) => a - b)); else refresh();
        });
        this.box.addEventListener("pointercancel", () => { this.drag = null; refresh(); });
        this.box.addEventListener("pointerleave", () => { this.hovered = false; refresh(); });
        this.box.addEventListener("dblclick", () => show(whole.a, whole.b));
        this.box.addEventListener("focus", refresh);
        this.box.addEventListener("blur", refresh);
        this.box.addEventListener("keydown", event => { if (!event.ctrlKey && !event.metaKey && !event.altKey && press(event.key, event.shiftKey)) event.preventDefault(); });
    }
}

/** What a key does in a plot; false if nothing. */
function press(key, shift) {
    const here = cursor ?? Math.round((view.a + view.b) / 2), step = Math.max(1, Math.round((view.b - view.a) / 200));
    const jump = { n: data.cuts.find(cut => cut > here), p: data.cuts.findLast(cut => cut < here) };
    const actions = {
        "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), "0": () => show(whole.a, whole.b), Escape: () => show(whole.a, whole.b),
        ArrowLeft: () => shift ? pan(-0.25) : moveCursor(here - step), ArrowRight: () => shift ? pan(0.25) : moveCursor(here + step),
        PageUp: () => pan(-0.9), PageDown: () => pan(0.9), Home: () => moveCursor(whole.a), End: () => moveCursor(whole.b),
        ",": () => moveCursor(here - 1), ".": () => moveCursor(here + 1),
        n: () => jump.n !== undefined && moveCursor(jump.n), p: () => jump.p !== undefined && moveCursor(jump.p),
    };
    if (!actions[key]) return false;
    actions[key]();
    return true;
}

// The tools above the plots.
const said = make("div", { class: "unseen", "aria-live": "polite" });
const field = label => make("input", { type: "number", min: whole.a, max: whole.b, step: 1, "aria-label": label });
const from = field("First frame shown"), to = field("Last frame shown");
const button = (words, label, action) => { const b = make("button", { type: "button", "aria-label": label, title: label }, words); b.addEventListener("click", action); return b; };
function showView() {
    if (document.activeElement !== from) from.value = Math.ceil(view.a);
    if (document.activeElement !== to) to.value = Math.floor(view.b);
}
function addTools() {
    const apply = () => { if (from.value !== "" && to.value !== "" && +from.value < +to.value) show(+from.value, +to.value); };
    from.addEventListener("change", apply);
    to.addEventListener("change", apply);
    document.getElementById("tools").append(make("label", {}, "Frames"), from, make("span", {}, "to"), to, button("+", "Zoom in", () => zoom(0.5)), button("−", "Zoom out", () => zoom(2)),
        button("◀", "Earlier frames", () => pan(-0.5)), button("▶", "Later frames", () => pan(0.5)), button("All", "Show all frames", () => show(whole.a, whole.b)));
    document.body.append(said);
    const steps = data.metrics.flatMap(m => m.series).filter(Boolean).map(s => (s.min || s).width);
    const lines = [
        "Drag over a plot to zoom in. Click it, then the wheel zooms; without a click, Ctrl and the wheel. Shift and drag moves the view, a double click shows all frames.",
        "Keys: + − 0 zoom; ← → and , . move the cursor; Shift ← → and Page Up, Page Down move the view; Home, End; n and p go to the next and the previous scene cut.",
        `Lines and their readouts are drawn from values rounded to ${(64 ** Math.min(...steps) - 2).toLocaleString("en")} steps between each column's least and greatest one` +
            (data.bin > 1 ? `, of which the least and the greatest of each ${data.bin} frames are kept` : "") + ". The tables are exact.",
    ];
    const help = document.getElementById("help");
    help.append(make("summary", {}, "Mouse, keys and precision of the plots"), ...lines.map((line, i) => make("p", i === 1 ? { id: "keys" } : {}, line)));
    help.hidden = false;
    if (data.encodes.length > 1) for (const item of document.querySelectorAll(".legend li")) addToggle(item);
}
/** Turns an entry of the legend into a button that shows and hides its encode. */
function addToggle(item) {
    const encode = +item.dataset.encode, toggle = make("button", { type: "button", "aria-pressed": "true" });
    toggle.append(...item.childNodes);
    item.append(toggle);
    toggle.addEventListener("click", () => {
        if (!hidden.delete(encode)) hidden.add(encode);
        toggle.setAttribute("aria-pressed", String(!hidden.has(encode)));
        refresh();
    });
}

// Worst frames: to their place in the plots, and both pictures on top of each other.
function addShots() {
    for (const link of document.querySelectorAll("a.go")) link.addEventListener("click", () => {
        const frame = +link.dataset.frame, half = Math.min((whole.b - whole.a) / 2, Math.max(30, 2 * (data.rate || 25)));
        cursor = frame;
        show(frame - half, frame + half);
        plots[0]?.box.focus({ preventScroll: true });
    });
    for (const shot of document.querySelectorAll(".shot")) {
        const images = shot.querySelectorAll("img");
        if (images.length === 2) shot.append(button("Compare", "Compare both pictures on top of each other", () => compare(shot, images)));
    }
}
function compare(shot, images) {
    const [below, above] = [...images].map(image => { const copy = image.cloneNode(); copy.removeAttribute("loading"); return copy; });
    const slider = make("input", { type: "range", min: 0, max: 100, value: 50, "aria-label": "Place of the border between reference and distorted" });
    const edge = make("div", { class: "edge" });
    const place = () => { above.style.clipPath = `inset(0 0 0 ${slider.value}%)`; edge.style.left = slider.value + "%"; };
    slider.addEventListener("input", place);
    place();
    const dialog = make("dialog", { "aria-label": "Comparison" });
    dialog.append(make("header", {}, make("b", {}, shot.querySelector("a.go").textContent), button("Close", "Close", () => dialog.close())), make("div", { class: "stack" }, below, above, edge),
        make("label", {}, "Reference", slider, "Distorted"));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    slider.focus();
}

document.documentElement.classList.add("scripted");
addTools();
for (const part of document.querySelectorAll(".metric")) plots.push(new Plot(part, +part.dataset.metric));
addShots();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refresh);
for (const plot of plots) if (plot.visible) plot.draw();
showView();
window.vmafReport = { data, view, whole, plots, show, seriesOf, get cursor() { return cursor; } };
})();
