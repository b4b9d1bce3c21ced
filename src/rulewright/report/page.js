(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("figures").textContent);
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var hosts = Array.prototype.slice.call(document.querySelectorAll(".chart[data-figure]"));
  var widths = new Map(), shown = new Map();

  function draw(host) {
    var spec = JSON.parse(JSON.stringify(data.specs[host.dataset.figure]));
    spec.config = data.themes[dark.matches ? "dark" : "light"];
    widths.set(host, host.clientWidth);
    (spec.vconcat || []).forEach(function (part) { part.width = Math.max(240, host.clientWidth - 64); });
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
        if (data.specs[host.dataset.figure].vconcat && widths.get(host) !== host.clientWidth) { draw(host); }
      });
    }, 200);
  });
  dark.addEventListener("change", all);
  all();
})();
