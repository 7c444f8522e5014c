/** Texts for networks, and the search among them. */
import type { ModelSummary } from '../../../engine/contract/studio/index.ts';
import { countOf } from '../../ui/format.ts';
import { kindText } from '../../ui/model-kind.ts';

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

export function modelKindText(model: ModelSummary): string {
  const { kind, classes = 0, source } = model;
  const count = kind === 'classifier' ? `, ${countOf(classes, 'class', 'classes')}` : '';
  const what = `${kindText(model)}${count}`;
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
