/** The contract between the studio and its surfaces, as one import. */
export * from './api.ts';
export * from './datasets.ts';
export * from './desktop.ts';
export * from './device-check.ts';
export * from './host.ts';
export * from './job-request.ts';
export * from './jobs.ts';
export * from './models.ts';
export * from './runs.ts';
export type { AppSettings } from './settings.ts';
export * from './wire.ts';
