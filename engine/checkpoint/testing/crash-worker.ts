/**
 * A process that kills itself at a stage of saving a checkpoint. Tests check that afterwards only
 * complete checkpoints are found.
 *
 * Arguments: the `checkpoints` folder, the step, the stage.
 */
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { saveCheckpoint } from '../save.ts';

/**
 * A state of several tensors whose values depend on the step, so that partial states are detected.
 */
export function crashState(step: number): Map<string, HostTensor> {
  const tensor = (size: number): HostTensor => ({
    dtype: 'f32',
    shape: [size],
    data: Float32Array.from({ length: size }, (_, i) => step + i / 8),
  });
  return new Map([
    ['a', tensor(1000)],
    ['b', tensor(30_000)],
    ['c', tensor(7)],
  ]);
}

if (process.argv[2] !== undefined && process.argv[4] !== undefined) {
  const [root, step, stage] = process.argv.slice(2) as [string, string, string];
  await saveCheckpoint({
    root,
    position: { step: Number(step), skippedBatches: [], failedInARow: 0 },
    state: crashState(Number(step)),
    versions: {},
    hooks: {
      after(reached) {
        if (reached === stage) process.kill(process.pid, 'SIGKILL');
      },
    },
  });
}
