/** Paths of files that ship with the program, for sources and compiled code. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StudioError } from '../contract/errors.ts';

/**
 * @param relative path from the package's root, for example `assets/fixtures`
 * @throws StudioError `package-incomplete`
 */
export function packagedFile(relative: string): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = path.join(folder, relative);
    if (existsSync(candidate)) return candidate;
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new StudioError('package-incomplete', `${relative} is missing from the installation`, {
        advice: 'Install the program again.',
      });
    folder = parent;
  }
}

/** The folder beside the engine's code in an installation, where its own programs and libraries lie. */
export function installedFolder(): string | undefined {
  const code = fileURLToPath(import.meta.url);
  const [resources, inside] = code.split(`${path.sep}app.asar.unpacked${path.sep}`);
  return inside === undefined ? undefined : resources;
}
