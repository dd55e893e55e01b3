import assert from 'node:assert/strict';
import { uprightCrop } from '../../../client/webview/photographs/upright-crop.js';
import { Random } from '../../../server/src/compute/random.js';
import type { FoundFace } from '../../../server/src/protocol/images/found-face.js';

const SEED = 61;
const SIDE = 200;

/** A face that leans by `angle`, somewhere in a photograph. */
function leaning(random: Random, angle: number): FoundFace {
  const [width, height] = [random.between(300, 3000), random.between(300, 3000)];
  const side = random.between(20, 250);
  const [x, y] = [random.between(0, width), random.between(0, height)];
  const at = (right: number, down: number): [number, number] => [
    x + side * (right * Math.cos(angle) - down * Math.sin(angle)),
    y + side * (right * Math.sin(angle) + down * Math.cos(angle)),
  ];
  return {
    size: [width, height],
    box: [x - side / 2, y - side / 2, x + side / 2, y + side / 2],
    landmarks: [at(-0.2, -0.1), at(0.2, -0.1), at(0, 0.1), at(-0.15, 0.3), at(0.15, 0.3)],
    score: 0.9,
    detected: 1,
  };
}

describe('The square that a face is shown in', () => {
  it('has the face upright in its middle, however it leans, at whatever size the photograph comes', () => {
    const random = new Random(SEED);
    for (let n = 0; n < 500; n++) {
      const face = leaning(random, random.between(-Math.PI, Math.PI));
      const scale = random.between(0.05, 3);
      const now = { width: face.size[0] * scale, height: face.size[1] * scale };
      const crop = uprightCrop(face, now, SIDE);
      assert.ok(crop);
      const [a, b, c, d, e, f] = crop;
      const [left, right, nose, ...mouth] = face.landmarks.map(([x, y]) => ({
        x: a * x * scale + c * y * scale + e,
        y: b * x * scale + d * y * scale + f,
      }));
      assert.ok(left && right && nose && Math.abs(left.y - right.y) < 1e-6 && left.x < right.x, 'the eyes are level');
      for (const corner of mouth) assert.ok(corner.y > nose.y && nose.y > left.y, 'the mouth is below');
      assert.ok(Math.abs((left.x + right.x) / 2 - SIDE / 2) < 1e-6, 'the face is in the middle');
      assert.ok([left, right, ...mouth].every(({ x, y }) => x > 0 && x < SIDE && y > 0 && y < SIDE));
    }
  });

  it('is none of a photograph of another shape than the one that the face was found in', () => {
    const face = leaning(new Random(SEED), 0);
    const [width, height] = face.size;
    assert.equal(uprightCrop(face, { width: height * 2, height: width }, SIDE), undefined);
    assert.equal(uprightCrop(face, { width, height: 1.1 * height }, SIDE), undefined);
  });
});
