/** Which pictures of a file are samples, and which are channels of one. */
import type { ReadChoices, ValueRange } from '../stored-image.ts';

export interface Stack {
  readonly samples: number;
  /** positions of the pictures whose channels together are those of a sample */
  partsOf(sample: number): readonly number[];
  readonly channelNames?: readonly string[];
  /** that is to be shown, where the pages do not state one */
  readonly range?: ValueRange;
}

/** Numbers of positions along the dimensions of a stack. */
export type StackSizes = Readonly<Record<'C' | 'Z' | 'T', number>>;

/**
 * The positions of the chosen dimensions are channels of a sample, those of the others samples; of
 * both, C runs fastest and T slowest.
 *
 * @param pageOf position of a picture in the file
 */
export function axesStack(
  sizes: StackSizes,
  pageOf: (at: StackSizes) => number,
  choice: ReadChoices['pages'],
): Stack {
  const channels = choice === 'first' ? 'C' : choice === 'none' ? '' : choice;
  const isChannel = (axis: keyof StackSizes) => channels.includes(axis);
  const along = (wanted: boolean): StackSizes => ({
    C: isChannel('C') === wanted ? sizes.C : 1,
    Z: isChannel('Z') === wanted ? sizes.Z : 1,
    T: isChannel('T') === wanted ? sizes.T : 1,
  });
  const [parts, samples] = [along(true), along(false)];
  const at = (position: number, { C, Z }: StackSizes): StackSizes => ({
    C: position % C,
    Z: Math.floor(position / C) % Z,
    T: Math.floor(position / (C * Z)),
  });
  const countOf = ({ C, Z, T }: StackSizes) => C * Z * T;
  return {
    samples: choice === 'first' ? 1 : countOf(samples),
    partsOf(sample) {
      const own = at(sample, samples);
      return Array.from({ length: countOf(parts) }, (_, part) => {
        const { C, Z, T } = at(part, parts);
        return pageOf({ C: C + own.C, Z: Z + own.Z, T: T + own.T });
      });
    },
  };
}

/** Pages without a stated meaning, which are slices. */
export function plainStack(pages: number, choice: ReadChoices['pages']): Stack {
  return axesStack({ C: 1, Z: pages, T: 1 }, ({ Z }) => Z, choice);
}
