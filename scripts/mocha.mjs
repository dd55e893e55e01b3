const SUITES = ['unit', 'runner', 'lsp', 'e2e', 'editor'].map((suite) => `test/${suite}/**/*.test.ts`);

/** The test files that these arguments name, or else all of them. */
export function withSuites(args) {
  return args.some((arg) => arg.endsWith('.test.ts')) ? args : [...args, ...SUITES];
}
