import './no-eval.js';
import './styles/all.js';
import { render } from 'lit';
import { fileNamePrefix } from '../../server/src/protocol/runs/saved-name.js';
import { embeddedReport } from './embedded-report.js';
import { download } from './parts/download.js';
import { SaveFileEvent } from './parts/save-button.js';
import { problemPage, reportPage } from './report-page.js';

/*
 * The page that is a file of its own: its data is in it, and the files that it makes are downloads.
 */
const report = embeddedReport();
if (report.ok) {
  const { results } = report.value;
  document.title = results.name;
  document.addEventListener(SaveFileEvent.type, (event) => {
    if (event instanceof SaveFileEvent) download(event.file, fileNamePrefix(results.name, results.run.id));
  });
}
render(report.ok ? reportPage(report.value) : problemPage(report.problem), document.body);
