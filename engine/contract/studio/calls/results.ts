/** Calls about what jobs leave: studies, reports and files. */
import { z } from 'zod';
import { studySchema } from '../../study/study.ts';
import { resultFilesSchema } from '../results.ts';
import { type CallTable, evaluatedSchema, id } from './fields.ts';

export const resultApi = {
  /** The files that a job or a run has written, and exports of the network of a run. */
  'results.files': { input: evaluatedSchema, output: resultFilesSchema },
  /** What a study has given so far; the input is its job. @throws StudioError `study-missing` */
  'studies.get': { input: z.strictObject({ job: id }), output: studySchema },
  /** A report as one HTML file: of a run, or of the comparison or study of a job. */
  'reports.build': {
    input: evaluatedSchema.extend({
      /** With pictures that show images of the user. */
      pictures: z.boolean().optional(),
    }),
    output: z.object({ name: z.string(), html: z.string() }),
  },
} as const satisfies CallTable;
