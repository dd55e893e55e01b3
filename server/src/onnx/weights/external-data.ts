import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type TensorProto,
  TensorProto_DataLocation,
} from '../onnx_pb.js';

/** Reads `length` bytes (to the end where absent) from `offset` of a file beside the model. */
export type ReadExternal = (location: string, offset: number, length?: number) => Uint8Array;

/**
 * A copy of the model that holds the weights that it kept in other files, those of branches and of nodes too: what is run
 * from memory needs them so.
 */
export function withExternalData(model: ModelProto, read: ReadExternal): ModelProto {
  return model.graph ? { ...model, graph: graphWithData(model.graph, read) } : model;
}

function graphWithData(graph: GraphProto, read: ReadExternal): GraphProto {
  const initializer = graph.initializer.map((tensor) => withItsData(tensor, read));
  const node = graph.node.map((each) => ({
    ...each,
    attribute: each.attribute.map((attribute) => attributeWithData(attribute, read)),
  }));
  return { ...graph, initializer, node };
}

function attributeWithData(attribute: AttributeProto, read: ReadExternal): AttributeProto {
  const { t, g, tensors, graphs } = attribute;
  return {
    ...attribute,
    t: t && withItsData(t, read),
    g: g && graphWithData(g, read),
    tensors: tensors.map((tensor) => withItsData(tensor, read)),
    graphs: graphs.map((graph) => graphWithData(graph, read)),
  };
}

function withItsData(tensor: TensorProto, read: ReadExternal): TensorProto {
  if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) return tensor;
  const { location, offset, length } = Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
  const rawData = read(location, Number(offset ?? 0), length === undefined ? undefined : Number(length));
  return { ...tensor, rawData, externalData: [], dataLocation: TensorProto_DataLocation.DEFAULT };
}
