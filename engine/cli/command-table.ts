/** All commands. Each is loaded when it is run or explained, so that the others cost nothing. */
import { commandTableOf } from './find-command.ts';

export const commandTable = commandTableOf({
  devices: {
    summary: 'List the devices of this machine, and what unavailable ones need.',
    load: () => import('./commands/devices.ts'),
  },
  scan: {
    summary: 'Count the images of folders and name what cannot be read.',
    load: () => import('./commands/scan.ts'),
  },
  labels: {
    summary: 'Read masks, boxes or outlines of images, and name what is wrong with them.',
    load: () => import('./commands/labels.ts'),
  },
  pixels: {
    summary: 'Show what is read from a file: size, channels, range, values.',
    load: () => import('./commands/pixels.ts'),
  },
  'sample-data': {
    summary: 'Fetch a folder of real, labelled photographs to try things with.',
    load: () => import('./commands/sample-data.ts'),
  },
  recipes: {
    summary: 'List the recipes, explain every setting of one, or keep presets of your own.',
    load: () => import('./commands/recipes.ts'),
  },
  estimate: {
    summary: 'Estimate time, memory and disk of a pre-training by a measurement here.',
    load: () => import('./commands/estimate.ts'),
  },
  prepare: {
    summary: 'Shrink images once to what a recipe needs, so that training reads them faster.',
    load: () => import('./commands/prepare.ts'),
  },
  prepared: {
    summary: 'List prepared images and the space that they take, or remove some.',
    load: () => import('./commands/prepared.ts'),
  },
  pretrain: {
    summary: 'Pre-train on a folder of images, without labels.',
    load: () => import('./commands/pretrain.ts'),
  },
  finetune: {
    summary: 'Fine-tune a trained network on labelled images.',
    load: () => import('./commands/finetune.ts'),
  },
  evaluate: {
    summary: 'Evaluate a fine-tuned network on labelled images.',
    load: () => import('./commands/evaluate.ts'),
  },
  predict: {
    summary:
      'Apply a fine-tuned network to new images: classes with probabilities, masks, or objects.',
    load: () => import('./commands/predict.ts'),
  },
  knn: {
    summary: 'Evaluate features by nearest neighbours (kNN), without training.',
    load: () => import('./commands/knn.ts'),
  },
  embed: {
    summary:
      'Write embeddings: the features of images as a table, for search, clustering and plots.',
    load: () => import('./commands/embed.ts'),
  },
  compare: {
    summary: 'Compare training from a pre-trained network with training from scratch.',
    load: () => import('./commands/compare.ts'),
  },
  study: {
    summary: 'Train a recipe with varied settings, and tell which gives the best features.',
    load: () => import('./commands/study.ts'),
  },
  report: {
    summary: 'Write a report of a run, a comparison or a study, as one HTML file.',
    load: () => import('./commands/report.ts'),
  },
  resume: {
    summary: 'Resume a run from its newest valid checkpoint.',
    load: () => import('./commands/resume.ts'),
  },
  launch: {
    summary: 'Write what starts a training on several machines: Slurm, Kubeflow, or mpirun.',
    load: () => import('./commands/launch.ts'),
  },
  stop: {
    summary: 'Let a running run save a checkpoint and stop.',
    load: () => import('./commands/stop.ts'),
  },
  runs: {
    summary: 'List the runs of a workspace, or show, rename, tag and delete them.',
    load: () => import('./commands/runs.ts'),
  },
  insight: {
    summary: 'Show what a network has learnt, and whether a run is learning.',
    load: () => import('./commands/insight.ts'),
  },
  import: {
    summary: 'Import weights of another program: ConMIM, BEiT, timm, transformers or torchvision.',
    load: () => import('./commands/import.ts'),
  },
  export: {
    summary: 'Export a network for other programs or machines.',
    load: () => import('./commands/export.ts'),
  },
  serve: {
    summary: 'The application in a browser, for this machine or one without a screen.',
    load: () => import('./commands/serve.ts'),
  },
  setup: {
    summary: 'Fetch ONNX Runtime’s files for CUDA, for NVIDIA GPUs under Linux.',
    load: () => import('./commands/setup.ts'),
  },
  selftest: {
    summary: 'Compare results of this machine with stored reference values.',
    load: () => import('./commands/selftest.ts'),
  },
  bench: {
    summary: 'Measure the speed of a training step, or of data loading.',
    load: () => import('./commands/bench.ts'),
  },
  demo: {
    summary: 'Pre-train on real photographs for a few minutes, and evaluate the features by kNN.',
    load: () => import('./commands/demo.ts'),
  },
  completion: {
    summary: 'Print the script by which a shell completes conmim at the Tab key.',
    load: () => import('./commands/completion.ts'),
  },
  help: {
    summary: 'Explain the commands, or one of them.',
    load: () => import('./commands/help.ts'),
  },
});
