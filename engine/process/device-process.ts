/**
 * Entry of the process that tries one device. It sends one reply over the channel that it was forked with.
 *
 * Arguments: the device's id, and a precision where it is not float32.
 */
import '../platform/quiet-environment.ts';
import '../platform/close-inherited.ts';
import { toStudioError } from '../contract/errors.ts';
import { type Precision, precisionNamed } from '../contract/precision.ts';
import type { DeviceReply } from '../devices/check-device.ts';
import { measureDevice } from '../devices/measure-device.ts';

async function replyFor(device: string, precision: Precision): Promise<DeviceReply> {
  try {
    return { type: 'finding', finding: await measureDevice(device, precision) };
  } catch (error) {
    return toStudioError(error).toJSON();
  }
}

// When the parent is gone, no process reads the reply.
process.once('disconnect', () => process.exit());
const [device, precision] = process.argv.slice(2);
if (device === undefined) throw new Error('The name of a device is missing.');
process.send?.(await replyFor(device, precisionNamed(precision)));
