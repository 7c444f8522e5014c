/** Whether two paths are one place on disk. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Links are followed; a path where nothing is stands for itself. */
export function isSameFolder(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

function realPath(folder: string): string {
  const whole = path.resolve(folder);
  return existsSync(whole) ? realpathSync(whole) : whole;
}
