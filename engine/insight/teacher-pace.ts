/** What follows from temperature and EMA momentum alone. */

/** Steps by which the teacher's weights lag behind the student's on average, after `steps` updates. */
export function teacherLag(momentum: ArrayLike<number>, steps: number): number {
  let lag = 0;
  for (let i = 0; i < Math.min(steps, momentum.length); i++) lag = momentum[i]! * (lag + 1);
  return lag;
}

/** Share of the teacher at the end of the run that is still its first weights. */
export function retainedShare(momentum: ArrayLike<number>): number {
  let share = 1;
  for (let i = 0; i < momentum.length; i++) share *= momentum[i]!;
  return share;
}

/** The probability of the own patch where its cosine is 1 and that of all others 0. */
export function bestProbability(temperature: number, chance: number): number {
  return 1 / (1 + (1 / chance - 1) * Math.exp(-1 / temperature));
}
