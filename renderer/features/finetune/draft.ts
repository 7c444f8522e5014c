/**
 * State of the forms of this page. All forms share one draft, so a network and images are chosen once, and the
 * choices are kept while a result is shown.
 */
import { create } from 'zustand';
import {
  type DenseFolders,
  type DenseLabels,
  denseLabelsOf,
  validationFoldersOf,
} from '../../../engine/contract/dense-labels.ts';
import type { Precision } from '../../../engine/contract/precision.ts';
import type { Split } from '../../../engine/contract/splits.ts';
import type { JobKind, RequestOf } from '../../../engine/contract/studio/index.ts';
import { LABELLED_TASKS, type LabelledTaskId } from '../../../engine/contract/tasks.ts';
import type { TunedBlocks } from '../../../engine/contract/tuned-blocks.ts';
import type { Which } from '../../ui/which-network.tsx';

export const EMPTY_FINETUNE_DRAFT = {
  tab: 'finetune' as JobKind,
  from: '',
  which: {} as Which,
  classifier: '',
  classifierStep: undefined as number | undefined,
  /** What the labels mean; undefined for the task of the network’s head. */
  task: undefined as LabelledTaskId | undefined,
  /** Empty to have it found out. */
  labelSeparator: '',
  /** How masks are read. */
  dense: {} as DenseLabels,
  train: '',
  /** Id of the data set that was chosen, since one folder may be several. */
  trainSet: undefined as string | undefined,
  val: '',
  valSet: undefined as string | undefined,
  /** The images of the validation set that are evaluated on; undefined for all. */
  split: undefined as Split | undefined,
  /** Where images and masks of the validation set lie. */
  valFolders: {} as DenseFolders,
  heldOut: 0.1,
  fraction: 1,
  /** Undefined for the suggested value; the same for the next two. */
  leaveOutLeaks: undefined as boolean | undefined,
  mode: undefined as string | undefined,
  recipe: undefined as string | undefined,
  settings: {} as Readonly<Record<string, string>>,
  name: '',
  device: 'auto',
  /** In which a trained network is applied; trainings have it in their settings. */
  precision: 'float32' as Precision,
  neighbours: 20,
  fractions: [0.01, 0.1, 1] as readonly number[],
  modes: ['full'] as readonly string[],
  seeds: 3,
  /** Numbers of tuned blocks; undefined for those that suit the depth of the network. */
  tunedBlocks: undefined as readonly TunedBlocks[] | undefined,
  partialSeeds: 1,
};
export type FinetuneDraft = Readonly<typeof EMPTY_FINETUNE_DRAFT>;

export const useFinetuneDraft = create<FinetuneDraft>(() => EMPTY_FINETUNE_DRAFT);

export function changeFinetuneDraft(change: Partial<FinetuneDraft>): void {
  useFinetuneDraft.setState(change);
}

/** Values for the fields that the draft leaves open. */
export interface Suggested {
  readonly leaveOutLeaks: boolean;
  readonly mode: string;
  /** The recipe and its settings as requests name them. */
  readonly recipe: string | undefined;
  readonly settings: Record<string, string>;
}

export function networkFields({ from, which }: FinetuneDraft) {
  return { from: from.trim(), ...(from.trim() === 'scratch' ? {} : which) };
}

/** What requests of trainings on labelled images have in common. */
export function trainingOf(draft: FinetuneDraft, suggested: Suggested) {
  const { task, labelSeparator, dense, train, val, valFolders, heldOut, device } = draft;
  const { recipe, settings } = suggested;
  const { leaveOutLeaks = suggested.leaveOutLeaks } = draft;
  const isDivided = task !== undefined && LABELLED_TASKS[task].several && labelSeparator !== '';
  return {
    ...networkFields(draft),
    ...(task === undefined ? {} : { task }),
    train: train.trim(),
    ...(val.trim() === '' ? { valFraction: heldOut } : validationOf(val.trim(), valFolders)),
    leaveOutLeaks,
    ...(isDivided ? { labelSeparator } : {}),
    ...denseLabelsOf(dense),
    ...(recipe === undefined ? {} : { recipe }),
    settings,
    device,
  };
}

function validationOf(val: string, { images, masks }: DenseFolders) {
  return {
    val,
    ...(images === undefined ? {} : { valImages: images }),
    ...(masks === undefined ? {} : { valMasks: masks }),
  };
}

export function whichOf({
  from,
  network,
  checkpoint,
}: RequestOf<'finetune' | 'knn' | 'compare' | 'partial'>) {
  const which: Which = {
    ...(network === undefined ? {} : { network }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  return { from, which };
}

export function trainingDraft(request: RequestOf<'finetune' | 'compare' | 'partial'>) {
  const { task, labelSeparator = '', train, val = '', valFraction } = request;
  const { leaveOutLeaks = false, recipe, settings, device } = request;
  const dense = denseLabelsOf(request) ?? {};
  const fields = {
    task,
    labelSeparator,
    dense,
    train,
    trainSet: undefined,
    val,
    valSet: undefined,
    valFolders: validationFoldersOf(request) ?? {},
    leaveOutLeaks,
    recipe,
    settings,
    device,
  };
  const heldOut = valFraction === undefined ? {} : { heldOut: valFraction };
  return { ...whichOf(request), ...fields, ...heldOut };
}
