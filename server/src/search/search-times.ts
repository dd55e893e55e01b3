import { Histogram, Registry } from 'prom-client';

/** What clip-retrieval's back end measures, by its names, so that dashboards made for it go on working. */
const MEASURED = {
  full_knn_request_time: 'Time spent processing knn request',
  download_time: 'Time spent downloading an url',
  text_clip_inference_time: 'Time spent doing a text clip inference',
  image_clip_inference_time: 'Time spent doing a image clip inference',
  metadata_get_time: 'Time spent retrieving metadata',
  knn_index_time: 'Time spent doing a knn on the index',
  dedup_time: 'Time spent deduping',
  safety_time: 'Time spent doing a safety inference',
  image_prepro_time: 'Time spent doing the image preprocessing',
  text_prepro_time: 'Time spent doing the text preprocessing',
} as const;
export type Measured = keyof typeof MEASURED;

/** In seconds: those of Python's prometheus_client, which clip-retrieval leaves as they are. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * How long the parts of requests take, in seconds. What is never done here stays at 0: nothing is downloaded, no safety
 * model runs, and words are cut into tokens within the inference.
 */
export class SearchTimes {
  private readonly registry = new Registry();
  private readonly histograms: ReadonlyMap<string, Histogram>;

  constructor() {
    const registers = [this.registry];
    this.histograms = new Map(
      Object.entries(MEASURED).map(([name, help]) => [
        name,
        new Histogram({ name, help, registers, buckets: BUCKETS }),
      ]),
    );
  }

  /** Does the work and counts how long it took, whether it succeeds or not. */
  async time<T>(name: Measured, work: () => Promise<T>): Promise<T> {
    const stop = this.histograms.get(name)?.startTimer();
    try {
      return await work();
    } finally {
      stop?.();
    }
  }

  /** In Prometheus' text format, with its content type. */
  async exposition(): Promise<{ text: string; type: string }> {
    return { text: await this.registry.metrics(), type: this.registry.contentType };
  }
}
