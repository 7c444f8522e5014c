import { describe, expect, it } from 'vitest';
import { finetunePresets } from '../../../engine/recipes/finetune-presets.ts';
import { presets } from '../../../engine/recipes/presets.ts';
import { basicKeys, checkRecipe, fieldsOf, matches, valueText } from './recipe-kind.ts';
import { choicesOf } from './setting-field.tsx';
import { titleOf } from './setting-titles.ts';
import { unusedReason } from './setting-use.ts';

describe('the form of a recipe', () => {
  it.each(['pretrain', 'finetune'] as const)('shows every setting of %s, with help', (kind) => {
    const preset = kind === 'pretrain' ? presets.tiny.recipe : finetunePresets.tiny;
    const fields = fieldsOf(kind);
    expect(fields.map(({ key }) => key).sort()).toEqual(Object.keys(preset).sort());
    for (const { key, kind: type, description, allowed } of fields) {
      expect(description.length, key).toBeGreaterThan(10);
      expect(allowed.length, key).toBeGreaterThan(3);
      if (type === 'choice')
        expect(choicesOf(allowed), key).toContain(valueText(preset[key as never]));
    }
    const keys = new Set(fields.map(({ key }) => key));
    for (const values of [{}, { mask_type: 'block' }])
      for (const key of basicKeys(kind, values)) expect(keys, key).toContain(key);
    expect(basicKeys(kind).length).toBeGreaterThan(5);
  });

  it.each(['pretrain', 'finetune'] as const)('takes every value of %s as it shows it', (kind) => {
    const preset = kind === 'pretrain' ? presets.small.recipe : finetunePresets.small;
    const typed = Object.fromEntries(
      Object.entries(preset).map(([key, value]) => [key, valueText(value)]),
    );
    const { values, problems } = checkRecipe(kind, {}, typed);
    expect(problems).toEqual({});
    expect(values).toEqual(preset);
  });

  it.each(['pretrain', 'finetune'] as const)('calls every setting of %s by a name', (kind) => {
    const titles = fieldsOf(kind).map(({ key }) => titleOf(key));
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(title).toMatch(/^[A-Z][\w -]+$/i);
  });

  it('finds settings by name, title and meaning', () => {
    const found = (search: string) =>
      fieldsOf('pretrain')
        .filter((field) => matches(field, search))
        .map(({ key }) => key);
    expect(found('blur_max')).toEqual(['blur_max_radius']);
    expect(found('mirrored')).toEqual(['flip']);
    expect(found('thread')).toContain('workers');
    expect(found('nothing of the kind')).toEqual([]);
  });

  it('says which settings have no effect, and shows the mask that has one', () => {
    const micro = { ...presets.micro.recipe };
    expect(unusedReason('epochs', { ...micro, steps: 100 })).toBe('steps is given');
    expect(unusedReason('epochs', { ...micro, steps: null })).toBeUndefined();
    const block = { ...micro, mask_type: 'block' };
    expect(basicKeys('pretrain', block)).toContain('mask_patches');
    expect(unusedReason('mask_ratio', block)).toBe('mask_type is block');
    expect(basicKeys('pretrain', { ...micro, mask_type: 'random_mps32' })).toContain('mask_ratio');
    const ready = { ...finetunePresets.tiny, rand_augment: true, mixup: 0, cutmix: 0 };
    expect(unusedReason('color_jitter', ready)).toBe('rand_augment is on');
    expect(unusedReason('mixup_prob', ready)).toContain('mixup and cutmix');
    expect(unusedReason('mixup_prob', { ...ready, cutmix: 1 })).toBeUndefined();
  });

  it('says what is wrong with each setting, in the words of the engine', () => {
    const { problems } = checkRecipe(
      'pretrain',
      { ...presets.micro.recipe },
      {
        ...{ patch_size: '5', lr: 'fast', batch_size: '0' },
      },
    );
    expect(Object.keys(problems).sort()).toEqual(['batch_size', 'lr']);
    expect(problems['lr']).toMatch(/^must be a number/);
    const cross = checkRecipe('pretrain', { ...presets.micro.recipe }, { patch_size: '5' });
    expect(cross.problems['patch_size']).toContain('a divisor of image_size 32');
  });
});
