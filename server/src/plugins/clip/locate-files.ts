import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { itemAt } from '../../protocol/item-at.js';
import type { EncoderFiles, PublishedWeights } from '../declare.js';
import { modelsFolder } from './models-folder.js';

/** What a file's name says of its precision, by the exporter of the `onnx/vision_model*.onnx` files. */
const SUFFIXES: Readonly<Record<string, string>> = { fp32: '', fp16: '_fp16', int8: '_quantized' };

export interface WeightsChoice {
  readonly model: string;
  readonly published: PublishedWeights;
  readonly precision: string;
  /** The image encoder's file, or a folder that holds it; default: where the model was fetched to. */
  readonly path?: string;
}

/**
 * Finds a CLIP model's files, in the layouts of both exporters. Only the image encoder must be there; where the others
 * are not, the paths say where they would be.
 */
export function locateFiles(choice: WeightsChoice): Result<EncoderFiles> {
  const image = choice.path === undefined ? fetchedImage(choice) : givenImage(choice.path, choice.precision);
  return image.ok ? ok({ image: image.value, ...textBeside(image.value) }) : image;
}

function fetchedImage({ model, published, precision }: WeightsChoice): Result<string> {
  const files = published.precisions[precision];
  if (!files) throw new Error(`${model} is not published in ${precision}`);
  const file = join(modelsFolder(), model, files.image);
  if (isFile(file)) return ok(file);
  const [byDefault] = Object.keys(published.precisions);
  const option = precision === byDefault ? '' : ` --precision ${precision}`;
  return fail('model-not-fetched', `The weights of ${model} (${precision}) are not on this machine`, {
    hint: `Fetch it: lookalike models fetch ${model}${option}`,
    remedy: { fetch: { model, precision } },
  });
}

function givenImage(path: string, precision: string): Result<string> {
  if (isFile(path)) return ok(path);
  const name = `vision_model${SUFFIXES[precision]}.onnx`;
  const candidates = [join('onnx', name), name, join('visual', 'model.onnx'), 'model.onnx'];
  const found = candidates.map((candidate) => join(path, candidate)).find(isFile);
  if (found) return ok(found);
  const hint = `It is looked for as ${candidates.join(', ')}.`;
  return fail('model-missing', `${path} holds no image encoder of precision ${precision}`, { hint });
}

/** The text encoder of the same export: `text_model*.onnx` beside it, or `textual/model.onnx` beside its folder. */
function textBeside(image: string): Pick<EncoderFiles, 'text' | 'tokenizer'> {
  const folder = dirname(image);
  const text =
    basename(folder) === 'visual'
      ? join(dirname(folder), 'textual', basename(image))
      : join(folder, basename(image).replace('vision', 'text'));
  const places = [dirname(text), dirname(dirname(text))].map((place) => join(place, 'tokenizer.json'));
  return { text, tokenizer: places.find(isFile) ?? itemAt(places, 0) };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
