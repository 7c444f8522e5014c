/**
 * The studio's interface to surfaces in one table: name → input and output. To add a call, write it
 * into the file of its area in `calls/`.
 *
 * The window calls it over IPC, a browser over a socket, tests directly; both sides validate.
 * Changes arrive as `Push`.
 */

import type { z } from 'zod';
import { appApi } from './calls/app.ts';
import { datasetApi } from './calls/datasets.ts';
import { deviceApi } from './calls/devices.ts';
import { evaluationApi } from './calls/evaluations.ts';
import type { CallTable } from './calls/fields.ts';
import { jobApi } from './calls/jobs.ts';
import { lookupApi } from './calls/lookup.ts';
import { mapApi } from './calls/maps.ts';
import { modelApi } from './calls/models.ts';
import { predictionApi } from './calls/predictions.ts';
import { recipeApi } from './calls/recipes.ts';
import { resultApi } from './calls/results.ts';
import { runApi } from './calls/runs.ts';
import type { Push } from './push.ts';

export const studioApi = {
  ...appApi,
  ...datasetApi,
  ...recipeApi,
  ...jobApi,
  ...runApi,
  ...mapApi,
  ...lookupApi,
  ...modelApi,
  ...evaluationApi,
  ...resultApi,
  ...predictionApi,
  ...deviceApi,
} as const satisfies CallTable;

export type StudioApi = typeof studioApi;
export type CommandName = keyof StudioApi;
export type InputOf<N extends CommandName> = z.input<StudioApi[N]['input']>;
export type OutputOf<N extends CommandName> = z.output<StudioApi[N]['output']>;

export interface StudioPort {
  /** @param signal tells that the answer is not needed any more @throws StudioError */
  call<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    signal?: AbortSignal,
  ): Promise<OutputOf<N>>;
  /** @returns a function that ends the subscription */
  subscribe(listener: (push: Push) => void): () => void;
}
