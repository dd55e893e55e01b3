import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { GraphBuilder } from '../../server/src/onnx/build.js';

const SIDE = 16;

/** An encoder whose embedding is the mean colour of a photograph, in 0–255: distances can be worked out by hand. */
export function colourEncoder(): Uint8Array {
  const graph = new GraphBuilder('mean-colour');
  const image = graph.input('image', 'float32', ['batch', 3, SIDE, SIDE]);
  const mean = graph.op('Flatten', [graph.op('GlobalAveragePool', [image])]);
  graph.output(mean, 'float32', ['batch', 3], 'colour');
  return graph.toBytes();
}

/** How an experiment uses it: pixels as they are, and no normalising. */
export const COLOUR_MODEL =
  '{use: onnx, name: colour, file: colour.onnx, normalise: false, std: [0.00392156862745098, 0.00392156862745098, 0.00392156862745098]}';

/**
 * A photograph of one red, and of one blue, which tells apart what is as red. To look for a face in it, which every
 * comparison of photographs does, takes the less time the lower it is.
 */
export async function writeColour(file: string, red: number, blue = 0, height = SIDE): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const background = { r: red, g: 0, b: blue };
  await sharp({ create: { width: SIDE, height, channels: 3, background } })
    .png()
    .toFile(file);
}

/** A photograph for each red of each person, `NAME/RED.png`; `moved` is added to what is seen, not to the name. */
export async function writePeople(
  root: string,
  people: Readonly<Record<string, readonly number[]>>,
  { moved = 0, suffix = '' } = {},
): Promise<void> {
  await writeFile(join(dirname(root), 'colour.onnx'), colourEncoder());
  for (const [name, reds] of Object.entries(people)) {
    for (const red of reds) await writeColour(join(root, name, `${red}${suffix}.png`), red + moved);
  }
}

/** Writes photographs of people into `faces`, and beside it an experiment over them by the encoder: its file. */
export async function writeColourExperiment(
  folder: string,
  people: Readonly<Record<string, readonly number[]>>,
  lines: string,
): Promise<string> {
  await writePeople(join(folder, 'faces'), people);
  const file = join(folder, 'colours.experiment.yaml');
  const embed = `embed: {models: [${COLOUR_MODEL}]}`;
  await writeFile(file, `name: colours\ndataset: {use: folder, root: faces}\n${embed}\n${lines}\n`);
  return file;
}
