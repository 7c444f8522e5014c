/** A worker thread that renders samples into shared batch memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../contract/defined.ts';
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
    const slot = slots.get(request.slot)!;
    const failures = await renderItems(renderer, slot, request.items);
    const objects = slot.objects && request.items.map(({ position }) => slot.objects![position]);
    const reply: WorkerReply = { job: request.job, failures, ...defined({ objects }) };
    parentPort!.postMessage(reply);
  });
});
