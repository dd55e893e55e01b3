import { fail, ok, type Result } from '../protocol/errors.js';
import type { LazyModel } from '../runner/lazy-model.js';
import type { SearchTimes } from './search-times.js';

/** Turns images and words into embeddings, one after the other: a model computes with every core. */
export class QueryEncoder {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly model: LazyModel,
    private readonly times: SearchTimes,
  ) {}

  image(bytes: Uint8Array): Promise<Result<Float32Array>> {
    return this.inTurn(async () => {
      const model = await this.model.get();
      const prepared = await this.times.time('image_prepro_time', () => model.prepare(bytes));
      if (!prepared.ok) return prepared;
      const embed = () => model.embed([prepared.value]);
      const [vector] = await this.times.time('image_clip_inference_time', embed);
      return vector ? ok(vector) : fail('no-face', `${this.name} finds no face in the image`);
    });
  }

  words(text: string): Promise<Result<Float32Array>> {
    return this.inTurn(async () => {
      const model = await this.model.get();
      const { embedTexts } = model;
      if (!embedTexts) {
        return fail('text-unsupported', `${this.name} embeds images alone: words cannot be searched for`, {
          hint: 'Ask an index of a CLIP model, or send an image.',
        });
      }
      const embedded = await this.times.time('text_clip_inference_time', () => embedTexts.call(model, [text]));
      return embedded.ok ? ok(embedded.value[0]) : embedded;
    });
  }

  close(): Promise<void> {
    return this.model.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
