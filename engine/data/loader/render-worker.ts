/** A worker thread that renders samples into shared batch memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../../contract/defined.ts';
import { addTableFolder } from '../sources/containers/tables.ts';
import { createRenderer } from '../views/create-renderer.ts';
import {
  type RenderWorkerData,
  renderItems,
  type Slot,
  type WorkerReply,
  type WorkerRequest,
} from './render-pool.ts';

const { plan, tableFolders } = workerData as RenderWorkerData;
for (const folder of tableFolders) addTableFolder(folder);
const renderer = createRenderer(plan);
const slots = new Map<number, Slot>();
let queue: Promise<void> = Promise.resolve();

parentPort!.on('message', (request: WorkerRequest) => {
  if (request.type === 'slot') {
    slots.set(request.slot.id, request.slot);
    return;
  }
  queue = queue.then(async () => {
    const slot = slots.get(request.slot)!;
    const report = await renderItems(renderer, slot, request.items);
    const objects = slot.objects && request.items.map(({ position }) => slot.objects![position]);
    const reply: WorkerReply = { job: request.job, ...report, ...defined({ objects }) };
    parentPort!.postMessage(reply);
  });
});
