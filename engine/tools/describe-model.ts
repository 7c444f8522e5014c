/** Describe a trained network: its sizes, the assumptions made when it was read, and its model card. */
import { defined } from '../contract/defined.ts';
import { getOrMake } from '../contract/maps.ts';
import { countText } from '../contract/number-text.ts';
import type { ModelDetail } from '../contract/studio/models.ts';
import type { ModelOrder } from '../contract/tools.ts';
import { modelCard } from '../models/export/model-card.ts';
import type { ImportReport } from '../models/import/import-report.ts';
import { headOfModel, taskOfModel } from '../models/model.ts';
import { openModel } from '../models/open-model.ts';
import { elementCount } from '../tensor/host-tensor.ts';

/** @throws StudioError those of opening models */
export async function describeModel(order: ModelOrder): Promise<ModelDetail> {
  const { workspace, reference, network, checkpoint } = order;
  const { model, report } = await openModel(reference, {
    workspace,
    ...defined({ network, step: checkpoint }),
  });
  const { vit, segmenter, detector, tensors } = model;
  const classes = headOfModel(model)?.classes;
  const [height, width] = vit.imageSize;
  let parameters = 0;
  for (const { shape } of tensors.values()) parameters += elementCount(shape);
  return {
    origin: model.origin,
    tensors: tensors.size,
    parameters,
    imageSize: [height, width],
    patchSize: vit.patchSize,
    embedDim: vit.embedDim,
    depth: vit.depth,
    heads: vit.heads,
    channels: vit.channels,
    valueRange:
      typeof model.valueRange === 'string'
        ? model.valueRange
        : model.valueRange.map(([low, high]): [number, number] => [low, high]),
    mean: [...model.mean],
    std: [...model.std],
    ...(classes === undefined ? {} : { classes: [...classes] }),
    ...defined({
      task: taskOfModel(model),
      denseHead: detector === undefined ? segmenter?.head.kind : ('queries' as const),
    }),
    notes: notesOf(report),
    card: modelCard(model),
  };
}

function notesOf({ notes, ignored, unexpected, missing }: ImportReport): string[] {
  const named = (what: string, names: readonly string[]) => {
    if (names.length === 0) return [];
    const more = names.length > 3 ? ', …' : '';
    return [`${what}: ${countText(names.length)} (${names.slice(0, 3).join(', ')}${more}).`];
  };
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of ignored) getOrMake(byReason, reason, () => []).push(name);
  return [
    ...notes,
    ...[...byReason].flatMap(([reason, names]) => named(`Tensors left out, ${reason}`, names)),
    ...named('Unexpected tensors, left out', unexpected),
    ...named('Tensors that are not in the file and count as zero', missing),
  ];
}
