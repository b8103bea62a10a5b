// build.mjs <src> <dist>: builds the front end. The names of scripts and styles get a hash of their content, so that browsers
// can cache them forever.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";

const [src, dist] = process.argv.slice(2);
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "assets"), { recursive: true });
let page = readFileSync(join(src, "index.html"), "utf8");
for (const file of ["app.js", "style.css"]) {
  const content = readFileSync(join(src, file));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const { name, ext } = parse(file);
  const asset = `assets/${name}-${hash}${ext}`;
  writeFileSync(join(dist, asset), content);
  page = page.replaceAll(file, asset);
}
writeFileSync(join(dist, "index.html"), page);
