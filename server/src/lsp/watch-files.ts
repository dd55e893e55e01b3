import { basename, dirname } from 'node:path';
import { type Connection, DidChangeWatchedFilesNotification, type Disposable, WatchKind } from 'vscode-languageserver';
import { pathsNamed } from '../experiment/checks/check-files.js';
import type { ExperimentDocument } from '../language/document.js';
import type { LanguageServices } from '../language/services.js';

/** Asks the client to tell of the files and folders that open documents name, and of no others: data sets are large. */
export class WatchFiles {
  private watched = '';
  private registration: Promise<Disposable> | undefined;

  constructor(private readonly connection: Connection) {}

  /** The names anywhere: a pattern that is relative to a folder not every client knows. */
  watch(documents: readonly ExperimentDocument[], { plugins }: LanguageServices): void {
    const paths = documents.flatMap(({ experiment }) => pathsNamed(experiment, plugins));
    const names = [...new Set(paths.flatMap((path) => [basename(path), basename(dirname(path))]))].sort();
    const patterns = names.filter((name) => name !== '').map((name) => `**/${name.replace(/[*?[\]{}\\]/g, '?')}`);
    const wanted = patterns.join('\n');
    if (wanted === this.watched) return;
    this.watched = wanted;
    const earlier = this.registration;
    const kind = WatchKind.Create | WatchKind.Change | WatchKind.Delete;
    const watchers = patterns.map((globPattern) => ({ globPattern, kind }));
    this.registration =
      watchers.length === 0
        ? undefined
        : this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    void earlier?.then((before) => before.dispose());
    this.registration?.catch(() => undefined);
  }
}
