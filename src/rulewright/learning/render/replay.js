"use strict";
// Plays every replay of the page. Data is described in learning/render/replay.py, `packed`.
document.querySelectorAll(".replay").forEach((root) => {
  if (root.dataset.ready) return;
  root.dataset.ready = "yes";
  const film = JSON.parse(root.querySelector(".replay-data").textContent);
  const at = (css) => root.querySelector(css);
  const steps = film.base.length, n = film.players.length;
  const canvas = at(".replay-board"), chart = at(".replay-lines"), range = at("input"), speed = at("select");
  const play = at(".replay-play"), events = at(".replay-events");
  const make = (tag, text, css) => { const made = document.createElement(tag); if (text !== undefined) made.textContent = text; if (css) made.className = css; return made; };
  const shown = (x) => x === null ? "–" : (Math.round(x * 1000) / 1000).toString().replace("-", "−");

  // boards, decoded once
  const boards = [new Uint8Array(film.rows * film.columns)];
  for (let k = 0, cell = 0; k < film.board.length; k += 2) { boards[0].fill(film.board[k], cell, cell + film.board[k + 1]); cell += film.board[k + 1]; }
  film.changes.forEach((change) => {
    const last = boards[boards.length - 1];
    if (!change.length) { boards.push(last); return; }
    const next = last.slice();
    for (let k = 0; k < change.length; k += 2) next[change[k]] = change[k + 1];
    boards.push(next);
  });

  // accounts, summed from the start
  const summed = (rows) => {
    const total = [new Float64Array(n)];
    for (let t = 0; t < steps; t++) {
      const row = rows[t], next = total[t].slice();
      if (row) row.forEach((x, i) => { next[i] += x || 0; });
      total.push(next);
    }
    return total;
  };
  const base = summed(film.base), transfer = summed(film.transfer), care = film.care.length ? summed(film.care) : null;
  const moved = film.transfer.some((row) => row);
  const fund = [0]; film.fund.forEach((x) => fund.push(fund[fund.length - 1] + (x || 0)));

  // what does not change
  const rules = at(".replay-rules");
  (film.rules.length ? film.rules : ["no rule"]).forEach((rule) => rules.append(make("li", rule)));
  const present = new Set(); boards.forEach((board) => board.forEach((code) => present.add(code)));
  film.tiles.forEach(([name, colour], code) => {
    if (!present.has(code) || !film.rows) return;
    const item = make("li"), dot = make("i"); dot.style.background = colour; item.append(dot, name); at(".replay-legend").append(item);
  });
  const head = make("tr");
  ["player", "base", ...(moved ? ["transfer"] : []), ...(care ? ["care"] : []), ...film.standingNames].forEach((name, k) => { const cell = make("th", name, k && k < 2 + moved + !!care ? "n" : ""); cell.scope = "col"; head.append(cell); });
  at("thead").append(head);
  const rows = film.players.map((player) => {
    const row = make("tr"), name = make("th"), dot = make("i"); dot.style.background = player.colour; name.scope = "row"; name.append(dot, player.name); row.append(name);
    const cells = [];
    for (let k = 1; k < head.children.length; k++) { const cell = make("td", "", k < 2 + moved + !!care ? "n" : ""); cells.push(cell); row.append(cell); }
    at("tbody").append(row);
    return cells;
  });
  const bars = film.bars.map(([label, most, player]) => {
    const row = make("div", undefined, "replay-bar"), track = make("span", undefined, "replay-track"), fill = make("span"), value = make("span");
    if (player >= 0) fill.style.background = film.players[player].colour;
    track.append(fill); row.append(make("span", label), track, value); at(".replay-bars").append(row);
    return (x) => { fill.style.width = `${Math.max(0, Math.min(1, most ? x / most : 0)) * 100}%`; value.textContent = shown(x); };
  });

  const wing = [[0, -0.42, -0.4, 0.38, 0.4, 0.38], [0.42, 0, -0.38, -0.4, -0.38, 0.4], [0, 0.42, 0.4, -0.38, -0.4, -0.38], [-0.42, 0, 0.38, 0.4, 0.38, -0.4]];
  const paint = (t) => {
    if (!film.rows) { canvas.style.display = "none"; return; }
    const size = Math.max(4, Math.floor((canvas.clientWidth || 600) * (window.devicePixelRatio || 1) / film.columns)), pen = canvas.getContext("2d");
    if (canvas.width !== size * film.columns) { canvas.width = size * film.columns; canvas.height = size * film.rows; }
    boards[t].forEach((code, cell) => {
      pen.fillStyle = (film.tiles[code] || ["", "#888888"])[1];
      pen.fillRect((cell % film.columns) * size, Math.floor(cell / film.columns) * size, size - 1, size - 1);
    });
    const who = film.avatars[t] || [];
    for (let k = 0; k < who.length; k += 4) {
      const [row, column, heading, player] = who.slice(k, k + 4), x = (column + 0.5) * size, y = (row + 0.5) * size;
      pen.fillStyle = film.players[player].colour; pen.strokeStyle = "#ffffff"; pen.lineWidth = Math.max(1, size / 16); pen.beginPath();
      if (heading < 0) pen.arc(x, y, size * 0.38, 0, 7);
      else { const w = wing[heading]; pen.moveTo(x + w[0] * size, y + w[1] * size); pen.lineTo(x + w[2] * size, y + w[3] * size); pen.lineTo(x + w[4] * size, y + w[5] * size); pen.closePath(); }
      pen.fill(); pen.stroke();
    }
    const lines = film.lines[t] || [];
    pen.strokeStyle = "#14808a"; pen.lineWidth = Math.max(2, size / 8);
    for (let k = 0; k < lines.length; k += 4) { pen.beginPath(); pen.moveTo(lines[k + 1] * size, lines[k] * size); pen.lineTo(lines[k + 3] * size, lines[k + 2] * size); pen.stroke(); }
  };

  let least = 0, most = 1;
  [base, moved ? transfer : []].forEach((kind) => kind.forEach((row) => row.forEach((x) => { least = Math.min(least, x); most = Math.max(most, x); })));
  const plot = (t) => {
    const ratio = window.devicePixelRatio || 1, width = chart.clientWidth, height = chart.clientHeight, pen = chart.getContext("2d");
    if (!width) return;
    chart.width = width * ratio; chart.height = height * ratio; pen.scale(ratio, ratio);
    const style = getComputedStyle(root), left = 44, x = (k) => left + (width - left - 10) * k / Math.max(steps, 1), y = (v) => 10 + (height - 30) * (most - v) / (most - least);
    pen.font = "12px system-ui, sans-serif"; pen.fillStyle = style.getPropertyValue("--soft"); pen.strokeStyle = style.getPropertyValue("--line");
    [...new Set([least, 0, most])].forEach((v) => { pen.beginPath(); pen.moveTo(left, y(v)); pen.lineTo(width - 10, y(v)); pen.stroke(); pen.textAlign = "right"; pen.fillText(shown(v), left - 6, y(v) + 4); });
    pen.textAlign = "left"; pen.fillText("step 0", left, height - 5); pen.textAlign = "right"; pen.fillText(`${steps}`, width - 10, height - 5);
    const stride = Math.max(1, Math.floor(steps / 600));
    [[base, []], ...(moved ? [[transfer, [5, 4]]] : [])].forEach(([kind, dash]) => film.players.forEach((player, i) => {
      pen.strokeStyle = player.colour; pen.lineWidth = 1.6; pen.setLineDash(dash); pen.beginPath();
      for (let k = 0; k <= steps; k += stride) pen[k ? "lineTo" : "moveTo"](x(k), y(kind[k][i]));
      pen.lineTo(x(steps), y(kind[steps][i])); pen.stroke();
    }));
    pen.setLineDash([]); pen.strokeStyle = style.getPropertyValue("--ink"); pen.lineWidth = 1; pen.beginPath(); pen.moveTo(x(t), 6); pen.lineTo(x(t), height - 18); pen.stroke();
  };

  let now = 0, timer = 0;
  const show = (t) => {
    now = Math.max(0, Math.min(steps, t)); range.value = now; range.setAttribute("aria-valuetext", `step ${now} of ${steps}`);
    at(".replay-where").textContent = `Step ${now} of ${steps}` + (now === steps && film.ended ? ` · ended ${/^(by|at)/.test(film.ended) ? "" : "because "}${film.ended}` : "");
    paint(now); plot(now);
    bars.forEach((set, k) => set(film.values[now][k]));
    rows.forEach((cells, i) => {
      const said = [shown(base[now][i]), ...(moved ? [shown(transfer[now][i])] : []), ...(care ? [shown(care[now][i])] : [])], wide = film.standingNames.length;
      for (let k = 0; k < wide; k++) said.push(film.words[film.standing[now][i * wide + k]]);
      cells.forEach((cell, k) => { cell.textContent = said[k]; });
    });
    const world = (film.said[now] || []).map((k) => film.words[k]);
    at(".replay-world").textContent = [...(moved ? [`fund: ${shown(fund[now])}`] : []), ...world].join(" · ");
    const happened = (film.events[now] || []).map((k) => film.words[k]), others = happened.filter((text) => !text.startsWith("action of "));
    events.setAttribute("aria-live", timer ? "off" : "polite");
    events.replaceChildren(...(now ? (others.length ? others : happened.length ? happened : ["nothing to tell"]) : ["the start"]).map((text) => make("li", text)));
    canvas.setAttribute("aria-label", `${film.title}, step ${now} of ${steps}`);
    chart.setAttribute("aria-label", "Rewards so far: " + film.players.map((p, i) => `${p.name} ${shown(base[now][i])}` + (moved ? ` and ${shown(transfer[now][i])} by rules` : "")).join("; "));
  };
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = "▶ Play"; play.setAttribute("aria-label", "Play"); show(now); };
  const start = () => {
    if (now === steps) now = 0;
    clearInterval(timer); play.textContent = "❚❚ Pause"; play.setAttribute("aria-label", "Pause");
    timer = setInterval(() => { if (now >= steps) stop(); else show(now + 1); }, 1000 / Number(speed.value));
  };
  const go = (t) => { if (timer) stop(); show(t); };
  const acts = { first: () => go(0), back: () => go(now - 1), on: () => go(now + 1), last: () => go(steps), play: () => (timer ? stop() : start()) };
  root.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.act]()));
  range.max = steps; range.addEventListener("input", () => go(Number(range.value)));
  speed.addEventListener("change", () => { if (timer) start(); });
  chart.addEventListener("click", (event) => { const box = chart.getBoundingClientRect(); go(Math.round((event.clientX - box.left - 44) / (box.width - 54) * steps)); });
  const keys = { ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last", " ": "play" };
  root.addEventListener("keydown", (event) => {
    const tag = event.target.tagName;
    if (!(event.key in keys) || tag === "SELECT" || event.ctrlKey || event.metaKey || event.altKey || (event.key === " " && tag === "BUTTON")) return;
    event.preventDefault(); acts[keys[event.key]]();
  });
  root.tabIndex = -1;
  window.addEventListener("resize", () => { paint(now); plot(now); });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot(now));
  show(Number((/[#&]step=(\d+)/.exec(location.hash) || [0, 0])[1]));
});
