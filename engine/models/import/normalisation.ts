/** How images of an imported network are scaled and normalised, from hints. */
import { countOf } from '../../contract/number-text.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { Model } from '../model.ts';
import type { Hints } from './hint-fields.ts';

/** The default of BEiT and of the authors' scripts, for both statistics. */
const USUAL = 0.5;

/** @throws StudioError `usage` where what is given is of another number of channels */
export function requireFitting(
  given: Pick<Hints, 'valueRange' | 'mean' | 'std'>,
  channels: number,
): void {
  const { valueRange: range, mean, std } = given;
  const counts = {
    'value-range': typeof range === 'string' || range?.length === 1 ? undefined : range?.length,
    mean: mean && spread(mean, channels) === undefined ? mean.length : undefined,
    std: std && spread(std, channels) === undefined ? std.length : undefined,
  };
  for (const [option, count] of Object.entries(counts))
    if (count !== undefined && count !== channels)
      throw usageError(
        `--${option} is for ${countOf(count, 'channel')}, and the network takes ${channels}.`,
      );
}

/** @param notes gets what is assumed, one sentence each */
export function normalisationOf(
  hints: Pick<Hints, 'valueRange' | 'mean' | 'std'>,
  channels: number,
  notes: string[],
): Pick<Model, 'valueRange' | 'mean' | 'std'> {
  const named = { mean: 'mean', std: 'standard deviation' } as const;
  const found = { mean: hints.mean, std: hints.std };
  for (const key of ['mean', 'std'] as const) {
    const values = found[key];
    if (values === undefined || spread(values, channels) !== undefined) continue;
    notes.push(
      `The ${named[key]} that was found is of ${countOf(values.length, 'channel')}, and the network takes ${channels}, so it is left out.`,
    );
    found[key] = undefined;
  }
  const untold = (['mean', 'std'] as const).filter((key) => found[key] === undefined);
  if (untold.length > 0)
    notes.push(
      `Nothing tells the ${untold.map((key) => named[key]).join(' and ')} that images were normalised with; ${USUAL} is assumed (else: --mean and --std).`,
    );
  return {
    valueRange: hints.valueRange ?? 'type',
    mean: spread(found.mean ?? [USUAL], channels)!,
    std: spread(found.std ?? [USUAL], channels)!,
  };
}

/** One number for each channel; undefined where there are as many for other channels. */
function spread(values: readonly number[], channels: number): readonly number[] | undefined {
  if (values.length === channels) return values;
  const [first] = values;
  return values.every((value) => value === first)
    ? Array.from({ length: channels }, () => first!)
    : undefined;
}
