/** Labelled images to learn from and to judge on. */
import { Checkbox, SimpleGrid, Text } from '@mantine/core';
import { useLive } from '../../state/live.ts';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { changeDraft, useDraft } from './draft.ts';
import { countLabels, type LabelCount, labelsText } from './label-advice.ts';
import { PercentInput } from './percent-input.tsx';

const MOST_HELD_OUT = 0.9;

/** How many labels of each class are learnt from, of data sets that were scanned. */
export function useLabels(): LabelCount | undefined {
  const { train, val, heldOut, fraction } = useDraft();
  const report = useLive(
    ({ datasets }) => datasets.find(({ folders }) => folders[0] === train.trim())?.report,
  );
  const learntFrom = val.trim() === '' ? 1 - heldOut : 1;
  return countLabels(report?.classes, learntFrom * fraction);
}

export function LabelledChoice({ fraction }: { readonly fraction?: boolean }) {
  const draft = useDraft();
  const labels = useLabels();
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <LabelledSelect
          label="Learn from"
          value={draft.train}
          onChange={(train) => changeDraft({ train })}
        />
        <LabelledSelect
          label="Judge on"
          value={draft.val}
          onChange={(val) => changeDraft({ val })}
          none="A share that is held out"
        />
        {fraction ? (
          <PercentInput
            label="Labels to use"
            description="Fewer than all, evenly from every class, tell what fewer labels would give."
            share={draft.fraction}
            most={1}
            onChange={(share) => changeDraft({ fraction: share })}
          />
        ) : null}
        {draft.val.trim() === '' ? (
          <PercentInput
            label="Share to hold out"
            description="Evenly from every class. Not needed where the data name splits: then those are used."
            share={draft.heldOut}
            most={MOST_HELD_OUT}
            onChange={(share) => changeDraft({ heldOut: share })}
          />
        ) : null}
      </SimpleGrid>
      <Checkbox
        label="Do not judge on images that also occur among those learnt from"
        description="Copies and near copies would make the result look better than it is."
        checked={draft.leaveOutLeaks}
        onChange={(event) => changeDraft({ leaveOutLeaks: event.currentTarget.checked })}
      />
      {labels === undefined || !fraction ? null : <Text role="status">{labelsText(labels)}</Text>}
    </>
  );
}
