import { PRECISIONS } from '../../contract/precision.ts';
import type { Command } from '../command.ts';
import { metricsRecord, showMetrics } from '../metrics-text.ts';
import { followTraining, RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command: Command = {
  name: 'resume',
  summary: 'Go on with a run from its newest good checkpoint.',
  positionals: ['RUN'],
  options: {
    ...RUN_OPTIONS,
    device: { type: 'string', value: 'D', help: 'Another device than the run was on.' },
    precision: {
      type: 'string',
      value: 'P',
      help: 'float32 or float16, where that is not what the run computed in.',
    },
    'accept-changed-data': { type: 'boolean', help: 'Go on although the images have changed.' },
  },
  examples: [
    'conmim resume workspace/runs/20260131-142501-tiny-4f2a10',
    'conmim resume chest --device cpu --precision float32',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    const device = args.text('device');
    const precision = args.choice('precision', PRECISIONS);
    const { outcome } = await followTraining(call, (listener) =>
      parts.resumeRun({
        workspace: workspaceOf(args, host),
        run: args.positionals[0]!,
        ...(device === undefined ? {} : { device }),
        ...(precision === undefined ? {} : { precision }),
        acceptChangedData: args.flag('accept-changed-data'),
        ...listener,
      }),
    );
    const report = 'report' in outcome ? outcome.report : undefined;
    if (report === undefined) return;
    showMetrics(out, report);
    out.record(metricsRecord(report));
  },
};
