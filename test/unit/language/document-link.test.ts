import assert from 'node:assert/strict';
import { join } from 'node:path';
import { URI } from 'vscode-uri';
import { documentLink } from '../../../server/src/language/features/document-link.js';
import { markRanges, openMarked } from '../../support/marked-yaml.js';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../../..');

describe('Document links', () => {
  it('lead to the files and folders that are there, with variables expanded', async () => {
    const marked = `dataset: {use: celeba, root: ⟦.⟧, images: nowhere, identities: "⟦names.test.ts⟧"}
gallery: {use: csv, file: '⟦\${env:TESTS}/names.test.ts⟧', image: names.test.ts}
embed: {models: [{use: onnx, file: "⟦\${workspaceFolder}/package.json⟧"}]}
`;
    const options = { file: join(HERE, 'x.experiment.yaml'), env: { TESTS: HERE }, workspaceFolders: [ROOT] };
    const opened = openMarked(marked, options);
    const links = await documentLink(opened.document, opened.services);
    assert.equal(
      markRanges(
        opened,
        links.map(({ range }) => range),
      ),
      marked,
    );
    assert.deepEqual(
      links.map(({ target }) => target),
      [HERE, join(HERE, 'names.test.ts'), join(HERE, 'names.test.ts'), join(ROOT, 'package.json')].map((path) =>
        URI.file(path).toString(),
      ),
    );
  });
});
