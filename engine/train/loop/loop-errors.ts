/** Why training gives up. */
import { StudioError } from '../../contract/errors.ts';

export function diverged(step: number, why: string, rewinds: number): StudioError {
  return new StudioError(
    'training-diverged',
    `Training diverged at step ${step}: ${why}, also after ${rewinds} rewinds.`,
    {
      advice:
        'Lower lr, set clip_grad (for example 1.0), lengthen warmup_epochs, or look for damaged images; the last good checkpoint is kept.',
      details: { step, rewinds },
    },
  );
}

/** After trouble with the device, of a run that did not begin at its first step. */
export function nothingToGoBackTo(run: string, step: number): StudioError {
  return new StudioError(
    'no-usable-checkpoint',
    `The device of ${run} had to be opened again at step ${step}, and none of its checkpoints can be used any more.`,
    { advice: 'Restore the checkpoints from a copy, or start a new run.', details: { step } },
  );
}
