/** All calls of a studio. To add one, write it into the file of its area, or add a file here. */
import type { StudioParts } from '../studio-parts.ts';
import { appCalls } from './app.ts';
import type { Calls } from './calls.ts';
import { datasetCalls } from './datasets.ts';
import { deviceCalls } from './devices.ts';
import { evaluationCalls } from './evaluations.ts';
import { jobCalls } from './jobs.ts';
import { lookupCalls } from './lookup.ts';
import { mapCalls } from './maps.ts';
import { modelCalls } from './models.ts';
import { predictionCalls } from './predictions.ts';
import { recipeCalls } from './recipes.ts';
import { resultCalls } from './results.ts';
import { runCalls } from './runs.ts';

export function studioCalls(parts: StudioParts): Calls {
  return {
    ...appCalls(parts),
    ...datasetCalls(parts),
    ...recipeCalls(parts),
    ...jobCalls(parts),
    ...runCalls(parts),
    ...mapCalls(parts),
    ...lookupCalls(parts),
    ...modelCalls(parts),
    ...evaluationCalls(parts),
    ...resultCalls(parts),
    ...predictionCalls(parts),
    ...deviceCalls(parts),
  };
}
