"use strict";
(() => {
  const textOf = (cell) => (cell.dataset.value !== undefined ? cell.dataset.value : cell.textContent.trim());
  const numberOf = (text) => (text === "" ? NaN : Number(text.replace(/[,+]/g, "").split(" ")[0]));

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    for (const button of table.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => {
        const heading = button.closest("th");
        const upwards = heading.getAttribute("aria-sort") !== "ascending";
        for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", upwards ? "ascending" : "descending");
        const place = Number(button.dataset.sort);
        const numeric = heading.classList.contains("n");
        const rows = [...body.rows].map((row) => ({ row, text: textOf(row.cells[place]) }));
        rows.sort((a, b) => {
          if (numeric) {
            const [x, y] = [numberOf(a.text), numberOf(b.text)];
            if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
            return upwards ? x - y : y - x;
          }
          return upwards ? a.text.localeCompare(b.text) : b.text.localeCompare(a.text);
        });
        body.append(...rows.map((held) => held.row));
      });
    }
  }

  for (const field of document.querySelectorAll("[data-find]")) {
    const rows = [...document.getElementById(field.dataset.find).tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const count = document.querySelector(`[data-count="${field.dataset.find}"]`);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, place) => {
        const fits = words.every((word) => texts[place].includes(word));
        row.hidden = !fits;
        shown += fits;
      });
      count.textContent = words.length ? `${shown} of ${rows.length}` : "";
    });
  }

  // The figure of a mark in words, beside the pointer.
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);
  document.addEventListener("pointerover", (event) => {
    const mark = event.target instanceof Element && event.target.closest("[data-said]");
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.said;
    const box = mark.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(4, box.top - tip.offsetHeight - 6)}px`;
  });
  window.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

  function say(button, text) {
    const before = button.textContent;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (!button) return;
    const text = button.dataset.copy.replace(/\s+/g, " ").trim();
    const copied = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
    copied.then(() => say(button, "Copied"), () => { window.prompt("Copy the figure and its source:", text); });
  });

  // A drawing with the colors that the page shows now, on the page's background.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-png]");
    if (!button) return;
    const drawing = document.getElementById(button.dataset.png).querySelector("svg");
    const copy = drawing.cloneNode(true);
    const shown = drawing.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((node, place) => {
      const style = getComputedStyle(shown[place]);
      for (const name of ["fill", "stroke"]) if (node.hasAttribute(name)) node.setAttribute(name, style[name]);
    });
    const { width, height } = drawing.viewBox.baseVal;
    copy.setAttribute("width", width * 2);
    copy.setAttribute("height", height * 2);
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width * 2, height * 2];
      const context = canvas.getContext("2d");
      context.fillStyle = getComputedStyle(document.body).backgroundColor;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const link = document.createElement("a");
      link.href = canvas.toDataURL("image/png");
      link.download = `${button.dataset.png}.png`;
      link.click();
      say(button, "Saved");
    };
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  });

  const compare = document.getElementById("compare");
  if (!compare) return;

  const { metrics, series } = JSON.parse(document.getElementById("compare-data").textContent);
  const [metric, scale] = [document.getElementById("compare-metric"), document.getElementById("compare-scale")];
  const boxes = [...compare.querySelectorAll("input[name=ticker]")];
  const MOST = 5;
  const SVG = "http://www.w3.org/2000/svg";
  const HUES = ["hue-0", "hue-1", "hue-9", "hue-10", "hue-6"];

  const written = (value, unit) => {
    if (unit === "index") return value.toLocaleString("en", { maximumFractionDigits: 1 });
    if (unit === "share") return `${(value * 100).toFixed(1)} %`;
    if (unit === "USD") return `$${(value / 1e6).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} M`;
    return `${value.toLocaleString("en", { maximumFractionDigits: 2 })} ${unit}`;
  };

  function element(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // The figures of each company by period, as an index of the first period that all have, or as they are.
  function chosen() {
    const about = metrics.find((m) => m.key === metric.value);
    const tickers = boxes.filter((box) => box.checked).map((box) => box.value);
    const values = tickers.map((ticker) => series[about.key][ticker] || {});
    let periods = about.periods.filter((p) => values.some((of) => p in of));
    if (periods.length) periods = about.periods.slice(about.periods.indexOf(periods[0]), about.periods.indexOf(periods.at(-1)) + 1);
    let base = null;
    if (scale.value === "index") base = periods.find((p) => values.every((of) => p in of && of[p][0] > 0)) || null;
    return { about, tickers, values, periods, base };
  }

  function draw() {
    const { about, tickers, values, periods, base } = chosen();
    const unit = base ? "index" : about.unit;
    const figure = (of, period) => (period in of ? (base ? (of[period][0] / of[base][0]) * 100 : of[period][0]) : null);
    const notes = [];
    const none = tickers.filter((_, place) => !periods.some((p) => p in values[place]));
    if (tickers.length < 2) notes.push("Choose two to five companies.");
    if (none.length) notes.push(`No figure of ${none.join(", ")} is known.`);
    if (scale.value === "index" && !base) notes.push("No period is known of all of them: the figures are absolute.");
    if (base) notes.push(`${base} is 100.`);
    document.getElementById("compare-note").textContent = notes.join(" ");
    document.getElementById("compare-title").textContent = tickers.length ? `${about.label}: ${tickers.join(", ")}` : about.label;

    const [width, height, left, top, right, bottom] = [720, 300, 84, 28, 36, 44];
    const drawing = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": document.getElementById("compare-title").textContent });
    const all = values.flatMap((of) => periods.map((p) => figure(of, p))).filter((v) => v !== null);
    const [low, high] = [Math.min(0, ...all), Math.max(...all, 1e-9)];
    const x = (place) => left + (periods.length < 2 ? 0.5 : place / (periods.length - 1)) * (width - left - right);
    const y = (value) => top + (1 - (value - low) / (high - low)) * (height - top - bottom);
    for (let tick = 0; tick <= 4; tick += 1) {
      const value = low + ((high - low) * tick) / 4;
      drawing.append(element("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: "var(--line)" }));
      drawing.append(element("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end", "font-size": 12, fill: "var(--ink)" }, written(value, unit)));
    }
    const every = Math.ceil(periods.length / 9);
    periods.forEach((period, place) => {
      if (place % every === 0) drawing.append(element("text", { x: x(place), y: height - 20, "text-anchor": "middle", "font-size": 12, fill: "var(--ink)" }, period));
    });
    tickers.forEach((ticker, number) => {
      const colour = `var(--${HUES[number]})`;
      let path = "";
      periods.forEach((period, place) => {
        const value = figure(values[number], period);
        const before = place > 0 ? figure(values[number], periods[place - 1]) : null;
        if (value === null) return;
        path += `${before === null ? "M" : "L"}${x(place).toFixed(1)},${y(value).toFixed(1)}`;
        drawing.append(element("circle", { cx: x(place), cy: y(value), r: 4, fill: colour, "data-said": `${ticker}, ${period}: ${written(value, unit)}` }));
      });
      drawing.append(element("path", { d: path, fill: "none", stroke: colour, "stroke-width": 2 }));
      drawing.append(element("rect", { x: left + number * 90, y: 6, width: 12, height: 12, fill: colour }));
      drawing.append(element("text", { x: left + number * 90 + 17, y: 16, "font-size": 12, fill: "var(--ink)" }, ticker));
    });
    document.getElementById("compare-drawing").replaceChildren(...(all.length ? [drawing] : []));

    const table = document.getElementById("compare-table");
    const head = document.createElement("tr");
    for (const name of ["Period", ...tickers]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name;
      if (name !== "Period") cell.className = "n";
      head.append(cell);
    }
    table.tHead.replaceChildren(head);
    table.tBodies[0].replaceChildren(...[...periods].reverse().map((period) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = period;
      row.append(name, ...values.map((of) => {
        const cell = document.createElement("td");
        cell.className = "n";
        const value = figure(of, period);
        if (value === null) return cell;
        const link = of[period][1];
        if (/^https?:\/\//.test(link)) {
          const anchor = document.createElement("a");
          anchor.href = link;
          anchor.rel = "noreferrer";
          anchor.textContent = written(value, unit);
          cell.append(anchor);
        } else cell.textContent = written(value, unit);
        return cell;
      }));
      return row;
    }));
  }

  function bounded(changed) {
    const checked = boxes.filter((box) => box.checked);
    if (checked.length > MOST && changed) changed.checked = false;
  }

  function fromAddress() {
    const [tickers, key, kind] = decodeURIComponent(location.hash.slice(1)).split("/");
    const wanted = (tickers || "").split(",").filter(Boolean).slice(0, MOST);
    if (metrics.some((m) => m.key === key)) metric.value = key;
    if (kind === "index" || kind === "absolute") scale.value = kind;
    if (wanted.length) for (const box of boxes) box.checked = wanted.includes(box.value);
    if (!boxes.some((box) => box.checked)) boxes.slice(0, 2).forEach((box) => { box.checked = true; });
    draw();
  }

  compare.addEventListener("change", (event) => {
    bounded(event.target);
    const tickers = boxes.filter((box) => box.checked).map((box) => box.value).join(",");
    history.replaceState(null, "", `#${tickers}/${metric.value}/${scale.value}`);
    draw();
  });
  compare.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
