/** The option by which a command also draws a figure. */
import path from 'node:path';
import type { OptionRule } from '../../../contract/jobs/fields.ts';
import { usageError } from '../../../contract/usage-error.ts';
import type { CommandCall } from '../../command.ts';

export const PNG_OPTION = {
  png: { value: 'FILE', help: 'Also draw it as a PNG picture.' },
} as const satisfies Record<string, OptionRule>;

/** The file of `--png`, absolute; undefined without it. @throws StudioError `usage` */
export function pngTarget({ args, host }: Pick<CommandCall, 'args' | 'host'>): string | undefined {
  const file = args.text('png');
  if (file === undefined) return undefined;
  if (!/\.png$/i.test(file)) throw usageError(`--png ${file} does not end with .png.`);
  return path.resolve(host.cwd, file);
}
