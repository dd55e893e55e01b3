import type { EncoderFiles, PublishedWeights } from '../declare.js';

/** A repository of the transformers.js exporter: three precisions, weights inside of the files. */
export function xenovaFiles(repository: string, imageMegabytes: PublishedWeights['imageMegabytes']): PublishedWeights {
  const files = (suffix: string): EncoderFiles => ({
    image: `onnx/vision_model${suffix}.onnx`,
    text: `onnx/text_model${suffix}.onnx`,
    tokenizer: 'tokenizer.json',
  });
  return {
    repository,
    precisions: { fp32: files(''), fp16: files('_fp16'), int8: files('_quantized') },
    imageMegabytes,
  };
}

/** A repository of immich's exporter: one precision, weights of large models in a file beside. */
export function immichFiles(repository: string, imageMegabytes?: PublishedWeights['imageMegabytes']): PublishedWeights {
  const fp32 = { image: 'visual/model.onnx', text: 'textual/model.onnx', tokenizer: 'textual/tokenizer.json' };
  return { repository, precisions: { fp32 }, imageMegabytes };
}
