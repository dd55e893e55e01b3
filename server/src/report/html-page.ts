import { createHash } from 'node:crypto';
import { codeForScript, escapeText, jsonForScript } from '../protocol/text/html-text.js';
import { REPORT_DATA_ELEMENT, type ReportData } from '../protocol/webview.js';
import type { WebviewBundle } from './built-code.js';

/**
 * A report as one HTML document that loads nothing: data, code and style are in it.
 *
 * Its policy runs that code and applies that style, by their hashes, shows images from `data:` addresses, and
 * forbids everything else, whatever the data may hold.
 */
export function htmlPage(data: ReportData, bundle: WebviewBundle): string {
  const script = codeForScript(bundle.script);
  const style = `\n${bundle.style}\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Lookalike">
<title>${escapeText(data.results.name)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This report draws itself with JavaScript, which is switched off here. All of it is in this file; nothing is loaded.</noscript>
<script type="application/json" id="${REPORT_DATA_ELEMENT}">${jsonForScript(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function policy(script: string, style: string): string {
  const allowed = [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return allowed.join('; ');
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
