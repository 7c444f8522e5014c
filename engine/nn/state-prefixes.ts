/** Names of the state tensors of pre-training on a device, in checkpoints and in packages. */

/** Prefixes of the state tensors of a module; those that a checkpoint holds come first. */
export const STATE_PREFIXES = {
  student: 'student.',
  teacher: 'teacher.',
  firstMoment: 'exp_avg.',
  secondMoment: 'exp_avg_sq.',
  gradient: 'grad.',
  pending: 'pending.',
  kept: 'kept.',
} as const;

/** Of state that a step writes before it reads it. */
const WITHIN_A_STEP = [STATE_PREFIXES.gradient, STATE_PREFIXES.pending, STATE_PREFIXES.kept];

/** Whether a state tensor is needed by the next step, and so belongs into a checkpoint. */
export function isPersistent(name: string): boolean {
  return !WITHIN_A_STEP.some((prefix) => name.startsWith(prefix));
}
