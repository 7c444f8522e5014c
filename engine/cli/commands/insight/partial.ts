import path from 'node:path';
import { primaryText, scoreValueText } from '../../../contract/scores.ts';
import { tunedBlocksOf } from '../../../contract/tuned-blocks.ts';
import type { PartialCurve } from '../../../downstream/partial-curve.ts';
import { readDevice } from '../../device-option.ts';
import { jobCommand } from '../../job-command.ts';
import { labelledSpec, modelReference, TASK_DATA_HELP } from '../../labelled-options.ts';
import { table } from '../../output.ts';
import { showNotes } from '../../report.ts';
import { ON_INTERRUPT, readOverrides, START_OPTIONS, workspaceOf } from '../../training.ts';

export const command = jobCommand('partial', {
  details: `Fine-tunes the head, then more and more of the last blocks, each from the network and from scratch, and draws the scores as one figure. The same command computes what is missing. ${TASK_DATA_HELP}`,
  options: START_OPTIONS,
  examples: ['conmim insight partial RUN --train labelled/train --val labelled/test --out partial'],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const workspace = workspaceOf(args, host);
    const { recipe, seeds, blocks } = request;
    const folder = path.resolve(host.cwd, request.out ?? path.join(workspace, 'partial'));
    const { curve, files } = await parts.partial({
      workspace,
      task: request.task,
      from: modelReference(request.from, request),
      labelled: labelledSpec(request, host),
      seeds,
      blocks,
      ...(recipe === undefined ? {} : { recipe }),
      overrides: readOverrides(request.settings, args),
      folder: host.cwd,
      device: await readDevice(call, request.device),
      out: folder,
      onWait: (text) => out.waiting(text),
      onInterrupt: () => out.note(ON_INTERRUPT),
      onCell(cell, done, total) {
        const { seed, start, mode, run } = cell;
        const tuned = tunedBlocksOf(mode);
        out.record({ type: 'cell', blocks: tuned, seed, start, run, done, total });
        out.note(
          `${done}/${total}  ${start === 'scratch' ? 'untrained  ' : 'pre-trained'}  ${tuned} blocks tuned, seed ${seed}: ${primaryText(cell)}`,
        );
      },
    });
    const { partialRecord } = await import('../../../downstream/partial-files.ts');
    showNotes(out, curve.warnings ?? []);
    out.record({ type: 'insight', view: 'partial', out: folder, ...partialRecord(curve), files });
    out.result(table(tableOf(curve)));
    out.result(`Drawn: ${files.at(-1)}`);
  },
});

function tableOf({ primary, points }: PartialCurve): string[][] {
  const text = (value: number) => scoreValueText(primary.name, value);
  const counts = [...new Set(points.map(({ blocks }) => blocks))];
  return [
    ['TUNED BLOCKS', 'UNTRAINED', 'PRE-TRAINED'],
    ...counts.map((count) => [
      String(count),
      ...(['scratch', 'pretrained'] as const).map((start) => {
        const point = points.find((one) => one.blocks === count && one.start === start);
        if (point === undefined) return '';
        const { value, low, high } = point.score;
        return `${text(value)} (${text(low)} to ${text(high)})`;
      }),
    ]),
  ];
}
