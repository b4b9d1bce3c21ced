(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("figures").textContent);
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var hosts = Array.prototype.slice.call(document.querySelectorAll(".chart[data-figure]"));
  var widths = new Map(), shown = new Map();

  // Narrow screens: legends below each other, in one column.
  function fitted(spec, width) {
    var narrow = width < 560;
    spec.config.legend.layout = { top: { direction: narrow ? "vertical" : "horizontal", margin: narrow ? 4 : 24 } };
    if (!narrow) { return; }
    (function walk(node) {
      if (!node || typeof node !== "object") { return; }
      if (node.legend && node.legend.columns) { node.legend.columns = 1; }
      Object.keys(node).forEach(function (key) { if (key !== "datasets") { walk(node[key]); } });
    })(spec);
  }

  function draw(host) {
    var spec = JSON.parse(JSON.stringify(data.specs[host.dataset.figure]));
    spec.config = JSON.parse(JSON.stringify(data.themes[dark.matches ? "dark" : "light"]));
    widths.set(host, host.clientWidth);
    fitted(spec, host.clientWidth);
    (spec.vconcat || []).forEach(function (part) { part.width = Math.max(200, host.clientWidth - 64); });
    return vegaEmbed(host, spec, {
      mode: "vega-lite",
      renderer: "svg",
      ast: true, // expressions are interpreted, so that the page needs no eval
      actions: { export: true, source: false, compiled: false, editor: false },
      downloadFileName: host.dataset.figure,
      tooltip: { theme: dark.matches ? "dark" : "light" }
    }).then(function (result) {
      if (shown.has(host)) { shown.get(host).finalize(); }
      shown.set(host, result);
      host.dataset.drawn = "yes";
    }, function (error) {
      host.dataset.drawn = "no";
      host.textContent = "This figure could not be drawn: " + error.message;
    });
  }

  function all() { hosts.forEach(draw); }

  var waiting = 0;
  window.addEventListener("resize", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      hosts.forEach(function (host) {
        if (widths.get(host) !== host.clientWidth) { draw(host); }
      });
    }, 200);
  });
  dark.addEventListener("change", all);
  all();
})();
