import '../no-eval.js';
import '../styles/all.js';
import './runs.css';
import { SaveFileEvent } from '../parts/save-button.js';
import { RunsHost } from './runs-host.js';
import { RunsPage } from './runs-page.js';

/*
 * The page of the table of runs: the extension sends the runs, and does with them what is asked.
 */
const host = new RunsHost();
const page = new RunsPage(host);

document.addEventListener(SaveFileEvent.type, (event) => {
  if (event instanceof SaveFileEvent) host.tell({ type: 'save', file: event.file });
});

host.listen((message) => {
  if (!page.isConnected) document.body.replaceChildren(page);
  page.receive(message);
});
