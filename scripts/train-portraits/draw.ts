import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodePixels } from '../../server/src/compute/images/decode.js';
import { resampleToSquare } from '../../server/src/compute/images/resample.js';
import { attributesOf } from '../../server/src/compute/portraits/attributes.js';
import { drawIdentity } from '../../server/src/compute/portraits/identity.js';
import { photograph } from '../../server/src/compute/portraits/photograph.js';
import { renderPortrait } from '../../server/src/compute/portraits/render.js';
import { drawScene } from '../../server/src/compute/portraits/scene.js';

/* tsx draw.ts FOLDER SEED IDENTITIES IMAGES FROM SIZE: draws portraits, as the model sees them, and says what was drawn. */
const [folder = '', ...numbers] = process.argv.slice(2);
const [seed = 0, identities = 0, images = 1, from = 0, size = 224] = numbers.map(Number);
const INPUT = 96;
mkdirSync(folder, { recursive: true });
const pixels = openSync(join(folder, `pixels-${from}.u8`), 'w');
const labels: Record<string, boolean>[] = [];
for (let person = from; person < from + identities; person++) {
  const who = drawIdentity(seed, person);
  for (let image = 0; image < images; image++) {
    const how = drawScene(seed, person, image);
    const decoded = await decodePixels(await photograph(renderPortrait(who, how, size), how), 8192);
    if (!decoded.ok) throw new Error(decoded.problem.message);
    writeSync(pixels, resampleToSquare(decoded.value, INPUT, 'crop').data);
    labels.push(attributesOf(who, how));
  }
}
writeFileSync(join(folder, `labels-${from}.json`), JSON.stringify(labels));
