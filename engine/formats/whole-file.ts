/**
 * Files that appear complete or not at all: written beside the target, flushed, checked, renamed.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** What a rename answers while a virus scanner or indexer has the target open (Windows). */
const BUSY = new Set(['EPERM', 'EACCES', 'EBUSY']);
const RENAME_TRIES = 6;

/**
 * @param file  where to; its folder is made if missing, an existing file replaced
 * @param write makes the file that it is given the path of
 * @param check throws when what lies there is not what was meant
 * @throws what `write` and `check` throw; the old file is then untouched
 */
export async function writeWholeFile(
  file: string,
  write: (beside: string) => Promise<void>,
  check: (beside: string) => Promise<void> = async () => {},
): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  const beside = path.join(folder, `.${path.basename(file)}.${randomBytes(4).toString('hex')}`);
  try {
    await write(beside);
    await flush(beside);
    await check(beside);
    await renameOver(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!BUSY.has(code) || attempt === RENAME_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt));
    }
  }
}
