/** A worker thread that renders samples into shared batch memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { Renderer, type RenderOptions } from './render.ts';
import { renderItems, type WorkerReply, type WorkerRequest } from './render-pool.ts';

const options = workerData as RenderOptions;
const renderer = new Renderer(options);
const elements = 3 * options.imageSize[0] * options.imageSize[1];
const slots = new Map<number, { student: Uint8Array; teacher: Uint8Array }>();
let queue: Promise<void> = Promise.resolve();

parentPort!.on('message', (request: WorkerRequest) => {
  if (request.type === 'slot') {
    slots.set(request.id, {
      student: new Uint8Array(request.student),
      teacher: new Uint8Array(request.teacher),
    });
    return;
  }
  queue = queue.then(async () => {
    const failures = await renderItems(renderer, slots.get(request.slot)!, elements, request.items);
    parentPort!.postMessage({ job: request.job, failures } satisfies WorkerReply);
  });
});
