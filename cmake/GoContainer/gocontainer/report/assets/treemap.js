// Draws the trees of an image as treemaps, by d3-hierarchy. Each has a table of the same bytes below it, for everybody who
// does not see the map.
"use strict";

const images = JSON.parse(document.getElementById("trees").textContent);
const MOST_ROWS = 12;
const bytes = (size) => size.toLocaleString("en-US");
const percent = (part, whole) => (whole ? (part / whole * 100).toFixed(1) : "0.0") + " %";

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// The bytes of a node, and its children, largest first. Programs are in the data once, and trees name them by number.
function settle(node, programs) {
  if (node.p !== undefined) node.c = programs[node.p].c;
  if (node.total !== undefined) return node.total;
  node.total = node.c ? node.c.reduce((sum, child) => sum + settle(child, programs), 0) : node.s;
  node.c?.sort((a, b) => settle(b, programs) - settle(a, programs));
  return node.total;
}

// As much of a name as a tile of that width has room for; of a path its end tells more than its begin.
function label(name, size, width) {
  const room = Math.floor((width - 8) / 6.5);
  if (name.length + size.length < room) return `${name} ${size}`;
  let rest = name;
  while (rest.length > room && /\/(?!v[0-9]+( |$)|$)/.test(rest)) rest = rest.replace(/^[^/]*\//, "");
  return rest;
}

class Treemap {
  constructor(place, image) {
    image.programs.forEach((program) => settle(program, image.programs));
    image.trees.forEach((tree) => settle(tree, image.programs));
    this.choices = image.trees.map((tree) =>
      element("button", { type: "button", onclick: () => this.open(this.begin(tree)) }, tree.n));
    this.way = element("ol", { class: "way" });
    this.map = element("div", { class: "map", role: "group", "aria-label": "Treemap" });
    this.table = element("table");
    const hint = "A larger tile has more bytes. A tile that has parts opens by a click or Enter; arrows go to the next tile, " +
      "Escape goes back. The table below has the same.";
    place.replaceChildren(
      element("div", { class: "choose", role: "group", "aria-label": "Sizes by" }, ...this.choices),
      element("nav", { "aria-label": "Where the treemap is" }, this.way),
      this.map, element("p", { class: "hint soft" }, hint), element("div", { class: "scroll" }, this.table));
    this.trees = image.trees;
    this.map.addEventListener("keydown", (event) => this.key(event));
    this.open(this.begin(this.trees[0]));
    let width = 0;
    new ResizeObserver(() => {
      if (this.map.clientWidth !== width) {
        width = this.map.clientWidth;
        this.draw();
      }
    }).observe(this.map);
  }

  // Where a tree is shown first: where there is something to choose.
  begin(tree) {
    const path = [tree];
    while (path.at(-1).c?.length === 1 && path.at(-1).c[0].c) path.push(path.at(-1).c[0]);
    return path;
  }

  // Shows the last node of a path through a tree. What had the focus is gone; a part of the same kind gets it.
  open(path, focus) {
    this.path = path;
    this.choices.forEach((button, index) =>
      button.setAttribute("aria-pressed", String(this.trees[index] === path[0])));
    this.way.replaceChildren(...path.map((node, index) => element("li", {},
      index === path.length - 1
        ? element("span", { "aria-current": "true" }, node.n)
        : element("button", { type: "button", onclick: () => this.open(path.slice(0, index + 1), "way") }, node.n))));
    this.draw();
    this.list();
    if (focus === "map") this.map.querySelector("button")?.focus();
    if (focus === "way") (this.way.querySelector("button") ?? this.choices[0]).focus();
    if (focus === "table") (this.table.querySelector("button") ?? this.way.querySelector("button"))?.focus();
  }

  // The map: the children of the node are buttons, theirs are drawn into them.
  draw() {
    const node = this.path.at(-1);
    const width = this.map.clientWidth, height = Math.round(Math.max(260, Math.min(520, width * .55)));
    if (!width) return;
    this.map.style.height = `${height}px`;
    const cut = (each, depth) => ({ node: each, children: depth && each.c ? each.c.map((child) => cut(child, depth - 1)) : undefined });
    const root = d3.hierarchy(cut(node, 2)).sum((each) => (each.children ? 0 : each.node.total)).sort((a, b) => b.value - a.value);
    d3.treemap().size([width, height]).round(true).paddingInner(1).paddingTop((each) => (each.depth === 1 ? 18 : 0))(root);
    this.map.replaceChildren();
    for (const each of root.children ?? [root]) {
      const tile = this.tile("button", each, each.data.node.c ? "opens" : "");
      if (!tile) continue;
      const { n, c, total } = each.data.node;
      tile.type = "button";
      tile.tabIndex = this.map.children.length ? -1 : 0;
      tile.setAttribute("aria-label", `${n}, ${bytes(total)} bytes, ${percent(total, node.total)}${c ? ", opens" : ""}`);
      if (c) tile.addEventListener("click", () => this.open([...this.path, each.data.node], "map"));
      this.map.append(tile);
      for (const inner of each.children ?? []) {
        const part = this.tile("span", inner, "inner");
        if (part) {
          part.setAttribute("aria-hidden", "true");
          this.map.append(part);
        }
      }
    }
  }

  tile(name, each, kind) {
    const width = each.x1 - each.x0, height = each.y1 - each.y0;
    if (width < 3 || height < 3) return null;
    const { n, k, total } = each.data.node;
    const made = element(name, { class: `tile ${k} ${kind}`, title: `${n}: ${bytes(total)} bytes` });
    Object.assign(made.style, { left: `${each.x0}px`, top: `${each.y0}px`, width: `${width}px`, height: `${height}px` });
    if (width > 30 && height > 15) made.append(element("span", { class: "label" }, label(n, bytes(total), width)));
    return made;
  }

  list() {
    const node = this.path.at(-1), children = node.c ?? [];
    const rows = children.slice(0, MOST_ROWS).map((child) => element("tr", {},
      element("td", { class: "name" }, child.c
        ? element("button", { type: "button", onclick: () => this.open([...this.path, child], "table") }, child.n)
        : child.n),
      element("td", { class: "number" }, bytes(child.total)),
      element("td", { class: "number" }, percent(child.total, node.total)),
      element("td", { class: "wide", style: "width: 30%" },
        element("span", { class: "bar", style: `width: ${child.total / (children[0].total || 1) * 100}%` }))));
    const rest = children.slice(MOST_ROWS);
    if (rest.length) {
      const total = rest.reduce((sum, child) => sum + child.total, 0);
      rows.push(element("tr", {}, element("td", {}, `${bytes(rest.length)} more`),
        element("td", { class: "number" }, bytes(total)), element("td", { class: "number" }, percent(total, node.total)),
        element("td", { class: "wide" })));
    }
    const caption = `${this.path.map((each) => each.n).join(" › ")}: ${bytes(node.total)} bytes`;
    this.table.replaceChildren(
      element("caption", { "aria-live": "polite" }, caption),
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "What"),
        element("th", { scope: "col", class: "number" }, "Bytes"), element("th", { scope: "col", class: "number" }, "Part"),
        element("td", { class: "wide" }))),
      element("tbody", {}, ...rows));
  }

  // Arrows go to the nearest tile in their direction, Escape to the node above.
  key(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Escape" && this.path.length > 1) {
      event.preventDefault();
      this.open(this.path.slice(0, -1), "map");
    }
    if (!direction || !(event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const middle = (tile) => [tile.offsetLeft + tile.offsetWidth / 2, tile.offsetTop + tile.offsetHeight / 2];
    const [x, y] = middle(event.target);
    let nearest = null, least = Infinity;
    for (const tile of this.map.querySelectorAll("button")) {
      const [dx, dy] = middle(tile).map((place, axis) => place - [x, y][axis]);
      const along = dx * direction[0] + dy * direction[1], aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
      if (tile !== event.target && along > 0 && along + 2 * aside < least) [nearest, least] = [tile, along + 2 * aside];
    }
    if (nearest) {
      event.target.tabIndex = -1;
      nearest.tabIndex = 0;
      nearest.focus();
    }
  }
}

document.querySelectorAll("[data-trees]").forEach((place) => new Treemap(place, images[Number(place.dataset.trees)]));
