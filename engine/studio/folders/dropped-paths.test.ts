import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describePaths } from './dropped-paths.ts';

let home: string;
const at = (...parts: string[]) => path.join(home, ...parts);
const file = (...parts: string[]) => {
  mkdirSync(path.dirname(at(...parts)), { recursive: true });
  writeFileSync(at(...parts), '');
  return at(...parts);
};
const folder = (...parts: string[]) => {
  mkdirSync(at(...parts), { recursive: true });
  return at(...parts);
};
const kindOf = async (dropped: string, open = at('open')) => {
  const [thing] = await describePaths([dropped], open);
  return thing!;
};

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'conmim-drop-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('a dropped file', () => {
  it.each([
    ['picture', 'cat.JPG'],
    ['picture', 'scan.tiff'],
    ['picture', 'phone.heic'],
    ['folder', 'images.zip'],
    ['folder', 'shard-0.TAR'],
    ['folder', 'train.parquet'],
    ['table', 'labels.csv'],
    ['table', 'labels.TSV'],
    ['table', 'train.txt'],
    ['weights', 'beit.pth'],
    ['weights', 'model.safetensors'],
    ['weights', 'model.onnx'],
    ['unusable', 'notes.docx'],
    ['unusable', 'noextension'],
  ])('is a %s by its name: %s', async (kind, name) => {
    const dropped = file('things', name);
    expect(await kindOf(dropped)).toMatchObject({ path: dropped, parent: at('things'), kind });
  });

  it.each([
    ['images.tar.gz', /compressed as a whole.*Unpack/],
    ['images.lnk', /shortcut/],
    ['notes.docx', /“notes.docx” is neither/],
  ])('that cannot be used is named with the reason: %s', async (name, reason) => {
    expect(await kindOf(file(name))).toMatchObject({ kind: 'unusable', reason });
  });

  it('that is gone is named', async () => {
    const reason = '“gone.png” is not there any more.';
    expect(await kindOf(at('gone.png'))).toMatchObject({ kind: 'unusable', reason });
  });
});

describe('a dropped folder', () => {
  it('is a folder of images, whatever is in it', async () => {
    file('images', 'cats', 'a.png');
    expect(await kindOf(at('images'))).toMatchObject({ kind: 'folder' });
    file('mixed', 'a.png');
    file('mixed', 'model.safetensors');
    expect(await kindOf(at('mixed'))).toMatchObject({ kind: 'folder' });
    file('shards', 'shard-0.tar');
    expect(await kindOf(at('shards'))).toMatchObject({ kind: 'folder' });
    symlinkSync(at('images'), at('link'));
    expect(await kindOf(at('link'))).toMatchObject({ kind: 'folder' });
  });

  it('that is empty is named, since it would be a data set without images', async () => {
    const reason = 'The folder “empty” is empty.';
    expect(await kindOf(folder('empty'))).toMatchObject({ kind: 'unusable', reason });
  });

  it('without a picture or a folder in it is named for the same reason', async () => {
    file('papers', 'a.pdf');
    const reason = 'The folder “papers” holds no pictures.';
    expect(await kindOf(at('papers'))).toMatchObject({ kind: 'unusable', reason });
    file('papers', 'labels.csv');
    expect((await kindOf(at('papers'))).reason).toMatch(/drop the list itself/);
    for (let i = 0; i < 500; i++) file('more', `${i}.pdf`);
    expect(await kindOf(at('more')), 'not looked through').toMatchObject({ kind: 'folder' });
  });

  it('of weights is one, as other programs write them', async () => {
    file('timm', 'model.safetensors');
    file('timm', 'config.json');
    expect(await kindOf(at('timm'))).toMatchObject({ kind: 'weights' });
  });

  it('is a run of the open workspace, of another one, or of none', async () => {
    for (const place of [['open', 'runs', 'a'], ['other', 'runs', 'b'], ['c']]) {
      file(...place, 'run.json');
      file(...place, 'events.jsonl');
    }
    const run = { kind: 'run' };
    expect(await kindOf(at('open', 'runs', 'a'))).toMatchObject({
      ...run,
      run: 'a',
      workspace: { folder: at('open'), open: true },
    });
    expect(await kindOf(at('other', 'runs', 'b'))).toMatchObject({
      ...run,
      run: 'b',
      workspace: { folder: at('other'), open: false },
    });
    const alone = await kindOf(at('c'));
    expect(alone).toMatchObject({ ...run, run: 'c' });
    expect(alone).not.toHaveProperty('workspace');
  });

  it('is a workspace, unless it is the one that is open', async () => {
    for (const name of ['open', 'other']) {
      folder(name, 'runs');
      file(name, 'settings.json');
    }
    expect(await kindOf(at('other'))).toMatchObject({ kind: 'workspace' });
    const reason = '“open” is the workspace that is open now.';
    expect(await kindOf(at('open'))).toMatchObject({ kind: 'unusable', reason });
  });
});

it('tells of thousands at once, in their order', async () => {
  const names = Array.from({ length: 300 }, (_, i) => file('many', `${i}.png`));
  const things = await describePaths(names, at('open'));
  expect(things.map((thing) => thing.path)).toEqual(names);
});
