import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../formats/safetensors.ts';
import { networkTensors } from '../models/export/forward.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { openModel } from '../models/open-model.ts';
import { packagedFile } from '../platform/packaged-file.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-import-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const CHECKPOINT = packagedFile('assets/fixtures/checkpoint_tiny.zip.pth');

/** `conmim import` with the real engine. */
const importFile = (file: string, out: string, ...more: string[]) =>
  runCommand(['import', file, '--out', out, ...more], engineParts(), { cwd: root });

describe('import', () => {
  it('writes a folder that can be used like a run', async () => {
    const channels = ['--mean', 'imagenet', '--std', '0.2,0.3,0.4'];
    const { code, records } = await importFile(CHECKPOINT, 'taken', ...channels, '--json');
    expect(code).toBe(0);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      type: 'import',
      path: path.join(root, 'taken'),
      origin: 'checkpoint_tiny.zip.pth',
      largestDifference: 0,
      std: [0.2, 0.3, 0.4],
      report: { names: 'conmim', missing: [] },
    });
    expect(readdirSync(path.join(root, 'taken')).sort()).toEqual([
      ...['manifest.json', 'model.json', 'model.safetensors'],
    ]);
    const { model, report } = await openModel(path.join(root, 'taken'), { workspace: root });
    expect(model.mean).toEqual([0.485, 0.456, 0.406]);
    expect(model.std).toEqual([0.2, 0.3, 0.4]);
    expect(report.notes).toEqual([]);
    expect(model.tensors.size).toBe(records[0]!['tensors']);
    const described = JSON.parse(readFileSync(path.join(root, 'taken', 'model.json'), 'utf8'));
    expect(described.vit).toEqual(model.vit);
    expect((await importFile('taken', 'again')).code).toBe(0);
  });

  it('prints the use of the tensors', async () => {
    const { stdout, stderr } = await importFile(CHECKPOINT, 'told');
    expect(stdout).toContain('2 blocks, width 24, 3 heads, images of 64 x 64 in patches of 16');
    expect(stdout).toMatch(/6 left out: .*another kind of pre-training/);
    expect(stderr).toContain('Note: Nothing tells the mean');
  });

  it('takes unknown properties from options, and names them when they are missing', async () => {
    const model = tinyModel({ relPos: 'none', absPos: true });
    await writeSafetensors(path.join(root, 'w.safetensors'), networkTensors(model));
    const unclear = await importFile('w.safetensors', 'unclear', '--json');
    expect(unclear.records[0]).toMatchObject({ type: 'error', code: 'import-unclear' });
    expect(unclear.stderr).toContain('--heads N');
    const clear = await importFile('w.safetensors', 'clear', '--heads', '3', '--json');
    expect(clear.records[0]).toMatchObject({ vit: { heads: 3, imageSize: [16, 16] } });
  });

  it.each([
    ['--mean', '1,x'],
    ['--value-range', '5,5'],
    ['--std', '1,0,1'],
    ['--image-size', '3,4,5'],
    ['--heads', 'many'],
    ['--network', 'both'],
  ])('refuses %s %s', async (option, value) => {
    const { code, stderr } = await importFile(CHECKPOINT, 'refused', option, value);
    expect(code).toBe(2);
    expect(stderr).toContain(`${option} is "${value}"`);
  });

  it.each([
    [['--mean', '1,2'], '--mean is for 2 channels, and the network takes 3.'],
    [['--value-range', '0,1,0,2'], '--value-range is for 2 channels, and the network takes 3.'],
  ])('refuses %j for a network of other channels', async (options, message) => {
    const { code, stderr } = await importFile(CHECKPOINT, 'refused', ...options);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('keeps a value range that it is given', async () => {
    const given = ['--value-range', '0,4095', '--mean', '0.25'];
    await importFile(CHECKPOINT, 'ranged', ...given);
    const { model } = await openModel(path.join(root, 'ranged'), { workspace: root });
    expect(model.valueRange).toEqual([[0, 4095]]);
    expect(model.mean).toEqual([0.25, 0.25, 0.25]);
  });

  it('leaves what is there', async () => {
    writeFileSync(path.join(root, 'taken-by-others'), 'mine');
    const { records } = await importFile(CHECKPOINT, 'taken-by-others', '--json');
    expect(records[0]).toMatchObject({ code: 'target-taken' });
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
