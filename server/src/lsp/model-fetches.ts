import { join } from 'node:path';
import { type Connection, ErrorCodes, MessageType, ResponseError } from 'vscode-languageserver';
import { modelsFolder } from '../plugins/clip/models-folder.js';
import type { EncoderFiles, Plugin } from '../plugins/declare.js';
import { sentences } from '../protocol/errors.js';
import { serverCommands } from '../protocol/lsp.js';
import { showMessage } from './run-reports.js';

/**
 * Fetches published weights on the user's word, with progress that can be cancelled. `HF_ENDPOINT` names a mirror of
 * the hub, as it does for the hub's own tools.
 */
export class ModelFetches {
  constructor(
    private readonly connection: Connection,
    private readonly plugins: () => readonly Plugin[],
    /** Called when a model has come: what is wrong with files may have changed. */
    private readonly fetched: () => void,
  ) {}

  async execute(argument: unknown): Promise<void> {
    const parsed = serverCommands.fetchModel.argument.safeParse(argument);
    const plugin = this.plugins().find(({ family, name }) => family === 'model' && name === parsed.data?.model);
    const precisions = plugin?.published?.precisions ?? {};
    const files = precisions[parsed.data?.precision ?? Object.keys(precisions)[0] ?? ''];
    if (!plugin?.published || !files)
      throw new ResponseError(ErrorCodes.InvalidParams, 'No such weights are published');
    const ended = await this.fetch(plugin.name, plugin.published.repository, files);
    const said = ended.ok ? `${plugin.name} is on this machine.` : sentences(ended.problem);
    showMessage(this.connection, ended.ok ? MessageType.Info : MessageType.Error, said);
    this.fetched();
  }

  private async fetch(name: string, repository: string, wanted: EncoderFiles) {
    // An HTTP client takes long to load, and few sessions fetch a model.
    const { fetchModel, filesToFetch } = await import('../hub/fetch-model.js');
    const files = filesToFetch(wanted, false);
    const progress = await this.connection.window.createWorkDoneProgress();
    progress.begin(`Fetching ${name}`, 0, undefined, true);
    const cancelling = new AbortController();
    progress.token.onCancellationRequested(() => cancelling.abort());
    const { HF_ENDPOINT = '', HF_TOKEN } = process.env;
    const ended = await fetchModel({
      ...{ repository, files, folder: join(modelsFolder(), name), token: HF_TOKEN, signal: cancelling.signal },
      mirror: URL.canParse(HF_ENDPOINT) ? new URL(HF_ENDPOINT) : undefined,
      onProgress: (file, done, total) => progress.report(total ? (100 * done) / total : 0, file),
    });
    progress.done();
    return ended;
  }
}
