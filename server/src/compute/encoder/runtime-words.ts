import { unknownOperator } from '../../plugins/model-header.js';
import type { Device } from '../../protocol/choices.js';
import { fail, type Result } from '../../protocol/errors.js';
import { isShortageOfMemory, memoryShort } from '../../protocol/runs/shortage.js';

/** Which model, on what. */
export interface Where {
  readonly file: string;
  readonly device: Device;
}

const LONGEST = 300;

/**
 * ONNX Runtime's refusal of a model in words: it speaks to its own programmers, by C++ signatures and paths of its source.
 * `memory-short` where it says nothing of the model, else `model-unusable`.
 */
export function refusedToRun({ file, device }: Where, error: Error): Result<never> {
  const { message } = error;
  if (isShortageOfMemory(error)) return { ok: false, problem: memoryShort(`${file} cannot be run`) };
  const operator = operatorLacking(message);
  if (operator) return unknownOperator(file, operator);
  const where = device === 'cpu' ? '' : ` by ${device}`;
  const hint = /external|initializer/i.test(message)
    ? 'Is its external data beside it, in full? Export the model again, or download it again.'
    : 'Check `size`, `layout` and `output` against the model; ONNX’s own checker (onnx.checker) says more of it.';
  return fail('model-unusable', `${file} cannot be run on images${where}: ${inWords(message)}`, { hint });
}

function operatorLacking(message: string): string | undefined {
  const patterns = [
    /No Op registered for (\S+)/,
    /(\S+)\(-?\d+\) is not a registered function\/op/,
    /Could not find an implementation for (\S+?)\(/,
    /Op with name .*? and type (\S+)/,
  ];
  for (const pattern of patterns) {
    const found = pattern.exec(message);
    if (found) return found[1].replace(/^.*:/, '');
  }
  return undefined;
}

function inWords(message: string): string {
  const dimensions = /index: (\d+) Got: (-?\d+) Expected: (-?\d+)/.exec(message);
  if (dimensions) {
    const [, axis, got, expected] = dimensions;
    return `dimension ${axis} of its input is ${expected}, and images have ${got}`;
  }
  const node = /while running (\S+) node\. Name:'([^']*)'/.exec(message);
  const said = message
    .replace(/^.*Status Message: /s, '')
    .replace(/\/\S*onnxruntime\S*:\d+ .*?\)( const)?( \[.*?\])? /g, '')
    .replace(/^.*? failed:/s, '')
    .split('\n')[0]
    .trim()
    .slice(0, LONGEST);
  return node ? `its operator ${node[1]} (${node[2]}) fails: ${said}` : said;
}
