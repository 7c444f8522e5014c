import { describe, expect, it } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { assign } from './assignment.ts';
import {
  ASSIGNMENT_CASES,
  type AssignmentCase,
  assignmentCase,
} from './testing/assignment-cases.ts';

const { tensors } = await readSafetensors(
  packagedFile('engine/tasks/shared/testing/assignment.safetensors'),
);
const expected = tensors.get('costs')!;

const costsOf = ({ costs }: AssignmentCase) => costs.map((cost) => cost ?? Infinity);

/** The cost, or the code of the error. */
function costOf(one: AssignmentCase): number | string {
  try {
    const { rows, columns, cost } = assign(costsOf(one), one.rows, one.columns);
    expect(rows).toHaveLength(Math.min(one.rows, one.columns));
    expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
    expect(new Set(columns).size).toBe(columns.length);
    return cost;
  } catch (error) {
    if (error instanceof StudioError) return error.code;
    throw error;
  }
}

/** The least cost over all assignments, by trying each; Infinity if none is allowed. */
function leastCost(one: AssignmentCase): number {
  const costs = costsOf(one);
  const turned = one.rows > one.columns;
  const [short, long] = turned ? [one.columns, one.rows] : [one.rows, one.columns];
  const from = (i: number, used: number): number => {
    if (i === short) return 0;
    let least = Infinity;
    for (let j = 0; j < long; j++) {
      if ((used & (1 << j)) !== 0) continue;
      const cost = costs[turned ? j * one.columns + i : i * one.columns + j]!;
      least = Math.min(least, cost + from(i + 1, used | (1 << j)));
    }
    return least;
  };
  return from(0, 0);
}

describe('assign', () => {
  it('costs what SciPy’s assignment does, and refuses what it refuses', () => {
    expect(expected.shape).toEqual([ASSIGNMENT_CASES]);
    let infeasible = 0;
    for (let number = 0; number < ASSIGNMENT_CASES; number++) {
      const cost = costOf(assignmentCase(number));
      const peer = Number(expected.data[number]);
      if (Number.isNaN(peer)) {
        expect(cost, `case ${number}`).toBe('assignment-infeasible');
        infeasible++;
      } else {
        expect(cost, `case ${number}`).toBeTypeOf('number');
        const difference = Math.abs((cost as number) - peer);
        expect(difference, `case ${number}`).toBeLessThanOrEqual(
          1e-12 * Math.max(1, Math.abs(peer)),
        );
      }
    }
    expect(infeasible).toBeGreaterThan(100);
  });

  it('costs the least of all assignments', () => {
    for (let number = 0; number < 500; number++) {
      const one = assignmentCase(ASSIGNMENT_CASES + number, 5);
      const least = leastCost(one);
      const cost = costOf(one);
      if (least === Infinity) expect(cost).toBe('assignment-infeasible');
      else expect(cost).toBeCloseTo(least, 9);
    }
  });

  it('pairs equals in order', () => {
    const { rows, columns } = assign(new Float64Array(12).fill(3), 3, 4);
    expect([[...rows], [...columns]]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it.each([
    [[Number.NaN], 1, 1],
    [[-Infinity], 1, 1],
    [[1, 2, 3], 2, 2],
  ])('refuses the costs %j', (costs, rows, columns) => {
    expect(() => assign(costs, rows, columns)).toThrow(
      expect.objectContaining({ code: 'assignment-invalid' }),
    );
  });
});
