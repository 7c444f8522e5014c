/** Selection of training images that are held out to choose between settings. */
import { StudioError } from '../../contract/errors.ts';
import { RandomStream } from '../../random/philox.ts';

export interface HeldOutSplit {
  /** Positions of rows, ascending. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
}

export interface HoldOutOptions {
  readonly share: number;
  readonly seed: number;
  /** what comes from one file and lies on one side; undefined for images of their own */
  readonly fileOf?: ((position: number) => number | undefined) | undefined;
}

/**
 * Hold out a share of each class, at least one image where the class has two. All that comes from one
 * file is drawn like one image, with the class of its first part.
 *
 * @throws StudioError `probe-too-few` when no class has two images
 */
export function holdOut(
  labels: ArrayLike<number>,
  classes: number,
  { share, seed, fileOf = () => undefined }: HoldOutOptions,
): HeldOutSplit {
  const members = Array.from({ length: classes }, (): number[][] => []);
  const files = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const file = fileOf(i);
    const known = file === undefined ? undefined : files.get(file);
    if (known !== undefined) {
      known.push(i);
      continue;
    }
    const parts = [i];
    if (file !== undefined) files.set(file, parts);
    members[labels[i]!]!.push(parts);
  }
  const heldOut = members.flatMap((drawn, c) => {
    const count = drawn.length < 2 ? 0 : Math.max(1, Math.round(share * drawn.length));
    const order = new RandomStream(seed, 'probe', c).shuffle(drawn.map((_, i) => i));
    return order.slice(0, count).flatMap((i) => drawn[i]!);
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
