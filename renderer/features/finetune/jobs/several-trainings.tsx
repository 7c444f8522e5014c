/** What the forms of jobs share that train several times from a network, on labels and with seeds. */
import { Group, NumberInput, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RequestOf } from '../../../../engine/contract/studio/index.ts';
import { FieldLabel } from '../../../ui/field-label.tsx';
import { fixFirst } from '../../../ui/recipe-form/recipe-kind.ts';
import { Section } from '../../../ui/section.tsx';
import { DeviceField, type Need, StartJob } from '../form-frame.tsx';
import { LabelledChoice } from '../labelled-choice.tsx';
import { NetworkChoice, useLearnedTask } from '../network-choice.tsx';
import type { useRecipe } from '../recipe-choice.tsx';
import { useRefusedLabels } from '../task-mismatch.tsx';

const MOST_SEEDS = 20;

type Request = RequestOf<'compare' | 'partial'>;

/** What must hold before it starts. @param own of the kind of job, asked before the recipe */
export function useNeeds(
  { from, train }: Pick<Request, 'from' | 'train'>,
  { wrong, kind }: ReturnType<typeof useRecipe>,
  own: readonly Need[],
): readonly Need[] {
  const refused = useRefusedLabels(['train', 'val'], useLearnedTask());
  return [
    [from !== '', 'Choose a pre-trained network.'],
    [from !== 'scratch', 'Choose a network that was pre-trained.'],
    [train !== '', 'Choose a training set.'],
    ...own,
    [refused === undefined, refused ?? ''],
    [wrong.length === 0, fixFirst(kind, wrong)],
  ];
}

export function SeedsInput(props: {
  readonly description: string;
  readonly value: number;
  readonly onChange: (seeds: number) => void;
}) {
  const { description, value, onChange } = props;
  return (
    <NumberInput
      label={<FieldLabel label="Seeds" term="seed" />}
      description={description}
      value={value}
      min={1}
      max={MOST_SEEDS}
      onChange={(typed) => {
        const count = Math.round(Number(typed));
        if (count >= 1) onChange(Math.min(MOST_SEEDS, count));
      }}
    />
  );
}

export function SeveralTrainings(props: {
  readonly about: string;
  /** Of the section with what is varied, and its fields. */
  readonly varied: string;
  readonly children: ReactNode;
  readonly request: Request;
  /** How many trainings it makes, as a sentence. */
  readonly count: string;
  readonly label: string;
  readonly needs: readonly Need[];
}) {
  const { about, varied, children, request, count, label, needs } = props;
  return (
    <Stack>
      <Text maw={720}>{about}</Text>
      <Section title="1. Network">
        <NetworkChoice label="Pre-trained network" />
      </Section>
      <Section title="2. Labelled images">
        <LabelledChoice />
      </Section>
      <Section title={`3. ${varied}`}>{children}</Section>
      <Section title="4. Start">
        <Group maw={360} grow>
          <DeviceField settings={request.settings} />
        </Group>
        <Text role="status">{count} It can be stopped and resumed.</Text>
        <StartJob request={request} label={label} needs={needs} />
      </Section>
    </Stack>
  );
}
