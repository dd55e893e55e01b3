import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { jsonForScript } from '../../../server/src/protocol/text/html-text.js';
import { htmlPage } from '../../../server/src/report/html-page.js';
import { exampleResults } from '../../support/example-results.js';

const HOSTILE = '</script><script>alert(1)</script><!-- <b title="\'&amp;">\u2028\u2029';
const CODE = { script: 'show("a")', style: 'body{color:red}' };

function pageOf(name: string, bundle = CODE): string {
  return htmlPage(
    { results: exampleResults({ name }), compare: [], queries: [], thumbnails: {}, faces: null, perturbed: [] },
    bundle,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

describe('the HTML page of a report', () => {
  it('writes JSON that holds nothing a script element could end with, and that reads back the same', () => {
    const json = jsonForScript({ name: HOSTILE });
    assert.doesNotMatch(json, /[<\u2028\u2029]/);
    assert.deepEqual(JSON.parse(json), { name: HOSTILE });
  });

  it('writes a hostile name as text, in the title and in the data', () => {
    const page = pageOf(HOSTILE);
    assert.equal(page.match(/<script/g)?.length, 2);
    assert.equal(page.match(/<\/script>/g)?.length, 2);
    assert.match(page, /<title>&lt;\/script&gt;&lt;script&gt;alert\(1\)/);
  });

  it('allows the one script and the one style sheet by their hashes, images inside the file, and nothing else', () => {
    const page = pageOf('A run');
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1].split('; ');
    assert.deepEqual(policy, [
      "default-src 'none'",
      `script-src 'sha256-${sha256(CODE.script)}'`,
      `style-src 'sha256-${sha256(`\n${CODE.style}\n`)}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('keeps code whole that mentions the end of a script', () => {
    const page = pageOf('A run', { ...CODE, script: 'show("</script><!--<SCRIPT>", /<!--/)' });
    assert.ok(page.includes('<script>show("\\x3C/script>\\x3C!--\\x3CSCRIPT>", /\\x3C!--/)</script>'));
  });
});
