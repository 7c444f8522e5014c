/** The length of a training in steps and epochs. */
import { countText } from '../../ui/format.ts';

type Values = Readonly<Record<string, unknown>>;

/** For example `3,120 steps of 64 images, so that each of 10,000 images is seen 20 times`. */
export function lengthText(values: Values, images: number): string {
  const batch = Number(values['batch_size']);
  const epochs = Number(values['epochs']);
  const given = values['steps'];
  const perEpoch = Math.floor(images / batch);
  const steps = typeof given === 'number' ? given : perEpoch * epochs;
  const of = `${countText(steps)} steps of ${countText(batch)} images`;
  if (images === 0)
    return typeof given === 'number' ? of : `${timesText(epochs)} through all images`;
  if (perEpoch === 0) return `${of}; there are only ${countText(images)} images`;
  const times = steps / perEpoch;
  return times < 1
    ? `${of}, so that about ${Math.round(times * 100)} % of ${countText(images)} images are seen`
    : `${of}, so that each of ${countText(images)} images is seen ${timesText(times)}`;
}

function timesText(times: number): string {
  const round = times < 10 ? Number(times.toFixed(1)) : Math.round(times);
  const about = Math.abs(round - times) > 0.001 ? 'about ' : '';
  return round === 1
    ? 'once'
    : round === 2
      ? 'twice'
      : `${about}${times < 10 ? round : countText(round)} times`;
}
