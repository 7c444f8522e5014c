/** What exports say of the scaling of images before a network gets them. */

import { countOf } from '../../contract/number-text.ts';
import { statedNumber } from '../../contract/settings/stated-range.ts';
import type { Model } from '../model.ts';
import { PythonFloat } from './python-json.ts';

/** Whether images are what image processors of other programs expect: RGB of the range of its type. */
export function isUsualImage({ vit, valueRange }: Pick<Model, 'vit' | 'valueRange'>): boolean {
  return vit.channels === 3 && valueRange === 'type';
}

/** The field of a configuration; none for usual images. */
export function rangeField(model: Pick<Model, 'vit' | 'valueRange'>): Record<string, unknown> {
  if (isUsualImage(model)) return {};
  const { valueRange } = model;
  if (typeof valueRange === 'string') return { value_range: valueRange };
  const numbers = valueRange.map((pair) => pair.map((value) => new PythonFloat(value)));
  return { value_range: numbers };
}

/** For people, in whole sentences. */
export function scalingText({ vit: { channels }, valueRange }: Model): string {
  const scaled = 'Values are scaled to 0..1 and clipped';
  const of = `Images have ${countOf(channels, 'channel')}.`;
  if (valueRange === 'type')
    return `${of} ${scaled}: 0 and 1 are the ends of the range of their number type, such as 0 and 255, or 0 and 65535.`;
  if (typeof valueRange === 'string') {
    const number = statedNumber(valueRange)!;
    const which = number === 1 ? 'the range' : `range ${number} of those`;
    return `${of} ${scaled}: 0 and 1 are the ends of ${which} that each file states to be shown, such as the ${number === 1 ? 'window' : 'windows'} of DICOM.`;
  }
  const pairs = valueRange.map(([low, high]) => `${low} to ${high}`);
  const each =
    pairs.length === 1
      ? `from ${pairs[0]}`
      : `of each channel, in order: from ${pairs.join('; from ')}`;
  return `${of} ${scaled} as (value - low) / (high - low), ${each}.`;
}
