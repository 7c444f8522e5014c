/**
 * The application's functions, for any surface: a window, a browser, a test. All state lies in the
 * workspace, so the studio can end at any time; training continues in separate processes.
 */

import path from 'node:path';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import type { CommandName, InputOf, OutputOf } from '../contract/studio/api.ts';
import type { StudioHost } from '../contract/studio/host.ts';
import type { PictureView } from '../contract/studio/picture-view.ts';
import type { Push } from '../contract/studio/push.ts';
import { nodeDisk, onDisk } from '../disk/disk.ts';
import type { Calls } from './calls/calls.ts';
import { studioCalls } from './calls/register.ts';
import { liesIn } from './folders/lies-in.ts';
import type { StudioOptions } from './studio-options.ts';
import { closeParts, openParts, type StudioParts } from './studio-parts.ts';

/** @throws StudioError `disk-full` or another disk error when the workspace cannot be created */
export async function openStudio(options: StudioOptions): Promise<StudioHost> {
  const folder = path.resolve(options.workspace);
  await onDisk(folder, () => nodeDisk.makeFolder(folder));
  return new Studio(await openParts(options));
}

class Studio implements StudioHost {
  readonly #parts: StudioParts;
  readonly #calls: Calls;

  constructor(parts: StudioParts) {
    this.#parts = parts;
    this.#calls = studioCalls(parts);
  }

  async call<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    signal?: AbortSignal,
  ): Promise<OutputOf<N>> {
    const answer = this.#calls[name] as (
      input: unknown,
      signal?: AbortSignal,
    ) => Promise<OutputOf<N>> | OutputOf<N>;
    return answer(input, signal);
  }

  subscribe(listener: (push: Push) => void): () => void {
    return this.#parts.pushes.subscribe(listener);
  }

  async readImage(file: string, side: number, view?: PictureView) {
    const { datasets, named, options, tools } = this.#parts;
    const folders = [...datasets.folders(), ...(options.roots ?? [])];
    const allowed = named.has(file) || (await liesIn(file, folders));
    if (!allowed)
      throw new StudioError('image-not-in-dataset', `${file} is not in a data set.`, {
        advice: 'Add its folder as a data set first.',
      });
    const { type, base64 } = await tools.call('thumbnail', {
      path: file,
      side,
      ...defined({ view }),
    });
    return { type, bytes: Buffer.from(base64, 'base64') };
  }

  close(): Promise<void> {
    return closeParts(this.#parts);
  }
}
