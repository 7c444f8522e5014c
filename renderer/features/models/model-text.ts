/** Texts for networks, and the search among them. */
import type { ModelSummary } from '../../../engine/contract/studio/index.ts';
import { countOf } from '../../ui/format.ts';

export type Kind = 'all' | ModelSummary['kind'];

export function filterModels(
  models: readonly ModelSummary[],
  kind: Kind,
  search: string,
): ModelSummary[] {
  const wanted = search.trim().toLowerCase();
  return models.filter(
    (model) => (kind === 'all' || model.kind === kind) && model.name.toLowerCase().includes(wanted),
  );
}

export function modelKindText({ kind, classes = 0, source }: ModelSummary): string {
  const what =
    kind === 'classifier' ? `classifier, ${countOf(classes, 'class', 'classes')}` : 'pre-trained';
  return source === 'import' ? `${what}, imported` : what;
}

export function networkText({ depth, embedDim }: ModelSummary): string {
  if (depth === undefined) return '–';
  return `${countOf(depth, 'block')}, width ${embedDim}`;
}

export function sizeText({ imageSize, patchSize }: ModelSummary): string {
  return imageSize === undefined
    ? '–'
    : `${imageSize[1]} × ${imageSize[0]} px in patches of ${patchSize}`;
}
