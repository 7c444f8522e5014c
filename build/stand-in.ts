// A stand-in for an Electron distribution on machines without one: electron-builder packs it like
// Electron, including fuses and integrity. Only its window cannot be started. || The executable is
// the engine's Node with Electron's table of fuses, since the tools need a real executable of the
// system.
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * The table that @electron/fuses looks for: a marker, version and length, and eight fuses that are
 * off.
 */
const FUSES = Buffer.from(`dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x08${'0'.repeat(8)}`, 'latin1');

/**
 * @param target such as `linux-x64`
 * @param folder created anew
 * @param node   an executable of the target's system
 * @returns `folder`, for electron-builder's `electronDist`
 */
export async function makeStandIn(target: string, folder: string, node: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (target.startsWith('darwin')) await makeApp(folder, node);
  else await makeFolder(folder, node, target.startsWith('win32'));
  await writeFile(path.join(folder, 'version'), 'stand-in');
  return folder;
}

async function makeFolder(folder: string, node: string, windows: boolean): Promise<void> {
  const executable = path.join(folder, windows ? 'electron.exe' : 'electron');
  await mkdir(path.join(folder, 'resources'));
  await mkdir(path.join(folder, 'locales'));
  await writeFile(path.join(folder, 'locales', 'en-US.pak'), '');
  if (windows) await writeFile(executable, withFuses(await readFile(node)));
  else {
    await copyFile(node, executable);
    await appendFile(executable, FUSES);
  }
}

/**
 * The table is added as a resource, since rewriting a Windows program drops appended data; the
 * signature is removed.
 */
function withFuses(program: Buffer): Buffer {
  const builder = createRequire(import.meta.url).resolve('app-builder-lib/package.json');
  const { NtExecutable, NtExecutableResource } = createRequire(builder)('resedit');
  const executable = NtExecutable.from(program, { ignoreCert: true });
  const resource = NtExecutableResource.from(executable);
  resource.entries.push({ type: 'FUSES', id: 'ELECTRON', bin: FUSES, lang: 1033, codepage: 1200 });
  resource.outputResource(executable);
  return Buffer.from(executable.generate());
}

async function makeApp(folder: string, node: string): Promise<void> {
  const plist = (name: string) => `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>CFBundleExecutable</key><string>${name}</string></dict></plist>
`;
  const contents = path.join(folder, 'Electron.app', 'Contents');
  await mkdir(path.join(contents, 'MacOS'), { recursive: true });
  await writeLanguage(path.join(contents, 'Resources', 'en.lproj'));
  await writeFile(path.join(contents, 'Info.plist'), plist('Electron'));
  await copyFile(node, path.join(contents, 'MacOS', 'Electron'));
  const helper = path.join(contents, 'Frameworks', 'Electron Helper.app', 'Contents');
  await mkdir(path.join(helper, 'MacOS'), { recursive: true });
  await writeFile(path.join(helper, 'Info.plist'), plist('Electron Helper'));
  await writeFile(path.join(helper, 'MacOS', 'Electron Helper'), '');
  const framework = path.join(contents, 'Frameworks', 'Electron Framework.framework');
  await writeLanguage(path.join(framework, 'Versions', 'A', 'Resources', 'en.lproj'));
  await writeFile(path.join(framework, 'Electron Framework'), FUSES);
}

/** Files are needed, since empty folders are not copied. */
async function writeLanguage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'locale.pak'), '');
}
