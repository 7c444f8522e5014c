/** What was built from a run and is kept with it: which of these is shown, and the form for another. */
import { Button, Collapse, Group, Select, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { baseName } from '../../ui/base-name.ts';
import { agoText } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';

interface Kept {
  readonly name: string;
  readonly folder: string;
  readonly step: number;
  readonly builtAt: string;
}

interface KeptSectionProps<T extends Kept> {
  readonly title: string;
  /** Of the choice among several. */
  readonly label: string;
  readonly another: string;
  /** What one is, where there is none yet. */
  readonly empty: string;
  /** Undefined while they are read. */
  readonly kept: readonly T[] | undefined;
  readonly shown: T | undefined;
  readonly about: (shown: T) => string;
  readonly onChoose: (name: string | null) => void;
  /** Undefined while the run is read. */
  readonly form: ReactNode;
}

export function KeptSection<T extends Kept>(props: KeptSectionProps<T>) {
  const { title, label, another, empty, kept, shown, about, onChoose, form } = props;
  const [isOpen, setOpen] = useState(false);
  const none = kept !== undefined && shown === undefined;
  return (
    <Section title={title}>
      {shown === undefined ? (
        <Text size="sm">{none ? empty : 'Reading…'}</Text>
      ) : (
        <>
          <Group justify="space-between" align="flex-end">
            {kept !== undefined && kept.length > 1 ? (
              <Select
                label={label}
                w={420}
                maw="100%"
                allowDeselect={false}
                data={kept.map(({ name, folder, step, builtAt }) => ({
                  value: name,
                  label: `${baseName(folder)}, step ${step}, ${agoText(builtAt)}`,
                }))}
                value={shown.name}
                onChange={onChoose}
              />
            ) : (
              <Text fw={600}>{baseName(shown.folder)}</Text>
            )}
            <Button variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {another}
            </Button>
          </Group>
          <Text size="sm">{about(shown)}</Text>
        </>
      )}
      {form === undefined ? null : <Collapse expanded={none || isOpen}>{form}</Collapse>}
    </Section>
  );
}
