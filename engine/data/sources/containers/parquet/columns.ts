/**
 * The columns of images and labels of a Parquet file, as Hugging Face writes them: images are a
 * group of `bytes` and `path`, and the names of classes stand in the metadata `huggingface`.
 *
 * @source https://huggingface.co/docs/datasets/en/about_dataset_features
 */
import { parquetMetadata, parquetSchema } from 'hyparquet';
import { parseJson } from '../../../../contract/parse-json.ts';
import type { ByteSource } from '../../../../images/stored-image.ts';
import { ContainerFault, MOST_ENTRIES } from '../container.ts';
import type { PageFacts } from './pages.ts';

/** One column's part of a row group. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** number of its first row in the file, and how many it has */
  readonly firstRow: number;
  readonly rows: number;
}

export interface Column {
  readonly facts: PageFacts;
  readonly chunks: readonly Chunk[];
}

export interface Columns {
  /** undefined where the file has none */
  readonly images: Column | undefined;
  readonly labels: (Column & { readonly classNames: readonly string[] | undefined }) | undefined;
  /** columns of more images, which are not read */
  readonly others: readonly string[];
}

const MOST_FOOTER_BYTES = 2 ** 28;
const MOST_LEVELS = 16;
const LABEL_NAMES = ['label', 'labels', 'cls', 'class', 'target', 'fine_label'];

type Metadata = ReturnType<typeof parquetMetadata>;
type Node = ReturnType<typeof parquetSchema>;

/** @throws ContainerFault */
export async function readColumns(source: ByteSource): Promise<Columns> {
  const metadata = await readMetadata(source);
  try {
    return columnsIn(metadata, source.size);
  } catch (cause) {
    if (cause instanceof ContainerFault) throw cause;
    throw new ContainerFault('is damaged: its metadata are wrong', { cause });
  }
}

async function readMetadata(source: ByteSource): Promise<Metadata> {
  if (source.size < 12) throw new ContainerFault('is not a Parquet file');
  const tail = Buffer.from(await source.read(source.size - 8, 8));
  const mark = tail.toString('latin1', 4);
  if (mark === 'PARE') throw new ContainerFault('is encrypted: write it without encryption');
  if (mark !== 'PAR1') throw new ContainerFault('is no Parquet file, or its end is missing');
  const bytes = tail.readUInt32LE(0) + 8;
  if (bytes > Math.min(source.size, MOST_FOOTER_BYTES))
    throw new ContainerFault('is damaged: its metadata are longer than the file');
  const footer = Uint8Array.from(await source.read(source.size - bytes, bytes));
  try {
    return parquetMetadata(footer.buffer, { geoparquet: false });
  } catch (cause) {
    throw new ContainerFault('is damaged: its metadata are wrong', { cause });
  }
}

function columnsIn(metadata: Metadata, size: number): Columns {
  const features = featuresOf(metadata);
  const top = parquetSchema(metadata).children;
  const imageNodes = top.filter((node) => isImage(node, features));
  const isUsual = (node: Node) => ['image', 'img'].includes(node.element.name);
  const chosen = imageNodes.find(isUsual) ?? imageNodes[0];
  const labelNode = labelOf(top, features);
  return {
    images: chosen && columnOf(pathToBytes(chosen), metadata, size),
    labels: labelNode && {
      ...columnOf([labelNode], metadata, size),
      classNames: features.get(labelNode.element.name)?.names,
    },
    others: imageNodes.filter((node) => node !== chosen).map(({ element }) => element.name),
  };
}

interface Feature {
  readonly type: string;
  readonly names: readonly string[] | undefined;
}

function featuresOf({ key_value_metadata: pairs = [] }: Metadata): Map<string, Feature> {
  const text = pairs.find(({ key }) => key === 'huggingface')?.value;
  const stated = (parseJson(text ?? '{}') as HuggingFace | undefined)?.info?.features;
  const features = new Map<string, Feature>();
  for (const [name, feature] of Object.entries(stated ?? {})) {
    const { names } = feature ?? {};
    const isNames = Array.isArray(names) && names.every((one) => typeof one === 'string');
    features.set(name, {
      type: String(feature?._type),
      names: feature?._type === 'ClassLabel' && isNames ? names : undefined,
    });
  }
  return features;
}

interface HuggingFace {
  readonly info?: {
    readonly features?: Readonly<
      Record<string, { readonly _type?: string; readonly names?: string[] }>
    >;
  };
}

/** By the metadata, by its parts, or a column of bytes that is named like images. */
function isImage(node: Node, features: ReadonlyMap<string, Feature>): boolean {
  const { element, children } = node;
  if (features.get(element.name)?.type === 'Image')
    return pathToBytes(node).at(-1)!.children.length === 0;
  const parts = children.map((child) => child.element.name);
  if (children.length > 0) return parts.includes('bytes') && parts.includes('path');
  const isText = element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING';
  return (
    element.type === 'BYTE_ARRAY' &&
    !isText &&
    /^(image|img|jpe?g|png)(_bytes)?$/i.test(element.name)
  );
}

function pathToBytes(node: Node): Node[] {
  const bytes = node.children.find(({ element }) => element.name === 'bytes');
  return bytes === undefined ? [node] : [node, bytes];
}

function labelOf(top: readonly Node[], features: ReadonlyMap<string, Feature>): Node | undefined {
  const flat = top.filter(({ children, element }) => {
    const isKnown = ['INT32', 'INT64', 'BYTE_ARRAY'].includes(element.type ?? '');
    return children.length === 0 && isKnown && element.repetition_type !== 'REPEATED';
  });
  const named = (name: string) => flat.find(({ element }) => element.name.toLowerCase() === name);
  return (
    named('label') ??
    flat.find(({ element }) => features.get(element.name)?.type === 'ClassLabel') ??
    LABEL_NAMES.map(named).find((node) => node !== undefined)
  );
}

/** @param nodes from a column at the top down to the one with values */
function columnOf(nodes: readonly Node[], { row_groups: groups }: Metadata, size: number): Column {
  const path = nodes.map(({ element }) => element.name).join('.');
  const kinds = nodes.map(({ element }) => element.repetition_type);
  if (kinds.includes('REPEATED'))
    throw new ContainerFault(`has several values a row in the column ${path}`);
  const levels = kinds.filter((kind) => kind !== 'REQUIRED').length;
  const type = nodes.at(-1)!.element.type ?? '';
  if (levels > MOST_LEVELS || !['INT32', 'INT64', 'BYTE_ARRAY'].includes(type))
    throw new ContainerFault(`has values of the type ${type} in the column ${path}`);
  const chunks: Chunk[] = [];
  let codec = 'UNCOMPRESSED';
  let firstRow = 0;
  for (const { columns, num_rows } of groups) {
    const found = columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === path);
    const meta = found?.meta_data;
    const rows = Number(num_rows);
    if (meta === undefined || found?.file_path !== undefined)
      throw new ContainerFault(`has no values of the column ${path}`);
    const starts = [meta.data_page_offset, meta.dictionary_page_offset].flatMap((offset) =>
      offset === undefined || offset <= 0n ? [] : [Number(offset)],
    );
    const start = Math.min(...starts);
    const end = start + Number(meta.total_compressed_size);
    if (!(start >= 4 && end > start && end <= size && rows >= 0))
      throw new ContainerFault('is damaged: a column is not where it should be');
    if (chunks.length > 0 && meta.codec !== codec)
      throw new ContainerFault('is compressed in several ways; write it in one');
    codec = meta.codec;
    chunks.push({ start, end, firstRow, rows });
    firstRow += rows;
    if (firstRow > MOST_ENTRIES) throw new ContainerFault(`has more than ${MOST_ENTRIES} rows`);
  }
  return { facts: { codec, type, levels }, chunks };
}
