/**
 * State of the forms of this page. All forms share one draft, so a network and images are chosen once, and the
 * choices are kept while a result is shown.
 */
import { create } from 'zustand';
import type { JobKind, RequestOf } from '../../../engine/contract/studio/index.ts';
import { LABELLED_TASKS, type LabelledTaskId } from '../../../engine/contract/tasks.ts';
import type { Which } from '../../ui/which-network.tsx';

export interface FinetuneDraft {
  readonly tab: JobKind;
  readonly from: string;
  readonly which: Which;
  readonly classifier: string;
  readonly classifierStep: number | undefined;
  /** What the labels mean; undefined for the task of the network’s head. */
  readonly task: LabelledTaskId | undefined;
  /** Empty to have it found out. */
  readonly labelSeparator: string;
  readonly train: string;
  readonly val: string;
  readonly heldOut: number;
  readonly fraction: number;
  /** Undefined for the suggested value; the same for the next two. */
  readonly leaveOutLeaks: boolean | undefined;
  readonly mode: string | undefined;
  readonly recipe: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly name: string;
  readonly device: string;
  readonly neighbours: number;
  readonly fractions: readonly number[];
  readonly modes: readonly string[];
  readonly seeds: number;
}

export const EMPTY_FINETUNE_DRAFT: FinetuneDraft = {
  tab: 'finetune',
  from: '',
  which: {},
  classifier: '',
  classifierStep: undefined,
  task: undefined,
  labelSeparator: '',
  train: '',
  val: '',
  heldOut: 0.1,
  fraction: 1,
  leaveOutLeaks: undefined,
  mode: undefined,
  recipe: undefined,
  settings: {},
  name: '',
  device: 'auto',
  neighbours: 20,
  fractions: [0.01, 0.1, 1],
  modes: ['full'],
  seeds: 3,
};

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
  const { task, labelSeparator, train, val, heldOut, device } = draft;
  const { recipe, settings } = suggested;
  const { leaveOutLeaks = suggested.leaveOutLeaks } = draft;
  const isDivided = task !== undefined && LABELLED_TASKS[task].several && labelSeparator !== '';
  return {
    ...networkFields(draft),
    ...(task === undefined ? {} : { task }),
    train: train.trim(),
    ...(val.trim() === '' ? { valFraction: heldOut } : { val: val.trim() }),
    leaveOutLeaks,
    ...(isDivided ? { labelSeparator } : {}),
    ...(recipe === undefined ? {} : { recipe }),
    settings,
    device,
  };
}

export function whichOf({ from, network, checkpoint }: RequestOf<'finetune' | 'knn' | 'compare'>) {
  const which: Which = {
    ...(network === undefined ? {} : { network }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  return { from, which };
}

export function trainingDraft(request: RequestOf<'finetune' | 'compare'>) {
  const { task, labelSeparator = '', train, val = '', valFraction } = request;
  const { leaveOutLeaks = false, recipe, settings, device } = request;
  const fields = { task, labelSeparator, train, val, leaveOutLeaks, recipe, settings, device };
  const heldOut = valFraction === undefined ? {} : { heldOut: valFraction };
  return { ...whichOf(request), ...fields, ...heldOut };
}
