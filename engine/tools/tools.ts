/** The tools by name; each is loaded when it is first used. */
import type { ToolInput, ToolName, ToolOutput, ToolProgress } from '../contract/tools.ts';
import { lazy } from '../platform/lazy.ts';

export interface ToolContext {
  onProgress(progress: ToolProgress): void;
  readonly signal: AbortSignal;
}

export type ToolHandlers = {
  readonly [N in ToolName]: (input: ToolInput<N>, context: ToolContext) => Promise<ToolOutput<N>>;
};

/** Create the tools once for a process, since thumbnails and lists have caches. */
export function createTools(): ToolHandlers {
  const reader = once(async () => new (await import('./listing.ts')).ListingReader());
  const thumbnails = once(async () => new (await import('./thumbnail.ts')).Thumbnails());
  const predictions = once(async () => new (await import('./predictions.ts')).PredictionReader());
  const dense = once(async () => new (await import('./dense-reader.ts')).DenseReader());
  const objects = once(async () => new (await import('./objects-reader.ts')).ObjectsReader());
  const maps = once(async () => new (await import('./map-reader.ts')).MapReader());
  const lookup = once(async () => new (await import('./lookup-reader.ts')).LookupReader());
  return {
    scan: lazy(() => import('./scan.ts'), 'scanDataset'),
    async images(order) {
      return (await reader()).page(order);
    },
    async labels(order) {
      return (await import('./image-labels.ts')).imageLabels(await reader(), order);
    },
    async thumbnail(order) {
      return (await thumbnails()).get(order);
    },
    async predictions(order) {
      return (await predictions()).page(order);
    },
    async label(order) {
      return (await predictions()).label(order);
    },
    async densePredictions(order) {
      return (await dense()).page(order);
    },
    async maskPicture(order) {
      return (await dense()).picture(order);
    },
    async objectPredictions(order) {
      return (await objects()).page(order);
    },
    saveObjects: lazy(() => import('./objects-reader.ts'), 'saveObjectsAs'),
    evaluatedImages: lazy(() => import('./evaluated-images.ts'), 'evaluatedImages'),
    labelMistakes: lazy(() => import('./label-mistakes.ts'), 'labelMistakes'),
    async maps(order) {
      return (await maps()).list(order);
    },
    async mapPoints(order) {
      return (await maps()).points(order);
    },
    async mapImages(order) {
      return (await maps()).images(order);
    },
    async mapClasses(order) {
      return (await import('./map-labels.ts')).mapClasses(await maps(), await reader(), order);
    },
    async mapExcluded(order) {
      return (await import('./map-excluded.ts')).excludedOnMap(await maps(), order);
    },
    async nameOnMap(order) {
      return (await import('./map-labels.ts')).nameOnMap(await maps(), order);
    },
    async mapPaths(order) {
      return (await maps()).paths(order);
    },
    async mapSimilar(order) {
      return (await maps()).similar(order);
    },
    async mapLike(order) {
      return (await maps()).like(order);
    },
    async lookups(order) {
      return (await lookup()).list(order);
    },
    async lookupImages(order) {
      return (await lookup()).images(order);
    },
    async lookupWords(order) {
      return (await lookup()).words(order);
    },
    async lookupPatch(order) {
      return (await lookup()).patch(order);
    },
    preview: lazy(() => import('./preview.ts'), 'previewViews'),
    describeModel: lazy(() => import('./describe-model.ts'), 'describeModel'),
    modelTask: lazy(() => import('./model-task.ts'), 'modelTask'),
    async report(order) {
      const { name, html } = await (await import('../reports/report.ts')).buildReport(order);
      return { name, html };
    },
    attention: lazy(() => import('./attention.ts'), 'attentionOf'),
    async devices() {
      return (await import('../devices/resolve-device.ts')).describeDevices();
    },
    estimate: lazy(() => import('./estimate.ts'), 'estimateRequest'),
  };
}

function once<T>(create: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= create();
    return made;
  };
}
