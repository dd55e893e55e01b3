import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from 'playwright-core';
import type { Workbench } from '../support/vscode/workbench.js';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const THEMES = { light: 'Light Modern', dark: 'Dark Modern' } as const;

export async function inBothThemes(workbench: Workbench, name: string): Promise<void> {
  for (const [kind, theme] of Object.entries(THEMES)) {
    await mkdir(join(IMAGES, kind), { recursive: true });
    await workbench.chooseTheme(theme);
    await workbench.page
      .locator(`.monaco-workbench.vs${kind === 'dark' ? '-dark' : ''}`)
      .first()
      .waitFor();
    await workbench.page.screenshot({ path: join(IMAGES, kind, `${name}.png`) });
  }
}

/** A section that the run has; the page stays where it is for one that it has not. */
export async function scrollTo(panel: Frame, section: string): Promise<void> {
  await panel.evaluate((id) => document.getElementById(id)?.scrollIntoView({ behavior: 'instant' }), section);
}
