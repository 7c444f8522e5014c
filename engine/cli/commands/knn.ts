import path from 'node:path';
import type { Command } from '../command.ts';
import { readDevice } from '../device-option.ts';
import { percentText } from '../format.ts';
import {
  DATA_HELP,
  DEVICE_OPTION,
  FROM_OPTIONS,
  LABELLED_OPTIONS,
  readModelReference,
} from '../labelled-options.ts';
import { metricsRecord, showMetrics } from '../metrics-text.ts';
import { CountProgress } from '../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

const K = 20;
const SWEEP = [1, 5, 10, 20, 50, 100, 200];

export const command: Command = {
  name: 'knn',
  summary: `Judge features without training: each image takes the class of its nearest neighbours. ${DATA_HELP}`,
  positionals: [],
  options: {
    ...FROM_OPTIONS,
    train: { ...LABELLED_OPTIONS.train, help: 'Labelled images whose labels vote.' },
    val: LABELLED_OPTIONS.val,
    k: {
      type: 'string',
      value: 'K',
      help: `Neighbours that vote (default ${K}); others are shown beside it.`,
    },
    ...RUN_OPTIONS,
    ...DEVICE_OPTION,
  },
  examples: ['conmim knn --from workspace/runs/ID --train labelled/train --val labelled/test'],
  async run(call) {
    const { args, out, host, parts } = call;
    const k = args.integer('k') ?? K;
    const progress = new CountProgress(out, host.now);
    const folder = (name: string) => path.resolve(host.cwd, args.need(name, 'DIR|CSV'));
    const from = readModelReference(args);
    const { report, sweep, warnings } = await parts
      .knn({
        workspace: workspaceOf(args, host),
        from,
        train: folder('train'),
        val: folder('val'),
        ks: [k, ...SWEEP.filter((other) => other !== k)],
        device: await readDevice(call),
        onProgress: (at) => progress.show(`${at.done} of ${at.total} images`, at),
      })
      .finally(() => progress.finish());
    for (const message of warnings) {
      out.record({ type: 'warning', code: 'evaluation-note', message });
      out.note(`Note: ${message}`);
    }
    out.result(
      `Neighbours: ${sweep.map((entry) => `${entry.k}: ${percentText(entry.top1)}`).join(', ')}`,
    );
    out.result(`With ${k} of them:`);
    showMetrics(out, report);
    out.record({ ...metricsRecord(report), k, sweep });
  },
};
