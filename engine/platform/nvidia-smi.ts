/** Fields of NVIDIA graphics cards, from the tool that comes with their driver. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * @param fields names of `nvidia-smi --query-gpu`
 * @returns the values of each card in the order of bus addresses, without units; undefined when the tool is
 *   missing, too old for a field, or does not answer
 */
export async function queryNvidiaCards(
  fields: readonly string[],
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
      { timeout: timeoutMs, windowsHide: true },
    );
    return stdout;
  } catch {
    return undefined;
  }
}
