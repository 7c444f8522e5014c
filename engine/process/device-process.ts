/**
 * Entry of the process that tries one device: answers once over the channel that it was forked with.
 *
 * Arguments: the device's id.
 */
import { toStudioError } from '../contract/errors.ts';
import type { DeviceReply } from '../devices/check-device.ts';
import { measureDevice } from '../devices/measure-device.ts';

async function replyFor(device: string): Promise<DeviceReply> {
  try {
    return { type: 'measure', measure: await measureDevice(device) };
  } catch (error) {
    return toStudioError(error).toJSON();
  }
}

// Whoever asked is gone: nobody wants the answer.
process.once('disconnect', () => process.exit());
const device = process.argv[2];
if (device === undefined) throw new Error('The name of a device is missing.');
process.send?.(await replyFor(device));
