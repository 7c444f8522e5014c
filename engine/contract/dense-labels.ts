/**
 * How labels in images (masks, boxes, outlines) are read, where files do not say it: one entry each,
 * for commands, requests, data sets and forms.
 */
import { z } from 'zod';
import { defined } from './defined.ts';
import { type Field, flag, optional, type ShapeOf } from './jobs/fields.ts';
import { choice, integer, path } from './jobs/values.ts';

/** Formats of masks, of which each pixel has a class. */
export const MASK_FORMATS = ['masks', 'ade20k', 'voc-masks', 'cityscapes', 'camvid'] as const;
/** Formats of objects. */
export const OBJECT_FORMATS = ['coco', 'yolo', 'voc', 'labelme', 'cvat', 'csv'] as const;
export const DENSE_FORMATS = [...MASK_FORMATS, ...OBJECT_FORMATS] as const;
export type DenseFormat = (typeof DENSE_FORMATS)[number];
/** What labels of each format are, on pages. */
export const DENSE_FORMAT_TITLES: Readonly<Record<DenseFormat, string>> = {
  masks: 'Masks',
  ade20k: 'ADE20K masks',
  'voc-masks': 'Pascal VOC masks',
  cityscapes: 'Cityscapes masks',
  camvid: 'CamVid masks',
  coco: 'COCO boxes and outlines',
  yolo: 'YOLO boxes and outlines',
  voc: 'Pascal VOC boxes',
  labelme: 'LabelMe boxes and outlines',
  cvat: 'CVAT boxes and outlines',
  csv: 'Boxes in a table (CSV)',
};
export type MaskFormat = (typeof MASK_FORMATS)[number];
export type ObjectFormat = (typeof OBJECT_FORMATS)[number];

export function isMaskFormat(format: string): format is MaskFormat {
  return MASK_FORMATS.some((one) => one === format);
}

/** Largest value of a mask, which has 8 or 16 bits. */
const MOST_VALUE = 0xffff;

const ignored = integer(0, MOST_VALUE);
const IGNORE: Field<z.ZodOptional<z.ZodArray<z.ZodInt>>> = {
  schema: z.array(ignored.schema).min(1).max(100).optional(),
  form: 'repeated',
  of: ignored,
  value: 'N',
  help: 'A value of masks that is neither learnt nor evaluated (default 255). May be repeated.',
  absent: { value: undefined },
};

/** A setting with its title in forms. */
type Titled<F extends Field> = F & { readonly title: string };

function titled<F extends Field>(title: string, field: F): Titled<F> {
  return { ...field, title };
}

export const DENSE_LABELS = {
  format: titled(
    'Format',
    optional(
      choice(DENSE_FORMATS),
      'FORMAT',
      'The format of masks or boxes, where it is not recognised.',
    ),
  ),
  images: titled(
    'Folder of images',
    optional(
      path('The images'),
      'DIR',
      'Folder of the images, where they lie apart from a file of boxes.',
    ),
  ),
  masks: titled(
    'Folder of masks',
    optional(
      path('The masks'),
      'DIR',
      'Folder of the masks, where it is not recognised; the set is then the folder of the images.',
    ),
  ),
  classTable: titled('Class table', {
    ...optional(
      path('The class table'),
      'FILE',
      'Names of the classes, and their colours where masks have colours (CSV, JSON, text).',
    ),
    flag: 'classes',
  }),
  ignore: titled('Ignored values', IGNORE),
  zero: titled(
    'Value 0 in masks',
    optional(
      choice(['background', 'nothing']),
      'background|nothing',
      'Whether the value 0 of masks is the class background, or nothing to learn.',
    ),
  ),
  negatives: titled(
    'Images without labels',
    flag('Keep images without labels, as images without objects.'),
  ),
} as const satisfies Readonly<Record<string, Titled<Field>>>;

const KEYS = Object.keys(DENSE_LABELS) as (keyof typeof DENSE_LABELS)[];

const shape = Object.fromEntries(KEYS.map((key) => [key, DENSE_LABELS[key].schema]));

export const denseLabelsSchema = z.strictObject(shape as ShapeOf<typeof DENSE_LABELS>);
export type DenseLabels = Readonly<z.output<typeof denseLabelsSchema>>;

/**
 * What a request or a spec says of the reading of dense labels; undefined where it says nothing.
 *
 * @param place makes paths absolute
 */
export function denseLabelsOf(
  given: DenseLabels,
  place: (path: string) => string = (path) => path,
): DenseLabels | undefined {
  const placed = (path: string | undefined) => (path === undefined ? undefined : place(path));
  const { format, images, masks, classTable, ignore, zero, negatives } = given;
  const found = defined({
    format,
    images: placed(images),
    masks: placed(masks),
    classTable: placed(classTable),
    ignore,
    zero,
    // A flag that is off says nothing.
    negatives: negatives === true ? true : undefined,
  });
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Folders of a validation set whose images or masks lie apart, as `images` and `masks` are of the training set. */
export const VALIDATION_FOLDERS = {
  valImages: titled(
    'Folder of validation images',
    optional(
      path('The validation images'),
      'DIR',
      'Folder of the images of --val, where they lie apart from a file of boxes.',
    ),
  ),
  valMasks: titled(
    'Folder of validation masks',
    optional(
      path('The validation masks'),
      'DIR',
      'Folder of the masks of --val, where it is not recognised; that is then the folder of the images.',
    ),
  ),
} as const satisfies Readonly<Record<string, Titled<Field>>>;

export const denseFoldersSchema = z.strictObject({
  images: DENSE_LABELS.images.schema,
  masks: DENSE_LABELS.masks.schema,
});
export type DenseFolders = Readonly<z.output<typeof denseFoldersSchema>>;

interface ValidationFolders {
  readonly valImages?: string | undefined;
  readonly valMasks?: string | undefined;
}

/** The folders of the validation set; undefined where a request names none. */
export function validationFoldersOf(
  { valImages: images, valMasks: masks }: ValidationFolders,
  place?: (path: string) => string,
): DenseFolders | undefined {
  return denseLabelsOf({ images, masks }, place);
}

/** The options for the validation set: folders belong to the set that they were given for. */
export function denseOfValidation(
  { images: _, masks: __, ...rest }: DenseLabels,
  folders: DenseFolders | undefined,
): DenseLabels {
  return { ...rest, ...folders };
}

/** The option of the first key that is given, as people type it. */
export function denseOptionName(given: DenseLabels): string {
  const key = KEYS.find((one) => given[one] !== undefined) ?? 'format';
  return key === 'classTable' ? 'classes' : key;
}
