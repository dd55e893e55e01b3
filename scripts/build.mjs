import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, context } from 'esbuild';
import { notices } from './notices.mjs';
import { copyWeights, WEIGHTS_PACKAGE } from './package/weights.mjs';

const { dependencies, optionalDependencies } = JSON.parse(await readFile('package.json', 'utf8'));

/** Loaded at run time: what package.json says to install, and what a package brings in dist/node_modules. */
const BESIDE = [...Object.keys({ ...dependencies, ...optionalDependencies }), 'onnxruntime-node'];
const EXTERNAL = ['vscode', ...BESIDE];

/** The schema library brings its messages in some fifty languages; one is used. */
const oneLanguage = {
  name: 'one-language',
  setup({ onResolve }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, '../locales/en.js'),
    }));
  },
};

/** The command that is a language server starts the one that editors start. */
const serverBeside = {
  name: 'server-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/lsp\/main\.js$/ }, () => ({ path: './server.js', external: true }));
  },
};

/** Files beside those programs: what editors start by its name, and what imports for them, as a script may not do so itself. */
const BESIDE_PROGRAMS = {
  'server.js': `import { start } from '../bin/start-program.mjs';
await start(new URL('server.cjs', import.meta.url), 'server');
`,
  'import.js': 'export const load = (specifier) => import(specifier);\n',
};

/** A text of ASCII is read as it is. What esbuild leaves of other signs stands in regular expressions and comments. */
const plainScript = {
  name: 'plain-script',
  setup({ initialOptions, onEnd }) {
    initialOptions.write = false;
    onEnd(async ({ outputFiles = [] }) => {
      await mkdir('dist', { recursive: true });
      for (const [name, text] of Object.entries(BESIDE_PROGRAMS)) await writeFile(join('dist', name), text);
      await Promise.all(outputFiles.map(({ path, text }) => writeFile(path, asScript(text))));
    });
  },
};

function asScript(text) {
  return text.replace(/[^\0-\x7f]/g, escaped).replace(/(?<![\w$.])import\((?=["(])/g, '__load(');
}

function escaped(sign) {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Of what runs in Node, as part of the product. */
const ON_NODE = {
  bundle: true,
  plugins: [oneLanguage],
  platform: 'node',
  target: 'node20',
  external: EXTERNAL,
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
};

/** Bundled CommonJS packages call require(), which an ES module does not have. */
const REQUIRE = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

/** What a package of the extension holds. */
const SHIPPED = [
  {
    ...ON_NODE,
    entryPoints: {
      search: 'server/src/search/main.ts',
      runner: 'server/src/runner/main.ts',
      serve: 'server/src/serve/main.ts',
      explore: 'server/src/search/explore/main.ts',
      sweep: 'server/src/sweep/main.ts',
      strips: 'server/src/compute/search/pairs/strip-thread.ts',
      queries: 'server/src/compute/search/bytes/query-thread.ts',
      rows: 'server/src/compute/search/bytes/row-thread.ts',
      prepare: 'server/src/compute/encoder/prepare-thread.ts',
      faces: 'server/src/compute/faces/face-thread.ts',
      searches: 'server/src/compute/perturbations/region/search-thread.ts',
    },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    // Half the text is read in half the time; names are kept, for stacks.
    minifySyntax: true,
    minifyWhitespace: true,
    banner: REQUIRE,
  },
  {
    // A file each, of which is kept what V8 compiled: bin/start-program.mjs, which calls the function that it is.
    ...ON_NODE,
    entryPoints: { cli: 'server/src/cli.ts', server: 'server/src/lsp/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [oneLanguage, serverBeside, plainScript],
    define: { 'import.meta.url': '__url' },
    banner: { js: '(function(exports,require,module,__url,__load){' },
    footer: { js: '})' },
    // Of what only runs from source.
    logOverride: { 'empty-import-meta': 'silent' },
  },
  {
    ...ON_NODE,
    entryPoints: { extension: 'client/src/extension.ts' },
    outdir: 'dist',
    // VS Code loads an extension's entry with require().
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    minify: true,
  },
  {
    // The charts of those pages, where there is no browser: with `report/draw-figures.ts`.
    ...ON_NODE,
    entryPoints: { figures: 'client/webview/figures/main.ts' },
    outdir: 'dist',
    format: 'esm',
    minify: true,
    banner: REQUIRE,
  },
  {
    // The page that is a file of its own, and the pages of panels.
    entryPoints: {
      webview: 'client/webview/report.ts',
      'panel/panel': 'client/webview/panel/main.ts',
      'panel/map': 'client/webview/panel/map/drawing.ts',
      'panel/search': 'client/webview/search/main.ts',
      'panel/runs': 'client/webview/runs/main.ts',
      'panel/plots': 'client/webview/runs/plots/drawing.ts',
    },
    outdir: 'dist',
    bundle: true,
    plugins: [oneLanguage],
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  },
];

/** The tests and measurements that run inside VS Code, which requires them. */
const TESTS = {
  entryPoints: { index: 'test/host/index.ts', measure: 'test/host/measure.ts' },
  outdir: 'out/host',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  plugins: [oneLanguage],
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  logLevel: 'warning',
};

if (process.argv.includes('--watch')) {
  for (const options of [...SHIPPED, TESTS]) await (await context({ ...options, logLevel: 'info' })).watch();
} else {
  await rm('dist', { recursive: true, force: true });
  const [built] = await Promise.all([Promise.all(SHIPPED.map(build)), build(TESTS)]);
  const metafiles = built.map(({ metafile }) => metafile);
  await writeFile('dist/THIRD-PARTY-NOTICES.txt', await notices(metafiles, [...BESIDE, WEIGHTS_PACKAGE]));
  await copyWeights('dist/weights');
}
