import { settingOptions } from '../../contract/jobs/fields.ts';
import type { Estimate } from '../../contract/studio/estimate.ts';
import type { Command } from '../command.ts';
import { bytesText, clockText, countOf, countText, hoursText } from '../format.ts';
import { type Output, table } from '../output.ts';
import { ORDER_OPTIONS, readPretrainOrder } from '../pretrain-order.ts';
import { CountProgress } from '../progress.ts';

export const command: Command = {
  name: 'estimate',
  positionals: [],
  options: ORDER_OPTIONS,
  examples: ['conmim estimate --data ~/pictures --recipe small --set batch_size=32'],
  async run(call) {
    const { out, host, parts } = call;
    const { name, preset, from: _, ...order } = await readPretrainOrder(call);
    const progress = new CountProgress(out, host.now);
    const found = await parts
      .estimate({
        ...order,
        preset,
        onProgress: ({ done, total, text }) =>
          progress.show(total === 0 ? text : `${text}: ${countText(done)} of ${countText(total)}`),
      })
      .finally(() => progress.finish());
    out.record({ type: 'estimate', ...found });
    showEstimate(out, name, found);
  },
};

function showEstimate(out: Output, name: string, found: Estimate): void {
  const time = found.seconds < 60 ? clockText(found.seconds) : hoursText(found.seconds / 3600);
  out.result(`${name} on ${countOf(found.images, 'image')}, ${found.device}: ${time}\n`);
  const rows = [
    ['steps', `${countText(found.steps)}, ${countText(found.stepsPerEpoch)} an epoch`],
    ['step time', millisecondsText(found.stepMs)],
    ['data loading', `${millisecondsText(found.dataMs)} per step, in parallel`],
    ['memory', `${bytesText(found.memoryBytes)} of ${bytesText(found.machineMemoryBytes)}`],
    [
      'disk',
      `${bytesText(found.diskBytes)} of ${bytesText(found.freeDiskBytes)} free, ${bytesText(found.checkpointBytes)} a checkpoint`,
    ],
  ];
  out.result(table(rows));
  if (found.fit !== undefined) out.result(`\n${found.fit.text}`);
  if (found.remedy !== undefined) {
    const { settings, text } = found.remedy;
    out.note(`\n${text} With: ${settingOptions(settings).join(' ')}`);
  }
  for (const warning of found.warnings) out.note(`\nWarning: ${warning}`);
}

function millisecondsText(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
