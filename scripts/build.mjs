import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

/** Loaded from node_modules at run time: natives, and the package whose weights are read. */
const EXTERNAL = ['vscode', 'onnxruntime-node', 'hnswlib-node', 'sharp', '@vladmandic/face-api'];

await rm('dist', { recursive: true, force: true });

await Promise.all([
  build({
    entryPoints: { cli: 'server/src/cli.ts', runner: 'server/src/runner/main.ts', server: 'server/src/lsp/main.ts' },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: EXTERNAL,
    // Bundled CommonJS packages call require(), which an ES module does not have.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    sourcemap: true,
    logLevel: 'warning',
  }),
  build({
    entryPoints: { webview: 'client/webview/main.ts' },
    outdir: 'dist',
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  }),
]);
