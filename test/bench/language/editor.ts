import { type ChildProcess, spawn } from 'node:child_process';
import {
  ConfigurationRequest,
  createProtocolConnection,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/** A language server as a command, and the settings that it is given. */
export interface Peer {
  readonly name: string;
  readonly command: readonly string[];
  readonly languageId: string;
  /** By section. */
  readonly settings: Readonly<Record<string, object>>;
}

const LONGEST_WAIT = 20_000;

/** An editor that speaks to a server over its standard streams, and knows when it is answered. */
export class Editor {
  private readonly process: ChildProcess;
  private readonly connection: ProtocolConnection;
  private onPublished: (published: PublishDiagnosticsParams) => void = () => undefined;
  private version = 1;

  constructor(private readonly peer: Peer) {
    this.process = spawn(process.execPath, peer.command, { stdio: ['pipe', 'pipe', 'ignore'] });
    const { stdin, stdout } = this.process;
    if (!stdin || !stdout) throw new Error('The server has no streams');
    this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.connection.onNotification('textDocument/publishDiagnostics', (params) => this.onPublished(params));
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ section = '' }) => peer.settings[section] ?? {}),
    );
    this.connection.listen();
  }

  async initialize(): Promise<void> {
    const completionItem = { snippetSupport: true, documentationFormat: ['markdown'] };
    await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        workspace: { configuration: true },
        textDocument: { completion: { completionItem }, publishDiagnostics: { versionSupport: true } },
      },
    });
    await this.connection.sendNotification('initialized', {});
    await this.connection.sendNotification('workspace/didChangeConfiguration', { settings: this.peer.settings });
  }

  /** Opens a document in which something is wrong; ready when the server has said so. */
  async open(uri: string, text: string): Promise<void> {
    const published = this.published(uri, 1);
    const textDocument = { uri, languageId: this.peer.languageId, version: this.version, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
    await published;
  }

  /** Types a text; gives the milliseconds until its diagnostics are there. */
  async type(uri: string, position: Position, text: string): Promise<number> {
    const started = performance.now();
    const published = this.published(uri);
    await this.change(uri, position, text);
    await published;
    return performance.now() - started;
  }

  /** Types a text and completes behind it; gives the milliseconds until the items are there, and their number. */
  async complete(uri: string, position: Position, text: string): Promise<{ milliseconds: number; items: number }> {
    const started = performance.now();
    await this.change(uri, position, text);
    const behind = { ...position, character: position.character + text.length };
    const params = { textDocument: { uri }, position: behind };
    const answer = await this.connection.sendRequest<unknown[] | { items: unknown[] }>(
      'textDocument/completion',
      params,
    );
    const milliseconds = performance.now() - started;
    return { milliseconds, items: (Array.isArray(answer) ? answer : (answer?.items ?? [])).length };
  }

  /** Types a text and asks what stands before it; gives the milliseconds until the answer is there. */
  async hover(uri: string, position: Position, text: string): Promise<number> {
    const started = performance.now();
    await this.change(uri, position, text);
    const params = { textDocument: { uri }, position: { ...position, character: position.character - 1 } };
    const answer = await this.connection.sendRequest('textDocument/hover', params);
    if (!answer) throw new Error(`${this.peer.name} says nothing`);
    return performance.now() - started;
  }

  /** Takes away what was typed; ready when its diagnostics are there, so that nothing of it is left to be done. */
  async erase(uri: string, start: Position, length: number): Promise<void> {
    const published = this.published(uri);
    await this.change(uri, start, '', length);
    await published;
  }

  async close(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
    this.process.kill();
  }

  private change(uri: string, start: Position, text: string, removed = 0): Promise<void> {
    const end = { ...start, character: start.character + removed };
    this.version += 1;
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: this.version },
      contentChanges: [{ range: { start, end }, text }],
    });
  }

  /** What is published next of the newest version, of so many faults; a server may leave the version unsaid. */
  private published(uri: string, faults = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.peer.name} publishes nothing`)), LONGEST_WAIT);
      this.onPublished = ({ uri: of, version = this.version, diagnostics }) => {
        if (of !== uri || version !== this.version || diagnostics.length < faults) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
