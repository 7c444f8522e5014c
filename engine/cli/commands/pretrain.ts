import path from 'node:path';
import type { Collectives } from '../../collectives/collectives.ts';
import { defined } from '../../contract/defined.ts';
import type { RequestOf } from '../../contract/jobs/register.ts';
import type { CommandCall } from '../command.ts';
import { jobCommand } from '../job-command.ts';
import { readPretrainOrder } from '../pretrain-order.ts';
import { onRanks, RANK_OPTIONS } from '../ranks/on-ranks.ts';
import { followTraining, START_OPTIONS } from '../training.ts';

export const command = jobCommand('pretrain', {
  options: { ...START_OPTIONS, ...RANK_OPTIONS },
  examples: [
    'conmim pretrain --data ~/pictures --recipe tiny',
    'conmim pretrain --data a,b --recipe small --set batch_size=32 --epochs 10',
    'conmim pretrain --from package --data other-pictures --set epochs=50',
  ],
  run: (call, request) => onRanks(call, (ranks) => pretrain(call, request, ranks), request.devices),
});

async function pretrain(
  call: CommandCall,
  request: Pick<RequestOf<'pretrain'>, 'name' | 'knn' | 'devices'>,
  ranks: Collectives | undefined,
): Promise<void> {
  const { parts } = call;
  const { traitsOf } = await import('../../executors/devices.ts');
  const { warningFor } = await import('../../recipes/presets.ts');
  const { name, preset, from, ...order } = await readPretrainOrder(call);
  const warn = (device: string) => preset && warningFor(preset, traitsOf(device).computesOn);
  await followTraining(
    call,
    (listener) =>
      parts.pretrain({
        ...order,
        ...defined({ ranks, devices: request.devices }),
        name: request.name ?? name,
        ...defined({ knn: request.knn && path.resolve(call.host.cwd, request.knn) }),
        ...(from === undefined ? {} : { from }),
        ...listener,
      }),
    warn,
  );
}
