/** Names of the state tensors of pre-training on a device, in checkpoints and in packages. */

/** Prefixes of the state tensors of a module; those that a checkpoint holds come first. */
export const STATE_PREFIXES = {
  student: 'student.',
  teacher: 'teacher.',
  firstMoment: 'exp_avg.',
  secondMoment: 'exp_avg_sq.',
  gradient: 'grad.',
  pending: 'pending.',
} as const;

/** Whether a state tensor is needed by the next step, and so belongs into a checkpoint. */
export function isPersistent(name: string): boolean {
  return !name.startsWith(STATE_PREFIXES.gradient) && !name.startsWith(STATE_PREFIXES.pending);
}
