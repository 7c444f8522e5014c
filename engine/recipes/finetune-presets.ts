/**
 * Fine-tuning presets, one per size of network.
 *
 * The network's settings are those of the pre-training preset of the same name, for training from
 * scratch. `small`, `base` and `large` follow the authors' published fine-tuning command; `micro`
 * and `tiny` are made for small images and few labels.
 */
import { type FinetuneRecipe, parseFinetuneRecipe } from '../contract/finetune-recipe.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import {
  imageSettings,
  networkSettings,
  stackSettings,
  tileSettings,
} from '../contract/settings/shared.ts';
import { PRESET_NAMES, type PresetName, presets } from './presets.ts';

const { rel_pos: _, ...network } = networkSettings;
/** Settings of the pre-training preset that are kept: network, normalisation, its image size. */
const TAKEN_OVER = [
  ...Object.keys({ ...imageSettings, ...tileSettings, ...stackSettings, ...network }),
  'flip',
  'workers',
];

function networkOf(name: PresetName): SettingValues {
  const recipe: SettingValues = presets[name].recipe;
  return Object.fromEntries(TAKEN_OVER.map((key) => [key, recipe[key]]));
}

/** Erasing and strong colour changes remove too much of small images. */
const SMALL_IMAGES: SettingValues = {
  crop_min_area: 0.35,
  rand_augment: false,
  color_jitter: 0.2,
  erase: 0,
  clip_grad: 3,
};

const PUBLISHED: SettingValues = {
  epochs: 100,
  warmup_epochs: 20,
  min_steps: 1000,
  mixup: 0.8,
  cutmix: 1,
  layer_decay: 0.65,
};

const settings: Record<PresetName, SettingValues> = {
  micro: {
    ...SMALL_IMAGES,
    batch_size: 64,
    epochs: 20,
    warmup_epochs: 2,
    min_steps: 400,
    lr: 1e-3,
    layer_decay: 0.8,
    drop_path: 0,
    workers: 1,
  },
  tiny: {
    ...SMALL_IMAGES,
    batch_size: 64,
    epochs: 40,
    warmup_epochs: 4,
    min_steps: 600,
    lr: 1e-3,
    layer_decay: 0.8,
    drop_path: 0.05,
  },
  small: PUBLISHED,
  base: PUBLISHED,
  large: { ...PUBLISHED, epochs: 50, warmup_epochs: 5, layer_decay: 0.75, drop_path: 0.2 },
};

export const finetunePresets = Object.fromEntries(
  PRESET_NAMES.map((name) => [name, parseFinetuneRecipe(networkOf(name), settings[name])]),
) as Readonly<Record<PresetName, FinetuneRecipe>>;

/** The published sizes follow the authors' protocol of segmentation too. */
export const segmentChanges: Readonly<Record<PresetName, SettingValues>> = {
  micro: {},
  tiny: {},
  small: { photometric: true },
  base: { photometric: true },
  large: { photometric: true },
};

/** The preset whose network is nearest in width. */
export function presetForWidth(embedDim: number): PresetName {
  const distance = (name: PresetName) =>
    Math.abs(Math.log(presets[name].recipe.embed_dim / embedDim));
  return PRESET_NAMES.reduce((best, name) => (distance(name) < distance(best) ? name : best));
}
