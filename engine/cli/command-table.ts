/** All commands, loaded when asked for, so that wrong usage is answered at once. */
import type { Command, CommandTable } from './command.ts';

const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  devices: () => import('./commands/devices.ts'),
  scan: () => import('./commands/scan.ts'),
  'sample-data': () => import('./commands/sample-data.ts'),
  recipes: () => import('./commands/recipes.ts'),
  estimate: () => import('./commands/estimate.ts'),
  pretrain: () => import('./commands/pretrain.ts'),
  finetune: () => import('./commands/finetune.ts'),
  evaluate: () => import('./commands/evaluate.ts'),
  predict: () => import('./commands/predict.ts'),
  knn: () => import('./commands/knn.ts'),
  embed: () => import('./commands/embed.ts'),
  compare: () => import('./commands/compare.ts'),
  resume: () => import('./commands/resume.ts'),
  stop: () => import('./commands/stop.ts'),
  runs: () => import('./commands/runs.ts'),
  import: () => import('./commands/import.ts'),
  export: () => import('./commands/export.ts'),
  serve: () => import('./commands/serve.ts'),
  setup: () => import('./commands/setup.ts'),
  selftest: () => import('./commands/selftest.ts'),
  bench: () => import('./commands/bench.ts'),
  demo: () => import('./commands/demo.ts'),
  help: () => import('./commands/help.ts'),
};

export const commandTable: CommandTable = {
  names: Object.keys(COMMANDS),
  async load(name) {
    return Object.hasOwn(COMMANDS, name) ? (await COMMANDS[name]!()).command : undefined;
  },
};
