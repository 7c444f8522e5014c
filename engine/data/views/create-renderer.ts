import { DenseRenderer } from './dense-view.ts';
import { ObjectsRenderer } from './objects-view.ts';
import { Renderer } from './render.ts';
import type { RenderPlan, SampleRenderer } from './render-plan.ts';

/** The renderer of a plan. What it has decoded is for itself alone. */
export function createRenderer(plan: RenderPlan): SampleRenderer<unknown> {
  switch (plan.kind) {
    case 'dense':
      return new DenseRenderer(plan);
    case 'objects':
      return new ObjectsRenderer(plan);
    default:
      return new Renderer(plan);
  }
}
