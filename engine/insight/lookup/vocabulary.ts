/** What clusters of patches hold: how many patches of how many images, and examples. */
import type { StoredWord } from './index-files.ts';

export interface WordedPatches {
  /** [patches] */
  readonly words: Uint16Array;
  /** [patches] similarity to the centre of the word */
  readonly nearness: Float32Array;
  /** patches of an image */
  readonly perImage: number;
}

const EXAMPLES = 24;
/** So that examples show more than a few images. */
const EXAMPLES_OF_AN_IMAGE = 2;

export function describeWords(
  { words, nearness, perImage }: WordedPatches,
  count: number,
): StoredWord[] {
  const members: number[][] = Array.from({ length: count }, () => []);
  words.forEach((word, patch) => {
    members[word]!.push(patch);
  });
  return members.map((patches) => {
    const images = new Set(patches.map((patch) => Math.floor(patch / perImage)));
    patches.sort((a, b) => nearness[b]! - nearness[a]! || a - b);
    return { patches: patches.length, images: images.size, examples: spread(patches, perImage) };
  });
}

function spread(patches: readonly number[], perImage: number): number[] {
  const ofImage = new Map<number, number>();
  const examples: number[] = [];
  for (const patch of patches) {
    const image = Math.floor(patch / perImage);
    const before = ofImage.get(image) ?? 0;
    if (before === EXAMPLES_OF_AN_IMAGE) continue;
    ofImage.set(image, before + 1);
    if (examples.push(patch) === EXAMPLES) break;
  }
  return examples;
}
