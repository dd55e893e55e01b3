/** A transformer of CLIP: of images, or of words. */
export interface TransformerShape {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlp: number;
  readonly activation: 'quick-gelu' | 'gelu';
  /** Length of an embedding. */
  readonly dimension: number;
}

export interface VisionShape extends TransformerShape {
  /** Sides of the square input and of a patch, in pixels. */
  readonly size: number;
  readonly patch: number;
}

export interface TextShape extends TransformerShape {
  readonly vocabulary: number;
  readonly context: number;
}

/** The image encoders of the paper, by their plugins' names (open_clip's configurations). */
export const VISION: Readonly<Record<string, VisionShape>> = {
  'clip-vit-b-32': vision(32, 768, 12, 12, 3072, 'quick-gelu', 512),
  'clip-vit-l-14': vision(14, 1024, 24, 16, 4096, 'quick-gelu', 768),
  'clip-vit-h-14': vision(14, 1280, 32, 16, 5120, 'gelu', 1024),
  'clip-vit-g-14': vision(14, 1408, 40, 16, 6144, 'gelu', 1024),
};

function vision(
  patch: number,
  width: number,
  layers: number,
  heads: number,
  mlp: number,
  activation: VisionShape['activation'],
  dimension: number,
): VisionShape {
  return { size: 224, patch, width, layers, heads, mlp, activation, dimension };
}

/** An image encoder with the ports of a real one, and next to nothing inside. */
export function tinyVision(dimension: number, activation: VisionShape['activation'] = 'quick-gelu'): VisionShape {
  return { size: 224, patch: 56, width: 16, layers: 2, heads: 2, mlp: 32, activation, dimension };
}

export function tinyText(dimension: number, vocabulary: number): TextShape {
  return { vocabulary, context: 77, width: 16, layers: 2, heads: 2, mlp: 32, activation: 'quick-gelu', dimension };
}
