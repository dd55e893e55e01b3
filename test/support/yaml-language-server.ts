import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  ConfigurationRequest,
  createProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { CompletionItem, CompletionList } from 'vscode-languageserver-types';

const ROOT = join(import.meta.dirname, '../..');
/** redhat's server as a command of Node. */
export const SERVER = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
const SCHEMA = pathToFileURL(join(ROOT, 'schemas/experiment.schema.json')).href;

/** What yaml-language-server offers by the JSON Schema of experiments at the `‸` of each text: the labels. */
export async function offeredBySchema(marked: readonly string[]): Promise<string[][]> {
  const server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const yaml = { schemas: { [SCHEMA]: ['*.experiment.yaml'] }, schemaStore: { enable: false }, completion: true };
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ section }) => (section === 'yaml' ? yaml : {})),
  );
  connection.listen();
  try {
    const capabilities = { workspace: { configuration: true } };
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml } });
    // Once it finds fault with a file it has read the schema.
    const read = new Promise<void>((resolve) => {
      connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }: PublishDiagnosticsParams) => {
        if (diagnostics.length > 0) resolve();
      });
    });
    const faulty = {
      uri: 'file:///offered/faulty.experiment.yaml',
      languageId: 'yaml',
      version: 1,
      text: 'nothing: 1\n',
    };
    await connection.sendNotification('textDocument/didOpen', { textDocument: faulty });
    await read;
    const offered: string[][] = [];
    for (const [n, text] of marked.entries()) {
      const uri = `file:///offered/${n}.experiment.yaml`;
      const before = text.slice(0, text.indexOf('‸')).split('\n');
      const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
      const textDocument = { uri, languageId: 'yaml', version: 1, text: text.replace('‸', '') };
      await connection.sendNotification('textDocument/didOpen', { textDocument });
      const answer = await connection.sendRequest<CompletionItem[] | CompletionList | null>('textDocument/completion', {
        textDocument: { uri },
        position,
      });
      offered.push((Array.isArray(answer) ? answer : (answer?.items ?? [])).map(({ label }) => label));
    }
    return offered;
  } finally {
    connection.dispose();
    server.kill();
  }
}
