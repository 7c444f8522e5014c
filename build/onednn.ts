// Put oneDNN's library where tests look for it, through Maven's client. Prints what it is; without the
// library the tests of the executor over it are skipped by name.
//   node build/run.mjs build/onednn.ts
import { existsSync } from 'node:fs';
import path from 'node:path';
import { onednnPlaces, setupOnednn } from '../engine/devices/onednn/setup-onednn.ts';
import { libraryFiles } from '../engine/executors/onednn-library.ts';
import { ROOT } from './root.ts';

export async function main(): Promise<void> {
  const folder = path.join(ROOT, 'build', 'cache', 'onednn');
  if (existsSync(path.join(folder, libraryFiles().library))) {
    process.stdout.write(`oneDNN lies in ${folder}\n`);
    return;
  }
  try {
    const places = { ...onednnPlaces(), folder, used: () => undefined };
    const { library } = await setupOnednn({ confirm: async () => true }, places);
    process.stdout.write(`oneDNN ${library!.version} with ${library!.instructionSet}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stdout.write(`${why} The executor over oneDNN is not tested.\n`);
  }
}
