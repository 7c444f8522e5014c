import path from 'node:path';
import { RUN_NAME } from '../../contract/jobs/common-fields.ts';
import { optionRules } from '../../contract/jobs/fields.ts';
import { parseMode } from '../../contract/mode.ts';
import { primaryText, writtenScores } from '../../contract/scores.ts';
import { readDevice } from '../device-option.ts';
import { percentText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { labelledSpec, modelReference, TASK_DATA_HELP } from '../labelled-options.ts';
import { table } from '../output.ts';
import { showNotes } from '../report.ts';
import { ON_INTERRUPT, readOverrides, START_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('compare', {
  details: `With small and large shares of the labels, and several seeds. ${TASK_DATA_HELP}`,
  // It takes a name, as it always has, and does nothing with it.
  options: { ...START_OPTIONS, ...optionRules({ name: RUN_NAME }) },
  examples: [
    'conmim compare --from workspace/runs/ID --train labelled/train --val labelled/test --fractions 0.01,0.1,1 --seeds 3',
    'conmim compare --from workspace/runs/ID --task segment --train data/scenes --format masks --fractions 0.1,1',
  ],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const workspace = workspaceOf(args, host);
    const { fractions, seeds, recipe } = request;
    const folder = path.resolve(host.cwd, request.out ?? path.join(workspace, 'comparison'));
    const comparison = await parts.compare({
      workspace,
      task: request.task,
      from: modelReference(request.from, request),
      labelled: labelledSpec(request, host),
      fractions,
      seeds,
      modes: request.modes.map(parseMode),
      ...(recipe === undefined ? {} : { recipe }),
      overrides: readOverrides(request.settings, args),
      folder: host.cwd,
      device: await readDevice(call, request.device),
      prepared: request.prepared,
      out: folder,
      onWait: (text) => out.waiting(text),
      onInterrupt: () => out.note(ON_INTERRUPT),
      onCell(cell, done, total) {
        const { fraction, seed, start, mode, labelled, run, primary, values } = cell;
        const scores = writtenScores({ primary, values });
        const about = { fraction, seed, start, mode, labelled, ...scores, run };
        out.record({ type: 'cell', ...about, done, total });
        out.note(
          `${done}/${total}  ${start === 'scratch' ? 'from scratch' : 'pre-trained '}  ${mode}  ${percentText(fraction)} of the labels, seed ${seed}: ${primaryText(cell)}`,
        );
      },
    });
    const { comparisonRecord } = await import('../../downstream/comparison.ts');
    const { comparisonFileNames, comparisonTable, gainText } = await import(
      '../../downstream/comparison-files.ts'
    );
    showNotes(out, comparison.warnings ?? []);
    const files = comparisonFileNames(comparison).map((name) => path.join(folder, name));
    out.record({ type: 'comparison', out: folder, ...comparisonRecord(comparison), files });
    out.result(table(comparisonTable(comparison)));
    for (const gain of comparison.gains) out.result(gainText(comparison, gain));
    out.result(`Table, figures and single results lie in ${folder}`);
  },
});
