/** The settings that fit a ready-made recipe to the images of a data set. */
import { MEASURED } from '../../../engine/contract/settings/setting.ts';
import { valueText } from './recipe-kind.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Statistics of RGB do not fit other channels. */
export function channelSettings(channels: number | undefined): Settings {
  return channels === undefined ? {} : { channels, mean: MEASURED, std: MEASURED };
}

/**
 * The settings that change a preset to the suggestion; mask cells keep their size in patches, and a batch
 * that is larger than the set becomes the largest power of two that is not. Statistics of other
 * channels than three are measured.
 */
export function suggestedSettings(
  preset: Settings,
  suggestion: {
    readonly imageSize: number;
    readonly patchSize: number;
    readonly channels?: number | undefined;
  },
  images: number,
): Record<string, string> {
  const { imageSize, patchSize, channels } = suggestion;
  const cell = (Number(preset['mask_cell']) / Number(preset['patch_size'])) * patchSize;
  const batch = Number(preset['batch_size']);
  const fits = images < 2 || batch <= images ? batch : 2 ** Math.floor(Math.log2(images));
  const wanted: Settings = {
    image_size: imageSize,
    patch_size: patchSize,
    mask_cell: cell,
    batch_size: fits,
    ...channelSettings(channels),
  };
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, value]) =>
      value === preset[key] ? [] : [[key, valueText(value)]],
    ),
  );
}
