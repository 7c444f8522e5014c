import path from 'node:path';
import { comparisonGains, comparisonRows } from '../../downstream/comparison.ts';
import { comparisonTable, gainText } from '../../downstream/comparison-files.ts';
import { parseMode } from '../../downstream/mode.ts';
import type { Command } from '../command.ts';
import { readDevice } from '../device-option.ts';
import { percentText } from '../format.ts';
import {
  DEVICE_OPTION,
  FROM_OPTIONS,
  LABELLED_OPTIONS,
  readLabelledSpec,
  readModelReference,
  readShares,
} from '../labelled-options.ts';
import { table } from '../output.ts';
import { RECIPE_OPTIONS, readOverrides, workspaceOf } from '../training.ts';

const FRACTIONS = [0.01, 0.1, 1];
const SEEDS = 3;

export const command: Command = {
  name: 'compare',
  summary:
    'Does pre-training help? The same recipe from the trained network and from scratch, with few labels and many, several times.',
  positionals: [],
  options: {
    ...FROM_OPTIONS,
    ...LABELLED_OPTIONS,
    fractions: {
      type: 'string',
      value: 'F,F…',
      help: `Shares of the labels (default ${FRACTIONS.join(',')}).`,
    },
    seeds: { type: 'string', value: 'N', help: `Times that each is trained (default ${SEEDS}).` },
    mode: {
      type: 'string',
      value: 'M[,M…]',
      help: 'What learns: full (default), partial:K, linear; several separated by commas.',
    },
    out: {
      type: 'string',
      value: 'DIR',
      help: 'Where results, table and figure are written (default in the workspace).',
    },
    ...RECIPE_OPTIONS,
    ...DEVICE_OPTION,
  },
  examples: [
    'conmim compare --from workspace/runs/ID --train labelled/train --val labelled/test --fractions 0.01,0.1,1 --seeds 3',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    const workspace = workspaceOf(args, host);
    const recipe = args.text('recipe');
    const folder = path.resolve(host.cwd, args.text('out') ?? path.join(workspace, 'comparison'));
    const results = await parts.compare({
      workspace,
      from: readModelReference(args),
      labelled: readLabelledSpec(args, host),
      fractions: readShares(args, 'fractions') ?? FRACTIONS,
      seeds: args.integer('seeds') ?? SEEDS,
      modes: (args.text('mode') ?? 'full').split(',').map(parseMode),
      ...(recipe === undefined ? {} : { recipe }),
      overrides: readOverrides(args),
      folder: host.cwd,
      device: await readDevice(call),
      out: folder,
      onWait: (text) => out.waiting(text),
      onCell(cell, done, total) {
        const { right, ...rest } = cell;
        out.record({ type: 'cell', ...rest, done, total });
        out.note(
          `${done}/${total}  ${cell.start === 'scratch' ? 'from scratch' : 'pre-trained '}  ${cell.mode}  ${percentText(cell.fraction)} of the labels, seed ${cell.seed}: top-1 ${percentText(cell.top1)}`,
        );
      },
    });
    out.record({
      type: 'comparison',
      out: folder,
      rows: comparisonRows(results),
      gains: comparisonGains(results),
    });
    out.result(table(comparisonTable(results)));
    for (const gain of comparisonGains(results)) out.result(gainText(gain));
    out.result(`Table, figures and single results lie in ${folder}`);
  },
};
