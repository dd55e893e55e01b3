import * as z from 'zod';

const hash = z.string();

/** What in the block `run` tells one run of the same file from another. Runs of earlier versions do not have it. */
export const provenanceProperties = {
  threads: z.int().positive().optional().describe('Cores that were computed with'),
  executor: z.string().optional().describe('What computed shards, where that was not the run itself'),
  onnxRuntime: z.string().optional().describe('The version of ONNX Runtime that computed'),
  hashes: z
    .object({
      dataset: hash
        .optional()
        .describe('Over the ids and the contents of the data set’s images, in the order of the ids'),
      searched: hash.optional().describe('The same over the images that `retrieve` searched'),
      models: z
        .record(
          z.string(),
          z.object({
            key: hash.describe('Over the plugin, its version, its parameters and the contents of its files'),
            files: z.array(hash).describe('SHA-256 of its model files; none where its weights are Lookalike’s own'),
          }),
        )
        .describe('By the models’ names'),
      lists: z
        .record(z.string(), hash)
        .optional()
        .describe('Of the lists and tables that the experiment names, by the paths of their keys'),
      perturbed: z
        .record(z.string(), hash)
        .describe('By the perturbations’ names, over the originals’ ids and the contents of the perturbed files'),
    })
    .optional()
    .describe('SHA-256 of what the figures are of: runs with the same are of the same photographs and models'),
};
