import type { Problem, ShownImage } from '../../../../server/src/protocol/webview.js';
import type { PanelHost } from '../panel-host.js';

/** Images that are asked for at once. */
const BLOCK = 100;

/** Images of the run as far as a view has asked for them. */
export class ShownImages {
  private readonly known = new Map<number, ShownImage | null>();
  /** The model that found the faces. */
  by: string | null = null;
  /** Where the photographs are that may not be shown. */
  hiddenIn: string | null = null;
  problem: Problem | undefined;

  constructor(private readonly host: PanelHost) {}

  /** Null of an image that the run has not, undefined until it is known. */
  at(place: number): ShownImage | null | undefined {
    return this.known.get(place);
  }

  /** Asks for those that are not known yet, some at a time, and calls `show` as they come. */
  async learn(places: Iterable<number>, show: () => void): Promise<void> {
    const missing = [...new Set(places)].filter((place) => !this.known.has(place));
    for (let start = 0; start < missing.length; start += BLOCK) {
      const asked = missing.slice(start, start + BLOCK);
      const answer = await this.host.images(asked);
      if (answer.ok) {
        const { images, by, hiddenIn } = answer.value;
        for (const place of asked) this.known.set(place, null);
        for (const image of images) this.known.set(image.place, image);
        Object.assign(this, { by, hiddenIn });
      }
      this.problem = answer.ok ? undefined : answer.problem;
      show();
      if (!answer.ok) return;
    }
  }
}
