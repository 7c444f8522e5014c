import { describe, expect, it } from 'vitest';
import { finetunePresets } from '../../../engine/recipes/finetune-presets.ts';
import { presets } from '../../../engine/recipes/presets.ts';
import { basicKeys, checkRecipe, fieldsOf, valueText } from './recipe-kind.ts';
import { choicesOf } from './setting-field.tsx';

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
