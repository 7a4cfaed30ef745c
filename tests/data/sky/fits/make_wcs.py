"""Writes tests/data/sky/wcs_headers.csv and wcs_points.csv. Run: /usr/bin/python3 -W ignore tests/data/sky/fits/make_wcs.py FRAMES

FRAMES holds panoptes_kic8462852/unsolved_wcs_by_astrometry_net.hdr.txt (our solution, by astrometry.net 0.93, of a frame
of panoptes/panoptes-utils, MIT) and decam_r_gaia/c4d_171113_060340_ooi_r_ls9.N6.fits (legacysurvey/legacypipe,
BSD-3-Clause), whose WCS cards are used.
"""
import os
import sys
import numpy as np
import astropy
from astropy.io import fits
from astropy.wcs import WCS, _wcs

sky = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
frames = sys.argv[1]
cases = {}


def case(name, ctype, crval, crpix=(512.5, 300.25), size=(1024, 600), **cards):
    h = {"NAXIS": 2, "NAXIS1": size[0], "NAXIS2": size[1], "CTYPE1": ctype[0], "CTYPE2": ctype[1],
         "CRVAL1": crval[0], "CRVAL2": crval[1], "CRPIX1": crpix[0], "CRPIX2": crpix[1]}
    for k, v in cards.items():
        h[k.replace("__", "-")] = v
    cases[name] = h


def frame(name, path, hdu):
    path = os.path.join(frames, path)
    h = fits.Header.fromtextfile(path) if path.endswith(".txt") else fits.open(path)[hdu].header
    keep = {k: h[k] for k in h if k.rstrip("0123456789") in ("NAXIS", "CTYPE", "CRVAL", "CRPIX", "CDELT", "CUNIT", "CROTA")
            or k[:2] in ("CD", "PV", "A_", "B_") or k[:3] in ("AP_", "BP_", "PC1", "PC2") or k in ("RADESYS", "EQUINOX", "LONPOLE", "LATPOLE")}
    cases[name] = {"NAXIS": 2, "NAXIS1": h.get("NAXIS1", 700), "NAXIS2": h.get("NAXIS2", 700), **keep}


def pair(p, a="RA", b="DEC"):
    return a.ljust(4, "-") + "-" + p, b.ljust(4, "-") + "-" + p


scale = dict(CDELT1=-0.01, CDELT2=0.012)
case("tan_cd", pair("TAN"), (150.1, 2.2), CD1_1=-7e-5, CD1_2=2e-6, CD2_1=1.5e-6, CD2_2=7.1e-5)
case("tan_crota", pair("TAN"), (250.42, 36.46), CROTA2=33.3, **scale)
case("tan_pc_lonpole", pair("TAN"), (10, -60), PC1_1=0.8, PC1_2=-0.6, PC2_1=0.6, PC2_2=0.8, LONPOLE=123.0, **scale)
case("tan_pole", pair("TAN"), (77, 90), **scale)
case("tan_south", pair("TAN"), (200, -90), **scale)
case("tan_swapped", ("DEC--TAN", "RA---TAN"), (45, 120), CDELT1=0.01, CDELT2=-0.012, CROTA1=20.0)
case("tan_arcsec", pair("TAN"), (540000.0, 7920.0), CUNIT1="arcsec", CUNIT2="arcsec", CDELT1=-36.0, CDELT2=36.0)
case("tan_galactic", pair("TAN", "GLON", "GLAT"), (359.95, -0.05), **scale)
case("tan_cube", pair("TAN"), (83.6, 22.0), WCSAXES=3, CTYPE3="FREQ", CRVAL3=1.4e9, CRPIX3=1, CDELT3=1e6, **scale)
case("sin", pair("SIN"), (83.633, 22.0145), **scale)
case("sin_slant", pair("SIN"), (83.633, 22.0145), PV2_1=0.3, PV2_2=-0.45, **scale)
case("sin_ncp", pair("SIN"), (10, 60), PV2_1=0.0, PV2_2=1 / np.tan(np.radians(60.0)), **scale)
case("arc", pair("ARC"), (310, -45), CDELT1=-0.25, CDELT2=0.25)
case("zea", pair("ZEA"), (0, 90), CDELT1=-0.2, CDELT2=0.2)
case("zea_south", pair("ZEA", "GLON", "GLAT"), (33, -90), CDELT1=-0.2, CDELT2=0.2, LONPOLE=180.0)
case("car", pair("CAR"), (180, 0), CDELT1=-0.3, CDELT2=0.3)
case("car_oblique", pair("CAR"), (120, 41), CDELT1=-0.3, CDELT2=0.3)
case("car_lonpole", pair("CAR"), (120, 20), CDELT1=-0.3, CDELT2=0.3, LONPOLE=40.0, LATPOLE=-60.0)
case("car_latpole", pair("CAR"), (75, 0), CDELT1=-0.3, CDELT2=0.3, LONPOLE=90.0, LATPOLE=30.0)
case("mol", pair("MOL"), (0, 0), CDELT1=-0.33, CDELT2=0.3)
case("mol_oblique", pair("MOL", "GLON", "GLAT"), (280, -35), CDELT1=-0.33, CDELT2=0.3)
case("tpv", pair("TPV"), (150.1, 2.2), CD1_1=-7e-5, CD1_2=2e-6, CD2_1=1.5e-6, CD2_2=7.1e-5,
     PV1_0=1e-4, PV1_1=1.01, PV1_2=1e-3, PV1_4=2e-3, PV1_7=-0.02, PV2_0=-1e-4, PV2_1=0.99, PV2_5=0.004, PV2_10=0.03)
case("tpv_radial", pair("TPV"), (150.1, -72.2), CDELT1=-0.002, CDELT2=0.002,
     PV1_0=1e-4, PV1_1=1.01, PV1_2=1e-3, PV1_3=2e-3, PV1_11=-1e-2, PV2_1=0.99, PV2_3=1e-3, PV2_11=2e-2, PV2_23=1e-2, PV2_38=1e-2)
frame("panoptes_sip", "panoptes_kic8462852/unsolved_wcs_by_astrometry_net.hdr.txt", 0)
frame("decam_tpv", "decam_r_gaia/c4d_171113_060340_ooi_r_ls9.N6.fits", 1)



def by_hand(cards, x, y):
    """TPV as its convention has it, then wcslib's TAN: wcslib 7.12 itself goes astray from the coefficient 11 on."""
    xi, eta = cards["CDELT1"] * (x - cards["CRPIX1"]), cards["CDELT2"] * (y - cards["CRPIX2"])

    def polynomial(axis, a, b):
        r = np.hypot(a, b)
        terms = []
        for order in range(8):
            terms += [a ** (order - k) * b ** k for k in range(order + 1)]
            terms += [r ** order] if order % 2 else []
        return sum(cards.get("PV%d_%d" % (axis, m), 0.0) * t for m, t in enumerate(terms))
    plain = fits.Header([("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("CRVAL1", cards["CRVAL1"]), ("CRVAL2", cards["CRVAL2"]),
                         ("CRPIX1", 0.0), ("CRPIX2", 0.0), ("CDELT1", 1.0), ("CDELT2", 1.0)])
    return WCS(plain).all_pix2world(polynomial(1, xi, eta), polynomial(2, eta, xi), 1)


rng = np.random.default_rng(5)
top = "# astropy %s, wcslib %s: %%s. See fits/make_wcs.py.\n" % (astropy.__version__, _wcs.__version__)
with open(os.path.join(sky, "wcs_headers.csv"), "w") as f, open(os.path.join(sky, "wcs_points.csv"), "w") as g:
    f.write(top % "the headers whose pixels wcs_points.csv has; two are of real frames")
    f.write("case,keyword,value\n")
    g.write(top % "WCS(header).celestial: all_pix2world(x, y, 1), empty where it gives NaN; x and y are pixels from 1")
    g.write("case,x,y,lon,lat\n")
    for name, cards in cases.items():
        header = fits.Header()
        for k, v in cards.items():
            header[k] = v
            f.write("%s,%s,%s\n" % (name, k, "'%s'" % v if isinstance(v, str) else repr(v) if isinstance(v, int) else repr(float(v))))
        n1, n2 = cards["NAXIS1"], cards["NAXIS2"]
        x = np.concatenate(([1, n1, 1, n1, cards["CRPIX1"]], rng.uniform(0.5, n1 + 0.5, 10)))
        y = np.concatenate(([1, 1, n2, n2, cards["CRPIX2"]], rng.uniform(0.5, n2 + 0.5, 10)))
        w = WCS(header)
        w.wcs.set()
        if name == "tpv_radial":
            lon, lat = by_hand(cards, x, y)
        elif w.naxis > 2:
            lon, lat, _ = w.all_pix2world(x, y, np.ones_like(x), 1)
        else:
            lon, lat = w.all_pix2world(x, y, 1)
        if name == "tan_swapped":
            lon, lat = lat, lon
        for row in zip(x, y, lon, lat):
            g.write(name + "," + ",".join("" if np.isnan(v) else repr(float(v)) for v in row) + "\n")
        print(name, w.wcs.ctype[0], int(np.isnan(lon).sum()))
