/** Texts of ticks with as many digits as tell neighbours apart. */
import { numberText } from '../../../ui/format.ts';

const FEWEST_DIGITS = 3;

/** @param apart distance of ticks */
export function numberTick(value: number, apart: number): string {
  if (value === 0) return '0';
  // Distances may be 2.5 of a power of ten, which takes another digit.
  const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(apart)) + 2;
  // With an exponent, numberText has one digit less.
  const shown = Math.abs(value) < 1e-3 ? digits + 1 : digits;
  return numberText(value, Math.min(12, Math.max(FEWEST_DIGITS, shown)));
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** As `bytesText`, in the same decimal units. */
export function bytesTick(value: number, apart: number): string {
  const power = Math.floor(Math.log10(Math.max(1, value)) / 3 + 1e-9);
  const unit = Math.min(UNITS.length - 1, power);
  const size = 1000 ** unit;
  const decimals = [0, 1, 2, 3].find((count) => isWhole((apart / size) * 10 ** count)) ?? 4;
  return `${(value / size).toFixed(decimals)} ${UNITS[unit]}`;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
