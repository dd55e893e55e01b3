import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const clipRetrieval = definePlugin({
  family: 'retrieval',
  name: 'clip-retrieval',
  version: 1,
  title: 'A service that speaks clip-retrieval’s protocol',
  docs: `Sends each version of each query to a [clip-retrieval](https://github.com/rom1504/clip-retrieval) service, as the paper
did to LAION-5B’s, and fetches the images that it finds. Photographs of faces, or their embeddings, leave this machine,
so a run needs your yes: \`--allow remote\`. Answers and images are kept in the private folder: a query is sent once.
Results’ images are fetched from wherever the service says, without a proxy, from public addresses only; what is gone,
too large, too slow or no photograph is counted and named, never judged.`,
  params: z.object({
    url: z.url({ protocol: /^https?$/ }).meta({
      description: 'The service’s address, with its path.',
      examples: ['https://knn5.laion.ai/knn-service'],
    }),
    index: z.string().min(1).meta({ description: 'Which of the service’s indexes is searched (`indice_name`).' }),
    by: z.enum(['image', 'embedding']).default('image').meta({
      description:
        'What is sent: the photograph, which the service embeds, or its embedding by the engine’s `model`, brought to length 1. The model must be the one that the index was built with.',
    }),
    modality: z.enum(['image', 'text']).default('image').meta({
      description: 'What is searched: the embeddings of images, or of their captions.',
    }),
    aestheticScore: z.int().min(0).max(9).optional().meta({
      description: 'Moves every query towards images that people rate so. Default: it is not moved.',
    }),
    aestheticWeight: z.number().min(0).max(1).default(0.5).meta({
      description: 'How far: with `aestheticScore` alone.',
    }),
    deduplicate: z.boolean().default(false).meta({
      description: 'The service leaves near-duplicates out: fewer results return.',
    }),
    useSafetyModel: z
      .boolean()
      .default(false)
      .meta({ description: 'The service leaves out what is not safe for work.' }),
    useViolenceDetector: z.boolean().default(false).meta({ description: 'The service leaves out violence.' }),
    useMclip: z.boolean().default(false).meta({
      description: 'The service embeds words by multilingual CLIP. It changes nothing for images.',
    }),
    timeout: z.number().positive().max(3600).default(60).meta({ description: 'Seconds that an answer may take.' }),
    retries: z.int().min(0).max(20).default(5).meta({
      description: 'How often a query is sent again that met a busy, failing or silent service, at growing intervals.',
    }),
    requestsPerSecond: z.number().positive().max(1000).default(2).meta({
      description: 'How often the service is asked at most.',
    }),
    megabytes: z.number().positive().max(1024).default(64).meta({ description: 'How large an answer may be.' }),
    imageMegabytes: z
      .number()
      .positive()
      .max(256)
      .default(20)
      .meta({ description: 'How large a result’s image may be.' }),
    imageTimeout: z.number().positive().max(3600).default(15).meta({
      description: 'Seconds that a result’s image may take.',
    }),
    privateHosts: z.array(z.string().min(1)).default([]).meta({
      description:
        'Hosts from which results’ images are fetched although their addresses are private: your own machines. Names or addresses, without a port.',
    }),
  }),
  example: '{use: clip-retrieval, url: "https://knn5.laion.ai/knn-service", index: laion5B, results: 50}',
  permission: () => 'remote',
  async load(params, { folder }) {
    const { ClipRetrieval } = await import('../../compute/retrieval/clip-retrieval.js');
    return ok(new ClipRetrieval(params, folder));
  },
});
