/** Whether two paths are the same place on disk. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Links are resolved; a missing path is compared as it is. */
export function isSameFolder(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

function realPath(folder: string): string {
  const whole = path.resolve(folder);
  return existsSync(whole) ? realpathSync(whole) : whole;
}
