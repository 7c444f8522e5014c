/** How many steps a training takes, and which setting decides it. */

export interface LengthSettings {
  readonly epochs: number;
  /** Null where epochs count. */
  readonly steps: number | null;
  /** Least steps of a run whose length is given in epochs; 0 or left out for none. */
  readonly min_steps?: number | undefined;
}

export interface TrainingLength {
  readonly steps: number;
  readonly decidedBy: keyof LengthSettings;
}

export function trainingLength(recipe: LengthSettings, stepsPerEpoch: number): TrainingLength {
  const { steps, min_steps: least = 0 } = recipe;
  if (steps !== null) return { steps, decidedBy: 'steps' };
  const inEpochs = recipe.epochs * stepsPerEpoch;
  return inEpochs < least
    ? { steps: least, decidedBy: 'min_steps' }
    : { steps: inEpochs, decidedBy: 'epochs' };
}
