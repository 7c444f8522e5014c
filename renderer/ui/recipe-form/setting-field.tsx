/** One setting: its value, what it means, what it may be, and back to what it was. */
import { ActionIcon, NativeSelect, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { Field } from './recipe-kind.ts';

/** Help below, so that fields beside each other line up. */
const ORDER: ('label' | 'input' | 'error' | 'description')[] = [
  ...(['label', 'input', 'error', 'description'] as const),
];

export interface SettingFieldProps {
  readonly field: Field;
  /** The value of the recipe. */
  readonly usual: string;
  readonly text: string;
  readonly changed: boolean;
  readonly problem: string | undefined;
  /** `undefined` goes back to the recipe's value. */
  readonly onChange: (text: string | undefined) => void;
}

export function SettingField({
  field,
  usual,
  text,
  changed,
  problem,
  onChange,
}: SettingFieldProps) {
  const { key, kind, description, allowed, nullable } = field;
  const was = changed ? `Changed; the recipe has ${usual}. ` : '';
  const help = `${was}${description} ${allowedText(allowed, nullable)}`;
  const set = (value: string) => onChange(value === usual ? undefined : value);
  const back = changed ? (
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
  if (kind === 'flag')
    return (
      <Switch
        label={key}
        description={`${was}${description}`}
        checked={text === 'true'}
        onChange={(event) => set(String(event.currentTarget.checked))}
        error={problem}
      />
    );
  const choices = kind === 'choice' ? choicesOf(allowed) : [];
  if (choices.length > 0)
    return (
      <NativeSelect
        label={key}
        description={`${was}${description}`}
        inputWrapperOrder={ORDER}
        data={[...choices]}
        value={text}
        onChange={(event) => set(event.currentTarget.value)}
        error={problem}
        rightSection={back ?? undefined}
      />
    );
  return (
    <TextInput
      label={key}
      description={help}
      inputWrapperOrder={ORDER}
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
      error={problem}
      rightSection={back}
      spellCheck={false}
      autoComplete="off"
    />
  );
}

function allowedText(allowed: string, nullable: boolean): string {
  const off = nullable && !/none/.test(allowed) ? ', or none' : '';
  return `Allowed: ${allowed}${off}.`;
}

/** From `one of a, b, c`, as a setting describes its choices. */
export function choicesOf(allowed: string): string[] {
  return allowed
    .replace(/^one of /, '')
    .split(/,\s*|\s+or\s+/)
    .map((choice) => choice.trim())
    .filter((choice) => /^[\w-]+$/.test(choice));
}
