/** Open a network from any program's weights: the tensors that it needs, and a report of others. */

import { findNonFinite } from '../../checkpoint/finite.ts';
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import { someNames } from '../../contract/shorten.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { networkSpecs } from '../export/forward.ts';
import { type Head, headOfModel, type Model } from '../model.ts';
import { type Translated, translate } from './beit-dialects.ts';
import { classNames } from './class-names.ts';
import { detectorPart } from './detector-part.ts';
import { type FittedTensors, fitTensors, keepPretraining } from './fit-tensors.ts';
import { inferGeometry, withClassPosition } from './geometry.ts';
import type { Hints } from './hint-fields.ts';
import { type GivenHints, gatherHints } from './hints.ts';
import { resizingNote } from './image-hints.ts';
import type { ImportReport } from './import-report.ts';
import { nothingMatched, requireKnownParts, unsupportedNetwork } from './kinds.ts';
import { whyIgnored } from './left-out.ts';
import { normalisationOf, requireFitting } from './normalisation.ts';
import { segmenterPart, withoutEmptyBlock } from './segmenter-part.ts';
import { readWeightsFile } from './weights-file.ts';
import { type Configs, findWeights } from './weights-folder.ts';

export interface WeightsOptions {
  /** The network in a file with several; see network-choice.ts. */
  readonly network?: string;
  /** Hints for what the file does not contain. */
  readonly given?: GivenHints;
}

export interface Imported {
  readonly model: Model;
  readonly report: ImportReport;
}

/**
 * @param path a file, or a folder that contains one
 * @throws StudioError `model-not-found`, `import-no-weights`, `import-not-weights`,
 *   `import-ambiguous`, `import-no-such-network`, `import-nothing-matched`, `import-incomplete`,
 *   `import-unsupported`, `import-unclear`, `import-not-finite`, `import-config-invalid`; errors of
 *   the readers
 */
export async function openWeights(path: string, options: WeightsOptions = {}): Promise<Imported> {
  const { network, given = {} } = options;
  const place = await findWeights(path);
  const file = await readWeightsFile(place.file, network);
  if (file.network === undefined) {
    const names = file.allNames.length > 0 ? file.allNames : [...file.tensors.keys()];
    throw nothingMatched(names, place.file, modelTypeOf(place.configs));
  }
  const hints = gatherHints(given, file, place.configs);
  const translated = translate(file.tensors, file.network, file.roots);
  requireKnownParts([...translated.inside.values(), ...file.beside]);
  requireAllRead(file.unread);
  const assumed: string[] = [];
  const detector = detectorPart(translated.tensors, hints, assumed);
  const segmenter = segmenterPart(translated.tensors, hints, assumed);
  const { tensors: named, head } =
    segmenter === undefined
      ? headOf(translated.tensors, hints, assumed)
      : { tensors: withoutEmptyBlock(translated.tensors, segmenter), head: undefined };
  const heads = defined({ head, segmenter, detector });
  const index = [...file.tensors].find(([name]) => name.endsWith('relative_position_index'))?.[1];
  const { vit, classPosition, notes } = inferGeometry(named, index, hints);
  requireFitting(given, vit.channels);
  const positions = named.get('pos_embed');
  const whole =
    positions === undefined || classPosition
      ? named
      : new Map([...named, ['pos_embed', withClassPosition(positions)] as const]);
  const fitted = fitTensors(networkSpecs({ vit, tensors: whole, ...heads }), whole);
  if (whole !== named)
    fitted.reshaped.push({
      name: 'pos_embed',
      from: positions!.shape,
      to: whole.get('pos_embed')!.shape,
    });
  if (headOfModel(heads) === undefined) keepPretraining(fitted, named, vit);
  const bad = findNonFinite(fitted.tensors);
  if (bad !== undefined)
    throw new StudioError(
      'import-not-finite',
      `The tensor ${bad} holds numbers that are not finite.`,
      { advice: 'The training that wrote it failed; take an earlier checkpoint.' },
    );
  const origin = hints.origin ?? place.name;
  const model: Model = {
    origin,
    vit,
    ...normalisationOf(hints, vit.channels, assumed),
    ...heads,
    tensors: fitted.tensors,
    about: { ...hints.about, ...(file.taken === undefined ? {} : { weights: file.taken }) },
  };
  // Networks of dense tasks see the whole image.
  const resized =
    hints.resizing && segmenter === undefined && detector === undefined
      ? resizingNote(hints.resizing, vit.imageSize)
      : undefined;
  const ofEmptyBlock = [...translated.tensors.keys()]
    .filter((name) => !named.has(name))
    .flatMap((name) => translated.sources.get(name) ?? []);
  const report = account(file.tensors, translated, fitted, head, new Set(ofEmptyBlock));
  return {
    model,
    report: {
      ...report,
      notes: [
        ...file.notes,
        ...translated.notes,
        ...(hints.notes ?? []),
        ...notes,
        ...assumed,
        ...(resized === undefined ? [] : [resized]),
      ],
    },
  };
}

function modelTypeOf({ network }: Configs): string | undefined {
  const type = (network as { model_type?: unknown } | null | undefined)?.model_type;
  return typeof type === 'string' ? type : undefined;
}

/** @throws StudioError `import-unsupported` when a part of the network has an unsupported type */
function requireAllRead(unread: ReadonlyMap<string, string>): void {
  const [first] = unread;
  if (first === undefined) return;
  throw unsupportedNetwork(`${first[1]} as ${first[0]}, which is not read`, {
    tensors: [...unread.keys()],
  });
}

/** The classifier, if any, with the norm under the name that this program uses. */
function headOf(given: NamedTensors, hints: Hints, notes: string[]) {
  const [count, width] = given.get('head.weight')?.shape ?? [];
  const byMean = given.has('fc_norm.weight');
  const byToken = given.has('norm.weight');
  if (count === undefined) {
    if (byToken || !byMean) return { tensors: given };
    notes.push('The norm over the mean of the patch tokens serves as the norm over tokens.');
    const norm = ['weight', 'bias'].flatMap((part) => {
      const tensor = given.get(`fc_norm.${part}`);
      return tensor === undefined ? [] : [[`norm.${part}`, tensor] as const];
    });
    return { tensors: new Map([...given, ...norm]) };
  }
  const { otherPooling } = hints;
  if (otherPooling !== undefined)
    throw unsupportedNetwork(`a classifier over ${otherPooling}, by its configuration`);
  if (width === 2 * (given.get('cls_token')?.shape.at(-1) ?? 0))
    throw unsupportedNetwork(
      'a classifier over the class token and the mean of the patch tokens together, as DINOv2 has it',
    );
  const pooling = byMean && byToken ? (hints.pooling ?? 'mean') : byMean ? 'mean' : 'cls';
  if (hints.pooling !== undefined && hints.pooling !== pooling)
    throw unsupportedNetwork(
      `a classifier over ${hints.pooling === 'mean' ? 'the mean of tokens after their norm' : 'the class token without a norm of tokens'}, by its configuration`,
    );
  if (hints.pooling === undefined && byToken)
    notes.push(
      byMean
        ? 'Nothing tells what the classifier looks at; as there is a norm of its own for it (fc_norm), the mean of the patch tokens is assumed.'
        : 'Nothing tells what the classifier looks at; the class token is assumed. Over the mean of tokens after their norm it would be another network, which cannot be computed here.',
    );
  const { task, threshold } = hints;
  const meaning = defined({ task, threshold });
  return {
    tensors: given,
    head: { ...meaning, classes: classNames(count, hints, notes), pooling },
  };
}

/** @throws StudioError `import-unsupported` when an unused tensor belongs to the trunk */
function account(
  given: NamedTensors,
  { names, root, sources, inside, others }: Translated,
  { tensors, reshaped, missing, converted }: FittedTensors,
  head: Head | undefined,
  ofEmptyBlock: ReadonlySet<string>,
): Omit<ImportReport, 'notes'> {
  const used = new Set([...tensors.keys()].flatMap((name) => sources.get(name) ?? []));
  // A norm that replaces another one counts as used.
  if (head === undefined && !sources.has('norm.weight'))
    for (const part of ['weight', 'bias'])
      for (const name of sources.get(`fc_norm.${part}`) ?? []) used.add(name);
  const ofOthers = new Set(others);
  const ignored: { name: string; reason: string }[] = [];
  const unexpected: string[] = [];
  const strange: string[] = [];
  for (const name of given.keys()) {
    if (used.has(name)) continue;
    const short = inside.get(name) ?? name;
    const reason = ofOthers.has(name)
      ? 'is not part of the network'
      : ofEmptyBlock.has(name)
        ? 'a block of zeros, which changes nothing'
        : whyIgnored(short, head);
    if (reason !== undefined) ignored.push({ name, reason });
    else if (name.startsWith(root) && TRUNK.test(short)) strange.push(name);
    else unexpected.push(name);
  }
  if (strange.length > 0)
    throw unsupportedNetwork(
      `tensors that this program does not compute with: ${someNames(strange, 5)}`,
      { tensors: strange },
    );
  const matched = [...given.keys()].filter((name) => used.has(name));
  return { names, matched, missing, unexpected, ignored, reshaped, converted };
}

/** Tensors that would change the outputs. */
const TRUNK =
  /^(blocks|layers|encoder\.layers?|embeddings|patch_embed|rel_pos_bias|norm\w*|fc_norm|layernorm|pooler|head|classifier)\.|^pos_embed|_tokens?$/;
