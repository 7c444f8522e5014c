import path from 'node:path';
import { RUN_NAME } from '../../contract/jobs/common-fields.ts';
import { optionRules } from '../../contract/jobs/fields.ts';
import { comparisonGains, comparisonRows } from '../../downstream/comparison.ts';
import { comparisonTable, gainText } from '../../downstream/comparison-files.ts';
import { parseMode } from '../../tasks/classify/mode.ts';
import { readDevice } from '../device-option.ts';
import { percentText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { labelledSpec, modelReference } from '../labelled-options.ts';
import { table } from '../output.ts';
import { readOverrides, START_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('compare', {
  summary:
    'Does pre-training help? The same recipe from the trained network and from scratch, with few labels and many, several times.',
  // It takes a name, as it always has, and does nothing with it.
  options: { ...START_OPTIONS, ...optionRules({ name: RUN_NAME }) },
  examples: [
    'conmim compare --from workspace/runs/ID --train labelled/train --val labelled/test --fractions 0.01,0.1,1 --seeds 3',
  ],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const workspace = workspaceOf(args, host);
    const { fractions, seeds, recipe } = request;
    const folder = path.resolve(host.cwd, request.out ?? path.join(workspace, 'comparison'));
    const results = await parts.compare({
      workspace,
      from: modelReference(request.from, request),
      labelled: labelledSpec(request, host),
      fractions,
      seeds,
      modes: request.modes.map(parseMode),
      ...(recipe === undefined ? {} : { recipe }),
      overrides: readOverrides(request.settings, args),
      folder: host.cwd,
      device: await readDevice(call, request.device),
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
});
