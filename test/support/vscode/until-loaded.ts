import type { Frame } from 'playwright-core';

/** The first images, as many as must be in view, are loaded. */
export async function untilLoaded(panel: Frame, selector: string, least: number): Promise<void> {
  await panel.waitForFunction(
    ([selector, least]) => {
      const images = [...document.querySelectorAll<HTMLImageElement>(selector as string)];
      return images.slice(0, least as number).filter(({ naturalWidth }) => naturalWidth > 0).length === least;
    },
    [selector, least] as const,
  );
}
