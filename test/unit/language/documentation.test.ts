import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROBLEM_CODES } from '../../../scripts/generate/problem-codes.js';
import { documentationOf, pluginHeading } from '../../../server/src/language/documentation.js';
import { plugins } from '../../../server/src/plugins/registry.js';

/** The lines of a page from where an address leads. */
function linesAt(address: string | undefined): string[] {
  assert.ok(address, 'no address');
  const [, line] = /#L(\d+)$/.exec(address) ?? [];
  return readFileSync(fileURLToPath(address), 'utf8')
    .split('\n')
    .slice(Number(line) - 1);
}

describe('Links to the documents that come with the product', () => {
  for (const plugin of plugins) {
    const { family, name, title } = plugin;
    it(`lead from ${family} ${name} to its own heading`, () => {
      const [heading, , titled] = linesAt(documentationOf('plugins', pluginHeading(plugin)));
      assert.equal(heading, `### ${pluginHeading(plugin)}`);
      assert.equal(titled, `**${title}**`);
    });
  }

  it('lead from every code that is explained to its heading', () => {
    for (const code of ['unknown-key', 'unknown-plugin', ...Object.values(PROBLEM_CODES).flatMap(Object.keys)]) {
      assert.equal(linesAt(documentationOf('diagnostics', code))[0], `### ${code}`);
    }
  });

  it('are none for what no page explains, such as another’s plugin', () => {
    assert.equal(documentationOf('plugins', 'acme/model'), undefined);
  });
});
