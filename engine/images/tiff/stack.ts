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

/** Pages without a stated meaning. */
export function plainStack(pages: number, choice: ReadChoices['pages']): Stack {
  switch (choice) {
    case 'samples':
      return { samples: pages, partsOf: (sample) => [sample] };
    case 'first':
      return { samples: 1, partsOf: () => [0] };
    case 'channels':
      return { samples: 1, partsOf: () => Array.from({ length: pages }, (_, i) => i) };
  }
}
