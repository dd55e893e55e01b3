import {
  type Problem,
  REPORT_DATA_ELEMENT,
  type ReportData,
  reportDataSchema,
} from '../../server/src/protocol/webview.js';

type Read = { readonly ok: true; readonly value: ReportData } | { readonly ok: false; readonly problem: Problem };

/** The data in the page's own file. */
export function embeddedReport(): Read {
  try {
    const text = document.getElementById(REPORT_DATA_ELEMENT)?.textContent ?? '';
    return { ok: true, value: reportDataSchema.parse(JSON.parse(text)) };
  } catch (error) {
    const problem = {
      code: 'report-damaged',
      message: `This file's data cannot be read: ${error instanceof Error ? error.message : error}`,
      hint: 'Make the report again: lookalike report RUN --html FILE',
    };
    return { ok: false, problem };
  }
}
