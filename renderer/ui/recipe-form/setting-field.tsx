/** One setting: its value, what it means, what it may be, and back to what it was. */
import { ActionIcon, Group, NativeSelect, Switch, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useId } from 'react';
import type { FormField } from './recipe-kind.ts';
import { SettingTitle } from './setting-title.tsx';

/** Help below, so that fields beside each other line up. */
const ORDER: ('label' | 'input' | 'error' | 'description')[] = [
  ...(['label', 'input', 'error', 'description'] as const),
];

export interface SettingFieldProps {
  readonly field: FormField;
  /** The value of the recipe. */
  readonly usual: string;
  readonly text: string;
  /** By hand, or along with another setting. */
  readonly changed: 'no' | 'by hand' | 'along';
  /** Why it has no effect, when it has none. */
  readonly unused: string | undefined;
  readonly problem: string | undefined;
  /** `undefined` goes back to the recipe's value. */
  readonly onChange: (text: string | undefined) => void;
}

export function SettingField(props: SettingFieldProps) {
  const { field, usual, text, changed, problem, onChange } = props;
  const { key, kind, choices } = field;
  const id = useId();
  const set = (value: string) => onChange(value === usual ? undefined : value);
  const back =
    changed === 'by hand' ? (
      <Tooltip label={`Back to ${usual}`}>
        <ActionIcon
          variant="subtle"
          onClick={() => onChange(undefined)}
          aria-label={`${key}: back to ${usual}`}
        >
          <IconArrowBackUp size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    ) : null;
  const shared = {
    label: <SettingTitle title={field.title} name={key} id={id} meaning={field.help} />,
    // Two names, so that it is found by either.
    'aria-labelledby': `${id}-title ${id}-key`,
    error: problem,
  };
  if (kind === 'flag')
    return (
      <Group gap={4} wrap="nowrap" align="flex-start" justify="space-between">
        <Switch
          {...shared}
          description={<Help {...props} allowed="" />}
          checked={text === 'true'}
          onChange={(event) => set(String(event.currentTarget.checked))}
        />
        {back}
      </Group>
    );
  if (choices.length > 0)
    return (
      <NativeSelect
        {...shared}
        description={<Help {...props} allowed="" />}
        inputWrapperOrder={ORDER}
        data={[...choices]}
        value={text}
        onChange={(event) => set(event.currentTarget.value)}
        rightSection={back ?? undefined}
      />
    );
  return (
    <TextInput
      {...shared}
      description={<Help {...props} allowed={allowedText(field)} />}
      inputWrapperOrder={ORDER}
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
      rightSection={back}
      spellCheck={false}
      autoComplete="off"
    />
  );
}

function Help(props: SettingFieldProps & { readonly allowed: string }) {
  const { field, usual, changed, unused, allowed } = props;
  const notes = [
    ...(unused === undefined ? [] : [`Not used: ${unused}. `]),
    ...(changed === 'by hand' ? [`Recipe: ${usual}. `] : []),
    ...(changed === 'along' ? [`Changed with others; recipe: ${usual}. `] : []),
  ];
  return (
    <>
      {notes.length === 0 ? null : (
        <Text span inherit fw={600} c="var(--mantine-color-text)">
          {notes.join('')}
        </Text>
      )}
      {field.help} {allowed}
    </>
  );
}

/** Digits of large numbers are grouped: `1000000` is hard to read. */
function allowedText({ allowed }: FormField): string {
  const grouped = allowed.replaceAll(/\d{5,}/g, (digits) => Number(digits).toLocaleString('en'));
  return `Allowed: ${grouped.replace(/^an? (whole )?number /, '')}.`;
}
