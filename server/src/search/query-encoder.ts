import type { EmbeddingModel } from '../plugins/declare.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import { itemAt } from '../protocol/item-at.js';
import type { LazyModel } from '../runner/lazy-model.js';
import type { SearchTimes } from './search-times.js';

/** Turns images and words into embeddings, where it is known by which model, one after the other: a model computes with every core. */
export class QueryEncoder {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly name: string | undefined,
    private readonly model: LazyModel | undefined,
    private readonly times: SearchTimes,
  ) {}

  image(bytes: Uint8Array): Promise<Result<Float32Array>> {
    return this.inTurn(async (model) => {
      const prepared = await this.times.time('image_prepro_time', () => model.prepare(bytes));
      if (!prepared.ok) return prepared;
      const embed = () => model.embed([prepared.value]);
      const [vector] = await this.times.time('image_clip_inference_time', embed);
      return vector ? ok(vector) : fail('no-face', `${this.name} finds no face in the image`);
    });
  }

  words(text: string): Promise<Result<Float32Array>> {
    return this.inTurn(async (model) => {
      const { embedTexts } = model;
      if (!embedTexts) {
        return fail('text-unsupported', `${this.name} embeds images alone: words cannot be searched for`, {
          hint: 'Ask an index of a CLIP model, or send an image.',
        });
      }
      const embedded = await this.times.time('text_clip_inference_time', () => embedTexts.call(model, [text]));
      return embedded.ok ? ok(itemAt(embedded.value, 0)) : embedded;
    });
  }

  async close(): Promise<void> {
    await this.model?.close();
  }

  private async inTurn<T>(work: (model: EmbeddingModel) => Promise<Result<T>>): Promise<Result<T>> {
    const { model } = this;
    if (!model) {
      return fail('query-model-unknown', 'Which model made these embeddings was not said', {
        hint: 'Start the server with --model NAME, or ask by embedding_input.',
      });
    }
    const turn = this.last.then(async () => work(await model.get()));
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
