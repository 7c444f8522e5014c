/** A worker thread that renders samples into shared batch memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { Renderer, type RenderPlan } from './render.ts';
import { renderItems, type Slot, type WorkerReply, type WorkerRequest } from './render-pool.ts';

const plan = workerData as RenderPlan;
const renderer = new Renderer(plan);
const elements = 3 * plan.imageSize[0] * plan.imageSize[1];
const slots = new Map<number, Pick<Slot, 'views'>>();
let queue: Promise<void> = Promise.resolve();

parentPort!.on('message', (request: WorkerRequest) => {
  if (request.type === 'slot') {
    slots.set(request.id, { views: request.views.map((memory) => new Float32Array(memory)) });
    return;
  }
  queue = queue.then(async () => {
    const failures = await renderItems(renderer, slots.get(request.slot)!, elements, request.items);
    parentPort!.postMessage({ job: request.job, failures } satisfies WorkerReply);
  });
});
