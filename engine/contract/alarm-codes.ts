/** Codes of the alarms: warnings about what a pre-training learns. */
import type { WarningCode } from './warning-codes.ts';

/** By the measures of the probe set and the schedule. */
const MEASURED = [
  'images-flat',
  'teacher-too-fast',
  'teacher-too-slow',
  'temperature-too-high',
  'temperature-too-low',
  'position-shortcut',
  'diverging',
  'features-collapsed',
] as const satisfies readonly WarningCode[];
export type MeasuredAlarm = (typeof MEASURED)[number];

/** These, and those of the match of training batches. */
export const ALARM_CODES: ReadonlySet<WarningCode> = new Set<WarningCode>([
  ...MEASURED,
  'shortcut-suspected',
  'plateau',
  'match-saturated',
]);
