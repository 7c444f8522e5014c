/** `--device`: from what was typed to a device's id, and what people are told on the way. */
import type { Precision } from '../contract/precision.ts';
import type { CheckProgress } from '../devices/resolve-device.ts';
import type { CommandCall } from './command.ts';
import type { Output } from './output.ts';

/**
 * The device that a name stands for; says what `auto` took, and why.
 *
 * @param precision what is computed in
 * @throws StudioError `device-unknown`, `device-unavailable`, `devices-failing`, `precision-unavailable`
 */
export async function readDevice(
  { out, parts }: CommandCall,
  name: string,
  precision: Precision = 'float32',
): Promise<string> {
  const onProgress = checkReporter(out);
  const { id, reason } = await parts.resolveDevice(name, { onProgress, precision });
  if (reason !== undefined) out.note(`Device: ${reason}`);
  return id;
}

const FIRST_TIME =
  'Finding out which device is the fastest that computes right; this is done once.';

/** Says which device is being tried, as it takes a while. */
export function checkReporter(out: Output, why = FIRST_TIME): (progress: CheckProgress) => void {
  return ({ done, total, text }) => {
    if (done === 0) out.note(why);
    out.record({ type: 'progress', done, total, text });
    out.note(`  ${text} (${done + 1} of ${total})`);
  };
}
