/** The values of the schedules at one step. */
import { StudioError } from '../../contract/errors.ts';
import type { StepScalars } from '../../tasks/learner.ts';
import type { Schedule, TrainingOptions } from './training-options.ts';

/** @throws StudioError `schedule-invalid` */
export function scalarsAt(
  { lr, weightDecay, emaMomentum }: TrainingOptions<never>['schedules'],
  step: number,
): StepScalars {
  const at = (schedule: Schedule) => {
    const value = typeof schedule === 'function' ? schedule(step) : schedule[step];
    if (value === undefined || !Number.isFinite(value))
      throw new StudioError('schedule-invalid', `A schedule has no value for step ${step}.`);
    return value;
  };
  return { lr: at(lr), weightDecay: at(weightDecay), emaMomentum: at(emaMomentum) };
}
