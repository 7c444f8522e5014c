/** What a kind of job is to the Fine-tune page: a tab with a form, and a page with its result. */
import type { ComponentType } from 'react';
import type { Job, JobKind, RequestOf } from '../../../../engine/contract/studio/index.ts';
import type { FinetuneDraft } from '../draft.ts';

export type JobOf<K extends JobKind> = Job & { readonly request: RequestOf<K> };

export interface ResultJob<K extends JobKind> {
  /** On its tab. */
  readonly label: string;
  /** In the list of results. */
  readonly what: string;
  readonly Form: ComponentType;
  readonly Result: ComponentType<{ readonly job: JobOf<K> }>;
  /** The form fields of an earlier request. */
  draft(request: RequestOf<K>): Partial<FinetuneDraft>;
  /** Of a job of several trainings, whose finished ones are kept when it is stopped. */
  readonly trainings?: {
    count(request: RequestOf<K>): number;
    /** The request that trains the others. */
    rest(job: JobOf<K>): RequestOf<K>;
  };
}
