/** A worker thread that prepares images. */
import { parentPort, workerData } from 'node:worker_threads';
import { addTableFolder } from '../sources/containers/tables.ts';
import { PicturePreparer, type PrepareRequest } from './prepare-picture.ts';
import type { PrepareWorkerData } from './prepare-pool.ts';

const { reading, tableFolders } = workerData as PrepareWorkerData;
for (const folder of tableFolders) addTableFolder(folder);
const preparer = new PicturePreparer(reading);

parentPort!.on('message', async (request: PrepareRequest) => {
  parentPort!.postMessage(await preparer.reply(request));
});
