import { join } from 'node:path';
import pMap from 'p-map';
import { Failed } from '../../hub/failure.js';
import type { RetrievalQuery, RetrievalService, RetrievedImage, RetrieveOptions } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { KeptFiles, nameOf } from '../../store/cache/kept-files.js';
import { type KnnHit, readKnnAnswer } from './knn-answer.js';
import { type KnnParameters, knnRequest } from './knn-request.js';
import { KnnService, type KnnServiceOptions } from './knn-service.js';
import { ResultImages } from './result-images.js';

/** Images that are fetched at once: they come from many hosts. */
const FETCHING = 8;

export interface ClipRetrievalOptions extends KnnParameters, Omit<KnnServiceOptions, 'pause'> {
  readonly imageMegabytes: number;
  /** In seconds. */
  readonly imageTimeout: number;
  readonly privateHosts: readonly string[];
}

/** A clip-retrieval service. What it answered is kept by what it was asked, so that a query is sent once. */
export class ClipRetrieval implements RetrievalService {
  readonly kind = 'service';
  private readonly service: KnnService;
  private readonly images: ResultImages;
  private readonly answers: KeptFiles;

  /** `pause`: milliseconds before a query is sent again the first time. */
  constructor(
    private readonly options: ClipRetrievalOptions,
    folder: string,
    pause = 1000,
  ) {
    const { imageMegabytes: megabytes, imageTimeout: timeout, privateHosts } = options;
    this.service = new KnnService({ ...options, pause });
    this.images = new ResultImages({ megabytes, timeout, privateHosts }, join(folder, 'images'));
    this.answers = new KeptFiles(join(folder, 'answers'));
  }

  async search(query: RetrievalQuery, options: RetrieveOptions): Promise<Result<RetrievedImage[]>> {
    const { results, signal } = options;
    const hits = await this.hitsOf(await knnRequest(query, results, this.options), options);
    if (!hits.ok) return hits;
    return ok(await pMap(hits.value, (hit) => this.images.bring(hit, options), { concurrency: FETCHING, signal }));
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.images.close();
  }

  private async hitsOf(request: string, options: RetrieveOptions): Promise<Result<KnnHit[]>> {
    const { results, signal, useCache } = options;
    const name = `${nameOf(this.options.url, request)}.json`;
    const kept = readKnnAnswer((await this.answers.read(name, useCache))?.toString('utf8') ?? '', results);
    if (kept.ok) return kept;
    try {
      const text = await this.service.ask(request, signal);
      const hits = readKnnAnswer(text, results);
      if (hits.ok) await this.answers.write(name, text);
      return hits;
    } catch (error) {
      if (error instanceof Failed) return { ok: false, problem: error.problem };
      throw error;
    }
  }
}
