// The Visual C++ runtime, which ONNX Runtime's Windows binaries need and a new Windows lacks. Its
// files are placed beside the engine's node.exe, where Windows looks first. || Microsoft permits
// shipping these files ("app-local deployment"); Visual Studio's build tools, which machines that
// build for Windows have, contain them.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

const COMMON = ['msvcp140.dll', 'msvcp140_1.dll', 'msvcp140_atomic_wait.dll', 'vcruntime140.dll'];

/** Files that onnxruntime.dll and onnxruntime_binding.node import, by target. */
export const VISUAL_C_FILES: Readonly<Record<string, readonly string[]>> = {
  'win32-x64': [...COMMON, 'vcruntime140_1.dll'],
  'win32-arm64': COMMON,
};

/**
 * @param target       `win32-x64` or `win32-arm64`
 * @param folder       destination
 * @param options.from a folder with the files (variable VISUAL_C_RUNTIME); by default Visual Studio
 *   is searched
 * @throws Error when they are not found
 */
export async function copyVisualC(
  target: string,
  folder: string,
  options: { readonly from?: string; readonly programs?: readonly (string | undefined)[] } = {},
): Promise<void> {
  const {
    from = process.env['VISUAL_C_RUNTIME'],
    programs = [process.env['ProgramFiles'], process.env['ProgramFiles(x86)']],
  } = options;
  const source = from ?? (await newestRuntime(programs, target.split('-')[1]!));
  const needed = VISUAL_C_FILES[target] ?? [];
  const missing = needed.filter((name) => !source || !existsSync(path.join(source, name)));
  if (!source || missing.length > 0)
    throw new Error(
      `The Visual C++ runtime for ${target} is not ${source ? `complete in ${source} (${missing.join(', ')})` : 'on this machine'}. Build on Windows with Visual Studio's C++ tools, or set VISUAL_C_RUNTIME to a folder with its files.`,
    );
  await mkdir(folder, { recursive: true });
  // All files of the family are copied, since they import each other; oneDNN imports that of OpenMP.
  const openMp = source.replace(/\.CRT$/, '.OpenMP');
  for (const from of new Set([source, openMp].filter((one) => existsSync(one))))
    for (const name of await readdir(from))
      if (/^(msvcp|vcruntime|vcomp)140\w*\.dll$/i.test(name))
        await copyFile(path.join(from, name), path.join(folder, name.toLowerCase()));
}

/** `<programs>/Microsoft Visual Studio/<year>/<edition>/VC/Redist/MSVC/<version>/<processor>/Microsoft.VC<n>.CRT` */
async function newestRuntime(
  programs: readonly (string | undefined)[],
  processor: string,
): Promise<string | undefined> {
  const list = async (folder: string) => (existsSync(folder) ? readdir(folder) : []);
  const found: { version: string; folder: string }[] = [];
  for (const root of programs.filter((folder) => folder !== undefined)) {
    const studio = path.join(root, 'Microsoft Visual Studio');
    for (const year of await list(studio))
      for (const edition of await list(path.join(studio, year))) {
        const redist = path.join(studio, year, edition, 'VC', 'Redist', 'MSVC');
        for (const version of await list(redist))
          for (const part of await list(path.join(redist, version, processor)))
            if (/^Microsoft\.VC\d+\.CRT$/.test(part))
              found.push({ version, folder: path.join(redist, version, processor, part) });
      }
  }
  found.sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
  return found.at(-1)?.folder;
}
