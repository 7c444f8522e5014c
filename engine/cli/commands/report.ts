import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '../command.ts';
import { bytesText } from '../format.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command: Command = {
  name: 'report',
  details: `${RUN_HELP} The folder of a comparison or a study will do as well. The file needs nothing else and connects to nothing; it names folders by their last part, and shows no image unless --pictures is given.`,
  positionals: ['RUN|DIR'],
  options: {
    out: { value: 'FILE', help: 'Where to write; an earlier report is replaced.' },
    pictures: {
      help: 'With the pictures of the newest evaluation, which show validation images.',
    },
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim report holiday --out holiday.html',
    'conmim report workspace/study --out study.html',
  ],
  async run({ args, out, host, parts }) {
    const [given = ''] = args.positionals;
    const file = path.resolve(host.cwd, args.need('out', 'FILE'));
    const folder = path.resolve(host.cwd, given);
    const { kind, name, html } = await parts.buildReport({
      workspace: workspaceOf(args, host),
      // Names of runs are looked up; folders are relative to the working directory.
      of: existsSync(folder) ? folder : given,
      pictures: args.flag('pictures'),
    });
    await parts.saveReport(file, html);
    const bytes = Buffer.byteLength(html);
    out.record({ type: 'report', of: kind, name, path: file, bytes });
    out.result(`Report of the ${kind} ${name}, ${bytesText(bytes)}: ${file}`);
  },
};
