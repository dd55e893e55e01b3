import '../no-eval.js';
import '../styles/all.js';
import './search.css';
import { SearchHost } from './search-host.js';
import { SearchPage } from './search-page.js';

/*
 * The page of a search panel: the extension searches, and sends what was found.
 */
const host = new SearchHost();
// The experiment that this page is about, which VS Code hands back when it opens the page again.
host.keep(JSON.parse(document.body.dataset.kept ?? '{}'));

const page = new SearchPage(host);
host.listen((message) => {
  if (!page.isConnected) document.body.replaceChildren(page);
  page.receive(message);
});
