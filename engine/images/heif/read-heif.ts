/**
 * Photographs in HEIF files that are compressed with HEVC (HEIC), by libheif in WebAssembly. Turned
 * and mirrored as the file says; alpha is dropped; of several pictures the primary one is read. AVIF
 * files are decoded by sharp.
 */
import { emscriptenModule } from '../codecs/wasm-module.ts';
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import { readNumbers, toPlanes } from '../numbers.ts';
import { regionOf } from '../region.ts';
import type { OpenImage, StoredPixels } from '../stored-image.ts';

interface HeifError {
  readonly code: object;
}

interface HeifHandle {
  /** place in the memory of WebAssembly, for functions without a wrapper */
  readonly $$: { readonly ptr: number };
}

interface DecodedHeif {
  readonly image: object;
  readonly channels: readonly {
    readonly stride: number;
    readonly width: number;
    readonly height: number;
    readonly data: Uint8Array;
    readonly bits_per_pixel: number;
  }[];
}

interface LibHeif {
  readonly HEAPU8: Uint8Array;
  readonly heif_error_code: Readonly<Record<string, object>>;
  readonly heif_colorspace: Readonly<Record<string, object>>;
  readonly heif_chroma: Readonly<Record<string, object>>;
  heif_context_alloc(): object;
  heif_context_free(context: object): void;
  heif_context_read_from_memory(context: object, bytes: Uint8Array): HeifError;
  heif_js_context_get_primary_image_handle(context: object): HeifHandle | HeifError;
  heif_image_handle_release(handle: HeifHandle): void;
  heif_image_handle_get_width(handle: HeifHandle): number;
  heif_image_handle_get_height(handle: HeifHandle): number;
  _heif_image_handle_get_luma_bits_per_pixel(place: number): number;
  heif_js_decode_image2(
    handle: HeifHandle,
    space: object | undefined,
    chroma: object | undefined,
  ): DecodedHeif | HeifError;
  heif_image_release(image: object): void;
}

const LIBHEIF = emscriptenModule<LibHeif>(
  'libheif-js/libheif-wasm/libheif.js',
  'libheif-js/libheif-wasm/libheif.wasm',
);

/** libheif takes whole files. */
const MOST_FILE_BYTES = 268_435_456;

export const openHeif: OpenImage = async (source, { pixelLimit }) => {
  if (source.size > MOST_FILE_BYTES) throw unsupported('its file is larger than 256 MB');
  const bytes = await source.read(0, source.size);
  const { width, height, bits } = await withPicture(bytes, sizeOf);
  refuseTooLarge(width, height, pixelLimit);
  if (bits < 8 || bits > 16) throw unsupported('the depth of its values is unknown');
  const size = { width, height, channels: 3 };
  return {
    format: 'heic',
    ...size,
    colours: 'rgb',
    samples: 1,
    type: bits > 8 ? 'uint16' : 'uint8',
    bits,
    typeRange: [0, 2 ** bits - 1],
    levels: [{ width, height }],
    async read(_sample, region) {
      const pixels = await withPicture(bytes, (module, handle) => decode(module, handle, bits));
      if (pixels.width !== width || pixels.height !== height)
        throw damagedBy('its picture has another size than its file states');
      return regionOf(pixels, region);
    },
  };
};

function sizeOf(module: LibHeif, handle: HeifHandle) {
  return {
    width: module.heif_image_handle_get_width(handle),
    height: module.heif_image_handle_get_height(handle),
    bits: module._heif_image_handle_get_luma_bits_per_pixel(handle.$$.ptr),
  };
}

function decode(module: LibHeif, handle: HeifHandle, bits: number): StoredPixels {
  const chroma = bits > 8 ? 'heif_chroma_interleaved_RRGGBB_LE' : 'heif_chroma_interleaved_RGB';
  const decoded = module.heif_js_decode_image2(
    handle,
    module.heif_colorspace['heif_colorspace_RGB'],
    module.heif_chroma[chroma],
  );
  if (!('channels' in decoded)) throw errorOf(module, decoded);
  try {
    const { stride, width, height, data, bits_per_pixel } = decoded.channels[0]!;
    if (bits > 8 && bits_per_pixel !== bits) throw damagedBy('its values have two depths');
    const rowBytes = width * (bits > 8 ? 6 : 3);
    const packed = new Uint8Array(rowBytes * height);
    for (let y = 0; y < height; y++)
      packed.set(data.subarray(y * stride, y * stride + rowBytes), y * rowBytes);
    const values = readNumbers(packed, bits > 8 ? 'uint16' : 'uint8', 'little');
    return { width, height, channels: 3, values: toPlanes(values, 3) };
  } finally {
    module.heif_image_release(decoded.image);
  }
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
async function withPicture<T>(
  bytes: Uint8Array,
  use: (module: LibHeif, handle: HeifHandle) => T,
): Promise<T> {
  // Errors about the file leave the decoder in order; only what it throws itself does not.
  const outcome = await LIBHEIF.run((module) => {
    const context = module.heif_context_alloc();
    try {
      const error = module.heif_context_read_from_memory(context, bytes);
      if (error.code !== module.heif_error_code['heif_error_Ok'])
        return { error: errorOf(module, error) };
      const handle = module.heif_js_context_get_primary_image_handle(context);
      if (!('$$' in handle)) return { error: errorOf(module, handle) };
      try {
        return { value: use(module, handle) };
      } catch (thrown) {
        return { error: thrown };
      } finally {
        module.heif_image_handle_release(handle);
      }
    } finally {
      module.heif_context_free(context);
    }
  }).catch((error: unknown) => ({ error: damagedBy('it cannot be decoded', error) }));
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

function errorOf({ heif_error_code: codes }: LibHeif, { code }: HeifError) {
  return code === codes['heif_error_Unsupported_feature'] ||
    code === codes['heif_error_Unsupported_filetype'] ||
    code === codes['heif_error_Unsupported_image_type']
    ? unsupported('its HEIF picture is of a kind that the decoder does not know')
    : damagedBy('its HEIF data cannot be decoded');
}
