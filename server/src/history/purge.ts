import { existsSync } from 'node:fs';
import type { Elsewhere, Plugin } from '../plugins/declare.js';
import { ok, type Result } from '../protocol/errors.js';
import type { Permission } from '../protocol/problem.js';
import { CacheFolders } from '../store/home.js';
import { type Purged, purgeHome } from '../store/purge.js';

export interface PurgeRequest {
  readonly plugins: readonly Plugin[];
  /** A folder may have come with a repository: what it says lies on another machine is left without the user's yes. */
  readonly allow: readonly Permission[];
  readonly dryRun?: boolean;
}

/** Removes a private folder, as `purgeHome` does with its problems, and before it what plugins keep elsewhere for it. */
export async function purge(
  home: string,
  { plugins, allow, dryRun = false }: PurgeRequest,
): Promise<Result<Purged & { readonly elsewhere: Elsewhere }>> {
  const elsewhere: Elsewhere = { removed: [], left: [] };
  const before = async (folder: string) => {
    const cache = new CacheFolders(folder);
    for (const { family, name, removeElsewhere } of plugins) {
      const own = cache.ofPlugin(family, name);
      const done = existsSync(own) ? await removeElsewhere?.(own, { allow, dryRun }) : undefined;
      elsewhere.removed.push(...(done?.removed ?? []));
      elsewhere.left.push(...(done?.left ?? []));
    }
  };
  const purged = await purgeHome(home, { dryRun, before });
  return purged.ok ? ok({ ...purged.value, elsewhere }) : purged;
}
