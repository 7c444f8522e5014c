import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findSources } from './compile.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-compile-'));
  for (const name of ['tsconfig.json', 'engine/a.ts', 'build/b.ts', 'build/logo.png']) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), '');
    utimesSync(path.join(folder, name), 1000, 1000);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('compiles again for a source that is newer, new or gone', () => {
  const before = findSources(folder);
  expect(before).toEqual({ list: 'build/b.ts\nengine/a.ts', latest: 1_000_000 });
  utimesSync(path.join(folder, 'engine', 'a.ts'), 2000, 2000);
  expect(findSources(folder)).toEqual({ ...before, latest: 2_000_000 });
  rmSync(path.join(folder, 'engine', 'a.ts'));
  expect(findSources(folder)).toEqual({ list: 'build/b.ts', latest: 1_000_000 });
});

it('does not compile again under programs that run, for what is no source', () => {
  const before = findSources(folder);
  mkdirSync(path.join(folder, 'build', 'cache', 'onednn'), { recursive: true });
  writeFileSync(path.join(folder, 'build', 'cache', 'onednn', 'libdnnl.so.3'), '');
  expect(findSources(folder)).toEqual(before);
});
