/** Fields of the import dialog and their validation. */
import type { ErrorCode } from '../../../engine/contract/error-codes.ts';
import {
  type ErrorRecord,
  isStudioError,
  readErrorRecord,
} from '../../../engine/contract/errors.ts';
import { readStatistics, readValueRange } from '../../../engine/contract/settings/channels.ts';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';
import { baseName, joinPath } from '../../ui/base-name.ts';

export const EMPTY_IMPORT = {
  file: '',
  /** Undefined for the name of the file. */
  name: undefined as string | undefined,
  /** Empty for the preferred network. */
  network: '',
  heads: '',
  imageSize: '',
  mean: '',
  std: '',
  valueRange: '',
};
export type ImportFields = Readonly<typeof EMPTY_IMPORT>;

/** The default name for a file or folder. */
export function nameOf(file: string): string {
  return baseName(file.trim())
    .replace(/\.(pth|pt|bin|safetensors)$/i, '')
    .replaceAll(/[^\w.-]+/g, '-');
}

const CHANNELS = 'Say imagenet, half, one number, or one for each channel with commas between.';
const RANGE =
  'Say type, metadata, metadata:2 for the second range of a file, or LOW,HIGH for all channels or for each.';

/** Problems by field; optional fields may be empty. */
export function importProblems(fields: ImportFields): Partial<Record<keyof ImportFields, string>> {
  const { file, name, heads, imageSize, mean, std, valueRange } = fields;
  const wrong = (text: string, pattern: RegExp) => text.trim() !== '' && !pattern.test(text.trim());
  const bad = (key: 'mean' | 'std', text: string) =>
    text.trim() !== '' && readStatistics(key, text) === undefined;
  const badName = !/^\w[\w .-]*$/.test(name ?? nameOf(file));
  return {
    ...(/\.onnx$/i.test(file.trim())
      ? {
          file: 'An ONNX file is made for running a network and cannot be read back. Give the weights that it was made from.',
        }
      : {}),
    ...(badName ? { name: 'Letters, digits, dots and dashes, please.' } : {}),
    ...(wrong(heads, /^[1-9]\d*$/) ? { heads: 'A whole number, please.' } : {}),
    ...(wrong(imageSize, /^[1-9]\d*([,x][1-9]\d*)?$/)
      ? { imageSize: 'One whole number, or height,width.' }
      : {}),
    ...(bad('mean', mean) ? { mean: CHANNELS } : {}),
    ...(bad('std', std) ? { std: CHANNELS } : {}),
    ...(valueRange.trim() !== '' && readValueRange(valueRange) === undefined
      ? { valueRange: RANGE }
      : {}),
  };
}

export function importRequest(fields: ImportFields, workspace: string): RequestOf<'import'> {
  const { file, heads } = fields;
  const network = fields.network.trim();
  const [imageSize, mean, std, valueRange] = [
    fields.imageSize,
    fields.mean,
    fields.std,
    fields.valueRange,
  ].map((text) => text.trim());
  return {
    kind: 'import',
    file: file.trim(),
    out: joinPath(workspace, 'models', fields.name ?? nameOf(file)),
    ...(network === '' ? {} : { network }),
    ...(heads.trim() === '' ? {} : { heads: Number(heads) }),
    ...(imageSize ? { imageSize } : {}),
    ...(mean ? { mean } : {}),
    ...(std ? { std } : {}),
    ...(valueRange ? { valueRange } : {}),
  };
}

/** Advice for an error that this form can resolve; undefined for others. */
export function importHint(code: ErrorCode | undefined): string | undefined {
  switch (code) {
    case 'import-unclear':
      return 'Fill in the properties above that the file does not contain, and import again.';
    case 'import-ambiguous':
    case 'import-no-such-network':
      return 'Choose one of its networks above, and import again.';
    default:
      return undefined;
  }
}

/** Names of networks to choose from: those that a refusal listed, else the usual ones. */
export function networkNames(record: ErrorRecord | undefined): readonly string[] {
  const error = record && readErrorRecord(record);
  const isListed = isStudioError(error, 'import-ambiguous', 'import-no-such-network');
  const networks = isListed ? error.details.networks : undefined;
  return networks?.map(({ flag }) => flag) ?? ['teacher', 'student', 'ema'];
}
