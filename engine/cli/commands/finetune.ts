import { usageError } from '../../contract/usage-error.ts';
import { parseMode } from '../../downstream/mode.ts';
import type { Command } from '../command.ts';
import {
  DATA_HELP,
  DEVICE_OPTION,
  FROM_OPTIONS,
  LABELLED_OPTIONS,
  readLabelledSpec,
  readModelReference,
  readShare,
} from '../labelled-options.ts';
import { metricsRecord, showMetrics } from '../metrics-text.ts';
import { followTraining, RECIPE_OPTIONS, readOverrides, workspaceOf } from '../training.ts';

export const command: Command = {
  name: 'finetune',
  summary: `Teach a trained network the classes of labelled images. ${DATA_HELP}`,
  positionals: [],
  options: {
    ...FROM_OPTIONS,
    from: {
      ...FROM_OPTIONS.from,
      value: 'RUN|FILE|scratch',
      help: `${FROM_OPTIONS.from.help} scratch starts from chance.`,
    },
    ...LABELLED_OPTIONS,
    fraction: {
      type: 'string',
      value: 'F',
      help: 'Learn from this share of the labels only, drawn evenly from every class.',
    },
    mode: {
      type: 'string',
      value: 'full|partial:K|linear',
      help: 'What learns: everything (default), the last K blocks, or a head on frozen features.',
    },
    ...RECIPE_OPTIONS,
    recipe: {
      ...RECIPE_OPTIONS.recipe,
      help: 'How to train; by the network’s size if left out. See: conmim recipes',
    },
    ...DEVICE_OPTION,
  },
  examples: [
    'conmim finetune --from workspace/runs/ID --train labelled/train --val labelled/val',
    'conmim finetune --from teacher.safetensors --train labels.csv --mode linear --json',
    'conmim finetune --from scratch --recipe micro --train labelled --val-fraction 0.2',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    const mode = parseMode(args.text('mode') ?? 'full');
    const given = args.need('from', 'RUN|FILE|scratch');
    const recipe = args.text('recipe');
    if (given === 'scratch' && args.text('network') !== undefined)
      throw usageError('--network means nothing with --from scratch.');
    const name = args.text('name');
    const { outcome } = await followTraining(call, (listener) =>
      parts.finetune({
        workspace: workspaceOf(args, host),
        ...(name === undefined ? {} : { name }),
        from: given === 'scratch' ? given : readModelReference(args),
        labelled: {
          ...readLabelledSpec(args, host),
          fraction: readShare(args, 'fraction') ?? 1,
          fractionSeed: args.integer('split-seed', 0) ?? 0,
        },
        ...(recipe === undefined ? {} : { recipe }),
        overrides: readOverrides(args),
        folder: host.cwd,
        mode,
        device: args.text('device') ?? 'auto',
        onNote(message) {
          out.record({ type: 'warning', code: 'weights-assumed', message });
          out.note(`Note: ${message}`);
        },
        onLoaded({ loaded, resized, leftAtStart, unused }) {
          out.record({ type: 'weights', loaded, resized, leftAtStart, unused });
          out.note(
            `Weights: ${loaded.length} tensors taken over${resized.length > 0 ? ` (${resized.length} resized)` : ''}, ${leftAtStart.length} start anew (${leftAtStart.join(', ')}), ${unused.length} not needed.`,
          );
        },
        ...listener,
      }),
    );
    if (outcome.report === undefined) return;
    showMetrics(out, outcome.report);
    out.record(metricsRecord(outcome.report));
  },
};
