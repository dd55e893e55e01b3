import type { Browser } from 'playwright-core';
import { fromPanelSchema, type ReceivedFromPanel, type ToPanel } from '../../server/src/protocol/webview.js';
import { PageStage } from './page-stage.js';

/** The page of a results panel, with a test in the extension's place. */
export type PanelStage = PageStage<ReceivedFromPanel, ToPanel>;

export function openPanel(
  browser: Browser,
  folder: string,
  answer: (message: ReceivedFromPanel) => ToPanel[] | undefined,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<PanelStage> {
  return PageStage.open(browser, folder, { bundle: 'panel', asks: fromPanelSchema, answer }, colorScheme);
}
