import type { ExportRequest } from '../protocol/searching/serve.js';
import { type RunContext, workContext } from '../runner/context.js';
import { Halt, unwrap } from '../runner/halt.js';
import { hashOfImages } from '../runner/results/provenance.js';
import { embedImages, type ModelEmbeddings } from '../runner/stages/embed-images.js';
import { listImages } from '../runner/stages/list-images.js';
import { writeFolder } from '../search/folder/write-folder.js';
import type { WorkMeans } from '../search/means.js';
import { onUnitSphere } from '../search/normalised.js';
import { nothingEmbeds, nothingToSearch } from '../search/open-indices.js';
import type { ExperimentSpec, NamedUse } from '../stages/spec.js';

/** Writes one model's embeddings of an experiment's gallery, or its data set, as a folder. */
export async function exportEmbeddings(
  context: RunContext,
  spec: ExperimentSpec,
  { to, model: name, format, dataset: ranOn }: Pick<ExportRequest, 'to' | 'model' | 'format' | 'dataset'>,
  emit: WorkMeans['emit'],
): Promise<void> {
  const model = modelNamed(spec, name);
  const { gallery, dataset } = spec;
  const set = gallery ? await listImages(context, gallery, 'gallery') : await listImages(context, dataset);
  if (!gallery && ranOn !== undefined && hashOfImages(set) !== ranOn) {
    const hint = 'Run it again, and export that run; or export the experiment’s file, as its photographs are now.';
    const message = 'The data set has other photographs than the run was of: its embeddings cannot be given';
    throw new Halt({ code: 'photographs-changed', message, hint });
  }
  const raw = await embedImages(context, set, model);
  sayLargestFaces(context, raw);
  const embeddings = format === 'npy' ? raw : onUnitSphere(raw);
  const total = embeddings.embedded.length;
  if (total === 0) throw new Halt(nothingToSearch(model));
  const { progress } = workContext(context, 'export', model.name);
  const written = unwrap(await writeFolder(to, format, set.images, embeddings, (done) => progress(done, total)));
  emit({ type: 'exported', folder: to, model: model.name, ...written });
}

/** A folder of embeddings has a row an image: its largest face. */
function sayLargestFaces(context: RunContext, { model, faces, embedded }: ModelEmbeddings): void {
  if (!faces) return;
  const others = faces.embedded.length - embedded.length;
  context.warn({
    code: 'largest-faces-alone',
    message: `${model.name} embeds all faces, and what is exported here holds the largest of each photograph: ${others} other faces are not in it`,
    specPath: ['embed', 'models'],
    hint: 'Runs, `serve` and the search panel find photographs by any of their faces.',
  });
}

function modelNamed(spec: ExperimentSpec, name: string | undefined): NamedUse {
  const models = spec.embed?.models ?? [];
  if (models.length === 0) throw new Halt(nothingEmbeds(spec));
  const model = name === undefined ? models[0] : models.find((one) => one.name === name);
  if (model) return model;
  const hint = `There are ${models.map((one) => one.name).join(', ')}.`;
  throw new Halt({ code: 'model-unknown', message: `${spec.name} has no model named ${name}`, hint });
}
