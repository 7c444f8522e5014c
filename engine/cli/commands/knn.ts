import path from 'node:path';
import { readDevice } from '../device-option.ts';
import { countOf } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { CSV_OPTION, DATA_HELP, modelReference } from '../labelled-options.ts';
import { CountProgress } from '../progress.ts';
import { showNotes, showReport } from '../report.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('knn', {
  details: DATA_HELP,
  options: {
    out: {
      value: 'DIR',
      help: 'Write predictions, the confusion matrix and the neighbours of images there.',
    },
    ...CSV_OPTION,
    ...RUN_OPTIONS,
  },
  examples: ['conmim knn --from workspace/runs/ID --train labelled/train --val labelled/test'],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const { neighbourCounts } = await import('../../tasks/knn/evaluate.ts');
    const progress = new CountProgress(out, host.now);
    const folder = args.text('out');
    const { report, warnings, files } = await parts
      .knn({
        workspace: workspaceOf(args, host),
        from: modelReference(request.from, request),
        train: path.resolve(host.cwd, request.train),
        val: path.resolve(host.cwd, request.val),
        ks: neighbourCounts(request.k),
        ...(folder === undefined ? {} : { out: path.resolve(host.cwd, folder) }),
        keepFormulas: args.flag('keep-formulas'),
        device: await readDevice(call, request.device, request.precision),
        precision: request.precision,
        onProgress: (at) => progress.show(`${at.done} of ${countOf(at.total, 'image')}`, at),
      })
      .finally(() => progress.finish());
    showNotes(out, warnings);
    showReport(out, { report, files });
  },
});
