/** Parts that the forms of this page share. */
import { Card, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Dataset, JobRequest } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { PrecisionSelect } from '../../ui/precision-select.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';
import { CHOSEN_SET, useSetAt } from './use-set-at.ts';

export function FormFrame(props: { readonly about: string; readonly children: ReactNode }) {
  return (
    <Card withBorder>
      <Stack>
        <Text maw={720}>{props.about}</Text>
        {props.children}
      </Stack>
    </Card>
  );
}

/** @param props.settings of the recipe, where the job trains */
export function DeviceField({ settings = {} }: { readonly settings?: Record<string, string> }) {
  const device = useFinetuneDraft((draft) => draft.device);
  return (
    <DeviceSelect
      value={device}
      onChange={(chosen) => changeFinetuneDraft({ device: chosen })}
      settings={settings}
    />
  );
}

/** Device and precision of what applies a trained network. */
export function ComputeFields() {
  const device = useFinetuneDraft((draft) => draft.device);
  const precision = useFinetuneDraft((draft) => draft.precision);
  return (
    <>
      <DeviceField settings={{ precision }} />
      <PrecisionSelect
        device={device}
        value={precision}
        onChange={(chosen) => changeFinetuneDraft({ precision: chosen })}
      />
    </>
  );
}

/** A set of labelled images. @param none what it is called to choose none */
export function SetField(props: {
  readonly field: 'train' | 'val';
  readonly label: string;
  readonly none?: string;
  /** Images with masks or boxes are offered as well. */
  readonly dense?: boolean;
  readonly onChoose?: (set: Dataset | undefined) => void;
}) {
  const { field, onChoose, ...shown } = props;
  const value = useFinetuneDraft((draft) => draft[field]);
  const set = useSetAt()(field);
  return (
    <LabelledSelect
      {...shown}
      value={value}
      set={set}
      onChange={(path, chosen) => {
        changeFinetuneDraft({ [field]: path, [CHOSEN_SET[field]]: chosen?.id });
        onChoose?.(chosen);
      }}
    />
  );
}

/** Whether it is given, and the sentence that asks for it. */
export type Need = readonly [boolean, string];

/** The button that starts the job, and the command that does the same. */
export function StartJob(props: {
  readonly request: JobRequest;
  readonly label: string;
  readonly needs: readonly Need[];
}) {
  const { request, label, needs } = props;
  const [, navigate] = useLocation();
  const missing = needs.find(([there]) => !there)?.[1];
  return (
    <>
      <SubmitJob
        request={request}
        label={label}
        missing={missing}
        onSubmitted={({ id }) => navigate(`/finetune/results/${id}`)}
      />
      {missing === undefined ? <CopyCommand request={request} /> : null}
    </>
  );
}
