/**
 * Image properties in configurations are applied or reported; 0.5 is never assumed without a note.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHuggingFaceNames } from '../../formats/beit-names.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { networkTensors } from '../export/forward.ts';
import { exportHuggingFace } from '../export/hugging-face.ts';
import { exportSafetensors } from '../export/safetensors.ts';
import { tinyModel } from '../export/testing/tiny-models.ts';
import { exportTimm } from '../export/timm.ts';
import { processorHints, resizingNote, timmHints } from './image-hints.ts';
import { openWeights } from './open-weights.ts';

const THREE = (value: number) => [value, value, value];
const IMAGENET = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };

describe('pixel settings of a processor of transformers', () => {
  // Each as the processor itself computes it: ((255 · x · factor) - offset - mean) / deviation.
  it.each<[string, Record<string, unknown>, (x: number) => number]>([
    ['it normalises', IMAGENET, (x) => (x - 0.485) / 0.229],
    [
      'it says so',
      { ...IMAGENET, do_normalize: true, do_rescale: true },
      (x) => (x - 0.485) / 0.229,
    ],
    [
      'a factor of 1/255',
      { ...IMAGENET, rescale_factor: 0.00392156862745098 },
      (x) => (x - 0.485) / 0.229,
    ],
    ['it does not normalise', { ...IMAGENET, do_normalize: false }, (x) => x],
    [
      'it does not scale',
      { image_mean: THREE(127.5), image_std: THREE(127.5), do_rescale: false },
      (x) => (255 * x - 127.5) / 127.5,
    ],
    ['it does neither', { do_normalize: false, do_rescale: false }, (x) => 255 * x],
    [
      'a factor of 1',
      { image_mean: THREE(100), image_std: THREE(50), rescale_factor: 1 },
      (x) => (255 * x - 100) / 50,
    ],
    [
      '1/127.5 with an offset',
      { do_normalize: false, rescale_factor: 1 / 127.5, rescale_offset: true },
      (x) => (255 * x) / 127.5 - 1,
    ],
    [
      'the same by its other name',
      { image_mean: 0, image_std: 1, rescale_factor: 1 / 127.5, offset: true },
      (x) => (255 * x) / 127.5 - 1,
    ],
    [
      '1/127.5 without an offset',
      { image_mean: THREE(0.5), image_std: THREE(0.5), rescale_factor: 1 / 127.5 },
      (x) => (2 * x - 0.5) / 0.5,
    ],
    [
      'an offset without scaling',
      { ...IMAGENET, do_rescale: false, rescale_offset: true },
      (x) => (255 * x - 0.485) / 0.229,
    ],
    ['one number for all channels', { image_mean: 0.5, image_std: 0.25 }, (x) => (x - 0.5) / 0.25],
  ])('%s', (_, config, expected) => {
    const { mean, std } = processorHints(config);
    for (const x of [0, 0.3, 1]) expect((x - mean![0]!) / std![0]!).toBeCloseTo(expected(x), 9);
  });

  it('unusual settings are reported, usual ones are not', () => {
    expect(processorHints(IMAGENET).notes).toEqual([]);
    expect(processorHints({ do_normalize: false }).notes[0]).toMatch(
      /does not normalise.*mean of 0 and.*deviation of 1 on/,
    );
    expect(processorHints({ ...IMAGENET, do_rescale: false }).notes[0]).toMatch(/from 0 to 255/);
  });

  it.each([
    [{ image_mean: [0.5, '0.5'] }, 'image_mean'],
    [{ image_mean: 'imagenet' }, 'image_mean'],
    [{ ...IMAGENET, image_std: [0, 1, 1] }, 'image_std'],
    [{ ...IMAGENET, rescale_factor: 'x' }, 'rescale_factor'],
    [{ ...IMAGENET, do_normalize: 'no' }, 'do_normalize'],
    [{ ...IMAGENET, do_normalize: null }, 'do_normalize'],
    [{ ...IMAGENET, do_rescale: null }, 'do_rescale'],
    [{ ...IMAGENET, do_flip_channel_order: 1 }, 'do_flip_channel_order'],
    [{ image_std: THREE(0.5) }, 'image_mean'],
    [{}, 'image_std'],
  ])('what is missing or cannot be understood is named: %j', (config, name) => {
    expect(processorHints(config).notes.join(' ')).toContain(`"${name}"`);
  });

  it.each([
    ['do_flip_channel_order', /blue, green, red/],
    ['do_grayscale', /grey/],
  ])('other colours are refused: %s', (name, words) => {
    expect(() => processorHints({ ...IMAGENET, [name]: true })).toThrow(words);
    expect(processorHints({ ...IMAGENET, [name]: false }).notes).toEqual([]);
  });

  it.each([[[]], ['text'], [null], [undefined], [3]])('no configuration: %j', (config) => {
    expect(processorHints(config)).toEqual({ notes: [] });
    expect(timmHints(config)).toEqual({ notes: [] });
  });
});

describe('how images are resized', () => {
  const note = (config: Record<string, unknown>, side = 224) =>
    resizingNote(processorHints({ ...IMAGENET, ...config }).resizing!, [side, side]);
  it.each([
    [
      { resample: 3, size: { shortest_edge: 256 }, do_center_crop: true, crop_size: 224 },
      undefined,
    ],
    [{ resample: 3, size: 256, crop_size: { height: 224, width: 224 } }, undefined],
    [
      { resample: 2, size: { height: 224, width: 224 } },
      /bilinear interpolation and to the whole size/,
    ],
    [{ size: [224, 224] }, /whole size/],
    [{ resample: 3, size: { shortest_edge: 224 }, crop_size: 224 }, /shorter side of 224/],
    [{ do_resize: false, resample: 2 }, /not at all/],
    [{ resample: 0, size: 256, crop_size: 224 }, /nearest/],
    [{}, undefined],
  ])('%j', (config, words) => {
    if (words === undefined) expect(note(config)).toBeUndefined();
    else expect(note(config)).toMatch(words);
  });

  it('large images take the whole of the shorter side here', () => {
    expect(note({ resample: 3, size: 384, crop_size: 384 }, 384)).toBeUndefined();
    expect(note({ resample: 3, size: 438, crop_size: 384 }, 384)).toMatch(/shorter side of 438/);
  });

  it.each([
    [{ interpolation: 'bicubic', crop_pct: 0.875, crop_mode: 'center' }, undefined],
    [{ interpolation: 'bicubic', crop_pct: 0.9 }, /shorter side of 248/],
    [{ interpolation: 'bilinear' }, /bilinear/],
    [{ crop_mode: 'squash', crop_pct: 1 }, /whole size/],
  ])('in timm: %j', (config, words) => {
    const found = resizingNote(timmHints(config).resizing!, [224, 224]);
    if (words === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(words);
  });
});

describe('an imported network', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(path.join(tmpdir(), 'conmim-images-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const at = (...names: string[]) => path.join(root, ...names);

  async function folder(name: string, processor: unknown, config: unknown = { model_type: 'vit' }) {
    const model = tinyModel({ pooling: 'cls', relPos: 'none', absPos: true });
    mkdirSync(at(name));
    await writeSafetensors(
      at(name, 'model.safetensors'),
      toHuggingFaceNames(networkTensors(model)).tensors,
    );
    writeFileSync(at(name, 'config.json'), JSON.stringify(config));
    writeFileSync(at(name, 'preprocessor_config.json'), JSON.stringify(processor));
    return openWeights(at(name), { given: { heads: 3 } });
  }

  it('takes mean 0 and deviation 1 where images are not normalised, and keeps them through exports', async () => {
    const { model, report } = await folder('unnormalised', { ...IMAGENET, do_normalize: false });
    expect([model.mean, model.std]).toEqual([THREE(0), THREE(1)]);
    expect(report.notes.join(' ')).not.toContain('0.5 is assumed');
    for (const [name, written] of [
      ['timm', exportTimm],
      ['hf', exportHuggingFace],
      ['file', exportSafetensors],
    ] as const) {
      await written(at(name), model);
      const back = await openWeights(at(name));
      expect([name, back.model.mean, back.model.std]).toEqual([name, THREE(0), THREE(1)]);
    }
  });

  it('reports what was assumed where a processor has no mean', async () => {
    const { model, report } = await folder('untold', { do_normalize: true, image_std: THREE(0.2) });
    expect([model.mean, model.std]).toEqual([THREE(0.5), THREE(0.2)]);
    expect(report.notes.join(' ')).toMatch(
      /tells no "image_mean".*Nothing tells the mean that images were normalised with; 0\.5 is assumed/,
    );
  });

  it('is normalised by what was given by name before all else', async () => {
    await folder('given', { do_normalize: false });
    const given = { heads: 3, mean: [0.1, 0.2, 0.3], std: [1, 2, 3] } as const;
    const { model } = await openWeights(at('given'), { given });
    expect([model.mean, model.std]).toEqual([given.mean, given.std]);
  });

  it('takes the settings of timm, and the number of its classes', async () => {
    const config = {
      num_classes: 5,
      pretrained_cfg: { mean: [0, 0, 0], std: [1, 1, 1], crop_pct: 0.9 },
    };
    const { model, report } = await folder('timm-config', {}, config);
    expect([model.mean, model.std]).toEqual([THREE(0), THREE(1)]);
    expect(report.notes.join(' ')).toContain('tells of 5 classes, but the network tells 3 apart');
  });
});
