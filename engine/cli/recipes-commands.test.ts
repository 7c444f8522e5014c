import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from './testing/fake-host.ts';

let folder: string;
let workspace: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'conmim-recipes-'));
  workspace = path.join(folder, 'workspace');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const recipes = (...words: string[]) =>
  runCommand(['recipes', ...words, '--workspace', workspace, '--json'], undefined, {
    cwd: folder,
  });
const save = (...words: string[]) =>
  recipes('save', 'xrays', '--recipe', 'tiny', '--set', 'batch_size=16', ...words);

describe('recipes save', () => {
  it('keeps a preset that recipes lists and --show explains', async () => {
    const saved = await save();
    expect(saved.records).toMatchObject([
      { type: 'preset', kind: 'pretrain', name: 'xrays', extends: 'tiny' },
    ]);
    const { records } = await recipes();
    expect(records.filter(({ type }) => type === 'recipe')).toHaveLength(5);
    expect(records.filter(({ type }) => type === 'preset')).toMatchObject([
      { name: 'xrays', changes: { batch_size: 16 } },
    ]);
    const shown = await recipes('--show', 'xrays');
    expect(shown.records).toMatchObject([{ name: 'xrays', settings: { batch_size: 16 } }]);
  });

  it('takes recipe files, and replaces a preset only by --replace', async () => {
    writeFileSync(path.join(folder, 'theirs.json'), '{"extends": "small", "lr": 0.002}');
    expect((await save()).code).toBe(0);
    const again = await save();
    expect([again.code, again.records.at(-1)]).toMatchObject([1, { code: 'preset-exists' }]);
    const replaced = await recipes('save', 'xrays', '--recipe', 'theirs.json', '--replace');
    expect(replaced.records).toMatchObject([{ extends: 'small', changes: { lr: 0.002 } }]);
  });

  it('keeps presets of each kind of recipe apart', async () => {
    await save();
    await save('--finetune');
    await save('--task', 'multilabel');
    const { records } = await recipes();
    const kinds = records.flatMap(({ type, kind }) => (type === 'preset' ? [kind] : []));
    expect(kinds).toEqual(['pretrain', 'finetune', 'multilabel']);
  });
});

describe('recipes rename, delete and export', () => {
  it('work on the preset that is named', async () => {
    await save();
    await recipes('rename', 'xrays', 'x-rays 64');
    const file = path.join(folder, 'out.json');
    await recipes('export', 'x-rays 64', '--out', file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ extends: 'tiny', batch_size: 16 });
    const deep = path.join(folder, 'for', 'others', 'x.json');
    expect((await recipes('export', 'x-rays 64', '--out', deep)).code).toBe(0);
    expect(readFileSync(deep, 'utf8')).toBe(readFileSync(file, 'utf8'));
    const again = await recipes('export', 'x-rays 64', '--out', file);
    expect([again.code, again.records.at(-1)]).toMatchObject([2, { code: 'usage' }]);
    const printed = await recipes('export', 'small');
    expect(printed.records).toMatchObject([{ text: '{\n  "extends": "small"\n}\n' }]);
    await recipes('delete', 'x-rays 64');
    const gone = await recipes('delete', 'x-rays 64');
    expect([gone.code, gone.records.at(-1)]).toMatchObject([1, { code: 'preset-missing' }]);
  });
});

it('recipes names presets that cannot be used', async () => {
  mkdirSync(path.join(workspace, 'recipes', 'pretrain'), { recursive: true });
  writeFileSync(path.join(workspace, 'recipes', 'pretrain', 'later.json'), '{"warp_speed": 9}');
  const { records } = await recipes();
  expect(records.at(-1)).toMatchObject({
    type: 'damaged-preset',
    name: 'later',
    reason: 'The preset “later” cannot be used: warp_speed is no setting of a recipe.',
  });
});
