/** Calls about the application itself, its settings, and folders of the machine. */
import { environment } from '../../runs/environment.ts';
import { listFolder } from '../folders/folders.ts';
import type { StudioParts } from '../studio-parts.ts';
import { Turns } from '../turns.ts';
import type { CallsOf } from './calls.ts';

export function appCalls({
  workspace,
  options,
  settings,
  jobs,
  named,
  pushes,
}: StudioParts): CallsOf<'app' | 'settings' | 'folders'> {
  const roots = options.roots ?? [];
  const folderTurns = new Turns();
  return {
    'app.info': () => ({
      version: environment()['studio'] ?? '',
      host: options.host,
      platform: process.platform,
      workspace,
      roots: [...roots],
      runsQueue: jobs.runsQueue,
    }),
    'settings.read': () => settings.read(),
    async 'settings.write'(change) {
      const changed = await settings.change(change);
      pushes.send({ topic: 'settings', settings: changed });
      return changed;
    },
    // Listings run one after the other, since many large folders at once would delay all other
    // calls.
    async 'folders.list'({ path: folder }, signal) {
      const listing = await folderTurns.run(() => listFolder(folder, roots, signal), signal);
      // Within roots every image may be shown anyway.
      if (roots.length === 0) named.add(listing.pictures ?? []);
      return listing;
    },
  };
}
