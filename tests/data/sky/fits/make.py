"""Writes the FITS files of this folder with astropy. Run: /usr/bin/python3 tests/data/sky/fits/make.py

The values are formulas, which the tests repeat: i counts pixels or rows from 0.
"""
import gzip
import os
import numpy as np
from astropy.io import fits

here = os.path.dirname(os.path.abspath(__file__))


def write(name, hdus, **kw):
    path = os.path.join(here, name)
    fits.HDUList(hdus).writeto(path, overwrite=True, **kw)
    if os.path.exists(path + ".gz"):
        os.remove(path + ".gz")
    with open(path, "rb") as f, open(path + ".gz", "wb") as g:
        with gzip.GzipFile("", "wb", 9, g, mtime=0) as z:
            z.write(f.read())
    os.remove(path)


def images():
    i = np.arange(12).reshape(3, 4)
    hdus = [fits.PrimaryHDU((i * 20).astype(np.uint8))]
    h = hdus[0].header
    h["LONG"] = "It's a string that does not fit one card of eighty bytes, & it has 'quotes' and an ampersand& at its ends &"
    h["HIERARCH ESO DET CHIP1 ID"] = ("CCD-44", "name of the chip")
    h["EMPTY"] = ""
    h["UNDEF"] = None
    h["LOGIC"] = True
    h["REAL"] = (-1.5e-7, "a comment")
    h.append(("", "", ""))
    h["HISTORY"] = "made by make.py"
    h["COMMENT"] = "two lines"
    h["COMMENT"] = "of comment"
    hdus[0].header["OVER"] = 9223372036854775807
    for name, kind in (("I16", np.int16), ("I32", np.int32), ("I64", np.int64), ("F32", np.float32), ("F64", np.float64)):
        hdus.append(fits.ImageHDU((i * 1000 - 3000.0).astype(kind) if kind != np.float64 else i / 7.0, name=name))
    hdus.append(fits.ImageHDU((i * 6000).astype(np.uint16), name="U16"))
    hdus.append(fits.ImageHDU((i * 300000000).astype(np.uint32), name="U32"))
    hdus.append(fits.ImageHDU(i.astype(np.uint64) * np.uint64(10**18), name="U64"))
    hdus.append(fits.ImageHDU((i * 20 - 128).astype(np.int8), name="I8"))
    scaled = fits.ImageHDU(i * 50.0 + 10.0, name="SCALED")
    scaled.scale("int16", bscale=0.5, bzero=10.0)  # stores i * 100
    scaled.header["BLANK"] = 500
    hdus.append(scaled)
    cube = fits.ImageHDU(np.arange(24, dtype=np.int16).reshape(2, 3, 4), name="CUBE")
    hdus.append(cube)
    write("images.fits", hdus, checksum=True)


def columns():
    n = 5
    i = np.arange(n)
    cols = [
        fits.Column("LOGIC", "L", array=i % 2 == 0),
        fits.Column("BITS", "11X", array=np.array([[(r + b) % 3 == 0 for b in range(11)] for r in i])),
        fits.Column("BYTE", "B", array=(i * 50).astype(np.uint8)),
        fits.Column("SHORT", "I", array=(i * 1000 - 2000).astype(np.int16), null=-1000),
        fits.Column("USHORT", "I", array=(i * 16000).astype(np.uint16), bzero=32768),
        fits.Column("INT", "J", array=(i * 10**8).astype(np.int32), unit="adu"),
        fits.Column("LONG", "K", array=i.astype(np.int64) * 10**18),
        fits.Column("ULONG", "K", array=i.astype(np.uint64) * np.uint64(4 * 10**18), bzero=2**63),
        fits.Column("TEXT", "8A", array=["", "a", "two w", "it's", "eightlet"]),
        fits.Column("TEXTS", "6A", dim="(3,2)", array=np.array([["a%d" % k, "bb%d" % k] for k in i])),
        fits.Column("FLOAT", "E", array=(i / 4.0).astype(np.float32)),
        fits.Column("DOUBLE", "D", array=i / 7.0, unit="sr-1"),
        fits.Column("TRIPLE", "3D", array=np.arange(3 * n).reshape(n, 3) / 7.0),
        fits.Column("MATRIX", "6J", dim="(3,2)", array=np.arange(6 * n).reshape(n, 2, 3)),
        fits.Column("COMPLEX", "C", array=(i + 2j * i).astype(np.complex64)),
        fits.Column("DCOMPLEX", "M", array=i / 7.0 - 1j * i),
        fits.Column("NONE", "0D", array=np.zeros((n, 0))),
        fits.Column("VARFLOAT", "PE()", array=np.array([np.arange(k, dtype=np.float32) / 2 for k in i], dtype=object)),
        fits.Column("VARDOUBLE", "QD()", array=np.array([np.arange(4 - k, dtype=np.float64) / 7 for k in i], dtype=object)),
        fits.Column("VARTEXT", "PA()", array=np.array(["", "x", "yy", "zzz", "wwww"], dtype=object)),
    ]
    table = fits.BinTableHDU.from_columns(cols, name="COLUMNS")
    scaled = fits.BinTableHDU.from_columns([fits.Column("STORED", "I", array=(i * 10).astype(np.int16))], name="SCALED")
    scaled.header["TSCAL1"] = 0.25
    scaled.header["TZERO1"] = -1.0
    scaled.header["TNULL1"] = 30
    text = fits.TableHDU.from_columns([
        fits.Column("NAME", "A6", array=["first", "second", "third", "", "last"]),
        fits.Column("COUNT", "I6", array=i * 100 - 200, null="-"),
        fits.Column("REAL", "F9.4", array=i / 8.0),
        fits.Column("EXPO", "E15.7", array=10.0 ** (i - 2.0)),
        fits.Column("DEXPO", "D24.16", array=i / 7.0),
    ], name="ASCII")
    write("columns.fits", [fits.PrimaryHDU(), table, scaled, text])


def tiles():
    y, x = np.mgrid[0:20, 0:30]
    rng = np.random.default_rng(9)
    counts = (100 + 3 * x + y * y % 37 + 4000 * ((x == 11) & (y == 7))).astype(np.int32)
    noisy = (250 + 10 * np.sin(x / 3.0) + rng.normal(0, 2.0, x.shape)).astype(np.float32)
    noisy[3, 4] = np.nan
    noisy[5, 6:9] = 0
    hdus = [fits.PrimaryHDU()]
    expected = [fits.PrimaryHDU()]

    def add(name, data, method, **kw):
        hdus.append(fits.CompImageHDU(data, name=name, compression_type=method, **kw))

    add("RICE8", (counts % 251).astype(np.uint8), "RICE_1")
    add("RICE16", counts.astype(np.int16), "RICE_1", tile_size=(7, 6))
    add("RICE32", counts * 40000, "RICE_1", tile_size=(30, 5))
    add("GZIP1", counts.astype(np.int16), "GZIP_1")
    add("GZIP2", counts, "GZIP_2", tile_size=(11, 20))
    add("PLIO", counts.astype(np.int16), "PLIO_1")
    add("HCOMP", counts.astype(np.int16), "HCOMPRESS_1", tile_size=(30, 20))
    add("GZIPF", noisy, "GZIP_2", quantize_level=0)
    add("NODITHER", noisy, "RICE_1", quantize_level=4, quantize_method=-1)
    add("DITHER1", noisy, "RICE_1", quantize_level=4, quantize_method=1, dither_seed=5)
    add("DITHER2", noisy, "GZIP_1", quantize_level=4, quantize_method=2, dither_seed=9998, tile_size=(8, 9))
    write("tiles.fits", hdus, checksum=True)
    # What cfitsio, inside astropy, makes of these.
    with fits.open(os.path.join(here, "tiles.fits.gz")) as f:
        for h in f[1:]:
            expected.append(fits.ImageHDU(h.data, name=h.name))
    write("tiles_unpacked.fits", expected)


images()
columns()
tiles()
