/** Texts for networks, and the search among them. */
import type { Model } from '../../../engine/contract/studio/index.ts';
import { countText } from '../../ui/format.ts';

export type Kind = 'all' | Model['kind'];

export function filterModels(models: readonly Model[], kind: Kind, search: string): Model[] {
  const wanted = search.trim().toLowerCase();
  return models.filter(
    (model) => (kind === 'all' || model.kind === kind) && model.name.toLowerCase().includes(wanted),
  );
}

export function modelKindText({ kind, classes = 0, source }: Model): string {
  const what = kind === 'classifier' ? `classifier, ${countText(classes)} classes` : 'pre-trained';
  return source === 'import' ? `${what}, imported` : what;
}

export function networkText({ depth, embedDim }: Model): string {
  if (depth === undefined) return '–';
  return `${depth} ${depth === 1 ? 'block' : 'blocks'}, width ${embedDim}`;
}

export function sizeText({ imageSize, patchSize }: Model): string {
  return imageSize === undefined
    ? '–'
    : `${imageSize[1]} × ${imageSize[0]} px in patches of ${patchSize}`;
}
