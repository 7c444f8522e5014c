/** The dialog to resume a run on another device or with another precision. */
import { Button, NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { type Precision, precisionNamed } from '../../../../engine/contract/precision.ts';
import type { RunDetail } from '../../../../engine/contract/studio/index.ts';
import { useDevices } from '../../../client/use-devices.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { DeviceSelect } from '../../../ui/device-select.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { precisionsOf, withoutNarrow } from '../../../ui/precisions.ts';

export function ResumeElsewhere(props: { readonly run: RunDetail; readonly disabled: boolean }) {
  const { id, device: before, recipe } = props.run;
  const submit = useStudioAction('jobs.submit');
  const [asking, setAsking] = useState(false);
  const [device, setDevice] = useState('auto');
  const used = precisionNamed(recipe['precision']);
  const [wanted, setPrecision] = useState(used);
  const offered = precisionsOf(device, useDevices().data?.devices ?? []);
  const precision = offered.includes(wanted) ? wanted : 'float32';
  const resume = () =>
    submit.mutate(
      { kind: 'resume', run: id, device, precision },
      { onSuccess: () => setAsking(false) },
    );
  return (
    <>
      <Button variant="default" disabled={props.disabled} onClick={() => setAsking(true)}>
        Resume elsewhere…
      </Button>
      <FormDialog
        opened={asking}
        title="Resume on another device"
        submit="Resume"
        onSubmit={resume}
        onClose={() => {
          setAsking(false);
          submit.reset();
        }}
        action={submit}
      >
        <Text size="sm">
          It ran on {before} with {used}, and continues from its newest checkpoint.
        </Text>
        <DeviceSelect value={device} onChange={setDevice} />
        <NativeSelect
          label="Precision"
          data={[...offered]}
          description={offered.length > 1 ? undefined : withoutNarrow(device)}
          value={precision}
          onChange={(event) => setPrecision(event.currentTarget.value as Precision)}
        />
      </FormDialog>
    </>
  );
}
