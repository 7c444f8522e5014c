import path from 'node:path';
import { denseLabelsOf } from '../../contract/dense-labels.ts';
import { readDevice } from '../device-option.ts';
import { countOf, countText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { CSV_OPTION, modelReference, TASK_DATA_HELP } from '../labelled-options.ts';
import { CountProgress } from '../progress.ts';
import { showFiles, showNotes } from '../report.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('evaluate', {
  details: TASK_DATA_HELP,
  options: {
    out: {
      value: 'DIR',
      help: 'Write predictions with probabilities, the confusion matrix and the worst mistakes there.',
    },
    ...CSV_OPTION,
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim evaluate --model workspace/runs/ID --data labelled/test --out results',
    'conmim evaluate --model workspace/runs/ID --data photos --masks masks --classes classes.csv',
    'conmim evaluate --model workspace/runs/ID --data data/coco --format coco',
  ],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const folder = args.text('out');
    const progress = new CountProgress(out, host.now);
    const { report, details, imagesPerSecond, files, warnings } = await parts
      .evaluate({
        workspace: workspaceOf(args, host),
        model: modelReference(request.model, request),
        task: request.task,
        data: path.resolve(host.cwd, request.data),
        split: request.split,
        labelSeparator: request.labelSeparator,
        dense: denseLabelsOf(request, (given) => path.resolve(host.cwd, given)),
        threshold: request.threshold,
        ...(folder === undefined ? {} : { out: path.resolve(host.cwd, folder) }),
        keepFormulas: args.flag('keep-formulas'),
        device: await readDevice(call, request.device, request.precision),
        precision: request.precision,
        onProgress: (at) => progress.show(`${at.done} of ${countOf(at.total, 'image')}`, at),
      })
      .finally(() => progress.finish());
    showNotes(out, warnings);
    const rate = `  ${countText(Math.round(imagesPerSecond))} images/s`;
    for (const line of [...report.lines, rate, ...details]) out.result(line);
    showFiles(out, files);
    out.record({ ...report.record, imagesPerSecond, files });
  },
});
