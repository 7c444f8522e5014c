/** Pre-trained against from scratch, with few labels and many. */
import { Checkbox, Group, NumberInput, SimpleGrid, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { countText } from '../../ui/format.ts';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { ModelSelect } from '../../ui/model-select.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { FormFrame, missingOf } from './form-frame.tsx';

const SHARES = [
  ['0.01', '1 %'],
  ['0.1', '10 %'],
  ['1', 'all'],
] as const;
const MODES = [
  ['full', 'the whole network'],
  ['partial:1', 'its last block'],
  ['linear', 'a new last layer'],
] as const;
const SEEDS = 3;

export function CompareForm({ model }: { readonly model: string }) {
  const [, navigate] = useLocation();
  const [from, setFrom] = useState(model);
  const [train, setTrain] = useState('');
  const [val, setVal] = useState('');
  const [fractions, setFractions] = useState<string[]>(SHARES.map(([share]) => share));
  const [modes, setModes] = useState<string[]>(['full']);
  const [seeds, setSeeds] = useState(SEEDS);
  const [device, setDevice] = useState('auto');
  const request: RequestOf<'compare'> = {
    kind: 'compare',
    from: from.trim(),
    train: train.trim(),
    ...(val.trim() === '' ? {} : { val: val.trim() }),
    leaveOutLeaks: true,
    fractions: fractions.map(Number).sort((a, b) => a - b),
    ...{ modes, seeds, device },
    settings: {},
  };
  const missing = missingOf([
    [request.from !== '', 'Choose a pre-trained network.'],
    [request.train !== '', 'Choose labelled images to learn from.'],
    [fractions.length > 0, 'Choose at least one share of the labels.'],
    [modes.length > 0, 'Choose what learns.'],
  ]);
  const trainings = fractions.length * modes.length * seeds * 2;
  return (
    <FormFrame about="The same recipe is trained from the pre-trained network and from scratch, several times each. The table tells how much pre-training gave, and whether that may be chance.">
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        <ModelSelect
          label="Pre-trained network"
          value={from}
          onChange={setFrom}
          kind="pretrained"
        />
        <LabelledSelect label="Learn from" value={train} onChange={setTrain} />
        <LabelledSelect label="Judge on" value={val} onChange={setVal} none="A held-out share" />
      </SimpleGrid>
      <Checkbox.Group label="Share of the labels" value={fractions} onChange={setFractions}>
        <Group mt="xs">
          {SHARES.map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Group>
      </Checkbox.Group>
      <Checkbox.Group label="What learns" value={modes} onChange={setModes}>
        <Group mt="xs">
          {MODES.map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Group>
      </Checkbox.Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720}>
        <NumberInput
          label="Times each"
          description="With another draw of the labels and another start."
          value={seeds}
          min={1}
          max={20}
          onChange={(count) =>
            setSeeds(Math.min(20, Math.max(1, Math.round(Number(count)) || SEEDS)))
          }
        />
        <DeviceSelect value={device} onChange={setDevice} />
      </SimpleGrid>
      <Text size="sm" role="status">
        That makes {countText(trainings)} trainings, one after the other. It can be stopped and gone
        on with.
      </Text>
      <SubmitJob
        request={missing === undefined ? request : undefined}
        label="Compare"
        missing={missing}
        onSubmitted={({ id }) => navigate(`/finetune/results/${id}`)}
      />
      {missing === undefined ? <CopyCommand request={request} /> : null}
    </FormFrame>
  );
}
