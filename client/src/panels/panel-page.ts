import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What a page may load: the extension's own code and style, and the folders of the photographs that it shows. */
export function optionsOf(extension: vscode.Uri, photographs: readonly vscode.Uri[]): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist/panel'), ...photographs] };
}

/** What a page has from the beginning, before it is told anything. */
export interface PageBeginning {
  /** Of its script and its style. */
  readonly bundle: 'panel' | 'search' | 'runs';
  readonly heading: string;
  /** What stands there until the page has something to show. */
  readonly waiting: string;
  /** What the page hands back when VS Code opens it again. */
  readonly kept: unknown;
}

/** The page of a panel, which is painted before its code is run: that is most of what there is to load. */
export function panelPage(
  webview: vscode.Webview,
  extension: vscode.Uri,
  { bundle, heading, waiting, kept }: PageBeginning,
): string {
  const nonce = randomBytes(16).toString('base64url');
  const resource = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist/panel', name));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(heading)}</title>
<link rel="stylesheet" href="${resource(`${bundle}.css`)}">
<link rel="preload" as="script" nonce="${nonce}" href="${resource(`${bundle}.js`)}">
</head>
<body data-kept="${escaped(JSON.stringify(kept))}">
<div data-waiting>
<header><h1><bdi>${escaped(heading)}</bdi></h1></header>
<main><p role="status">${waiting}</p></main>
</div>
<script nonce="${nonce}">
addEventListener('load', () => {
  const code = Object.assign(document.createElement('script'), { nonce: '${nonce}', src: '${resource(`${bundle}.js`)}' });
  document.body.append(code);
});
</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
