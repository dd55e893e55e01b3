import '../no-eval.js';
import '../styles/all.js';
import './panel.css';
import './compare/compare.css';
import './explore/explore.css';
import './map/map.css';
import './threshold/threshold.css';
import { render } from 'lit';
import { fileNamePrefix } from '../../../server/src/protocol/runs/saved-name.js';
import { SaveFileEvent } from '../parts/save-button.js';
import { PanelHost } from './panel-host.js';
import { panelPage, type Shown } from './panel-page.js';

/*
 * The page of a panel: the extension sends what it shows, and writes the files that it makes.
 */
const host = new PanelHost();
const shown: Shown = { host };
// The runs that this page is about, which VS Code hands back when it opens the page again.
host.keep(JSON.parse(document.body.dataset.kept ?? '{}'));

document.addEventListener(SaveFileEvent.type, (event) => {
  if (!(event instanceof SaveFileEvent)) return;
  const prefix = shown.report ? fileNamePrefix(shown.report.results.name, shown.report.results.run.id) : 'run';
  host.tell({ type: 'save', file: { ...event.file, name: `${prefix}-${event.file.name}` } });
});

/** Sections that are shown: the finding and the first charts are painted before the rest is made, which takes longer. */
let most: number | undefined = 1;
let isShown = true;

/** Of messages that come together the page is made once. */
function show(): void {
  if (isShown) queueMicrotask(showAll);
  isShown = false;
}

function showAll(): void {
  isShown = true;
  document.querySelector('[data-waiting]')?.remove();
  render(panelPage(shown, most), document.body);
  if (most === undefined || !shown.report) return;
  requestAnimationFrame(() =>
    setTimeout(() => {
      most = undefined;
      show();
      requestAnimationFrame(() => host.tell({ type: 'askNeighbours' }));
    }),
  );
}

host.listen((message) => {
  if (message.type === 'report') Object.assign(shown, { report: message.data, problem: undefined });
  if (message.type === 'problem') shown.problem = message.problem;
  if (message.type === 'progress') shown.run = message.run;
  if (message.type === 'comparison') shown.comparison = message.comparison ?? message.problem ?? undefined;
  if (message.type === 'specs') shown.specs = message.texts;
  show();
});
