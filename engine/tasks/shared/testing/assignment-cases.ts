/**
 * Random costs, drawn from a number. bench/peers/dense-cases.ts writes them for SciPy, whose costs
 * the tests compare.
 */
import { RandomStream } from '../../../random/philox.ts';

export const ASSIGNMENT_CASES = 10_000;

export interface AssignmentCase {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns]; null for Infinity, which JSON lacks */
  readonly costs: readonly (number | null)[];
}

export function assignmentCase(number: number, most = number % 100 === 0 ? 60 : 9): AssignmentCase {
  const random = new RandomStream(20, 'test', number);
  const [rows, columns] = [random.integer(most + 1), random.integer(most + 1)];
  const forbidden = [0, 0, 0.1, 0.5][random.integer(4)]!;
  const draw = drawCost(random, number % 6);
  const costs = Array.from({ length: rows * columns }, () =>
    random.uniform() < forbidden ? null : draw(),
  );
  return { rows, columns, costs };
}

function drawCost(random: RandomStream, kind: number): () => number {
  switch (kind) {
    case 0:
      return () => random.integer(2);
    case 1:
      return () => random.integer(5) - 2;
    case 2:
      return () => random.integer(20) / 4;
    case 3:
      return () => random.between(-1e6, 1e6);
    case 4:
      return () => 7;
    default:
      return () => random.uniform();
  }
}
