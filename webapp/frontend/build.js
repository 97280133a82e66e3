// Bundles src/*.js into ../static/dist, with the licences of everything that went in.
import { build } from "esbuild";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "..", "static", "dist");
const entries = ["app", "diagram", "modeler", "forms", "decisions"];

/** The package folder that a bundled file belongs to, or null for our own sources. */
function packageOf(file) {
  const parts = file.split("/");
  const at = parts.lastIndexOf("node_modules");
  if (at < 0) return null;
  const scoped = parts[at + 1].startsWith("@");
  return parts.slice(0, at + (scoped ? 3 : 2)).join("/");
}

async function licenceOf(folder) {
  const manifest = JSON.parse(await readFile(path.join(here, folder, "package.json"), "utf8"));
  const names = (await readdir(path.join(here, folder))).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  const texts = await Promise.all(names.map((name) => readFile(path.join(here, folder, name), "utf8")));
  const text = texts.join("\n").trim() || `Licence: ${JSON.stringify(manifest.license ?? "see its package")}`;
  return { title: `${manifest.name} ${manifest.version}`, text };
}

/** Icon fonts come in the formats of long ago as well; browsers of today take the first they know. */
const modernFonts = {
  name: "modern-fonts",
  setup({ onLoad }) {
    onLoad({ filter: /-font[/\\]css[/\\].*-embedded\.css$/ }, async ({ path: file }) => {
      const text = await readFile(file, "utf8");
      const contents = text.replace(/@font-face\s*\{[^}]*\.eot[^}]*\}/, (face) =>
        face.includes("data:") ? face : "",
      );
      return { contents, loader: "css" };
    });
  },
};

await rm(target, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: entries.map((name) => `src/${name}.js`),
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  plugins: [modernFonts],
  define: { "process.env.NODE_ENV": '"production"' },
  loader: {
    ".woff": "dataurl",
    ".woff2": "dataurl",
    ".ttf": "dataurl",
    ".eot": "dataurl",
    ".svg": "dataurl",
  },
});

const folders = new Set(Object.keys(result.metafile.inputs).map(packageOf).filter(Boolean));
const licences = await Promise.all([...folders].sort().map(licenceOf));
const rule = "=".repeat(78);
await writeFile(
  path.join(target, "licenses.txt"),
  licences.map(({ title, text }) => `${rule}\n${title}\n${rule}\n\n${text}\n`).join("\n"),
);
for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
  console.log(`${path.basename(file).padEnd(16)} ${Math.ceil(bytes / 1024)} KiB`);
}
console.log(`licenses.txt     ${licences.length} packages`);
