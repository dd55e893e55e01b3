import { GraphBuilder } from '../../onnx/build.js';
import { includeModel } from '../../onnx/include.js';
import type { ModelProto } from '../../onnx/onnx_pb.js';
import { graphOf, readModel } from '../../onnx/read.js';
import { Term } from '../../onnx/term.js';
import type { Surrogate } from '../../plugins/declare.js';
import { chipTransform, wholeChip } from './align.js';
import { affineOf } from './geometry.js';
import { CHIP_SIZE, DESCRIPTOR_LENGTH } from './graphs/recognition.js';
import { type FaceRecognitionOptions, recognitionModel } from './recogniser.js';

/** The recognition network as an attack sees it: with `mirror`, the mean of the chip's descriptor and its mirror image's. */
export async function recognitionSurrogate(
  { align, mirror }: Pick<FaceRecognitionOptions, 'align' | 'mirror'>,
  folder: string,
): Promise<Surrogate> {
  const network = parsed(await recognitionModel(folder));
  return {
    network: mirror ? withMirror(network) : network,
    size: CHIP_SIZE,
    batch: null,
    place: ({ box, landmarks, width, height }) =>
      affineOf(align === 'cropped' ? wholeChip({ width, height }) : chipTransform(align, box, landmarks)),
  };
}

function withMirror(network: ModelProto): ModelProto {
  const g = new GraphBuilder('face_recognition_and_mirror');
  const chip = new Term(g, g.input('chip', 'float32', ['batch', 3, CHIP_SIZE, CHIP_SIZE]), 'float32');
  const views = [chip, chip.reversed(3)].map((view) => {
    const included = includeModel(g, network, { [graphOf(network).inputs[0].name]: view.name });
    if (!included.ok) throw new Error(included.problem.message);
    return new Term(g, [...included.value.values()][0], 'float32');
  });
  g.output(views[0].add(views[1]).mul(0.5).name, 'float32', ['batch', DESCRIPTOR_LENGTH], 'descriptor');
  return g.toModel();
}

function parsed(bytes: Uint8Array): ModelProto {
  const model = readModel(bytes);
  if (!model.ok) throw new Error(model.problem.message);
  return model.value;
}
