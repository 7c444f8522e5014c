/**
 * Alarms about a pre-training, from the measures of its probe set and its schedule. Each names one
 * cause, is given once, and says what to do. docs/insight.md has the reasons of all limits.
 */
import type { MeasuredAlarm } from '../contract/alarm-codes.ts';
import type { LearningMeasures } from '../contract/learning-measures.ts';
import { percentText } from '../contract/number-text.ts';
import type { Notice } from '../runs/events.ts';
import { bestProbability, retainedShare, teacherLag } from './teacher-pace.ts';

/** What is known of a run before it is measured. */
export interface RunFacts {
  readonly totalSteps: number;
  readonly temperature: number;
  /** EMA momentum of each step */
  readonly emaMomentum: ArrayLike<number>;
}

interface Reading {
  readonly step: number;
  readonly measures: LearningMeasures;
  readonly facts: RunFacts;
}

interface Rule {
  readonly code: MeasuredAlarm;
  /** Measurements in a row for which it must hold. */
  readonly times: number;
  /** Share of the run before which it is not asked. */
  readonly after?: number;
  /** A reported cause that explains this too. */
  readonly unless?: readonly MeasuredAlarm[];
  holds(reading: Reading): boolean;
  message(reading: Reading): string;
  readonly advice: string;
}

/** Share of single-coloured images from which they are a trouble of the set. */
const FLAT_SHARE = 0.5;
/** Steps by which the teacher must lag at least. */
const LEAST_LAG = 2;
/** Share of its first weights that the teacher may keep to the end. */
const MOST_RETAINED = 0.5;
/** Even a perfect student should give its own patch at least this probability. */
const LEAST_BEST_PROBABILITY = 0.5;
const EVEN_ENTROPY = 0.97;
/** How much more probable than true the student's choices may be. */
const MOST_OVERCONFIDENCE = 0.35;
/** Loss relative to that of guessing. */
const DIVERGED_LOSS = 1.1;
const POSITION_MATCH = 0.1;
const POSITION_CHANCES = 6;
const COLLAPSED_RANK = 0.04;
const DEAD_SHARE = 0.5;

const chanceLoss = ({ chance }: LearningMeasures) => -Math.log(chance);

const RULES: readonly Rule[] = [
  {
    code: 'images-flat',
    times: 1,
    holds: ({ measures }) => measures.flatImages >= FLAT_SHARE,
    message: ({ measures }) =>
      `${percentText(measures.flatImages, 0)} of the probe images show a single colour, so their patches cannot be told apart.`,
    advice:
      'Look at the images (conmim scan). If they are not empty, set value_range, mean and std so that their contents fill the range.',
  },
  {
    code: 'teacher-too-fast',
    times: 1,
    holds: ({ step, facts }) =>
      teacherLag(facts.emaMomentum, step) < LEAST_LAG && step >= LEAST_LAG,
    message: ({ step, measures, facts }) =>
      `The teacher follows the student within ${teacherLag(facts.emaMomentum, step).toFixed(1)} steps (their weights differ by ${percentText(measures.teacherDistance)}), so the student learns to match itself.`,
    advice: 'Raise ema_momentum; 0.98 suits runs of some hundred steps, 0.996 long ones.',
  },
  {
    code: 'teacher-too-slow',
    times: 1,
    holds: ({ facts }) => retainedShare(facts.emaMomentum) > MOST_RETAINED,
    message: ({ facts }) =>
      `At the end of this run ${percentText(retainedShare(facts.emaMomentum), 0)} of the teacher will still be the weights that it started with, so the student learns to match a network that hardly learns.`,
    advice: 'Lower ema_momentum and ema_momentum_end, or train longer.',
  },
  {
    code: 'temperature-too-high',
    times: 1,
    after: 0.02,
    holds: ({ measures, facts }) =>
      measures.predictionEntropy > EVEN_ENTROPY &&
      bestProbability(facts.temperature, measures.chance) < LEAST_BEST_PROBABILITY,
    message: ({ measures, facts }) =>
      `With temperature ${facts.temperature} the probabilities of all patches are nearly equal (entropy ${percentText(measures.predictionEntropy)} of that of guessing), and even a perfect student would give its own patch only ${percentText(bestProbability(facts.temperature, measures.chance), 0)}.`,
    advice: 'Lower temperature; the authors use 0.1.',
  },
  {
    code: 'temperature-too-low',
    times: 2,
    holds: ({ measures }) => measures.confidence - measures.match > MOST_OVERCONFIDENCE,
    message: ({ measures, facts }) =>
      `With temperature ${facts.temperature} the student gives its choices a probability of ${percentText(measures.confidence, 0)}, and ${percentText(measures.match)} of them are right: the loss follows a few wrong patches.`,
    advice: 'Raise temperature; the authors use 0.1.',
  },
  {
    code: 'position-shortcut',
    times: 1,
    holds: ({ measures: { positionMatch = 0, match, chance } }) =>
      positionMatch > Math.max(POSITION_MATCH, POSITION_CHANCES * chance) &&
      positionMatch > match / 2,
    message: ({ measures }) =>
      `The student finds ${percentText(measures.match)} of the masked patches, and ${percentText(measures.positionMatch ?? 0)} where the teacher sees another image: it matches positions, not contents.`,
    advice:
      'Use relative positions instead of absolute ones (rel_pos=shared, abs_pos=false), larger mask cells, or stronger augmentation.',
  },
  {
    code: 'diverging',
    times: 2,
    after: 0.02,
    unless: ['temperature-too-low'],
    holds: ({ measures }) =>
      !Number.isFinite(measures.loss) || measures.loss > DIVERGED_LOSS * chanceLoss(measures),
    message: ({ measures }) =>
      `The loss on the probe images is ${measures.loss.toFixed(2)}, more than the ${chanceLoss(measures).toFixed(2)} of guessing: training diverges.`,
    advice: 'Lower lr, set clip_grad (for example 3), or lengthen the warm-up.',
  },
  {
    code: 'features-collapsed',
    times: 2,
    after: 0.02,
    unless: ['images-flat', 'diverging'],
    holds: ({ measures }) => collapsed(measures),
    message: ({ measures }) =>
      `The features collapse: of ${measures.tokens} tokens the effective rank is ${measures.featureRank.toFixed(1)} (student ${measures.studentFeatureRank.toFixed(1)}), and ${measures.deadFeatures} dimensions are constant.`,
    advice:
      'Lower lr, raise ema_momentum, or begin again with the initialisation of the recipe (init_std, layer_scale).',
  },
];

function collapsed({
  featureRank,
  studentFeatureRank,
  deadFeatures,
  width,
}: LearningMeasures): boolean {
  const least = Math.min(featureRank, studentFeatureRank);
  return least < Math.max(1.5, COLLAPSED_RANK * width) || deadFeatures > DEAD_SHARE * width;
}

export class LearningAlarms {
  readonly #facts: RunFacts;
  readonly #given = new Set<MeasuredAlarm>();
  readonly #inARow = new Map<MeasuredAlarm, number>();

  constructor(facts: RunFacts) {
    this.#facts = facts;
  }

  /** @param step completed steps, ascending */
  judge(step: number, measures: LearningMeasures): Notice[] {
    const facts = this.#facts;
    const reading = { step, measures, facts };
    const notices: Notice[] = [];
    for (const rule of RULES) {
      const { code, times, after = 0, unless = [], advice } = rule;
      const holds = step >= after * facts.totalSteps && rule.holds(reading);
      const count = holds ? (this.#inARow.get(code) ?? 0) + 1 : 0;
      this.#inARow.set(code, count);
      if (count < times || this.#given.has(code)) continue;
      if (unless.some((cause) => this.#given.has(cause))) continue;
      this.#given.add(code);
      notices.push({ code, message: rule.message(reading), advice });
    }
    return notices;
  }
}
