/** A worker thread that renders samples into shared batch memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRenderer } from './create-renderer.ts';
import type { RenderPlan } from './render-plan.ts';
import { renderItems, type Slot, type WorkerReply, type WorkerRequest } from './render-pool.ts';

const renderer = createRenderer(workerData as RenderPlan);
const slots = new Map<number, Slot>();
let queue: Promise<void> = Promise.resolve();

parentPort!.on('message', (request: WorkerRequest) => {
  if (request.type === 'slot') {
    slots.set(request.slot.id, request.slot);
    return;
  }
  queue = queue.then(async () => {
    const failures = await renderItems(renderer, slots.get(request.slot)!, request.items);
    parentPort!.postMessage({ job: request.job, failures } satisfies WorkerReply);
  });
});
