import { describe, expect, it } from 'vitest';
import { finetunePresets } from '../../../engine/recipes/finetune-presets.ts';
import { presets } from '../../../engine/recipes/presets.ts';
import { basicFields, checkRecipe, formFields, matches, valueText } from './recipe-kind.ts';

describe('the form of a recipe', () => {
  it.each(['pretrain', 'finetune'] as const)('shows every setting of %s, with help', (kind) => {
    const preset = kind === 'pretrain' ? presets.tiny.recipe : finetunePresets.tiny;
    const fields = formFields(kind);
    expect(fields.map(({ key }) => key).sort()).toEqual(Object.keys(preset).sort());
    for (const { key, kind: type, choices } of fields)
      if (type === 'choice') expect(choices, key).toContain(preset[key as never]);
  });

  it('shows first what matters most', () => {
    const keys = (kind: 'pretrain' | 'finetune') => basicFields(kind).map(({ key }) => key);
    expect(keys('pretrain').join(' ')).toBe(
      'epochs steps batch_size lr image_size patch_size mask_ratio workers',
    );
    expect(keys('finetune').join(' ')).toBe(
      'epochs batch_size lr layer_decay mixup drop_path patience workers',
    );
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

  it('finds settings by name, title and meaning', () => {
    const found = (search: string) =>
      formFields('pretrain')
        .filter((field) => matches(field, search))
        .map(({ key }) => key);
    expect(found('blur_max')).toEqual(['blur_max_radius']);
    expect(found('horizontal')).toEqual(['flip']);
    expect(found('thread')).toContain('workers');
    expect(found('nothing of the kind')).toEqual([]);
  });

  it.each([
    ['gradient clipping', 'clip_grad'],
    ['weight decay', 'weight_decay'],
    ['learning rate', 'lr'],
    ['LR decay', 'layer_decay'],
    ['EMA', 'ema_momentum'],
    ['momentum', 'ema_momentum'],
    ['momentum', 'beta1'],
    ['stochastic depth', 'drop_path'],
    ['drop path', 'drop_path'],
    ['batch size', 'batch_size'],
    ['gradient accumulation', 'micro_batch'],
    ['gradient checkpointing', 'recompute'],
    ['activation checkpointing', 'recompute'],
    ['mixed precision', 'precision'],
    ['early stopping', 'patience'],
    ['num_workers', 'workers'],
    ['warmup', 'warmup_epochs'],
    ['mask ratio', 'mask_ratio'],
    ['random seed', 'seed'],
    ['label smoothing', 'smoothing'],
    ['class imbalance', 'sampling'],
    ['random resized crop', 'crop_min_area'],
    ['horizontal flip', 'flip'],
    ['optimizer', 'adam_eps'],
  ])('finds by the field’s term "%s" the setting %s', (search, key) => {
    const kinds = ['pretrain', 'finetune'] as const;
    const found = kinds.flatMap((kind) =>
      formFields(kind).filter((field) => matches(field, search)),
    );
    expect(found.map((field) => field.key)).toContain(key);
  });

  it('says which settings have no effect, and shows the mask that has one', () => {
    const unused = (kind: 'pretrain' | 'finetune', key: string, values: object) =>
      formFields(kind)
        .find((field) => field.key === key)!
        .noEffect({ ...values });
    const micro = presets.micro.recipe;
    expect(unused('pretrain', 'epochs', { ...micro, steps: 100 })).toBe('steps is given');
    expect(unused('pretrain', 'epochs', { ...micro, steps: '100' })).toBe('steps is given');
    expect(unused('pretrain', 'epochs', { ...micro, steps: null })).toBeUndefined();
    const first = (values: object) => basicFields('pretrain', { ...values }).map(({ key }) => key);
    expect(first({ ...micro, mask_type: 'block' })[6]).toBe('mask_patches');
    expect(first({ ...micro, mask_type: 'random_mps32' })[6]).toBe('mask_ratio');
    expect(unused('pretrain', 'mask_ratio', { mask_type: 'block' })).toBe('mask_type is block');
    const ready = { ...finetunePresets.tiny, rand_augment: true, mixup: 0, cutmix: 0 };
    expect(unused('finetune', 'color_jitter', ready)).toBe('rand_augment is on');
    expect(unused('finetune', 'mixup_prob', ready)).toBe('mixup and cutmix are 0');
    expect(unused('finetune', 'mixup_prob', { ...ready, cutmix: 1 })).toBeUndefined();
    const both = (values: object) => unused('finetune', 'mixup_switch_prob', values);
    expect(both(ready)).toBe('mixup and cutmix are 0');
    expect(both({ ...ready, cutmix: 1 })).toBe('only one of mixup and cutmix is on');
    expect(both({ ...ready, mixup: 0.8, cutmix: 1 })).toBeUndefined();
  });

  it('says what is wrong with each setting, in the words of the engine', () => {
    const { problems } = checkRecipe(
      'pretrain',
      { ...presets.micro.recipe },
      { patch_size: '5', lr: 'fast', batch_size: '0' },
    );
    expect(Object.keys(problems).sort()).toEqual(['batch_size', 'lr']);
    expect(problems['lr']).toMatch(/^must be a number/);
    const cross = checkRecipe('pretrain', { ...presets.micro.recipe }, { patch_size: '5' });
    expect(cross.problems['patch_size']).toContain('a divisor of image_size 32');
  });
});
