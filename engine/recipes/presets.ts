/**
 * Pre-training presets, from three minutes on two processor cores to the paper's largest network.
 *
 * `small`, `base` and `large` keep all defaults of the authors' script and published command;
 * `micro` and `tiny` are made for small images and short runs (docs/recipes.md has the reasons).
 */
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import type { SettingValues } from '../contract/settings/setting.ts';

export const PRESET_NAMES = ['micro', 'tiny', 'small', 'base', 'large'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** A rough expectation; before a run starts, its time is measured. */
export interface Expectation {
  readonly hardware: string;
  readonly images: number;
  readonly hours: number;
}

export interface RecipePreset {
  readonly name: PresetName;
  readonly title: string;
  readonly summary: string;
  /** The least suitable hardware. */
  readonly hardware: string;
  readonly expected: readonly Expectation[];
  readonly recipe: Recipe;
}

/** For small images and short runs: see "Small runs" in docs/recipes.md. */
const SMALL_RUN: SettingValues = {
  rel_pos_init: 'distance',
  mask_type: 'random_mps32',
  mask_ratio: 0.75,
  mean: 'imagenet',
  std: 'imagenet',
  clip_grad: 3,
  crop_min_area: 0.2,
  // With weights near 1/sqrt(width) and residual branches at full strength, content reaches the
  // mask tokens from the first step on. The authors' initialisation takes thousands of steps for
  // that (docs/log.md).
  layer_scale: 1,
};

/** Settings of the authors' published command, for every size. */
const PUBLISHED: SettingValues = {
  image_size: 224,
  patch_size: 16,
  mask_type: 'random_mps32',
  mask_ratio: 0.75,
  mean: 'imagenet',
  std: 'imagenet',
  workers: 8,
  checkpoint_every: 2000,
  log_every: 10,
};

type Draft = Omit<RecipePreset, 'name' | 'recipe'> & { readonly settings: SettingValues };

const drafts: Record<PresetName, Draft> = {
  micro: {
    title: 'Micro: a first look in minutes',
    summary:
      'A very small network on 32-pixel images, which shows within minutes that learning works.',
    hardware: 'Any computer; two CPU cores are enough.',
    expected: [{ hardware: 'two CPU cores', images: 5_000, hours: 0.05 }],
    settings: {
      ...SMALL_RUN,
      image_size: 32,
      patch_size: 4,
      mask_cell: 4,
      embed_dim: 96,
      depth: 4,
      heads: 3,
      mlp_dim: 256,
      proj_dim: 64,
      init_std: 0.1,
      // Chosen by a study of nearest neighbours after 1,600 steps (docs/studies.md).
      mask_ratio: 0.5,
      crop_min_area: 0.5,
      jitter: 0,
      gray: 0,
      blur: 0,
      solarize: 0,
      batch_size: 32,
      epochs: 10,
      steps: 1600,
      warmup_epochs: 1,
      lr: 1.5e-3,
      ema_momentum: 0.99,
      checkpoint_every: 400,
      workers: 1,
    },
  },
  tiny: {
    title: 'Tiny: a useful start on a CPU',
    summary: 'A small network on 64-pixel images, for simple images and few labels.',
    hardware: 'Four or more CPU cores, or any GPU.',
    expected: [
      { hardware: 'four CPU cores', images: 20_000, hours: 12 },
      { hardware: 'a GPU with 8 GB', images: 20_000, hours: 1 },
    ],
    settings: {
      ...SMALL_RUN,
      image_size: 64,
      patch_size: 8,
      mask_cell: 16,
      embed_dim: 192,
      depth: 6,
      heads: 3,
      mlp_dim: 512,
      proj_dim: 128,
      init_std: 0.07,
      batch_size: 128,
      epochs: 100,
      warmup_epochs: 5,
      lr: 1e-3,
      workers: 2,
      checkpoint_every: 500,
    },
  },
  small: {
    title: 'Small: ViT-S/16 as published',
    summary: 'The smallest network of the paper, for tens of thousands of images of 224 pixels.',
    hardware: 'A GPU with 8 GB or more.',
    expected: [
      { hardware: 'a GPU with 24 GB', images: 100_000, hours: 24 },
      { hardware: 'sixteen CPU cores', images: 100_000, hours: 400 },
    ],
    settings: { ...PUBLISHED, embed_dim: 384, depth: 12, heads: 6 },
  },
  base: {
    title: 'Base: ViT-B/16 as published',
    summary: 'The network that most papers report on, for hundreds of thousands of images.',
    hardware: 'A GPU with 16 GB or more.',
    expected: [{ hardware: 'a GPU with 24 GB', images: 100_000, hours: 60 }],
    settings: { ...PUBLISHED, embed_dim: 768, depth: 12, heads: 12 },
  },
  large: {
    title: 'Large: ViT-L/16 as published',
    summary: 'The largest network of the paper, for a million images.',
    hardware: 'GPUs with 40 GB or more; the authors used 32.',
    expected: [{ hardware: '32 GPUs with 32 GB', images: 1_281_167, hours: 150 }],
    settings: {
      ...PUBLISHED,
      embed_dim: 1024,
      depth: 24,
      heads: 16,
      layer_scale: 1e-5,
      lr: 7.5e-4,
      clip_grad: 1,
      warmup_epochs: 10,
      epochs: 1600,
    },
  },
};

function build(name: PresetName): RecipePreset {
  const { settings, ...about } = drafts[name];
  return { name, ...about, recipe: parseRecipe(settings) };
}

export const presets: Readonly<Record<PresetName, RecipePreset>> = {
  micro: build('micro'),
  tiny: build('tiny'),
  small: build('small'),
  base: build('base'),
  large: build('large'),
};

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

/** Why a preset is not suitable for a device. @returns undefined when it is suitable */
export function warningFor(name: PresetName, computesOn: 'processor' | 'card'): string | undefined {
  if (computesOn === 'card' || name === 'micro' || name === 'tiny') return undefined;
  const time = { small: 'days to weeks', base: 'months', large: 'years' }[name];
  const memory = { small: 3, base: 8, large: 24 }[name];
  return `The recipe ${name} is made for a GPU. On a CPU a full run takes ${time} and about ${memory} GB of memory at batch 8; use tiny, or fewer epochs and a smaller image_size.`;
}
