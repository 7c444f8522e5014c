import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyVisualC, VISUAL_C_FILES } from './visual-c.ts';

const root = path.join(import.meta.dirname, '..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-visual-c-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the Visual C++ runtime', () => {
  it.each(['x64', 'arm64'])('is what ONNX Runtime for Windows %s imports', async (processor) => {
    const onnx = path.join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'win32');
    const imported = new Set<string>();
    for (const name of await readdir(path.join(onnx, processor))) {
      const bytes = await readFile(path.join(onnx, processor, name), 'latin1');
      for (const [dll] of bytes.matchAll(/\b(msvcp|vcruntime|concrt|vccorlib|vcomp)\w*\.dll/gi))
        imported.add(dll.toLowerCase());
    }
    expect([...imported].sort()).toEqual([...VISUAL_C_FILES[`win32-${processor}`]!].sort());
  });

  it('is the newest that Visual Studio brought', async () => {
    const programs = path.join(folder, 'programs');
    const files = VISUAL_C_FILES['win32-arm64']!;
    for (const version of ['14.9.1', '14.44.35211']) {
      const parts = ['Microsoft Visual Studio', '2022', 'Enterprise', 'VC', 'Redist', 'MSVC'];
      const at = path.join(programs, ...parts, version, 'arm64', 'Microsoft.VC143.CRT');
      await mkdir(at, { recursive: true });
      for (const name of [...files, 'msvcp140_2.dll', 'concrt140.dll'])
        await writeFile(path.join(at, name), version);
      const openMp = at.replace('CRT', 'OpenMP');
      await mkdir(openMp);
      await writeFile(path.join(openMp, 'vcomp140.dll'), version);
    }
    const to = path.join(folder, 'runtime');
    await copyVisualC('win32-arm64', to, { programs: [undefined, programs] });
    const copied = [...files, 'msvcp140_2.dll', 'vcomp140.dll'];
    expect((await readdir(to)).sort()).toEqual(copied.sort());
    expect(await readFile(path.join(to, 'vcruntime140.dll'), 'utf8')).toBe('14.44.35211');
    await expect(copyVisualC('win32-x64', to, { programs: [programs] })).rejects.toThrow(
      'The Visual C++ runtime for win32-x64 is not on this machine',
    );
    await expect(copyVisualC('win32-x64', to, { from: programs })).rejects.toThrow('msvcp140.dll');
  });
});
