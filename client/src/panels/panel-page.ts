import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What a page may load: the extension's own code and style, and the folders of the photographs that it shows. */
export function optionsOf(extension: vscode.Uri, photographs: readonly vscode.Uri[]): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist/panel'), ...photographs] };
}

/** The page of a panel. `kept` is what it hands back when VS Code opens it again. */
export function panelPage(webview: vscode.Webview, extension: vscode.Uri, kept: unknown): string {
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
<title>Results</title>
<link rel="stylesheet" href="${resource('panel.css')}">
</head>
<body data-kept="${attribute(JSON.stringify(kept))}">
<main data-waiting><p role="status">Reading the run …</p></main>
<script nonce="${nonce}" src="${resource('panel.js')}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
