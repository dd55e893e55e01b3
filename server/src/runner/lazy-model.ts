import type { EmbeddingModel } from '../plugins/declare.js';
import type { NamedUse } from '../stages/spec.js';
import { loadPlugin, type RunContext } from './context.js';

/** A model that is loaded when it is first needed. */
export class LazyModel {
  private model: Promise<EmbeddingModel> | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly use: NamedUse,
  ) {}

  get(): Promise<EmbeddingModel> {
    this.model ??= loadPlugin(this.context, 'model', this.use);
    return this.model;
  }

  async close(): Promise<void> {
    await (await this.model?.catch(() => undefined))?.close();
  }
}
