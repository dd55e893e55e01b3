import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const MOST_ENTRIES = 20;
/** The root holds what tools look for there, `test/support` what any test may use, and fixtures are data. */
const EXEMPT = /^$|^test\/(support|fixtures(\/.*)?)$/;

/** The names in each folder that the repository keeps, by the folder's path. */
function folders(): Map<string, Set<string>> {
  const entries = new Map<string, Set<string>>();
  for (const file of execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean)) {
    const segments = file.split('/');
    segments.forEach((segment, depth) => {
      const folder = segments.slice(0, depth).join('/');
      entries.set(folder, (entries.get(folder) ?? new Set()).add(segment));
    });
  }
  return entries;
}

describe('A folder of the repository', () => {
  it(`has ${MOST_ENTRIES} entries at the most, so that it can be seen at a glance`, () => {
    const all = [...folders()].filter(([folder]) => !EXEMPT.test(folder));
    assert.ok(all.length > 50, 'the repository is listed');
    const large = all.filter(([, names]) => names.size > MOST_ENTRIES);
    assert.deepEqual(
      large.map(([folder, names]) => `${folder} has ${names.size}`),
      [],
    );
  });
});
