import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyOnnxRuntime } from './onnx-runtime.js';
import { TARGETS } from './targets.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
await copyOnnxRuntime(root, join(root, 'dist'), TARGETS);
