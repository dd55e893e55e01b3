import { codeForScript, escapeText, jsonForScript, TOLD_ELEMENT } from '../../../server/src/protocol/text/html-text.js';

/** What a page has from the beginning, before it asks. */
export interface PageBeginning {
  readonly heading: string;
  /** What stands there until the page has something to show. */
  readonly waiting: string;
  /** What the page hands back when VS Code opens it again. */
  readonly kept: unknown;
  /** Messages that the page would be sent first. */
  readonly told?: readonly unknown[];
}

/** Where a page is shown, and by what. */
export interface PageSurroundings {
  /** What scripts and styles of the page are known by: another one each time. */
  readonly nonce: string;
  /** The origin of what the page loads, as a policy names it. */
  readonly source: string;
  /** The address of the folder that the page's later scripts are in. */
  readonly code: string;
  readonly script: string;
  readonly style: string;
}

/**
 * The page of a panel with its script, its style and what it shows first. To load them would take as long again as the page
 * does: VS Code hands each file of an extension through three processes.
 */
export function panelPage(
  { nonce, source, code, script, style }: PageSurroundings,
  { heading, waiting, kept, told = [] }: PageBeginning,
): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `img-src ${source} data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(heading)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body data-code="${escapeText(code)}" data-kept="${escapeText(JSON.stringify(kept))}">
<div data-waiting>
<header><h1><bdi>${escapeText(heading)}</bdi></h1></header>
<main><p role="status">${escapeText(waiting)}</p></main>
</div>
<script type="application/json" id="${TOLD_ELEMENT}">${jsonForScript(told)}</script>
<script nonce="${nonce}">${codeForScript(script)}</script>
</body>
</html>
`;
}
