import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const require = createRequire(import.meta.url);

/** face-api with the same detector, landmarks and network, as peer. */
export interface FaceApi {
  /** Detects, aligns and describes every face of a photograph; says whether it has one. */
  describe(file: string): Promise<boolean>;
  /** The 128 numbers of a chip: 150 × 150 × 3 RGB of 0–255, row by row. */
  descriptorOf(chip: Uint8Array): Promise<Float32Array>;
}

/** face-api on its WebAssembly back end, its fastest without TensorFlow's native module. */
export async function loadFaceApi(): Promise<FaceApi> {
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  const root = dirname(require.resolve('@vladmandic/face-api/package.json'));
  const faceapi = require(join(root, 'dist/face-api.node-wasm.js'));
  await faceapi.tf.setBackend('wasm');
  await faceapi.tf.ready();
  for (const net of ['ssdMobilenetv1', 'faceLandmark68Net', 'faceRecognitionNet']) {
    await faceapi.nets[net].loadFromDisk(join(root, 'model'));
  }
  const options = new faceapi.SsdMobilenetv1Options({ minConfidence: 0.3 });
  return {
    async describe(file) {
      const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const image = faceapi.tf.tensor3d(data, [info.height, info.width, 3], 'int32');
      const faces = await faceapi.detectAllFaces(image, options).withFaceLandmarks().withFaceDescriptors();
      image.dispose();
      return faces.length > 0;
    },
    async descriptorOf(chip) {
      const image = faceapi.tf.tensor3d(chip, [150, 150, 3], 'int32');
      const descriptor = await faceapi.nets.faceRecognitionNet.computeFaceDescriptor(image);
      image.dispose();
      return descriptor;
    },
  };
}
