"""Where a photo was taken, by its two witnesses, against each other and against the site."""

from dataclasses import dataclass
from datetime import timedelta

from forms.photo_facts import PhotoFacts
from forms.watermark import Watermark
from grading import addresses
from grading.finding import Finding, Severity
from grading.geodesy import distance_m, gcj02_to_wgs84
from grading.photo_words import PHOTO_CLAUSE, metres, moment, span, told

STALE_FIX = timedelta(minutes=10)
DEFAULT_FENCE_M = 500.0

Degrees = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Site:
    """Where the enterprise is, in WGS-84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Premises:
    """What the dossier says of the place in words: registered address, district, and the pilot.

    `districts` are the pack's, `city` the pilot city without 市.
    """

    address: str = ""
    district: str = ""
    districts: tuple[str, ...] = ()
    city: str = ""


@dataclass(frozen=True, slots=True)
class PlaceHeard:
    """What both witnesses say of the place.

    `position` are the degrees that count, as recorded, from `source` ("exif", "watermark", "").
    `distance_m` is the distance to the site in metres, in the datum that `datum` names, or taken as
    WGS-84 where neither puts the photo within the fence.
    """

    fits: bool | None
    words: str
    findings: tuple[Finding, ...] = ()
    position: Degrees | None = None
    source: str = ""
    distance_m: float | None = None
    datum: str | None = None
    by: frozenset[str] = frozenset()


def hear_place(
    facts: PhotoFacts,
    mark: Watermark | None,
    site: Site | None,
    premises: Premises,
    fence_m: float,
    own: bool,
    drift: timedelta,
) -> PlaceHeard:
    """The place by EXIF position, watermark coordinates and watermark address.

    A fix of another time than the shot says where the device was then: it is told, and neither
    proves nor contradicts. `own` says that the site was taken from this very photo, which then
    cannot prove it.
    """
    recorded, stale = facts.position, _stale(facts, drift)
    here = recorded if stale is None else None
    stamped = _stamped(mark, here, fence_m)
    by_address, remarks, address_words = _address(mark, premises)
    findings = [] if recorded is None or facts.hemisphere_known else [_hemisphere_missing()]
    findings += [stale] if stale else []
    findings += remarks + _unsure(mark, here, stamped, by_address)
    position, source = next(
        (each for each in ((here, "exif"), (stamped, "watermark"), (recorded, "exif")) if each[0]),
        (None, ""),
    )
    if here and stamped and (apart := _nearest(here, stamped)) > fence_m:
        message = f"拍摄信息的位置与水印坐标相距 {metres(apart)}，两种坐标系均不相符。"
        remedy = "请核对水印读数和拍摄设备的定位；属于同一地点的，在说明中写明原因。"
        findings.append(told("PHOTO-WATERMARK-PLACE", Severity.WARN, message, remedy))
        words = message.removesuffix("。")
        return PlaceHeard(False, words, tuple(findings), position, source)
    if by_address is False:
        return PlaceHeard(False, address_words, tuple(findings), position, source)
    if position is None:
        return _without_position(mark, by_address, address_words, findings)
    by = {"exif", "watermark"} if here and (stamped or by_address) else {source}
    old = here is None and stamped is None
    heard = _at_the_site(position, source, site, fence_m, own, old, findings)
    words = f"{heard[1]}，{address_words}" if by_address else heard[1]
    fits = True if heard[0] is None and by_address and not own else heard[0]
    backing = frozenset(by if heard[0] else {"watermark"} if fits else ())
    return PlaceHeard(fits, words, tuple(findings), position, source, *heard[2:], backing)


def _at_the_site(
    position: Degrees,
    source: str,
    site: Site | None,
    fence_m: float,
    own: bool,
    old: bool,
    findings: list[Finding],
) -> tuple[bool | None, str, float | None, str | None]:
    """Whether a position is at the site, in words, with distance and datum."""
    name = "位置" if source == "exif" else "水印坐标"
    if site is None:
        return None, f"有{name}，没有厂址可以对照", None, None
    distance, datum, gcj = _distance(position, site, fence_m)
    where = f"距厂址 {metres(distance)}"
    if own:
        message = "厂址由本照片的位置确认，本照片的位置不作为自身的凭据。"
        remedy = "如需印证，请另选照片或登记地址核对厂址。"
        findings.append(told("PHOTO-POSITION-OWN", Severity.INFO, message, remedy))
        return None, "厂址取自本照片，位置不能自证", distance, datum
    if old:
        words = f"{name}{where}，定位时间与拍摄时间不符，位置不作凭据"
        return None, words, distance, datum
    if datum is None:
        beyond = f"{name}{where}，在 {metres(fence_m)}围栏以外"
        message = f"照片{beyond}（按 GCJ-02 坐标计算为 {metres(gcj)}）。"
        remedy = "请核对厂址和照片；在企业其他厂区拍摄的，在说明中写明地点。"
        findings.append(told("PHOTO-FENCE-OUTSIDE", Severity.WARN, message, remedy))
        return False, beyond, distance, None
    return True, f"{name}{where}，在 {metres(fence_m)}围栏以内（{datum}）", distance, datum


def _without_position(
    mark: Watermark | None, by_address: bool | None, words: str, findings: list[Finding]
) -> PlaceHeard:
    if by_address:
        return PlaceHeard(True, words, tuple(findings), by=frozenset({"watermark"}))
    again = "请拍摄人打开相机定位，并以原图或文件方式重发"
    remedy = f"{again}；室内无法定位的，在说明中写明地点。"
    said = "照片没有记录位置，水印上也没有可用的坐标，位置无凭据。"
    if mark is None:
        said = "照片没有记录位置，水印未读取，位置暂无凭据。"
        remedy = f"请待水印读完，或对照原图填写；水印上也没有的，{again}。"
    elif doubtful := "、".join(_doubtful(mark)):
        said = f"照片没有记录位置，水印{doubtful}识别没有把握，位置暂无凭据。"
        remedy = f"请对照原图核对水印{doubtful}并确认，或{again}。"
    missing = told("PHOTO-POSITION-NONE", Severity.WARN, said, remedy, PHOTO_CLAUSE)
    return PlaceHeard(None, words or "没有位置", (*findings, missing))


def _address(mark: Watermark | None, premises: Premises) -> tuple[bool | None, list[Finding], str]:
    """Whether the watermark's address is the enterprise's; what to remark; in words."""
    address = mark.address if mark else ""
    if mark is None or not address:
        return None, [], ""
    if "address" in mark.unsure:
        return None, [], "水印地址识别没有把握"
    city = addresses.other_city(address, premises.districts, premises.city) if premises.city else ""
    if city:
        message = f"水印地址“{address}”在{city}，不在本试点城市。"
        remedy = "请核对水印读数和照片是否属于本次诊断。"
        found = told("PHOTO-ADDRESS-CITY", Severity.WARN, message, remedy)
        return False, [found], message.removesuffix("。")
    district = addresses.district_of(address, premises.districts)
    if addresses.same_road(address, premises.address):
        return True, [], "水印地址与登记地址相符"
    remarks = []
    if district and premises.district and district != premises.district:
        message = f"水印地址在{district}，企业所属县（市、区）填写为{premises.district}。"
        remedy = "开发区与行政区交叉的属于正常；否则请核对照片和企业所属县（市、区）。"
        remarks = [told("PHOTO-ADDRESS-DISTRICT", Severity.INFO, message, remedy)]
    return None, remarks, "水印地址与登记地址未能对上"


def _stamped(mark: Watermark | None, here: Degrees | None, fence_m: float) -> Degrees | None:
    """The watermark's position where it is sure, or where the file's own bears it out."""
    position = mark.position if mark else None
    if mark is None or position is None or "position" not in mark.unsure:
        return position
    return position if here and _nearest(here, position) <= fence_m else None


def _doubtful(mark: Watermark) -> list[str]:
    """What of the place nobody has confirmed, by its name."""
    position = ["坐标"] if mark.position and "position" in mark.unsure else []
    return position + (["地址"] if mark.address and "address" in mark.unsure else [])


def _unsure(
    mark: Watermark | None, here: Degrees | None, stamped: Degrees | None, by_address: bool | None
) -> list[Finding]:
    """What a person has to look at; a matter of weight where nothing else tells the place."""
    if mark is None:
        return []
    position = mark.position or (0.0, 0.0)
    read = {
        "坐标": (f" {position[0]:.6f}，{position[1]:.6f}", "stated_latitude"),
        "地址": (f"“{mark.address}”", "stated_address"),
    }
    weight = Severity.INFO if here or stamped or by_address else Severity.WARN
    remedy = "请对照原图核对，无误的予以确认，有误的予以更正。"
    return [
        told("PHOTO-WATERMARK-UNSURE", weight, f"水印{name}读作{read[name][0]}，识别没有把握。",
             remedy, field=read[name][1])
        for name in _doubtful(mark)
        if name == "地址" or stamped is None
    ]  # fmt: skip


def _nearest(one: Degrees, other: Degrees) -> float:
    """The distance of two positions in metres, each taken in the datum that brings them nearest."""
    return min(
        distance_m(one, other),
        distance_m(gcj02_to_wgs84(one), other),
        distance_m(one, gcj02_to_wgs84(other)),
    )


def _distance(position: Degrees, site: Site, fence_m: float) -> tuple[float, str | None, float]:
    """Distance in metres, the datum that fits, and the distance if the position were GCJ-02.

    Devices do not say which datum they write. The nearer reading is taken if it lies within the
    fence; else none fits and the plain reading stands.
    """
    place = (site.latitude, site.longitude)
    wgs, gcj = distance_m(position, place), distance_m(gcj02_to_wgs84(position), place)
    if min(wgs, gcj) > fence_m:
        return wgs, None, gcj
    return (wgs, "WGS-84", gcj) if wgs <= gcj else (gcj, "GCJ-02", gcj)


def _stale(facts: PhotoFacts, drift: timedelta) -> Finding | None:
    """A fix of another time than the shot, once the clock's drift is taken off."""
    fixed, taken = facts.gps_time, facts.taken_at
    if facts.position is None or fixed is None or taken is None:
        return None
    if abs(taken - drift - fixed) <= STALE_FIX:
        return None
    return told(
        "PHOTO-POSITION-STALE",
        Severity.WARN,
        f"定位时间 {moment(fixed)}，与拍摄时间相差 {span(abs(taken - drift - fixed))}，"
        "位置可能不是拍摄时所在。",
        "请核对拍摄设备的时钟；可另选定位及时的照片。",
    )


def _hemisphere_missing() -> Finding:
    return told(
        "PHOTO-POSITION-REF",
        Severity.INFO,
        "照片的位置没有写明南北纬、东西经，按北纬、东经处理。",
        "请核对照片位置是否与拍摄地点相符。",
    )
