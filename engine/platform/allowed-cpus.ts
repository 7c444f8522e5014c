/** The CPUs that this process may run on. */
import { readFileSync } from 'node:fs';

/** Their numbers; undefined where the system does not tell them. */
export function allowedCpus(): number[] | undefined {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return list === null ? undefined : parseCpuList(list[1]!);
  } catch {
    return undefined;
  }
}

/** `0-2,8` as [0, 1, 2, 8]. */
export function parseCpuList(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });
}
