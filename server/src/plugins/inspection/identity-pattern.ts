/*
 * Whose an image is, by its id: text with places that parts of the path fill. `{folder[0]}` is the topmost folder,
 * `{folder[-1]}` the one that the image is in; `{name}` is the file's name without its ending, and `{name[0]}` what stands
 * before the first `_` in it.
 */

const PLACE = /\{(folder|name)(?:\[(-?\d{1,3})\])?\}/g;

/** Text and at least one place. */
export const IDENTITY_PATTERN = /^(?:[^{}]|\{folder\[-?\d{1,3}\]\}|\{name(?:\[-?\d{1,3}\])?\})*$/;
export const IDENTITY_PATTERN_HINT = 'it must hold {folder[N]}, {name} or {name[N]}, such as {folder[-1]}';

export function hasPlace(pattern: string): boolean {
  return pattern.search(PLACE) >= 0;
}

/** The identity that a pattern gives an image, or null where its path has not all of the parts, or they are empty. */
export function identityByPattern(pattern: string, id: string): string | null {
  const folders = id.split('/');
  const name = (folders.pop() as string).replace(/(?<=.)\.[^.]*$/, '');
  let whole = true;
  const identity = pattern.replace(PLACE, (_, kind: string, index?: string) => {
    const part = index === undefined ? name : (kind === 'folder' ? folders : name.split('_')).at(Number(index));
    if (!part) whole = false;
    return part ?? '';
  });
  return whole ? identity : null;
}

/** What is wrong with the identities that a pattern gives some images, by their ids; undefined where nothing is. */
export function patternFault(
  pattern: string,
  ids: readonly string[],
): { severity: 'error' | 'warning'; message: string; hint: string } | undefined {
  const [first] = ids;
  if (first === undefined) return undefined;
  const unfit = ids.filter((id) => identityByPattern(pattern, id) === null);
  if (unfit.length === ids.length) {
    const message = `The pattern ${pattern} fits none of the images, ${first} among them`;
    return { severity: 'error', message, hint: `Their paths have ${partsOf(first)}.` };
  }
  const identities = new Set(ids.map((id) => identityByPattern(pattern, id)).filter((identity) => identity !== null));
  const [only] = identities;
  if (identities.size === 1 && ids.length > 1) {
    const message = `The pattern ${pattern} gives all images one identity, ${only}`;
    return { severity: 'warning', message, hint: `Take another part of the path: ${first} has ${partsOf(first)}.` };
  }
  if (unfit.length === 0) return undefined;
  const message = `The pattern ${pattern} fits ${ids.length - unfit.length} of ${ids.length} images; the others have no identity, ${unfit[0]} first`;
  return { severity: 'warning', message, hint: `That path has ${partsOf(unfit[0] as string)}.` };
}

/** The places that a path fills, with what they would give. */
function partsOf(id: string): string {
  const folders = id.split('/').slice(0, -1);
  const places = [...folders.keys()].map((n) => `{folder[${n}]}`);
  if (folders.length > 1) places.push('{folder[-1]}');
  return [...places, '{name}', '{name[0]}']
    .map((place) => `${place} = ${identityByPattern(place, id) ?? 'nothing'}`)
    .join(', ');
}
