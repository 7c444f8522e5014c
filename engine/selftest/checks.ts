/** Checked quantities, and the error measures of the fixtures' tolerances. */
import type { Precision } from '../contract/precision.ts';
import type { Executor } from '../executors/executor.ts';

export interface Check {
  readonly fixture: string;
  readonly quantity: string;
  readonly error: number;
  readonly limit: number;
  readonly ok: boolean;
}

export type Report = (check: Check) => void;

/** The device under test, and the receiver of its checks. */
export interface Subject {
  readonly executor: Executor;
  readonly device: string;
  readonly precision: Precision;
  readonly checker: Checker;
}

type Numbers = ArrayLike<number | bigint>;

/**
 * L2 norm of the difference relative to the reference; infinite when sizes differ or a value is not
 * finite.
 */
export function relativeError(got: Numbers, want: Numbers): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let reference = 0;
  for (let i = 0; i < want.length; i++) {
    difference += (Number(got[i]) - Number(want[i])) ** 2;
    reference += Number(want[i]) ** 2;
  }
  if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
  return reference === 0 ? Math.sqrt(difference) : Math.sqrt(difference / reference);
}

export function sumSquares(values: Numbers): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Number(values[i]) ** 2;
  return total;
}

export function maxError(got: Numbers, want: Numbers): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(Number(got[i]) - Number(want[i]));
    if (!(error <= worst)) worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }
  return worst;
}

/** A reporter for one fixture; `group` reports the worst of many tensors under one quantity. */
export class Checker {
  readonly #fixture: string;
  readonly #report: Report;
  readonly #slack: number;
  readonly #groups = new Map<string, { error: number; limit: number }>();

  /** @param slack factor on limits */
  constructor(fixture: string, report: Report, slack = 1) {
    this.#fixture = fixture;
    this.#report = report;
    this.#slack = slack;
  }

  check(quantity: string, error: number, usual: number): void {
    const limit = usual * this.#slack;
    this.#report({ fixture: this.#fixture, quantity, error, limit, ok: error <= limit });
  }

  group(quantity: string, error: number, limit: number): void {
    const known = this.#groups.get(quantity);
    if (!known || !(error <= known.error)) this.#groups.set(quantity, { error, limit });
  }

  finish(): void {
    for (const [quantity, { error, limit }] of this.#groups) this.check(quantity, error, limit);
    this.#groups.clear();
  }
}
