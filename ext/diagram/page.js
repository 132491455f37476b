// The search, and the diagram that can be moved and magnified. The page shows
// everything without this script.
(function () {
  "use strict";
  var view = document.querySelector(".view");
  var svg = view.querySelector("svg");

  // --- The search: entries of the list, and cards, by the words they have.
  var search = document.querySelector("nav input");
  var none = document.querySelector(".nothing");
  var entries = [].slice.call(document.querySelectorAll("[data-find]"));
  search.hidden = false;
  search.addEventListener("input", function () {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var found = 0;
    entries.forEach(function (entry) {
      var target = document.getElementById(entry.getAttribute("data-find"));
      var text = (target || entry).textContent.toLowerCase();
      var hit = words.every(function (word) { return text.indexOf(word) >= 0; });
      entry.hidden = !hit;
      found += hit;
    });
    none.style.display = found ? "none" : "block";
  });
  search.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    search.value = "";
    search.dispatchEvent(new Event("input"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.target === search) return;
    event.preventDefault();
    search.focus();
  });

  // --- The diagram: `box` is what of it the view shows.
  var whole = svg.viewBox.baseVal;
  var box = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  var start = { x: box.x, y: box.y, width: box.width, height: box.height };
  view.classList.add("live");

  function show() {
    svg.setAttribute("viewBox",
      [box.x, box.y, box.width, box.height].join(" "));
  }
  // Pixels of the view for a unit of the diagram.
  function scale() {
    return Math.min(view.clientWidth / box.width, view.clientHeight / box.height);
  }
  function zoom(factor, x, y) {
    var next = scale() * factor;
    if (factor > 1 ? next > 4 : next < 0.02) return;
    box.x = x - (x - box.x) / factor;
    box.y = y - (y - box.y) / factor;
    box.width /= factor;
    box.height /= factor;
    show();
  }
  function fit() {
    box = { x: start.x, y: start.y, width: start.width, height: start.height };
    if (scale() > 1) { // not larger than it is drawn
      var by = scale();
      box.x -= (by - 1) * box.width / 2;
      box.y -= (by - 1) * box.height / 2;
      box.width *= by;
      box.height *= by;
    }
    show();
  }
  function point(event) { // of an event, in units of the diagram
    var place = view.getBoundingClientRect(), by = scale();
    return {
      x: box.x + box.width / 2 + (event.clientX - place.left - view.clientWidth / 2) / by,
      y: box.y + box.height / 2 + (event.clientY - place.top - view.clientHeight / 2) / by
    };
  }
  view.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
    event.preventDefault();
    var at = point(event);
    zoom(Math.pow(1.0015, -(event.deltaY || event.deltaX)), at.x, at.y);
  }, { passive: false });

  var held = null, moved = false;
  view.addEventListener("pointerdown", function (event) {
    if (event.button !== 0 || event.target.closest("button")) return;
    held = { x: event.clientX, y: event.clientY };
    moved = false;
  });
  window.addEventListener("pointermove", function (event) {
    if (!held) return;
    var dx = event.clientX - held.x, dy = event.clientY - held.y;
    if (!moved && Math.abs(dx) + Math.abs(dy) < 4) return;
    moved = true;
    view.classList.add("held");
    box.x -= dx / scale();
    box.y -= dy / scale();
    held = { x: event.clientX, y: event.clientY };
    show();
  });
  window.addEventListener("pointerup", function () {
    held = null;
    view.classList.remove("held");
  });
  view.addEventListener("click", function (event) { // the end of a move is none
    if (moved) event.preventDefault();
    moved = false;
  }, true);
  svg.addEventListener("dragstart", function (event) { event.preventDefault(); });

  function middle() { return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; }
  [["+", "magnify", function () { zoom(1.3, middle().x, middle().y); }],
   ["\u2212", "reduce", function () { zoom(1 / 1.3, middle().x, middle().y); }],
   ["fit", "show the whole diagram", fit]].forEach(function (each) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = each[0];
    button.title = each[1];
    button.addEventListener("click", each[2]);
    view.querySelector(".zoom").appendChild(button);
  });

  // --- The pointer on a box: its lines and neighbours stay, the rest pales.
  function focus(number) {
    var near = {};
    near[number] = true;
    svg.querySelectorAll(".line").forEach(function (line) {
      var from = line.getAttribute("data-from"), to = line.getAttribute("data-to");
      var hit = from === number || to === number;
      line.classList.toggle("near", hit);
      if (hit) near[from] = near[to] = true;
    });
    svg.querySelectorAll(".box").forEach(function (each) {
      each.classList.toggle("near", !!near[each.getAttribute("data-box")]);
    });
    view.classList.add("focus");
  }
  svg.querySelectorAll(".box").forEach(function (each) {
    each.addEventListener("pointerenter", function () {
      if (!held) focus(each.getAttribute("data-box"));
    });
    each.addEventListener("pointerleave", function () {
      view.classList.remove("focus");
    });
  });
  fit();
})();
