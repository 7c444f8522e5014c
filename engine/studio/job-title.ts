/** What a job is called in lists. */
import path from 'node:path';
import type { JobRequest } from '../contract/studio/job-request.ts';

/** Of a folder whose own name says nothing, its parent's too. */
const VAGUE = /^(train|val|valid|validation|test|images|data|labelled)$/i;
const RUN_ID = /^\d{8}-\d{6}-(.+)-[0-9a-f]{6}$/;

function base(name: string): string {
  const last = path.basename(name) || name;
  const parent = path.basename(path.dirname(name));
  if (VAGUE.test(last) && parent !== '') return `${parent}/${last}`;
  return RUN_ID.exec(last)?.[1] ?? last;
}

export function jobTitle(request: JobRequest): string {
  switch (request.kind) {
    case 'pretrain':
      return (
        request.name ??
        `Pre-train ${request.recipe ?? ''} on ${request.folders.map(base).join(', ')}`
      );
    case 'finetune':
      if (request.name !== undefined) return request.name;
      return request.from === 'scratch'
        ? `Train from scratch on ${base(request.train)}`
        : `Fine-tune ${base(request.from)} on ${base(request.train)}`;
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
    case 'devices':
      return 'Check of the devices';
  }
}
