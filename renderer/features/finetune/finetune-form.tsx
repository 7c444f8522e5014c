/** Teaching a network the classes of labelled images. */
import { Checkbox, Group, NativeSelect, NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { ModelSelect } from '../../ui/model-select.tsx';
import { RecipeForm } from '../../ui/recipe-form/recipe-form.tsx';
import { checkRecipe } from '../../ui/recipe-form/recipe-kind.ts';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { FormFrame, ModeChoice, missingOf } from './form-frame.tsx';
import { presetFor } from './preset-for.ts';

const HELD_OUT = 0.1;

export function FinetuneForm({ model }: { readonly model: string }) {
  const [, navigate] = useLocation();
  const recipes = useStudio('recipes.list', {});
  const models = useStudio('models.list', {});
  const [from, setFrom] = useState(model);
  const [train, setTrain] = useState('');
  const [val, setVal] = useState('');
  const [share, setShare] = useState<number>(HELD_OUT);
  const [leave, setLeave] = useState(true);
  const [mode, setMode] = useState('full');
  const [chosenRecipe, setRecipe] = useState<string | undefined>(undefined);
  const [settings, setSettings] = useState<Record<string, string>>({});
  const [device, setDevice] = useState('auto');
  const [name, setName] = useState('');
  const presets = recipes.data ?? [];
  const network = models.data?.find(({ reference }) => reference === from);
  const recipe = chosenRecipe ?? presetFor(presets, network);
  const preset = presets.find((found) => found.name === recipe)?.finetune;
  const problems =
    preset === undefined ? [] : Object.keys(checkRecipe('finetune', preset, settings).problems);
  const request: RequestOf<'finetune'> = {
    kind: 'finetune',
    from: from.trim(),
    train: train.trim(),
    ...(val.trim() === '' ? { valFraction: share } : { val: val.trim() }),
    leaveOutLeaks: leave,
    ...{ mode, settings, device },
    ...(recipe === undefined ? {} : { recipe }),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
  };
  const missing = missingOf([
    [from.trim() !== '', 'Choose a network to begin with.'],
    [train.trim() !== '', 'Choose labelled images to learn from.'],
    [problems.length === 0, `First mend: ${problems.join(', ')}.`],
  ]);
  return (
    <FormFrame about="The network learns to tell your classes apart. It is judged while it learns, on images that it does not learn from, and the best state is kept.">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <ModelSelect
          label="Begin with"
          value={from}
          onChange={setFrom}
          extra={[{ value: 'scratch', label: 'Nothing: from scratch, to compare' }]}
        />
        <LabelledSelect label="Learn from" value={train} onChange={setTrain} />
        <LabelledSelect
          label="Judge on"
          description="Left empty, a share of the images to learn from is held out."
          value={val}
          onChange={setVal}
          none="A held-out share"
        />
        {val.trim() === '' ? (
          <NumberInput
            label="Share to hold out"
            description="Of the labelled images, evenly from every class."
            value={share * 100}
            onChange={(percent) => setShare(Math.min(90, Math.max(1, Number(percent) || 10)) / 100)}
            suffix=" %"
            min={1}
            max={90}
          />
        ) : null}
      </SimpleGrid>
      <Checkbox
        label="Do not judge on images that also occur among those learnt from"
        description="Copies and near copies would make the result look better than it is."
        checked={leave}
        onChange={(event) => setLeave(event.currentTarget.checked)}
      />
      <ModeChoice value={mode} onChange={setMode} />
      <Group grow maw={720} align="flex-end">
        <NativeSelect
          label="Recipe"
          data={presets.map((found) => ({ value: found.name, label: found.title }))}
          value={recipe ?? ''}
          onChange={(event) => {
            setRecipe(event.currentTarget.value);
            setSettings({});
          }}
        />
        <TextInput
          label="Name of the run"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <DeviceSelect value={device} onChange={setDevice} />
      </Group>
      {preset === undefined || mode === 'linear' ? null : (
        <details>
          <summary>Settings of the recipe</summary>
          <RecipeForm kind="finetune" preset={preset} settings={settings} onChange={setSettings} />
        </details>
      )}
      <SubmitJob
        request={missing === undefined ? request : undefined}
        label="Start fine-tuning"
        missing={missing}
        onSubmitted={() => navigate('/runs')}
      />
      {missing === undefined ? <CopyCommand request={request} /> : null}
    </FormFrame>
  );
}
