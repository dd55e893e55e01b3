import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LICENCE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
const RULE = '-'.repeat(80);

/** The packages whose code is in these bundles or beside them, with the licences that ask to be passed on with it. */
export async function notices(metafiles, beside) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const installed = beside.map((name) => `node_modules/${name}`).filter((folder) => existsSync(folder));
  const folders = [...new Set([...inputs.flatMap(packageFolder), ...installed])].sort();
  return (await Promise.all(folders.map(noticeOf))).join(`\n${RULE}\n\n`);
}

/** The innermost package that a bundled file belongs to; none of the project's own. */
function packageFolder(file) {
  return /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [];
}

/** A package without a licence file is passed on with the licence's name and where the package comes from. */
async function noticeOf(folder) {
  const { name, version, license, homepage, repository } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const files = (await readdir(folder)).filter((file) => LICENCE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const origin = texts.length > 0 ? texts : [homepage ?? repository?.url ?? repository ?? ''];
  return `${[`${name} ${version}, ${license}`, ...origin.map((text) => text.trim())].join('\n\n')}\n`;
}
