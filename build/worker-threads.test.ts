import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './root.ts';
import { loadedWith } from './testing/loaded-modules.ts';

/** Threads that never take over the options of the process. */
const WITHOUT_OPTIONS = ['engine/disk/heartbeat.ts', 'engine/executors/onednn/spin-control.ts'];

it('of the engine are started by one function', () => {
  const entries = readdirSync(path.join(ROOT, 'engine'), { recursive: true, encoding: 'utf8' });
  const starting = entries
    .map((name) => path.posix.join('engine', name.replaceAll('\\', '/')))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) => readFileSync(path.join(ROOT, name), 'utf8').includes('new Worker('));
  const one = 'engine/platform/start-worker.ts';
  expect(starting.sort()).toEqual([...WITHOUT_OPTIONS, one].sort());
});

/** Packages and files that take long to load, and that few images need. */
it.each(['loader/render-worker.ts', 'preparing/prepare-worker.ts'])(
  '%s loads what most images need, and the rest when it is needed',
  (worker) => {
    const { files, packages } = loadedWith(`engine/data/${worker}`);
    expect([...packages]).toContain('sharp');
    expect([...packages]).not.toContain('zod');
    expect([...files]).toContain('engine/images/readers.ts');
    const large = /^engine\/images\/(tiff|dicom|heif|jp2|jxl)\/read-/;
    expect([...files].filter((file) => large.test(file))).toEqual([]);
  },
);
