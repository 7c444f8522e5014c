import { describe, expect, it } from 'vitest';
import { isStudioError, type StudioError } from '../errors.ts';
import { parseRecipe, pretrainSettings } from '../recipe.ts';
import { changesOf } from '../recipe-text.ts';
import { RECIPES } from '../tasks.ts';
import { normalisationOf, toMeasure, withMeasured } from './channels.ts';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

function refusal(
  overrides: Record<string, unknown>,
  base: Record<string, unknown> = {},
): StudioError<'recipe-invalid'> {
  try {
    parseRecipe(base, overrides);
  } catch (error) {
    if (isStudioError(error, 'recipe-invalid')) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(overrides)}`);
}

describe('the channels of a recipe', () => {
  it('are three, ranged by the type of the file, in every recipe', () => {
    for (const { parse } of Object.values(RECIPES))
      expect(parse()).toMatchObject({ channels: 3, value_range: 'type', mean: [0.5, 0.5, 0.5] });
  });

  it('are read from text and from files alike', () => {
    const six = { channels: 6, mean: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], std: Array(6).fill(0.25) };
    const typed = { channels: '6', mean: '0.1,0.2,0.3,0.4,0.5,0.6', std: '0.25' };
    expect(parseRecipe({}, typed)).toMatchObject(six);
    expect(parseRecipe({}, six)).toMatchObject(six);
    expect(parseRecipe(JSON.parse(JSON.stringify(parseRecipe({}, six))))).toEqual(
      parseRecipe({}, six),
    );
  });

  it('take one number for all, and keep equal numbers when their number changes', () => {
    expect(parseRecipe({}, { channels: 2 })).toMatchObject({ mean: [0.5, 0.5], std: [0.5, 0.5] });
    expect(parseRecipe({}, { mean: 0.25 }).mean).toEqual([0.25, 0.25, 0.25]);
    expect(parseRecipe({}, { channels: 1, mean: 'half', std: '[0.2]' })).toMatchObject({
      mean: [0.5],
      std: [0.2],
    });
    const six = parseRecipe({}, { channels: 6 });
    expect(parseRecipe(six, { channels: 3 })).toEqual(parseRecipe());
  });

  it('keep recipes of three numbers without channels as they are', () => {
    const { channels: _, value_range: __, ...old } = parseRecipe({}, { mean: 'imagenet' });
    expect(parseRecipe(old)).toEqual(parseRecipe({}, { mean: 'imagenet' }));
    expect(changesOf(parseRecipe(), parseRecipe(old))).toEqual({ mean: IMAGENET.mean });
  });

  it('name numbers that do not fit, and imagenet by its name', () => {
    expect(refusal({ channels: 6, mean: '0.1,0.2' }).message).toBe(
      'mean is [0.1,0.2]; it must be 6 numbers, one for each channel, one for all, half or measured.',
    );
    expect(refusal({ channels: 6, std: '0.5,0.5,0.5' }).details.field).toBe('std');
    expect(refusal({ mean: '0.1,0.2' }).message).toMatch(/must be 3 numbers, one for each channel/);
    const named = refusal({ channels: 6, mean: 'imagenet' });
    expect(named.message).toBe(
      'mean is [0.485,0.456,0.406]; it must be 6 numbers, one for each channel, half or measured, since imagenet has the numbers of 3 channels.',
    );
    const preset = parseRecipe({}, { mean: 'imagenet', std: 'imagenet' });
    const { problems } = refusal({ channels: 1 }, preset).details;
    expect(problems!.map(({ field, allowed }) => [field, allowed])).toEqual([
      ['mean', 'one number, half or measured, since imagenet has the numbers of 3 channels'],
      ['std', 'one number, half or measured, since imagenet has the numbers of 3 channels'],
    ]);
    expect(refusal({ channels: 33 }).message).toBe(
      'channels is 33; it must be a whole number from 1 to 32.',
    );
    expect(refusal({ std: 'measure' }).message).toBe(
      'std is "measure"; it must be a number from 0.001 to 10 for each channel or one for all, or the name imagenet, half or measured.',
    );
  });

  it.each([
    ['type', 'type'],
    [' Percentiles ', 'percentiles'],
    ['Metadata', 'metadata'],
    ['metadata:2', 'metadata:2'],
    [' metadata : 1 ', 'metadata'],
    ['0,4095', [[0, 4095]]],
    ['[0,4095]', [[0, 4095]]],
    [
      '[[0,4095],[0,1],[-1,1e3]]',
      [
        [0, 4095],
        [0, 1],
        [-1, 1000],
      ],
    ],
    [
      '4095,0,0,1,0,2',
      [
        [4095, 0],
        [0, 1],
        [0, 2],
      ],
    ],
    [[0, 4095], [[0, 4095]]],
    [[[0, 4095]], [[0, 4095]]],
  ])('take the value range %j', (given, range) => {
    const recipe = parseRecipe({}, { value_range: given });
    expect(recipe.value_range).toEqual(range);
    expect(parseRecipe({}, { value_range: String(recipe.value_range) })).toEqual(recipe);
  });

  it.each([
    '0',
    '0,1,2',
    '5,5',
    '0,x',
    '',
    'types',
    '0,NaN',
    'metadata:0',
    'metadata:x',
    'percentiles:2',
  ])('refuse the value range %j', (given) => {
    const error = refusal({ value_range: given });
    expect(error.details.field).toBe('value_range');
    expect(error.message).toMatch(
      /one of type, metadata, metadata:NUMBER, percentiles, or two different n/,
    );
  });

  it('take a pair of numbers for all channels or one for each', () => {
    expect(parseRecipe({}, { channels: 2, value_range: '0,1' }).value_range).toEqual([[0, 1]]);
    expect(refusal({ channels: 6, value_range: '0,1,0,2' }).message).toBe(
      'value_range is [[0,1],[0,2]]; it must be LOW,HIGH for all channels, or 6 pairs, one for each.',
    );
  });

  it('show the settings of hue and grey as unused beside other channels', () => {
    const { settings } = pretrainSettings;
    for (const key of ['gray', 'jitter_hue', 'jitter_saturation'] as const) {
      expect(settings[key].noEffect(parseRecipe())).toBeUndefined();
      expect(settings[key].noEffect(parseRecipe({}, { channels: 2 }))).toBe('channels is 2');
    }
    expect(settings.jitter_hue.noEffect(parseRecipe({}, { jitter: 0 }))).toBe('jitter is 0');
  });
});

describe('what is measured', () => {
  const recipe = parseRecipe(
    {},
    { channels: 2, mean: 'measured', std: 'measured', value_range: 'percentiles' },
  );

  it('is asked for, refused where there is nothing, and replaced by numbers', () => {
    expect(toMeasure(parseRecipe())).toEqual({ ranges: false, statistics: false });
    expect(toMeasure(recipe)).toEqual({ ranges: true, statistics: true });
    expect(() => normalisationOf(recipe)).toThrow(
      'value_range is to be measured over the images, and there are none here.',
    );
    const ranges = [
      [1, 2],
      [3, 4],
    ] as const;
    const found = withMeasured(recipe, { ranges, mean: [0.1, 0.2], std: [0.3, 0.4] });
    expect(normalisationOf(found)).toEqual({
      channels: 2,
      valueRange: ranges,
      mean: [0.1, 0.2],
      std: [0.3, 0.4],
    });
    expect(parseRecipe(found)).toEqual(found);
  });

  it('leaves what was stated', () => {
    const stated = parseRecipe({}, { std: 'measured' });
    const found = withMeasured(stated, { ranges: [[1, 2]], mean: [9, 9, 9], std: [1, 2, 3] });
    expect(found).toEqual({ ...stated, std: [1, 2, 3] });
  });
});
