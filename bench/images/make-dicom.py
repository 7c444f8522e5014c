"""Write the DICOM files of engine/images/dicom/fixtures, and the values that pydicom reads from them.

    python3 -m venv venv
    venv/bin/pip install pydicom pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg pyjpegls imagecodecs Pillow
    venv/bin/python bench/images/make-dicom.py

Names of patients and places are made up. Every file has them, so that tests can search for them.
"""

import io
import json
import pathlib
import sys

import imagecodecs
import jpeg_ls
import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_windowing, convert_color_space
from pydicom.sequence import Sequence
from pydicom import uid

HERE = pathlib.Path(__file__).resolve().parents[2]
TARGET = HERE / "engine" / "images" / "dicom" / "fixtures"
W, H = 24, 16

cases = []


def picture(bits, signed=False, channels=1, seed=0):
    """A slope with noise, over the whole range of the type."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:H, 0:W]
    planes = []
    for channel in range(channels):
        slope = (x * (channel + 1) + y * 2) / (W * (channel + 1) + H * 2)
        noisy = np.clip(slope + rng.normal(0, 0.02, slope.shape), 0, 1)
        planes.append(np.rint(noisy * (2**bits - 1)))
    values = np.stack(planes, -1)
    values[0, 0], values[-1, -1] = 0, 2**bits - 1
    if signed:
        values = values - 2 ** (bits - 1)
    size = 8 if bits <= 8 else 16 if bits <= 16 else 32
    values = values.astype(f"{'int' if signed else 'uint'}{size}")
    return values[..., 0] if channels == 1 else values


def dataset(values, photometric="MONOCHROME2", syntax=uid.ExplicitVRLittleEndian, bits=None, **more):
    """A data set with made-up tags of patient and place; values are [H, W], [H, W, 3] or frames of them."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = uid.SecondaryCaptureImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4.99887766"
    ds.SOPClassUID = uid.SecondaryCaptureImageStorage
    ds.SOPInstanceUID = "1.2.3.4.99887766"
    ds.StudyInstanceUID = "1.2.3.4.55443322"
    ds.StudyDate = "19990131"
    ds.AccessionNumber = "ACCESSION4711"
    ds.Modality = "OT"
    ds.InstitutionName = "Quarnholm Infirmary"
    ds.InstitutionAddress = "7 Vellumgate, Quarnholm"
    ds.ReferringPhysicianName = "Oddlethorpe^Maud"
    ds.StationName = "ROOMBRISKET"
    ds.PatientName = "Zwiebelkranz^Tibor"
    ds.PatientID = "PAT-0815-XYZZY"
    ds.PatientBirthDate = "19230417"
    ds.PatientComments = "keeps Grumblewick hounds"
    channels = 3 if values.shape[-1] == 3 and values.ndim >= 3 else 1
    frames = values.ndim - (3 if channels == 3 else 2)
    ds.SamplesPerPixel = channels
    ds.PhotometricInterpretation = photometric
    if channels == 3:
        ds.PlanarConfiguration = 0
    if frames:
        ds.NumberOfFrames = values.shape[0]
    ds.Rows, ds.Columns = H, W
    size = values.dtype.itemsize * 8
    ds.BitsAllocated = size
    ds.BitsStored = bits or size
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(values.dtype.kind == "i")
    ds.PixelData = values.tobytes() + (b"\0" if values.nbytes % 2 else b"")
    for name, value in more.items():
        setattr(ds, name, value)
    return ds


def encapsulated(ds, frames, **options):
    ds.PixelData = encapsulate(frames, **options)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


def planes(values):
    """[H, W], [H, W, 3] or frames of them as [F, C, H, W]."""
    if values.ndim == 2 or (values.ndim == 3 and values.shape[-1] == 3):
        values = values[None]
    if values.ndim == 3:
        return values[:, None]
    return values.transpose(0, 3, 1, 2)


def write(name, ds, expected=None, tolerance=0, **facts):
    """Write a file, and what pydicom reads from it; `expected` are values that must be equal to that."""
    path = TARGET / f"{name}.dcm"
    ds.save_as(path, enforce_file_format=True)
    read = pydicom.dcmread(path)
    array = read.pixel_array
    if read.PhotometricInterpretation == "PALETTE COLOR":
        array = apply_color_lut(array, read)
    elif read.SamplesPerPixel == 1 and "FloatPixelData" not in read and "DoubleFloatPixelData" not in read:
        array = apply_modality_lut(array, read)
    if expected is not None and not np.array_equal(array, expected):
        sys.exit(f"{name}: pydicom reads other values than were written")
    keep(name, array, tolerance, **facts)


def keep(name, array, tolerance=0, **facts):
    values = planes(np.asarray(array))
    flat = values.ravel()
    numbers = [float(v) if v != int(v) else int(v) for v in flat.tolist()]
    case = {"file": f"{name}.dcm", "tolerance": tolerance, "shape": list(values.shape), **facts}
    cases.append({**case, "values": numbers})


def grey(bits, signed=False, seed=1):
    return picture(bits, signed, seed=seed)


def native():
    u8, u12, s12, u16, s16 = grey(8), grey(12), grey(12, True), grey(16), grey(16, True)
    write("explicit-little-u16", dataset(u16), u16, range=[0, 65535])
    write("implicit-little-s16", dataset(s16, syntax=uid.ImplicitVRLittleEndian), s16, range=[-32768, 32767])
    big = dataset(u12.astype(">u2"), syntax=uid.ExplicitVRBigEndian, bits=12)
    write("explicit-big-u12", big, u12, range=[0, 4095])
    rows = picture(8, seed=3)
    ds = dataset(rows, syntax=uid.ExplicitVRBigEndian)
    ds["PixelData"].VR = "OW"
    ds.PixelData = np.frombuffer(rows.tobytes(), "<u2").astype(">u2").tobytes()
    write("explicit-big-u8-words", ds, rows, range=[0, 255])
    write("deflated-u8", dataset(u8, syntax=uid.DeflatedExplicitVRLittleEndian), u8, range=[0, 255])
    write("u12-of-16", dataset(u12, bits=12), u12, range=[0, 4095])
    write("s12-of-16", dataset(s12 & 0x0FFF, bits=12, PixelRepresentation=1), range=[-2048, 2047])
    cases[-1]["values"] = [int(v) for v in s12.ravel()]
    # An overlay in the high bits, and values that do not begin at the lowest bit.
    overlay = (u12 | 0xA000).astype("uint16")
    write("u12-with-overlay-bits", dataset(overlay, bits=12), range=[0, 4095])
    cases[-1]["values"] = [int(v) for v in u12.ravel()]
    high = (u12 << 4 | 5).astype("uint16")
    write("u12-high-bits", dataset(high, bits=12, HighBit=15), range=[0, 4095])
    cases[-1]["values"] = [int(v) for v in u12.ravel()]
    u32 = picture(32, seed=4)
    write("u32", dataset(u32), u32, range=[0, 4294967295])
    s8 = grey(8, True)
    write("s8", dataset(s8), s8, range=[-128, 127])
    write("monochrome1-u12", dataset(u12, "MONOCHROME1", bits=12, WindowCenter="2000", WindowWidth="1000"), u12,
          range=[4095, 0], window=[2499, 1500])
    bits = (picture(8, seed=5) > 128).astype("uint8")
    frames = np.stack([bits, 1 - bits, np.roll(bits, 3, 1)])[:, :15, :23]
    ds = dataset(frames)
    ds.Rows, ds.Columns, ds.BitsAllocated, ds.BitsStored, ds.HighBit = 15, 23, 1, 1, 0
    ds.PixelData = pydicom.pixels.pack_bits(frames)
    write("bits-3-frames", ds, frames, range=[0, 1])
    many = np.stack([grey(12, seed=seed) for seed in range(4)])
    write("frames-u12", dataset(many, bits=12), many, range=[0, 4095])


def rescaled():
    u12, s16 = grey(12), grey(16, True)
    ct = dataset(u12, bits=12, RescaleSlope="1", RescaleIntercept="-1024", RescaleType="HU",
                 WindowCenter=["40", "400"], WindowWidth=["400", "1500"])
    write("ct-rescale-window", ct, range=[-1024, 3071], window=[-160, 239])
    half = dataset(s16, RescaleSlope="0.5", RescaleIntercept="3.25", WindowCenter="10", WindowWidth="20.5",
                   VOILUTFunction="LINEAR_EXACT")
    write("rescale-fractions", half, range=[-16380.75, 16386.75], window=[-0.25, 20.25])
    falling = dataset(u12, bits=12, RescaleSlope="-2", RescaleIntercept="100")
    write("rescale-falling", falling, range=[-8090, 100])
    ds = dataset(grey(8))
    item = Dataset()
    item.LUTDescriptor = [200, 20, 16]
    item["LUTDescriptor"].VR = "US"
    item.ModalityLUTType = "OD"
    item.LUTData = [(i * i) % 65536 for i in range(200)]
    item["LUTData"].VR = "US"
    ds.ModalityLUTSequence = Sequence([item])
    write("modality-table", ds, range=[0, 65535])
    sigmoid = dataset(u12, bits=12, WindowCenter="40", WindowWidth="400", VOILUTFunction="SIGMOID")
    write("window-sigmoid", sigmoid, u12, range=[0, 4095], window=None)
    padded = dataset(s16, PixelPaddingValue=-32768)
    padded["PixelPaddingValue"].VR = "SS"
    write("padding", padded, s16, range=[-32768, 32767], noData=-32768)
    many = np.stack([grey(12, seed=seed) for seed in range(3)])
    ds = dataset(many, bits=12)
    groups = []
    for slope, intercept, centre in ((1, -10, 40), (2, 5, 50), (0.5, 0, 60)):
        group, rescale, window = Dataset(), Dataset(), Dataset()
        rescale.RescaleSlope, rescale.RescaleIntercept, rescale.RescaleType = str(slope), str(intercept), "US"
        window.WindowCenter, window.WindowWidth = str(centre), "100"
        group.PixelValueTransformationSequence = Sequence([rescale])
        group.FrameVOILUTSequence = Sequence([window])
        content = Dataset()
        content.FrameComments = "Grumblewick"
        group.FrameContentSequence = Sequence([content])
        groups.append(group)
    ds.PerFrameFunctionalGroupsSequence = Sequence(groups)
    write("frames-rescaled", ds, range=[-10, 8195], window=None)
    cases[-1]["values"] = np.stack([many[0] - 10.0, many[1] * 2.0 + 5, many[2] * 0.5]).ravel().tolist()
    shared = Dataset()
    shared.PixelValueTransformationSequence = groups[0].PixelValueTransformationSequence
    shared.FrameVOILUTSequence = groups[0].FrameVOILUTSequence
    ds = dataset(many, bits=12)
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    ds["SharedFunctionalGroupsSequence"].is_undefined_length = True
    write("frames-shared-rescale", ds, range=[-10, 4085], window=[-10, 89])
    cases[-1]["values"] = (many.astype(int) - 10).ravel().tolist()
    for name, kind, code in (("float32", "FloatPixelData", "f4"), ("float64", "DoubleFloatPixelData", "f8")):
        values = (picture(16, seed=6) / 7 - 1000).astype(code)
        ds = dataset(values)
        del ds.PixelData, ds.BitsStored, ds.HighBit, ds.PixelRepresentation
        setattr(ds, kind, values.tobytes())
        write(name, ds, values, range=None)


def colours():
    rgb = picture(8, channels=3, seed=7)
    write("rgb", dataset(rgb, "RGB"), rgb, range=[0, 255])
    planar = dataset(rgb, "RGB", PlanarConfiguration=1)
    planar.PixelData = rgb.transpose(2, 0, 1).tobytes()
    write("rgb-planar", planar, rgb, range=[0, 255])
    deep = picture(16, channels=3, seed=8)
    write("rgb-u16", dataset(deep, "RGB"), deep, range=[0, 65535])
    frames = np.stack([picture(8, channels=3, seed=seed) for seed in (9, 10)])
    write("rgb-frames", dataset(frames, "RGB"), frames, range=[0, 255])
    ybr = convert_color_space(rgb, "RGB", "YBR_FULL")
    write("ybr-full", dataset(ybr, "YBR_FULL"), range=[0, 255])
    cases[-1]["values"] = planes(convert_color_space(ybr, "YBR_FULL", "RGB")).ravel().tolist()
    cases[-1]["tolerance"] = 1
    half = np.stack([ybr[:, 0::2, 0], ybr[:, 1::2, 0], ybr[:, 0::2, 1], ybr[:, 0::2, 2]], -1)
    ds = dataset(rgb, "YBR_FULL_422")
    ds.PixelData = half.tobytes()
    write("ybr-full-422", ds, range=[0, 255])
    whole = ybr.copy()
    whole[:, 1::2, 1:] = whole[:, 0::2, 1:]
    cases[-1]["values"] = planes(convert_color_space(whole, "YBR_FULL", "RGB")).ravel().tolist()
    cases[-1]["tolerance"] = 1
    indices = picture(8, seed=11)
    for bits, name in ((8, "palette-8"), (16, "palette-16")):
        ds = dataset(indices, "PALETTE COLOR")
        for i, colour in enumerate(("Red", "Green", "Blue")):
            table = ((np.arange(200) * (i + 3)) % 256).astype("uint8" if bits == 8 else "uint16") * (1 if bits == 8 else 257)
            setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [200, 10, bits])
            ds[f"{colour}PaletteColorLookupTableDescriptor"].VR = "US"
            setattr(ds, f"{colour}PaletteColorLookupTableData", table.tobytes())
            ds[f"{colour}PaletteColorLookupTableData"].VR = "OW"
        write(name, ds, range=[0, 2**bits - 1])


def without_preamble():
    u12 = grey(12)
    for name, syntax in (("bare-explicit", uid.ExplicitVRLittleEndian), ("bare-implicit", uid.ImplicitVRLittleEndian)):
        ds = dataset(u12, bits=12, syntax=syntax)
        buffer = io.BytesIO()
        meta = ds.file_meta
        del ds.file_meta
        pydicom.filewriter.dcmwrite(buffer, ds, implicit_vr=syntax.is_implicit_VR, little_endian=True)
        (TARGET / f"{name}.dcm").write_bytes(buffer.getvalue())
        read = pydicom.dcmread(TARGET / f"{name}.dcm", force=True)
        read.file_meta = meta
        assert np.array_equal(read.pixel_array, u12)
        keep(name, u12, range=[0, 4095])
    report = Dataset()
    report.file_meta = FileMetaDataset()
    report.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    report.file_meta.MediaStorageSOPClassUID = report.SOPClassUID = uid.BasicTextSRStorage
    report.file_meta.MediaStorageSOPInstanceUID = report.SOPInstanceUID = "1.2.3.4.99887766"
    report.PatientName = "Zwiebelkranz^Tibor"
    report.save_as(TARGET / "report.dcm", enforce_file_format=True)
    report.file_meta.MediaStorageSOPClassUID = report.SOPClassUID = uid.RTStructureSetStorage
    report.save_as(TARGET / "rt-structures.dcm", enforce_file_format=True)


def compressed():
    u8, u12, u16, s16 = grey(8), grey(12), grey(16), grey(16, True)
    rgb = picture(8, channels=3, seed=7)
    many = np.stack([grey(12, seed=seed) for seed in range(3)])
    for name, values, bits in (("rle-u8", u8, 8), ("rle-u16", u16, 16), ("rle-s16", s16, 16), ("rle-frames", many, 12),
                               ("rle-rgb", rgb, 8)):
        ds = dataset(values, "RGB" if name == "rle-rgb" else "MONOCHROME2", bits=bits)
        ds.compress(uid.RLELossless, generate_instance_uid=False)
        write(name, ds, values)

    def jpeg(values, **options):
        stream = io.BytesIO()
        Image.fromarray(values).save(stream, "JPEG", quality=90, **options)
        return stream.getvalue()

    ds = encapsulated(dataset(u8, syntax=uid.JPEGBaseline8Bit), [jpeg(u8)])
    write("jpeg-u8", ds)
    cases[-1].update(values=np.asarray(Image.open(io.BytesIO(jpeg(u8)))).ravel().tolist())
    for name, sampling in (("jpeg-ybr", 0), ("jpeg-ybr-422", 1)):
        stream = jpeg(rgb, subsampling=sampling)
        photometric = "YBR_FULL_422" if sampling else "YBR_FULL"
        write(name, encapsulated(dataset(rgb, photometric, syntax=uid.JPEGBaseline8Bit), [stream]))
        cases[-1]["values"] = planes(np.asarray(Image.open(io.BytesIO(stream)))).ravel().tolist()
    # Components that are RGB, with names that do not say so and without a marker.
    stream = imagecodecs.jpeg8_encode(rgb, 95, colorspace="RGB", outcolorspace="RGB", subsampling="444")
    stream = without_segments(stream, (0xE0, 0xEE))
    write("jpeg-rgb-unmarked", encapsulated(dataset(rgb, "RGB", syntax=uid.JPEGBaseline8Bit), [stream]))
    true = imagecodecs.jpeg8_decode(imagecodecs.jpeg8_encode(rgb, 95, colorspace="RGB", outcolorspace="RGB", subsampling="444"), outcolorspace="RGB")
    cases[-1]["values"] = planes(true).ravel().tolist()

    for predictor in range(1, 8):
        syntax = uid.JPEGLosslessSV1 if predictor == 1 else uid.JPEGLossless
        stream = imagecodecs.jpeg8_encode(u12, lossless=True, predictor=predictor, bitspersample=12)
        write(f"jpeg-lossless-u12-{predictor}", encapsulated(dataset(u12, syntax=syntax, bits=12), [stream]), u12)
    stream = imagecodecs.jpeg8_encode(u16, lossless=True, predictor=1, bitspersample=16)
    write("jpeg-lossless-u16", encapsulated(dataset(u16, syntax=uid.JPEGLosslessSV1), [stream]), u16)
    stream = imagecodecs.jpeg8_encode(u8, lossless=True, predictor=6, bitspersample=8)
    write("jpeg-lossless-u8", encapsulated(dataset(u8, syntax=uid.JPEGLossless), [stream]), u8)
    stream = imagecodecs.jpeg8_encode(rgb, lossless=True, predictor=1, bitspersample=8, colorspace="RGB", outcolorspace="RGB")
    write("jpeg-lossless-rgb", encapsulated(dataset(rgb, "RGB", syntax=uid.JPEGLosslessSV1), [stream]), rgb)
    stream = imagecodecs.jpeg8_encode(s16.view("uint16"), lossless=True, predictor=1, bitspersample=16)
    write("jpeg-lossless-s16", encapsulated(dataset(s16, syntax=uid.JPEGLosslessSV1), [stream]), s16)

    for name, values, bits, photometric in (("jpeg-ls-u8", u8, 8, "MONOCHROME2"), ("jpeg-ls-u12", u12, 12, "MONOCHROME2"),
                                            ("jpeg-ls-u16", u16, 16, "MONOCHROME2"), ("jpeg-ls-rgb", rgb, 8, "RGB"),
                                            ("jpeg-ls-s16", s16, 16, "MONOCHROME2"), ("jpeg-ls-frames", many, 12, "MONOCHROME2")):
        ds = dataset(values, photometric, bits=bits)
        ds.compress(uid.JPEGLSLossless, generate_instance_uid=False)
        write(name, ds, values)
    smooth = np.stack([(np.mgrid[0:H, 0:W][0] // 5 * 40 + c * 3).astype("uint8") for c in range(3)], -1)
    smooth[4:9, 6:15] = rgb[4:9, 6:15]
    for mode, order in ((0, "planes"), (1, "rows"), (2, "pixels")):
        array = smooth.transpose(2, 0, 1).copy() if mode == 0 else smooth
        stream = jpeg_ls.encode_array(array, interleave_mode=mode)
        ds = dataset(smooth, "RGB", syntax=uid.JPEGLSLossless)
        write(f"jpeg-ls-{order}", encapsulated(ds, [bytes(stream)]), smooth)
        stream = jpeg_ls.encode_array(array, interleave_mode=mode, lossy_error=2)
        ds = dataset(smooth, "RGB", syntax=uid.JPEGLSNearLossless)
        write(f"jpeg-ls-near-{order}", encapsulated(ds, [bytes(stream)]))
    ds = dataset(smooth[..., 0])
    ds.compress(uid.JPEGLSNearLossless, jls_error=1, generate_instance_uid=False)
    write("jpeg-ls-near-runs", ds)
    few = (smooth[..., 0] // 40).astype("uint8")
    stream = jpeg_ls.encode_pixel_data(few.tobytes(), rows=H, columns=W, samples_per_pixel=1, bits_stored=3)
    write("jpeg-ls-3-bits", encapsulated(dataset(few, bits=3, syntax=uid.JPEGLSLossless), [bytes(stream)]), few)
    ds = dataset(u12, bits=12)
    ds.compress(uid.JPEGLSNearLossless, jls_error=3, generate_instance_uid=False)
    write("jpeg-ls-near-u12", ds)

    for name, values, bits, photometric in (("jpeg-2000-u8", u8, 8, "MONOCHROME2"), ("jpeg-2000-u12", u12, 12, "MONOCHROME2"),
                                            ("jpeg-2000-u16", u16, 16, "MONOCHROME2"), ("jpeg-2000-s16", s16, 16, "MONOCHROME2"),
                                            ("jpeg-2000-s8", grey(8, True), 8, "MONOCHROME2"),
                                            ("jpeg-2000-rgb", rgb, 8, "RGB"), ("jpeg-2000-frames", many, 12, "MONOCHROME2")):
        frames = values if name.endswith("frames") else values[None]
        streams = [imagecodecs.jpeg2k_encode(f, codecformat="J2K", resolutions=3, reversible=True, level=0, bitspersample=bits, mct=True) for f in frames]
        photometric = "YBR_RCT" if photometric == "RGB" else photometric
        write(name, encapsulated(dataset(values, photometric, syntax=uid.JPEG2000Lossless, bits=bits), streams), values)
    stream = imagecodecs.jpeg2k_encode(rgb, codecformat="J2K", resolutions=3, reversible=False, level=45, mct=True)
    write("jpeg-2000-lossy-rgb", encapsulated(dataset(rgb, "YBR_ICT", syntax=uid.JPEG2000), [stream]), tolerance=1)
    stream = imagecodecs.htj2k_encode(u16, reversible=True, resolutions=3)
    write("htj2k-u16", encapsulated(dataset(u16, syntax=uid.HTJ2KLossless), [stream]), u16)

    streams = [imagecodecs.jpegls_encode(frame) for frame in many]
    ds = encapsulated(dataset(many, syntax=uid.JPEGLSLossless, bits=12), streams, has_bot=False, fragments_per_frame=2)
    write("fragments-without-table", ds, many)
    ds = encapsulated(dataset(many, syntax=uid.JPEGLSLossless, bits=12), streams, fragments_per_frame=3)
    write("fragments-with-table", ds, many)
    ds = dataset(many, syntax=uid.JPEGLSLossless, bits=12)
    data, offsets, lengths = encapsulate_extended(streams)
    ds = encapsulated(ds, streams)
    ds.PixelData, ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = data, offsets, lengths
    write("fragments-with-long-table", ds, many)


def extended():
    """JPEG of 12 bits, whose values are those of libjpeg's integer transform."""
    u12, many = grey(12), np.stack([grey(12, seed=seed) for seed in range(3)])
    noise = np.random.default_rng(3).integers(0, 4096, (H, W)).astype("uint16")
    for name, values, level in (("jpeg-u12", u12, 95), ("jpeg-u12-coarse", u12, 20), ("jpeg-u12-noise", noise, 90),
                                ("jpeg-u12-frames", many, 90)):
        frames = values if values.ndim == 3 else values[None]
        streams = [imagecodecs.jpeg8_encode(frame, level, bitspersample=12) for frame in frames]
        write_decoded(name, dataset(values, syntax=uid.JPEGExtended12Bit, bits=12), streams)
    # Without the last rows and columns the last blocks are not whole.
    odd = u12[:13, :19].copy()
    ds = dataset(odd, syntax=uid.JPEGExtended12Bit, bits=12)
    ds.Rows, ds.Columns = odd.shape
    write_decoded("jpeg-u12-odd", ds, [imagecodecs.jpeg8_encode(odd, 90, bitspersample=12)])


def write_decoded(name, ds, streams):
    encapsulated(ds, streams).save_as(TARGET / f"{name}.dcm", enforce_file_format=True)
    read = np.stack([imagecodecs.jpeg8_decode(stream) for stream in streams])
    keep(name, read, range=[0, 4095])


def without_segments(stream, markers):
    out, at = bytearray(stream[:2]), 2
    while stream[at + 1] != 0xDA:
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        if stream[at + 1] not in markers:
            out += stream[at : at + 2 + length]
        at += 2 + length
    return bytes(out) + stream[at:]


def deep_colours():
    """JPEG 2000 with three components of more than 8 bits."""
    for bits in (12, 16):
        rgb = picture(bits, channels=3, seed=7)
        stream = imagecodecs.jpeg2k_encode(rgb, codecformat="J2K", resolutions=3, reversible=True, level=0, bitspersample=bits, mct=True)
        name = f"jpeg-2000-rgb{bits}"
        ds = encapsulated(dataset(rgb, "YBR_RCT", syntax=uid.JPEG2000Lossless, bits=bits), [stream])
        ds.save_as(TARGET / f"{name}.dcm", enforce_file_format=True)
        keep(name, imagecodecs.jpeg2k_decode(stream), range=[0, 2**bits - 1])


JPEG_XL = {kind: uid.UID(f"1.2.840.10008.1.2.4.{number}") for kind, number in (("lossless", 110), ("jpeg", 111), ("any", 112))}
# pydicom 3.0 does not know them.
for kind, identifier in JPEG_XL.items():
    uid.UID_dictionary[identifier] = (f"JPEG XL, {kind}", "Transfer Syntax", "", "", "")


def jpeg_xl():
    """JPEG XL, whose values are those of libjxl; pydicom does not decode it."""
    u8, u12, u16, s16, s8 = grey(8), grey(12), grey(16), grey(16, True), grey(8, True)
    rgb, deep = picture(8, channels=3, seed=7), picture(16, channels=3, seed=8)
    many = np.stack([grey(12, seed=seed) for seed in range(3)])
    for name, values, bits, photometric in (("u8", u8, 8, "MONOCHROME2"), ("u12", u12, 12, "MONOCHROME1"), ("u16", u16, 16, "MONOCHROME2"),
                                            ("s8", s8, 8, "MONOCHROME2"), ("s16", s16, 16, "MONOCHROME2"),
                                            ("rgb", rgb, 8, "RGB"), ("rgb-u16", deep, 16, "RGB"), ("frames", many, 12, "MONOCHROME2")):
        frames = values if name == "frames" else values[None]
        unsigned = frames.view(f"uint{8 * frames.itemsize}")
        streams = [imagecodecs.jpegxl_encode(frame, lossless=True, bitspersample=bits) for frame in unsigned]
        ds = dataset(values, photometric, syntax=JPEG_XL["lossless"], bits=bits)
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if values.dtype.kind == "i" else (0, 2**bits - 1)
        stated = [high, low] if photometric == "MONOCHROME1" else [low, high]
        write_xl(name, ds, streams, [values] if name != "frames" else values, range=stated)
    # Some writers state all bits that are allocated, in fragments, or in a container.
    whole = imagecodecs.jpegxl_encode(u12, lossless=True)
    write_xl("u12-of-16", dataset(u12, bits=12, syntax=JPEG_XL["lossless"], RescaleSlope="1", RescaleIntercept="-1024"), [whole], [u12], range=[-1024, 3071])
    cases[-1]["values"] = (u12.astype(int) - 1024).ravel().tolist()
    boxed = [imagecodecs.jpegxl_encode(frame, lossless=True, usecontainer=True) for frame in many]
    write_xl("fragments", dataset(many, syntax=JPEG_XL["lossless"], bits=12), boxed, many, range=[0, 4095], fragments_per_frame=2)
    write_xl("any-lossless", dataset(u16, syntax=JPEG_XL["any"]), [imagecodecs.jpegxl_encode(u16, lossless=True)], [u16], range=[0, 65535])
    lossy = dict(lossless=False, distance=1.0)
    write_xl("lossy", dataset(u8, syntax=JPEG_XL["any"]), [imagecodecs.jpegxl_encode(u8, **lossy)], tolerance=1, range=[0, 255])
    write_xl("lossy-xyb", dataset(rgb, "XYB", syntax=JPEG_XL["any"]), [imagecodecs.jpegxl_encode(rgb, **lossy)], tolerance=1, range=[0, 255])
    for name, values, photometric, sampling in (("from-jpeg", u8, "MONOCHROME2", "444"), ("from-jpeg-ybr", rgb, "YBR_FULL", "444"),
                                                ("from-jpeg-ybr-422", rgb, "YBR_FULL_422", "422")):
        stream = imagecodecs.jpegxl_encode_jpeg(imagecodecs.jpeg8_encode(values, 90, subsampling=sampling))
        write_xl(name, dataset(values, photometric, syntax=JPEG_XL["jpeg"]), [stream], tolerance=2, range=[0, 255])
    for name, values, photometric, syntax, options in (
        ("ybr-lossless", rgb, "YBR_FULL", "lossless", {"lossless": True}), ("s16-lossy", s16, "MONOCHROME2", "any", lossy),
        ("float", u16, "MONOCHROME2", "lossless", {"lossless": True}), ("xyb-of-none", rgb, "XYB", None, {})):
        coded = values.view("uint16") if values.itemsize == 2 else values
        if name == "float":
            coded = (values / 65535).astype("float32")
        ds = dataset(values, photometric, syntax=JPEG_XL[syntax] if syntax else uid.ExplicitVRLittleEndian)
        if syntax:
            encapsulated(ds, [imagecodecs.jpegxl_encode(coded, **options)])
        ds.save_as(TARGET / f"refused-xl-{name}.dcm", enforce_file_format=True)


def write_xl(name, ds, streams, expected=None, tolerance=0, fragments_per_frame=1, **facts):
    name = f"jpeg-xl-{name}"
    encapsulated(ds, streams, fragments_per_frame=fragments_per_frame).save_as(TARGET / f"{name}.dcm", enforce_file_format=True)
    read = np.stack([imagecodecs.jpegxl_decode(stream) for stream in streams])
    if expected is not None:
        read = read.view(np.asarray(expected).dtype)
        assert np.array_equal(read, np.stack(list(expected))), name
    keep(name, read, tolerance, **facts)


def windows():
    """What pydicom shows of each window of a file, on a scale from 0 to 1."""
    ds = pydicom.dcmread(TARGET / "ct-rescale-window.dcm")
    values = apply_modality_lut(ds.pixel_array, ds)
    # Its scale is that of the stored bits after rescale.
    black, white = -1024.0, 3071.0
    shown = [(apply_windowing(values, ds, index=i).ravel() - black) / (white - black) for i in range(2)]
    return {"file": "ct-rescale-window.dcm", "values": [np.round(one, 9).tolist() for one in shown]}


TARGET.mkdir(parents=True, exist_ok=True)
for make in (native, rescaled, colours, without_preamble, compressed, extended, deep_colours, jpeg_xl):
    make()
with open(TARGET / "cases.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
with open(TARGET / "windows.json", "w") as file:
    file.write(json.dumps(windows(), separators=(",", ":")) + "\n")
print(len(cases), "cases")
