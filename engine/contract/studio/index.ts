/** The contract between the studio and its surfaces in one import. */
export { EXPORT_FORMATS } from '../jobs/export.ts';
export * from '../jobs/register.ts';
export { NAME_LENGTH } from '../jobs/values.ts';
export { shellText } from '../shell-text.ts';
export * from './api.ts';
export * from './datasets.ts';
export * from './desktop.ts';
export * from './device-check.ts';
export * from './evaluations.ts';
export * from './host.ts';
export * from './jobs.ts';
export * from './models.ts';
export * from './neighbours.ts';
export * from './predictions.ts';
export * from './run-table.ts';
export * from './runs.ts';
export type { AppSettings } from './settings.ts';
export * from './wire.ts';
