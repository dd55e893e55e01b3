/* What an option of the command may say; apart from the schemas that are made of it, which take time to load. */

/** What image and text encoders in ONNX are computed on, by ONNX Runtime's names. */
export const DEVICES = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type Device = (typeof DEVICES)[number];

/** What the user must have said yes to: images that are sent to a service, an outside program that is run. */
export const PERMISSIONS = ['remote', 'command'] as const;

/** clip-retrieval's, of length 1 in float16; or what the model gives, in float32. */
export const EXPORT_FORMATS = ['clip-retrieval', 'npy'] as const;
