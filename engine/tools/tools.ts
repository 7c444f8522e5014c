/** The tools by name; each is loaded when it is first used. */
import type { ToolInput, ToolName, ToolOutput, ToolProgress } from '../contract/tools.ts';

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
  return {
    async scan(order, context) {
      return (await import('./scan.ts')).scanDataset(order, context);
    },
    async images(order) {
      return (await reader()).page(order);
    },
    async thumbnail(order) {
      return (await thumbnails()).get(order);
    },
    async preview(order) {
      return (await import('./preview.ts')).previewViews(order);
    },
    async describeModel(order) {
      return (await import('./describe-model.ts')).describeModel(order);
    },
    async devices() {
      return (await import('../devices/resolve-device.ts')).describeDevices();
    },
    async estimate(order, context) {
      return (await import('./estimate.ts')).estimateRequest(order, context);
    },
  };
}

function once<T>(create: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= create();
    return made;
  };
}
