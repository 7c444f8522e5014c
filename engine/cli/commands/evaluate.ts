import path from 'node:path';
import { warningRecord } from '../../contract/warning-codes.ts';
import { reportLines, reportRecord } from '../../evaluation/report-text.ts';
import { readDevice } from '../device-option.ts';
import { countText, percentText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { CSV_OPTION, DATA_HELP, modelReference } from '../labelled-options.ts';
import { CountProgress } from '../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

const SHOWN_MISTAKES = 5;

export const command = jobCommand('evaluate', {
  summary: `Evaluate a classifier on labelled images. ${DATA_HELP}`,
  options: {
    out: {
      type: 'string',
      value: 'DIR',
      help: 'Write predictions with probabilities, the confusion matrix and the worst mistakes there.',
    },
    ...CSV_OPTION,
    ...RUN_OPTIONS,
  },
  examples: ['conmim evaluate --model workspace/runs/ID --data labelled/test --out results'],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const folder = args.text('out');
    const progress = new CountProgress(out, host.now);
    const { report, imagesPerSecond, paths, files, warnings } = await parts
      .evaluate({
        workspace: workspaceOf(args, host),
        model: modelReference(request.model, request),
        data: path.resolve(host.cwd, request.data),
        ...(folder === undefined ? {} : { out: path.resolve(host.cwd, folder) }),
        keepFormulas: args.flag('keep-formulas'),
        device: await readDevice(call, request.device),
        onProgress: (at) => progress.show(`${at.done} of ${at.total} images`, at),
      })
      .finally(() => progress.finish());
    for (const message of warnings) {
      out.record(warningRecord('evaluation-note', message));
      out.note(`Note: ${message}`);
    }
    for (const line of reportLines(report)) out.result(line);
    out.result(`  ${countText(Math.round(imagesPerSecond))} images/s`);
    const { mistakes, classes } = report;
    if (mistakes.length > 0) out.result('The most confident mistakes:');
    for (const { image, label, predicted, confidence } of mistakes.slice(0, SHOWN_MISTAKES))
      out.result(
        `  ${paths[image]}: ${classes[predicted]} (${percentText(confidence)}), in truth ${classes[label]}`,
      );
    if (files.length > 0) out.result(`Written: ${files.join(', ')}`);
    out.record({ ...reportRecord(report), imagesPerSecond, files });
  },
});
