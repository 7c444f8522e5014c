/** Fields for the training set and the validation set. */
import { Checkbox, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import {
  type DenseFolders,
  type DenseLabels,
  denseLabelsOf,
} from '../../../engine/contract/dense-labels.ts';
import {
  hasPixelClasses,
  LABELLED_TASK_IDS,
  LABELLED_TASKS,
  type LabelledTaskId,
} from '../../../engine/contract/tasks.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { FieldLabel } from '../../ui/field-label.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';
import { SetField } from './form-frame.tsx';
import { countLabels, type LabelCount, labelsText, sawWhileTraining } from './label-advice.ts';
import { MaskFields } from './mask-fields.tsx';
import { useNetwork } from './network-choice.tsx';
import { PercentInput } from './percent-input.tsx';
import { fieldsForSet } from './task-advice.ts';
import { TaskMismatchNotice } from './task-mismatch.tsx';
import { useSetAt } from './use-set-at.ts';

const MOST_HELD_OUT = 0.9;

function taskChoice(value: LabelledTaskId) {
  const { title, labels } = LABELLED_TASKS[value];
  return { value, label: `${title}: ${labels}` };
}

/** The number of labels of each class for training, if the data set was scanned. */
export function useLabels(share?: number): LabelCount | undefined {
  const { val, heldOut, fraction } = useFinetuneDraft();
  const report = useSetAt()('train')?.report;
  const learntFrom = val.trim() === '' ? 1 - heldOut : 1;
  // An image with masks has several classes, so their images do not add up.
  const classes = report?.dense === undefined ? report?.classes : undefined;
  return countLabels(classes, learntFrom * (share ?? fraction));
}

/**
 * Whether the network was pre-trained on the validation images. All of them would be left out then, so
 * they are kept by default.
 */
export function useSeenBefore(): boolean {
  const { from, train, val } = useFinetuneDraft();
  const network = useNetwork();
  const isRun = network?.source === 'run' && network.kind === 'pretrained';
  const run = useStudio('runs.get', { id: from }, { enabled: isRun });
  const judged = val.trim() === '' ? train.trim() : val.trim();
  return isRun && sawWhileTraining(run.data?.folders ?? [], judged);
}

function foldersOf({ images, masks }: DenseLabels = {}): DenseFolders {
  return denseLabelsOf({ images, masks }) ?? {};
}

export function LabelledChoice({ fraction }: { readonly fraction?: boolean }) {
  const draft = useFinetuneDraft();
  const labels = useLabels();
  const seen = useSeenBefore();
  const head = useNetwork()?.task;
  const none = useLive(
    ({ ready, datasets }) => ready && datasets.every(({ kind }) => kind === 'images'),
  );
  return (
    <>
      {none ? (
        <Text size="sm">
          No labelled images were added yet. Choose a folder here, or{' '}
          <TextLink href="/datasets">add it as a data set</TextLink> to see its labels first.
        </Text>
      ) : null}
      <Select
        label={<FieldLabel label="Task" />}
        data={LABELLED_TASK_IDS.map(taskChoice)}
        value={draft.task ?? null}
        onChange={(task) =>
          changeFinetuneDraft({
            task: task ?? undefined,
            settings: {},
            // Only masks and boxes are read in several ways.
            ...(hasPixelClasses(task ?? head) ? {} : { dense: {} }),
          })
        }
        placeholder="As the head of the network"
        clearable
        maw={520}
      />
      {draft.task !== undefined && LABELLED_TASKS[draft.task].several ? (
        <TextInput
          label="Label separator"
          description="Between the labels of an image in a table. Semicolon, bar and comma are detected."
          value={draft.labelSeparator}
          onChange={(event) => changeFinetuneDraft({ labelSeparator: event.currentTarget.value })}
          maw={420}
        />
      ) : null}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <SetField
          field="train"
          label={termOf('trainingSet')}
          dense
          onChoose={(set) => {
            const fields = fieldsForSet(set, { task: draft.task, head });
            const isSame = (fields.task ?? draft.task) === draft.task;
            changeFinetuneDraft(isSame ? fields : { ...fields, settings: {} });
          }}
        />
        <SetField
          field="val"
          label={termOf('validationSet')}
          none="A share of the training set"
          dense
          onChoose={(set) => changeFinetuneDraft({ valFolders: foldersOf(set?.dense) })}
        />
        {fraction ? (
          <PercentInput
            label="Labels to use"
            description="Share of every class, to see what fewer labels give."
            share={draft.fraction}
            most={1}
            onChange={(share) => changeFinetuneDraft({ fraction: share })}
          />
        ) : null}
        {draft.val.trim() === '' ? (
          <PercentInput
            label={termOf('validationSplit')}
            description="Share of every class; splits of the data set have priority."
            share={draft.heldOut}
            most={MOST_HELD_OUT}
            onChange={(share) => changeFinetuneDraft({ heldOut: share })}
          />
        ) : null}
      </SimpleGrid>
      {hasPixelClasses(draft.task ?? head) ? (
        <MaskFields task={draft.task ?? head} validation={draft.val.trim() !== ''} />
      ) : null}
      <TaskMismatchNotice
        sets={['train', 'val']}
        task={draft.task ?? head}
        onChange={(task) => changeFinetuneDraft({ task, settings: {} })}
      />
      <Checkbox
        label={<FieldLabel label="Leave out leaks" term="leak" />}
        description={
          seen
            ? 'All validation images were pre-trained on, without labels. Use others for a reliable result.'
            : 'Validation images that occur in training, also as near duplicates, make results too good.'
        }
        checked={draft.leaveOutLeaks ?? !seen}
        onChange={(event) => changeFinetuneDraft({ leaveOutLeaks: event.currentTarget.checked })}
      />
      {labels === undefined || !fraction ? null : <Text role="status">{labelsText(labels)}</Text>}
    </>
  );
}
