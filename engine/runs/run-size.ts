/** Which checkpoints a run has kept, and the room that a run takes on the disk. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { listCheckpoints } from '../checkpoint/checkpoint.ts';
import type { RunDetail } from '../contract/studio/runs.ts';
import type { RunRecord } from './run-record.ts';

export async function checkpointItems(
  dir: string,
  best: RunRecord['best'],
): Promise<RunDetail['checkpoints']> {
  const folders = await listCheckpoints(path.join(dir, 'checkpoints'));
  return Promise.all(
    folders.map(async ({ step, folder }) => {
      const facts = await fileFacts(folder);
      const saved = Math.max(0, ...facts.map(({ mtimeMs }) => mtimeMs));
      return {
        step,
        bytes: bytesOf(facts),
        savedAt: new Date(saved).toISOString(),
        best: best?.step === step,
      };
    }),
  );
}

/** Bytes of all files in a folder and its subfolders; links are not followed. */
export async function folderBytes(folder: string): Promise<number> {
  return bytesOf(await fileFacts(folder, { recursive: true }));
}

interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
}

/** Files that vanish while this looks count as nothing. */
async function fileFacts(
  folder: string,
  { recursive = false } = {},
): Promise<readonly FileFacts[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive }).catch(
    (): Dirent[] => [],
  );
  const facts = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => stat(path.join(entry.parentPath, entry.name)).catch(() => undefined)),
  );
  return facts.filter((found) => found !== undefined);
}

const bytesOf = (facts: readonly FileFacts[]) => facts.reduce((sum, { size }) => sum + size, 0);
