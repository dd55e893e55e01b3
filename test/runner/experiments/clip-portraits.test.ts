import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  embedAll,
  examine,
  type Figures,
  GOALS,
  JUDGED,
  unseenPortraits,
} from '../../../scripts/train-portraits/examination.js';
import trained from '../../../server/src/plugins/clip/clip-portraits.json' with { type: 'json' };
import { requireShipped, shippedFolder } from '../../../server/src/plugins/clip/shipped-files.js';
import type { EmbeddingModel } from '../../../server/src/plugins/declare.js';
import { clipPortraits } from '../../../server/src/plugins/models/clip-portraits.js';
import { newWorkspace } from '../../support/workspace.js';

describe('model clip-portraits', () => {
  let folder: string;
  let model: EmbeddingModel;

  before(async () => {
    folder = await newWorkspace();
    const loaded = await clipPortraits.load(clipPortraits.params.parse({}), { folder, threads: 1, device: 'cpu' });
    assert.ok(loaded.ok);
    model = loaded.value;
  });
  after(async () => {
    await model?.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('on portraits that it never saw', () => {
    let figures: Figures;

    before(async function () {
      this.timeout(300_000);
      const portraits = await unseenPortraits(folder, 100, 2);
      const vectors = await embedAll(model, portraits.images);
      figures = await examine(model, portraits, vectors as Float32Array[]);
    });

    for (const attribute of JUDGED) {
      it(`answers rightly whether they have ${attribute}, in 93 % of those that have and that have not`, () => {
        assert.ok(figures.answers[attribute] >= GOALS.answer, `${figures.answers[attribute]}`);
      });
    }

    it('finds by twenty descriptions at least 85 % right among the first ten', () => {
      assert.ok(figures.precisionAt10 >= GOALS.precisionAt10, `${figures.precisionAt10}`);
    });

    it('chooses a portrait’s own description among a hundred in at least half of the cases', () => {
      assert.ok(figures.captionRecall >= GOALS.captionRecall, `${figures.captionRecall}`);
    });
  });

  it('takes words of any kind and length', async () => {
    const texts = ['', '🙂', 'ein Mann mit Brille', '眼镜', 'a dog on a beach', 'glasses '.repeat(400)];
    const embedded = await model.embedTexts?.(texts);
    assert.ok(embedded?.ok);
    for (const [n, vector] of embedded.value.entries()) {
      assert.equal(vector.length, 128);
      assert.ok(vector.every(Number.isFinite), texts[n]);
    }
  });

  it('is named where a part of it is damaged, or not there', async () => {
    const copy = join(folder, 'damaged');
    await cp(shippedFolder('clip-portraits'), copy, { recursive: true });
    assert.ok(requireShipped(copy, trained.files).ok);
    for (const name of Object.keys(trained.files)) {
      const file = join(copy, name);
      const whole = await readFile(file);
      const bytes = Uint8Array.from(whole);
      bytes[1000] ^= 1;
      await writeFile(file, bytes);
      assert.match(problemOf(copy), new RegExp(`${name}.* is not the file that Lookalike was tested with`));
      await rm(file);
      assert.match(problemOf(copy), new RegExp(`${name}.* is not there`));
      await writeFile(file, whole);
    }
  });
});

function problemOf(folder: string): string {
  const whole = requireShipped(folder, trained.files);
  return whole.ok ? '' : whole.problem.message;
}
