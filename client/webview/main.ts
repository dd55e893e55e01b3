import './no-eval.js';
import './styles/theme.css';
import './styles/page.css';
import './styles/table.css';
import './styles/chart.css';
import './styles/neighbours.css';
import './styles/print.css';
import { render } from 'lit';
import type { ReportData, ToPanel } from '../../server/src/protocol/webview.js';
import { fileNamePrefix } from './format.js';
import { findHost } from './host.js';
import { SaveFileEvent } from './parts/save-button.js';
import { problemPage, reportPage } from './report-page.js';

const host = findHost();
let prefix = '';

function show(message: ToPanel): void {
  render(message.type === 'report' ? reportOf(message.data) : problemPage(message.problem), document.body);
}

function reportOf(data: ReportData) {
  const { name, run } = data.results;
  document.title = name;
  prefix = fileNamePrefix(name, run.id);
  return reportPage(data);
}

document.addEventListener(SaveFileEvent.type, (event) => {
  if (event instanceof SaveFileEvent) host.save({ ...event.file, name: `${prefix}-${event.file.name}` });
});
host.receive(show);
