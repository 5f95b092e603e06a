"use strict";
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function theme(isDark, isNarrow) {
    const ink = isDark ? "#e5e7eb" : "#1f2937";
    const soft = isDark ? "#4b5563" : "#d1d5db";
    const text = { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
    return {
      background: "transparent",
      font: "system-ui, sans-serif",
      view: { stroke: "transparent" },
      axis: { ...text, gridColor: soft, domainColor: soft, tickColor: soft },
      legend: { ...text, orient: "top", title: null, symbolStrokeWidth: 3, columns: isNarrow ? 2 : 4 },
      text: { color: ink },
      rule: { color: ink },
    };
  }

  function coloured(spec, isDark) {
    const drawn = JSON.parse(JSON.stringify(spec));
    const ranges = drawn.usermeta && drawn.usermeta.ranges;
    const swap = (node) => {
      if (node && typeof node === "object") {
        if (node.scale && node.scale.range === "theme") node.scale.range = isDark ? ranges.dark : ranges.light;
        Object.values(node).forEach(swap);
      }
    };
    swap(drawn);
    return drawn;
  }

  function draw(place) {
    const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const isDark = dark.matches;
    const options = {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false,
      tooltip: { disableDefaultStyle: true }, config: theme(isDark, place.clientWidth < 480),
    };
    return window.vegaEmbed(place, coloured(spec, isDark), options).then(
      (shown) => { place.removeAttribute("aria-busy"); place.vega = shown; },
      (error) => { place.textContent = "The chart cannot be drawn; the table below has the same data."; console.error(error); },
    );
  }

  const places = [...document.querySelectorAll("[data-chart]")];
  async function drawAll() {
    for (const place of places) {
      if (place.vega) place.vega.finalize();
      await draw(place);
      await new Promise((go) => setTimeout(go));
    }
    document.documentElement.dataset.drawn = "true";
  }
  if (window.vegaEmbed) drawAll();
  else document.documentElement.dataset.drawn = "true";
  dark.addEventListener("change", () => { if (window.vegaEmbed) drawAll(); });

  const textOf = (cell) => (cell.dataset.value !== undefined ? cell.dataset.value : cell.textContent.trim());
  const numberOf = (text) => (text === "" ? NaN : Number(text.replace(/,/g, "").split(" ")[0]));

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
})();
