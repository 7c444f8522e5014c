import { MOST_TAGS, TAG_LENGTH } from '../../../contract/run-about-limits.ts';
import type { Command } from '../../command.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { readAboutChange } from './read-about.ts';

export const command: Command = {
  name: 'runs tag',
  details: `Without a tag it shows those that are there. A tag has at most ${TAG_LENGTH} characters and no comma; a run has at most ${MOST_TAGS}. ${RUN_HELP}`,
  positionals: ['RUN', '[TAG]…'],
  options: {
    remove: { multiple: true, value: 'TAG', help: 'Take this tag away. May be repeated.' },
    ...RUN_OPTIONS,
  },
  examples: ['conmim runs tag holiday good no-crops', 'conmim runs tag holiday --remove good'],
  async run({ args, out, host, parts }) {
    const [run, ...added] = args.positionals as [string, ...string[]];
    const where = { workspace: workspaceOf(args, host), run };
    const { about } = await parts.describeRun(where);
    const gone = new Set(args.texts('remove').map((tag) => tag.trim().toLowerCase()));
    const kept = (about.tags ?? []).filter((tag) => !gone.has(tag.toLowerCase()));
    const change = await readAboutChange({ tags: [...kept, ...added] });
    const { id, dir, after } = await parts.editRun({ ...where, change });
    out.record({ type: 'run-tagged', id, dir, tags: after.tags });
    out.result(
      after.tags.length === 0
        ? `The run ${id} has no tags.`
        : `The run ${id} has the tags ${after.tags.join(', ')}.`,
    );
  },
};
