/** What a job is called in lists. */
import path from 'node:path';
import type { JobRequest } from '../contract/studio/job-request.ts';

const base = (name: string) => path.basename(name) || name;

export function jobTitle(request: JobRequest): string {
  switch (request.kind) {
    case 'pretrain':
      return (
        request.name ??
        `Pre-train ${request.recipe ?? ''} on ${request.folders.map(base).join(', ')}`
      );
    case 'finetune':
      return request.name ?? `Fine-tune ${base(request.from)} on ${base(request.train)}`;
    case 'compare':
      return `Compare ${base(request.from)} with a start from scratch on ${base(request.train)}`;
    case 'evaluate':
      return `Evaluate ${base(request.model)} on ${base(request.data)}`;
    case 'knn':
      return `Nearest neighbours of ${base(request.from)} on ${base(request.val)}`;
    case 'embed':
      return `Features of ${base(request.data)} by ${base(request.from)}`;
    case 'export':
      return `Export ${base(request.model)} as ${request.format}`;
    case 'import':
      return `Import ${base(request.file)}`;
    case 'resume':
      return `Go on with ${base(request.run)}`;
    case 'selftest':
      return `Self-test on ${request.device}`;
  }
}
