import { DenseRenderer } from './dense-view.ts';
import { Renderer } from './render.ts';
import type { RenderPlan, SampleRenderer } from './render-plan.ts';

/** The renderer of a plan. What it has decoded is for itself alone. */
export function createRenderer(plan: RenderPlan): SampleRenderer<unknown> {
  return plan.kind === 'dense' ? new DenseRenderer(plan) : new Renderer(plan);
}
