import { type ModelProto, type TensorProto, TensorProto_DataLocation } from './onnx_pb.js';

/** Reads `length` bytes (to the end where absent) from `offset` of a file beside the model. */
export type ReadExternal = (location: string, offset: number, length?: number) => Uint8Array;

/** A copy of the model that holds the weights that it kept in other files: what is run from memory needs them so. */
export function withExternalData(model: ModelProto, read: ReadExternal): ModelProto {
  if (!model.graph) return model;
  const initializer = model.graph.initializer.map((tensor) => withItsData(tensor, read));
  return { ...model, graph: { ...model.graph, initializer } };
}

function withItsData(tensor: TensorProto, read: ReadExternal): TensorProto {
  if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) return tensor;
  const { location, offset, length } = Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
  const rawData = read(location, Number(offset ?? 0), length === undefined ? undefined : Number(length));
  return { ...tensor, rawData, externalData: [], dataLocation: TensorProto_DataLocation.DEFAULT };
}
