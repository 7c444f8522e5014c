/**
 * Entry of the process that tries one device. It sends one reply over the channel that it was forked with.
 *
 * Arguments: the device's id, and a precision where it is not float32; after that `timer` for a process that
 * makes a step for each message and replies with its time.
 */
import '../platform/quiet-environment.ts';
import '../platform/close-inherited.ts';
import { toStudioError } from '../contract/errors.ts';
import { type Precision, precisionNamed } from '../contract/precision.ts';
import type { DeviceReply } from '../devices/check-device.ts';
import { measureDevice, openSteps } from '../devices/measure-device.ts';
import type { TimerReply } from '../devices/time-in-turn.ts';

type Reply = DeviceReply | TimerReply;

async function replyFor(device: string, precision: Precision): Promise<Reply> {
  try {
    return { type: 'finding', finding: await measureDevice(device, precision) };
  } catch (error) {
    return toStudioError(error).toJSON();
  }
}

/** @returns the first reply; further ones follow messages */
async function startTimer(device: string, precision: Precision): Promise<Reply> {
  try {
    const step = await openSteps(device, precision);
    process.on('message', async () => {
      process.send?.(await timedReply(step));
    });
    return { type: 'timer' };
  } catch (error) {
    return toStudioError(error).toJSON();
  }
}

async function timedReply(step: () => Promise<number>): Promise<Reply> {
  try {
    return { type: 'timer', stepMs: await step() };
  } catch (error) {
    return toStudioError(error).toJSON();
  }
}

// When the parent is gone, no process reads the reply.
process.once('disconnect', () => process.exit());
const [device, precision, how] = process.argv.slice(2);
if (device === undefined) throw new Error('The name of a device is missing.');
const reply = how === 'timer' ? startTimer : replyFor;
process.send?.(await reply(device, precisionNamed(precision)));
