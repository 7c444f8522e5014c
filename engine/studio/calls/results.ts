/** Calls about what jobs leave: studies, reports and files. */

import { reportedFolder, studyOfJob } from '../results/reported-folder.ts';
import { resultFilesOf } from '../results/result-files.ts';
import type { StudioParts } from '../studio-parts.ts';
import type { CallsOf } from './calls.ts';

export function resultCalls({
  workspace,
  jobs,
  runs,
  tools,
}: StudioParts): CallsOf<'studies' | 'reports' | 'results'> {
  return {
    'studies.get': ({ job }) => studyOfJob(jobs.get(job).job),
    async 'reports.build'({ pictures = false, ...reported }) {
      const of = await reportedFolder(reported, { jobs: (id) => jobs.get(id).job, runs });
      return tools.call('report', { workspace, of, pictures });
    },
    'results.files': (of) => resultFilesOf(of, { jobs: jobs.list(), runs }),
  };
}
