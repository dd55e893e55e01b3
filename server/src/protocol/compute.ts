import * as z from 'zod';

/** What image and text encoders in ONNX are computed on, by ONNX Runtime's names. */
export const deviceSchema = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type Device = z.infer<typeof deviceSchema>;

/** What a process computes with: properties of the requests that begin its work. */
export const computeProperties = {
  threads: z.int().positive(),
  device: deviceSchema,
};
