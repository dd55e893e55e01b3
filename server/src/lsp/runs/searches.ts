import { availableParallelism } from 'node:os';
import { textOfVariant } from '../../experiment/matrix/variant-text.js';
import type { ExperimentDocument } from '../../language/document.js';
import type { Plugin } from '../../plugins/declare.js';
import { notOpen, SearchProcess } from '../../processes/search-process.js';
import type { Device } from '../../protocol/choices.js';
import { ok, type Problem, type Result } from '../../protocol/errors.js';
import type { ParsedParams, RequestValue } from '../../protocol/lsp.js';
import { variantText } from '../../protocol/runs/variant.js';
import type { Search, SearchAnswer } from '../../protocol/searching/search.js';
import type { OpenRequest } from '../../protocol/searching/search-process.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { homeOf } from '../../store/home.js';
import { readTrusted } from './read-trusted.js';
import type { RunsHost } from './runs-host.js';

/** The processes that search experiments' images, one a file: from the user's word until the user is done. */
export class Searches {
  private readonly open = new Map<string, SearchProcess>();

  constructor(private readonly host: RunsHost) {}

  /** Opens the images of a document as it stands, saved or not; anew where they are open. */
  async start(
    document: ExperimentDocument,
    { allow }: Pick<ParsedParams<'openSearch'>, 'allow'>,
  ): Promise<Result<RequestValue<'openSearch'>>> {
    const { uri, file } = document;
    const read = readTrusted(this.host, document, { set: [], allow, part: searched });
    if (!read.ok) return read;
    const { spec, chosen } = read.value;
    const missing = missingWeights(spec, this.host.services().plugins);
    if (missing) return { ok: false, problem: missing };
    const device = this.host.device();
    if (!device.ok) return device;
    while (this.open.has(uri)) await this.close(uri);
    const home = homeOf(file);
    // Variants share their images, mostly: the first one's are searched, and the panel says whose they are.
    const [first] = chosen;
    const text = first ? textOfVariant(document.text, [], first.settings) : document.text;
    const name = first ? `${spec.name}, ${variantText(first.values)}` : spec.name;
    const means = this.environment(file, device.value);
    const request: OpenRequest = { type: 'open', file, text, set: [], home, allow, ...means };
    const tell = this.host.searchChanged.bind(this.host);
    const search = new SearchProcess(request, { uri, name }, tell);
    this.open.set(uri, search);
    this.host.log('info', `searching the images of ${file} began, process ${search.pid}`);
    void search.closed.then(() => this.forget(uri, search));
    return ok({ name, home });
  }

  search(uri: string, search: Search, signal: AbortSignal): Promise<Result<SearchAnswer>> {
    return this.open.get(uri)?.search(search, signal) ?? Promise.resolve(notOpen(null));
  }

  async close(uri: string): Promise<void> {
    const search = this.open.get(uri);
    search?.close();
    await search?.closed;
  }

  closeAll(): void {
    for (const search of this.open.values()) search.close();
  }

  private forget(uri: string, search: SearchProcess): void {
    if (this.open.get(uri) === search) this.open.delete(uri);
    const { problem } = search.state;
    if (problem) this.host.log('error', `searching ${uri} ended: ${problem.code} ${problem.message}`);
  }

  private environment(file: string, device: Device) {
    const workspaceFolder = this.host.services().workspaceFolderOf(file);
    const threads = this.host.threads() ?? availableParallelism();
    return { workspaceFolder, threads, device, plugins: [...this.host.pluginPaths()] };
  }
}

/** What would be perturbed or sent elsewhere is not searched, and needs no yes. */
function searched({ dataset, gallery, embed, index }: ExperimentSpec): Partial<ExperimentSpec> {
  return { dataset, gallery, embed, index };
}

/** Known at once, where it would otherwise be after the data set was listed. */
function missingWeights({ embed }: ExperimentSpec, plugins: readonly Plugin[]): Problem | undefined {
  for (const [n, { use, params }] of (embed?.models ?? []).entries()) {
    const plugin = plugins.find(({ family, name }) => family === 'model' && name === use);
    const files = plugin?.modelFiles?.(params);
    if (files && !files.ok) return { ...files.problem, specPath: ['embed', 'models', n] };
  }
  return undefined;
}
