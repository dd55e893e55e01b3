import { basename } from 'node:path';
import {
  countEndings,
  endingsText,
  IMAGE_ENDINGS,
  isImageName,
  isPassedOver,
} from '../../protocol/images/image-endings.js';
import type { UnfitFiles } from '../declare.js';
import type { DirectoryEntry, Files } from '../files.js';
import { patternFault } from './identity-pattern.js';

/** So many folders are looked into: a glance at a large data set, and all of a small one. */
const FOLDERS = 64;
/** Parts that a data set has: train, validation, test. More topmost folders than these are people. */
const MOST_PARTS = 3;

interface Glance {
  /** Paths below the root. */
  readonly images: readonly string[];
  readonly passedOver: readonly string[];
  /** Whether everything was seen. */
  readonly whole: boolean;
}

/** What a glance at a folder of people shows: no image, files that are passed over, people a level further down. */
export async function inspectPeople(
  { root, identities, identity }: { root: string; identities: 'folders' | 'none'; identity?: string },
  files: Files,
): Promise<readonly UnfitFiles[]> {
  const top = (await files.list(root)).filter(({ name }) => !name.startsWith('.'));
  if (top.length === 0) {
    const hint = 'It takes one folder an identity, named after it; images beside these have no identity.';
    return [{ code: 'files-unfit', message: `${root} is empty`, hint, specPath: ['root'] }];
  }
  const glance = await lookInto(root, files);
  const problems = passedOver(root, glance);
  if (identities === 'folders' && identity !== undefined) problems.push(...unfitPattern(identity, glance));
  else if (identities === 'folders') problems.push(...nobody(root, top), ...(await peopleBelow(root, top, files)));
  return problems;
}

async function lookInto(root: string, files: Files): Promise<Glance> {
  const open = [''];
  const images: string[] = [];
  const left: string[] = [];
  for (let seen = 0; open.length > 0 && seen < FOLDERS; seen++) {
    const folder = open.shift() as string;
    for (const { name, kind } of await files.list(`${root}/${folder}`)) {
      if (name.startsWith('.')) continue;
      if (kind === 'folder') open.push(`${folder}${name}/`);
      else if (isImageName(name)) images.push(`${folder}${name}`.normalize('NFC'));
      else if (isPassedOver(name)) left.push(name);
    }
  }
  return { images, passedOver: left, whole: open.length === 0 };
}

/** Files of other formats; an error where there are no others, so that a run has nothing to read. */
function passedOver(root: string, { images, passedOver: left, whole }: Glance): UnfitFiles[] {
  if (left.length === 0) return [];
  const named = endingsText(countEndings(left));
  const hint = `Convert them: files that end in ${IMAGE_ENDINGS.join(', ')} are read.`;
  if (images.length === 0 && whole) {
    const message = `${root} holds no image that is read: ${named}`;
    return [{ code: 'files-unfit', message, specPath: ['root'], hint }];
  }
  const message = `${root}: files that are not read are passed over,${whole ? '' : ' at least'} ${named}`;
  return [{ code: 'files-unfit', severity: 'warning', message, specPath: ['root'], hint }];
}

/** Photographs side by side, of nobody in particular: whoever compares people has nothing to compare. */
function nobody(root: string, top: readonly DirectoryEntry[]): UnfitFiles[] {
  if (top.some(({ kind }) => kind === 'folder') || !top.some(({ name }) => isImageName(name))) return [];
  const message = `${root} holds photographs and no folder: nobody knows who is on them`;
  const hint = 'Put them into one folder a person, named after them; of a gallery say `identities: none`.';
  return [{ code: 'files-unfit', severity: 'warning', message, specPath: ['root'], hint }];
}

/** A glance that did not see everything may have seen one identity of many. */
function unfitPattern(pattern: string, { images, whole }: Glance): UnfitFiles[] {
  const fault = patternFault(pattern, images);
  if (!fault || (fault.severity === 'warning' && !whole)) return [];
  const severity = fault.severity === 'warning' || !whole ? { severity: 'warning' as const } : {};
  return [{ code: 'files-unfit', message: fault.message, hint: fault.hint, specPath: ['identity'], ...severity }];
}

/** Few topmost folders that hold folders of images, and no image: the people are a level further down. */
async function peopleBelow(root: string, top: readonly DirectoryEntry[], files: Files): Promise<UnfitFiles[]> {
  const folders = top.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
  if (folders.length === 0 || folders.length > MOST_PARTS) return [];
  for (const folder of folders) if (!(await holdsPeople(`${root}/${folder}`, files))) return [];
  const [first] = folders;
  const where = folders.map((name) => `${name}/`).join(', ');
  const identities = folders.length === 1 ? 'one identity' : `${folders.length} identities`;
  return [
    {
      code: 'files-unfit',
      severity: 'warning',
      message: `${root} counts as ${identities}, each with folders of images: are the people in ${where}?`,
      specPath: ['root'],
      hint: `Name that folder, as \`root: …/${basename(root)}/${first}\`: the topmost folders are the people. Or say \`identity: "{folder[1]}"\`.`,
    },
  ];
}

/** Whether a folder has several folders with images, and no image itself. */
async function holdsPeople(folder: string, files: Files): Promise<boolean> {
  const entries = (await files.list(folder)).filter(({ name }) => !name.startsWith('.'));
  if (entries.some(({ name, kind }) => kind === 'file' && isImageName(name))) return false;
  let people = 0;
  for (const { name, kind } of entries.slice(0, FOLDERS)) {
    if (kind !== 'folder') continue;
    const inside = await files.list(`${folder}/${name}`);
    if (inside.some((entry) => entry.kind === 'folder' || isImageName(entry.name)) && ++people > 1) return true;
  }
  return false;
}
