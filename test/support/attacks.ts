import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { SyntheticDataset } from '../../server/src/compute/portraits/dataset.js';
import type { Perturbation, Perturbed } from '../../server/src/plugins/declare.js';
import type { Problem } from '../../server/src/protocol/errors.js';
import { loadPlugin } from '../../server/src/runner/context.js';
import { problemOf } from '../../server/src/runner/halt.js';
import { CacheFolders } from '../../server/src/store/home.js';
import { listed } from './photographs.js';
import { plugins, read } from './spec-text.js';

/** A perturbation as an experiment file writes it, loaded as a run does. */
export async function openPerturbation(written: string, folder: string, threads = 1): Promise<Perturbation> {
  const { spec, diagnostics } = read(`dataset: synthetic\npoison: {attack: ${written}}\n`);
  assert.ok(spec?.poison, JSON.stringify(diagnostics));
  const context = { plugins, cache: new CacheFolders(folder), threads, device: 'cpu' } as const;
  return loadPlugin(context, 'perturbation', spec.poison[0]);
}

/** Why a perturbation cannot be loaded. */
export async function refusalOf(written: string, folder: string): Promise<Problem | undefined> {
  try {
    await (await openPerturbation(written, folder)).close();
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

export async function perturb(perturbation: Perturbation, files: readonly string[]): Promise<readonly Perturbed[]> {
  const entries = await Promise.all(files.map((file) => listed({ id: basename(file), file, identity: null })));
  const made = await perturbation.perturb(entries, {
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
}

export function pngOf(perturbed: Perturbed): Uint8Array {
  assert.equal(perturbed.kind, 'perturbed', JSON.stringify(perturbed));
  return (perturbed as Extract<Perturbed, { kind: 'perturbed' }>).png;
}

/** Drawn portraits of as many people, square; the files' paths. */
export async function drawPortraits(folder: string, people: number, size: number): Promise<string[]> {
  const drawn = new SyntheticDataset({ identities: people, images: 1, seed: 1, size });
  const listed = await drawn.list({
    folder: join(folder, 'portraits'),
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  assert.ok(listed.ok);
  return listed.value.images.map(({ file }) => file);
}
