/** The plan of a study: which changes of the recipe are trained, and for how long. */
import { countOf } from '../contract/number-text.ts';
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import { KEPT_SHARE, plannedTrainings, roundsOf } from '../contract/study/rounds.ts';
import type { Search, Study } from '../contract/study/study.ts';
import { type Range, readVary, type Vary } from '../contract/study/vary.ts';
import { usageError } from '../contract/usage-error.ts';
import { RandomStream } from '../random/philox.ts';

export interface PlanOrder {
  readonly recipe: Recipe;
  readonly vary: readonly string[];
  readonly search: Search;
  /** Number of combinations that are drawn; of a grid, all are trained. */
  readonly trials?: number | undefined;
  readonly seeds: number;
  /** Steps of the longest trainings. */
  readonly steps: number;
}

export type Plan = Pick<Study, 'search' | 'seeds' | 'rounds' | 'vary' | 'trials' | 'reference'>;

type Changes = Readonly<Record<string, string>>;

/** Draws of an unlucky combination that is there already or clashes. */
const MOST_DRAWS = 1000;
const DRAWN = 12;
const MOST_TRAININGS = 2000;

/** @throws StudioError `usage`, `recipe-invalid` */
export function planStudy(order: PlanOrder): Plan {
  const vary = order.vary.map(readVary);
  checkKeys(vary, order.search);
  const trials = order.search === 'grid' ? gridOf(order, vary) : drawnFrom(order, vary);
  const rounds = order.search === 'halving' ? roundsOf(order.steps, trials.length) : [order.steps];
  const reference = trials.findIndex((trial) => isUnchanged(order.recipe, trial));
  const { search, seeds } = order;
  const plan: Plan = {
    search,
    seeds,
    rounds,
    vary: vary.map(storedVary),
    trials,
    ...(reference < 0 ? {} : { reference }),
  };
  const count = plannedTrainings(plan);
  if (count > MOST_TRAININGS)
    throw usageError(
      `The study would have ${countOf(count, 'training')}, and at most ${MOST_TRAININGS} are allowed; take fewer values or seeds, or --search random.`,
    );
  return plan;
}

const storedVary = ({ text, keys, values, range }: Vary): Study['vary'][number] => ({
  text,
  keys: [...keys],
  ...(values === undefined ? {} : { values: values.map((value) => [...value]) }),
  ...(range === undefined ? {} : { range }),
});

function checkKeys(vary: readonly Vary[], search: Search): void {
  const seen = new Set<string>();
  for (const key of vary.flatMap(({ keys }) => keys)) {
    if (seen.has(key)) throw usageError(`--vary names ${key} twice.`);
    seen.add(key);
    if (key === 'seed') throw usageError('--vary takes no seed; give the number of --seeds.');
    if (key === 'epochs') throw usageError('--vary takes steps, and no epochs.');
    if (key === 'steps' && search === 'halving')
      throw usageError('--search halving sets the steps itself, so they cannot be varied.');
  }
}

function gridOf({ recipe, trials }: PlanOrder, vary: readonly Vary[]): Changes[] {
  const range = vary.find((one) => one.range !== undefined);
  if (range !== undefined)
    throw usageError(
      `--vary "${range.text}" is a range, from which --search random or halving draws; a grid needs a list of values.`,
    );
  if (trials !== undefined)
    throw usageError(
      '--trials is for --search random and halving; a grid trains all combinations.',
    );
  const all = vary.reduce<Changes[]>(
    (combinations, { keys, values }) =>
      combinations.flatMap((before) =>
        values!.map((value) => ({ ...before, ...zipped(keys, value) })),
      ),
    [{}],
  );
  if (all.length > MOST_TRAININGS)
    throw usageError(
      `The grid has ${countOf(all.length, 'combination')}; take fewer values, or --search random.`,
    );
  // An invalid value is named before anything is trained.
  for (const trial of all) parseRecipe(recipe, trial);
  return all;
}

function drawnFrom({ recipe, trials = DRAWN }: PlanOrder, vary: readonly Vary[]): Changes[] {
  const random = new RandomStream(recipe.seed, 'study');
  const found = new Map<string, Changes>();
  let refused: unknown;
  for (let draw = 0; draw < MOST_DRAWS && found.size < trials; draw++) {
    const changes = Object.assign({}, ...vary.map((one) => drawOf(one, random))) as Changes;
    try {
      parseRecipe(recipe, changes);
    } catch (error) {
      // Some combinations of ranges may clash; where all do, the error tells.
      refused = error;
      continue;
    }
    found.set(JSON.stringify(changes), changes);
  }
  if (found.size === 0) throw refused;
  return [...found.values()];
}

function drawOf({ keys, values, range }: Vary, random: RandomStream): Changes {
  if (values !== undefined) return zipped(keys, values[random.integer(values.length)]!);
  return { [keys[0]!]: numberText(drawNumber(range!, random)) };
}

function drawNumber({ low, high, whole, logarithmic }: Range, random: RandomStream): number {
  const drawn = logarithmic
    ? Math.exp(random.between(Math.log(low), Math.log(high)))
    : random.between(low, high);
  return whole ? Math.min(high, Math.max(low, Math.round(drawn))) : drawn;
}

/** Three digits are as fine as settings need. */
const numberText = (value: number) =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));

function zipped(keys: readonly string[], values: readonly string[]): Changes {
  return Object.fromEntries(keys.map((key, i) => [key, values[i]!]));
}

function isUnchanged(recipe: Recipe, changes: Changes): boolean {
  return JSON.stringify(parseRecipe(recipe, changes)) === JSON.stringify(recipe);
}

/** The recipe of a training. */
export function recipeOf(
  recipe: Recipe,
  changes: Changes,
  { steps, seed }: { readonly steps: number; readonly seed: number },
): Recipe {
  return parseRecipe(recipe, { steps, ...changes, seed });
}

/** The trials of a round, by the results of the round before: the best by their mean score. */
export function trialsOfRound(study: Study, round: number): number[] {
  let left = study.trials.map((_, trial) => trial);
  for (let before = 0; before < round; before++) {
    const scores = new Map(left.map((trial) => [trial, scoreOf(study, trial, before)]));
    left = [...left]
      .sort((a, b) => compare(scores.get(b)!, scores.get(a)!) || a - b)
      .slice(0, Math.max(1, Math.ceil(left.length * KEPT_SHARE)));
  }
  return left;
}

/** Also of infinities. */
const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

/** A trial whose trainings all diverged is the worst. */
function scoreOf({ results }: Study, trial: number, round: number): number {
  const own = results.filter((one) => one.trial === trial && one.round === round);
  if (own.length === 0) return Number.NEGATIVE_INFINITY;
  return own.reduce((sum, { score }) => sum + score, 0) / own.length;
}
