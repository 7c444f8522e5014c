import path from 'node:path';
import { warningRecord } from '../../contract/warning-codes.ts';
import { reportLines, reportRecord } from '../../evaluation/report-text.ts';
import { readDevice } from '../device-option.ts';
import { percentText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { DATA_HELP, modelReference } from '../labelled-options.ts';
import { CountProgress } from '../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

const SWEEP = [1, 5, 10, 20, 50, 100, 200];

export const command = jobCommand('knn', {
  summary: `Evaluate features without training: each image gets the class of its nearest neighbours. ${DATA_HELP}`,
  options: RUN_OPTIONS,
  examples: ['conmim knn --from workspace/runs/ID --train labelled/train --val labelled/test'],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const { k } = request;
    const progress = new CountProgress(out, host.now);
    const { report, sweep, warnings } = await parts
      .knn({
        workspace: workspaceOf(args, host),
        from: modelReference(request.from, request),
        train: path.resolve(host.cwd, request.train),
        val: path.resolve(host.cwd, request.val),
        ks: [k, ...SWEEP.filter((other) => other !== k)],
        device: await readDevice(call, request.device),
        onProgress: (at) => progress.show(`${at.done} of ${at.total} images`, at),
      })
      .finally(() => progress.finish());
    for (const message of warnings) {
      out.record(warningRecord('evaluation-note', message));
      out.note(`Note: ${message}`);
    }
    out.result(
      `Neighbours: ${sweep.map((entry) => `${entry.k}: ${percentText(entry.top1)}`).join(', ')}`,
    );
    out.result(`With ${k} of them:`);
    for (const line of reportLines(report)) out.result(line);
    out.record({ ...reportRecord(report), k, sweep });
  },
});
