import { html, nothing, type TemplateResult } from 'lit';
import { type FoundFace, isSameFace, type KnownFace } from '../../../server/src/protocol/images/found-face.js';

/** What a viewer must know of the face in a photograph: none was found, one of several, or another one than before. */
export function faceNote(face: KnownFace, before?: KnownFace): TemplateResult | typeof nothing {
  const words = faceWords(face, before);
  return words ? html`<span class="face-note"><span class="tag">${words}</span></span>` : nothing;
}

export function faceWords(face: KnownFace, before?: KnownFace): string | undefined {
  if (face === undefined) return undefined;
  if (face === null) return 'no face found';
  if (before && !isSameFace(before, face)) return 'another face than in the original';
  return face.detected > 1 ? `the largest of ${face.detected} faces` : undefined;
}

/** Where a face is and how sure the detector was, for those who look closely. */
export function faceFacts({ box, score, size }: FoundFace, by: string | null): string {
  const [left, top, right, bottom] = box;
  const pixels = `${Math.round(right - left)} × ${Math.round(bottom - top)} of ${size[0]} × ${size[1]} pixels`;
  return `face of ${pixels}, score ${score.toFixed(2)}${by ? `, found by ${by}` : ''}`;
}
