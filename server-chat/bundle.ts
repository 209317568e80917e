import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";

const here = import.meta.dirname;

/** Where the bundle goes unless it is told otherwise: `server.js`, and the page's files in `page/`. */
export const buildFolder = join(here, "build");

/**
 * Redis scripts are read from the file beside their module; in the bundle there is no such file, so the text takes the
 * place of the read.
 */
const inlineScripts: Plugin = {
  name: "inline-scripts",
  setup(setup) {
    setup.onLoad({ filter: /[\\/]src[\\/]store[\\/]scripts\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8").replace(
        /readFileSync\(new URL\("([\w.-]+\.lua)", import\.meta\.url\), "utf8"\)/g,
        (_read, file: string) => JSON.stringify(readFileSync(join(dirname(path), file), "utf8")),
      );
      const errors = contents.includes("import.meta.url") ? [{ text: `${path} reads a file in another way` }] : [];
      return { contents, loader: "ts", errors };
    });
  },
};

/** Makes the one file that the image runs, and the page. */
export async function bundle(folder: string = buildFolder): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await Promise.all([bundleServer(folder), bundlePage(join(folder, "page"))]);
}

const bundleServer = (folder: string) =>
  build({
    entryPoints: [join(here, "src", "main.ts")],
    outfile: join(folder, "server.js"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // Stack traces in the log name the functions of the sources.
    minify: false,
    legalComments: "inline",
    plugins: [inlineScripts],
    // Express and its kin are CommonJS and ask for Node's modules with require.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });

async function bundlePage(folder: string): Promise<void> {
  const web = join(here, "web");
  for (const file of readdirSync(web).filter((name) => /\.(html|svg|ico)$/.test(name)))
    cpSync(join(web, file), join(folder, file));
  await build({
    entryPoints: [join(web, "main.ts"), join(web, "style.css")],
    outdir: folder,
    bundle: true,
    platform: "browser",
    target: "es2022",
    format: "esm",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
}

if (import.meta.main) await bundle();
