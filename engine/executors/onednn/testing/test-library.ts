/**
 * oneDNN for tests: from the folder in the variable CONMIM_TEST_ONEDNN, or where `build/onednn.ts` has put
 * it. Other tests, and what they start, see no library, so their device is the same on every machine.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOneDnn } from '../library.ts';
import { libraryFiles } from '../library-files.ts';

const BUILT = fileURLToPath(new URL('../../../../build/cache/onednn', import.meta.url));

/** The folder of the library; undefined where there is none, and tests that need it are skipped. */
export function testLibraryFolder(): string | undefined {
  const folder = process.env['CONMIM_TEST_ONEDNN'] ?? BUILT;
  return existsSync(path.join(folder, libraryFiles().library)) ? folder : undefined;
}

/** Let this process find the library. @returns whether there is one */
export function takeTestLibrary(): boolean {
  const folder = testLibraryFolder();
  if (folder === undefined) return false;
  process.env['CONMIM_ONEDNN'] = folder;
  return true;
}

/** Whether there is a library, and it computes in bfloat16 on this machine. */
export function hasBfloat16(): boolean {
  if (!takeTestLibrary()) return false;
  const found = findOneDnn();
  return !('reason' in found) && found.withoutBfloat16 === undefined;
}
