/** Selection of training images that are held out to choose between settings. */
import { StudioError } from '../../contract/errors.ts';
import { RandomStream } from '../../random/philox.ts';

export interface HeldOutSplit {
  /** Positions of rows, ascending. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * Hold out a share of each class, at least one image where the class has two.
 * @throws StudioError `probe-too-few` when no class has two images
 */
export function holdOut(
  labels: ArrayLike<number>,
  classes: number,
  { share, seed }: { readonly share: number; readonly seed: number },
): HeldOutSplit {
  const members = Array.from({ length: classes }, (): number[] => []);
  for (let i = 0; i < labels.length; i++) members[labels[i]!]!.push(i);
  const heldOut = members.flatMap((rows, c) => {
    const count = rows.length < 2 ? 0 : Math.max(1, Math.round(share * rows.length));
    return new RandomStream(seed, 'probe', c).shuffle(rows).slice(0, count);
  });
  if (heldOut.length === 0)
    throw new StudioError(
      'probe-too-few',
      `None of the ${labels.length} labelled images can be held out: no class has two.`,
      { advice: 'Label at least two images of some class.' },
    );
  const held = new Set(heldOut);
  const train = Array.from({ length: labels.length }, (_, i) => i).filter((i) => !held.has(i));
  return { train: Int32Array.from(train), heldOut: Int32Array.from(held).sort() };
}
