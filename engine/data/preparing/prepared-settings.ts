/** What prepared images depend on besides the images: the size of views and crops, and the reading. */
import { createHash } from 'node:crypto';
import { type Reading, RGB_READING } from '../pixels/reading.ts';
import type { CropPlan } from '../views/render-plan.ts';
import type { PreparedCrops } from './prepared-size.ts';

/** Increase this when the same settings give other pixels or files than before. */
export const PREPARED_VERSION = 1;

export interface PreparedSettings extends PreparedCrops, Reading {}

export function preparedSettings({
  imageSize,
  crop: { minArea, maxArea },
  channels = RGB_READING.channels,
  valueRange = RGB_READING.valueRange,
}: CropPlan): PreparedSettings {
  return { imageSize, crop: { minArea, maxArea }, channels, valueRange };
}

/** Name of the folder of prepared images: another one for other images' folders or settings. */
export function preparedName(folders: readonly string[], settings: PreparedSettings): string {
  const { imageSize, crop, channels, valueRange } = settings;
  const key = [
    PREPARED_VERSION,
    folders,
    imageSize,
    crop.minArea,
    crop.maxArea,
    channels,
    valueRange,
  ];
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
}
