import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPython } from '../peer-python.js';
import type { VisionShape } from './shapes.js';
import type { RandomWeights } from './weights.js';

/** The image encoder in Python: by NumPy in double precision, and of PyTorch's own modules. */
const FORWARD = { numpy: 'vision_forward.py', torch: 'vision_forward_torch.py' };

/** The embedding in Python, of the same weights: those that a graph was built of. */
export async function pythonEmbedding(
  by: keyof typeof FORWARD,
  folder: string,
  shape: VisionShape,
  weights: RandomWeights,
  image: Float32Array,
): Promise<Float32Array> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'shape.json'), JSON.stringify(shape));
  for (const [name, values] of [...weights.entries(), ['image', image] as const]) {
    await writeFile(join(folder, `${name}.raw`), new Uint8Array(values.buffer));
  }
  runPython(fileURLToPath(new URL(FORWARD[by], import.meta.url)), folder);
  return new Float32Array((await readFile(join(folder, 'embedding.raw'))).buffer.slice(0));
}

/** What transformers.js needs beside `onnx/vision_model.onnx` to use it as a CLIP model. */
export async function writeTransformersConfig(
  folder: string,
  { width, layers, heads, mlp, size, patch, dimension }: VisionShape,
) {
  const vision = {
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: mlp,
    image_size: size,
    patch_size: patch,
    projection_dim: dimension,
    model_type: 'clip_vision_model',
  };
  const config = {
    model_type: 'clip',
    architectures: ['CLIPModel'],
    projection_dim: dimension,
    vision_config: vision,
    text_config: { model_type: 'clip_text_model' },
  };
  const preprocessor = {
    image_processor_type: 'CLIPImageProcessor',
    feature_extractor_type: 'CLIPFeatureExtractor',
    crop_size: size,
    do_center_crop: true,
    do_normalize: true,
    do_resize: true,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_std: [0.26862954, 0.26130258, 0.27577711],
    resample: 3,
    size,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
}

/** transformers.js on a local folder: it is never let onto the network. */
export async function openTransformers(root: string, name: string) {
  const { AutoProcessor, CLIPVisionModelWithProjection, env, RawImage } = await import('@huggingface/transformers');
  Object.assign(env, { localModelPath: root, allowRemoteModels: false, useFSCache: false });
  const processor = await AutoProcessor.from_pretrained(name, {});
  const model = await CLIPVisionModelWithProjection.from_pretrained(name, { dtype: 'fp32', device: 'cpu' });
  return {
    /** Embeddings of a batch of image files. */
    async embed(files: readonly string[]): Promise<Float32Array> {
      const images = await Promise.all(files.map((file) => RawImage.read(file)));
      const { image_embeds } = await model(await processor(images));
      return image_embeds.data as Float32Array;
    },
    /** The network alone, on pixels that are ready. */
    async run(pixels: Float32Array, batch: number, size: number): Promise<Float32Array> {
      const { Tensor } = await import('@huggingface/transformers');
      const { image_embeds } = await model({ pixel_values: new Tensor('float32', pixels, [batch, 3, size, size]) });
      return image_embeds.data as Float32Array;
    },
  };
}
