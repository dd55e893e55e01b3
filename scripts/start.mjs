import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, [
  'bin/lookalike.mjs',
  'run',
  'experiments/quickstart.experiment.yaml',
  '--html',
  ...process.argv.slice(2),
]);

console.log(`Search these portraits by words: serve them, and ask from another terminal.
  node bin/lookalike.mjs serve experiments/quickstart.experiment.yaml
  curl http://127.0.0.1:1234/knn-service -d '{"text": "a woman with glasses", "indice_name": "clip-portraits", "modality": "image", "num_images": 5, "num_result_ids": 5}'`);
