"""Distances on the ground, and the two datums in which Chinese devices write positions.

GPS chips and iPhones give WGS-84; Chinese map services, and possibly some cameras, give GCJ-02,
which is WGS-84 shifted by a smooth function known from practice (506 to 602 m around Changchun).
"""

from decimal import Decimal
from math import asin, cos, hypot, pi, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the WGS-84 ellipsoid (IUGG)."""

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQ = 0.00669342162296594323
_CHINA = (0.8293, 55.8271, 72.004, 137.8347)


def degrees(
    latitude: Decimal | float | None, longitude: Decimal | float | None
) -> tuple[float, float] | None:
    """Both as a position; None where one is missing, or not on earth."""
    if latitude is None or longitude is None:
        return None
    on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (float(latitude), float(longitude)) if on_earth else None


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in metres between two (latitude, longitude) pairs in degrees.

    The haversine form stays exact at the few metres that matter here; taking the earth for a
    sphere errs by at most 0.5 %.
    """
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b[1] - a[1]) / 2
    square = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(square)))


def wgs84_to_gcj02(position: tuple[float, float]) -> tuple[float, float]:
    """The same place as Chinese maps write it; unchanged outside their rectangle round China."""
    shift = _shift(position)
    return position[0] + shift[0], position[1] + shift[1]


def gcj02_to_wgs84(position: tuple[float, float]) -> tuple[float, float]:
    """The place whose GCJ-02 position this is, exact to better than a millimetre.

    Subtracting the shift once errs by metres, because the shift belongs to the place sought and
    not to the position given: so it is taken again at each better guess until it stands still.
    """
    guess = position
    for _ in range(30):
        shift = _shift(guess)
        better = (position[0] - shift[0], position[1] - shift[1])
        if hypot(better[0] - guess[0], better[1] - guess[1]) < 1e-12:
            return better
        guess = better
    return guess


def _shift(position: tuple[float, float]) -> tuple[float, float]:
    """How far GCJ-02 moves a WGS-84 position, in degrees of latitude and longitude."""
    lat, lon = position
    south, north, west, east = _CHINA
    if not (south <= lat <= north and west <= lon <= east):
        return 0.0, 0.0
    x, y = lon - 105.0, lat - 35.0
    ripple = 20.0 * (sin(6 * pi * x) + sin(2 * pi * x))
    waves_y = ripple + 20.0 * sin(pi * y) + 40.0 * sin(pi * y / 3)
    waves_y += 160.0 * sin(pi * y / 12) + 320.0 * sin(pi * y / 30)
    waves_x = ripple + 20.0 * sin(pi * x) + 40.0 * sin(pi * x / 3)
    waves_x += 150.0 * sin(pi * x / 12) + 300.0 * sin(pi * x / 30)
    root = sqrt(abs(x))
    metres_y = -100.0 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves_y * 2 / 3
    metres_x = 300.0 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves_x * 2 / 3
    flat = 1 - _ECCENTRICITY_SQ * sin(radians(lat)) ** 2
    meridian = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQ) / flat**1.5
    parallel = _SEMI_MAJOR_M / sqrt(flat) * cos(radians(lat))
    return metres_y * 180.0 / (meridian * pi), metres_x * 180.0 / (parallel * pi)
