"""附件3 现场诊断记录表: one visit on the bureau's form, time and place below its photos.

The timeline and the plan of positions stand in the form's own 本次诊断现场照片, before the photos:
all labels keep their order, and who looks at the photos first sees what they add up to.
"""

from exporters import signing, site_chart, visit_charts
from exporters.blocks import (
    Block,
    Cell,
    Document,
    Paragraph,
    Picture,
    Placeholder,
    Row,
    Table,
    check_boxes,
)
from exporters.form_rows import FormRows
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import (
    date_text,
    distance_text,
    duration,
    limit_text,
    moment_text,
    numeral,
    periods,
    pilot,
    position_text,
)
from forms.dossier import Enterprise, Member, Photo, Provider, Stay, Visit, picked
from forms.fields import chosen
from forms.pack import Pack
from forms.papers import Role
from forms.photo_facts import BEIJING
from forms.record import specs
from grading import site_plan, visit_day
from grading.rules.view import Judged, VisitView, view_visits

_PHOTO_HEIGHT_MM = 54
_SIGNATURE_MM = 16
_FORM = FormRows((1, 2, 0, 0))


def title(source: Source) -> str:
    """The form's name."""
    return f"{pilot(source.pack)}{source.pack.called('record')}"


def asked_photos(pack: Pack) -> str:
    """The form's own words, which stand there until photos do (附件3 现场诊断记录表)."""
    total, office, floor = (
        limit_text(pack, rule) for rule in ("VISIT-PHOTOS", "VISIT-OFFICE", "VISIT-FLOOR")
    )
    return (
        f"咨询诊断服务商每次入场提供的现场诊断照片不少于{total}张，包括诊断服务团队在诊断入场和离场时"
        f"在企业门口的照片各一张，企业办公场所宣贯培训、人员访谈照片不少于{office}张，"
        f"企业生产现场调研指导照片不少于{floor}张。"
    )


def compose(source: Source, visit: Visit, number: int) -> Document:
    """One visit's record as a document by itself; `number` counts visits from 1."""
    name = source.dossier.one(Enterprise).name.strip()
    return Document(
        title=f"{name}{source.pack.called('record')}（第{numeral(number)}次）",
        blocks=tuple(blocks(source, visit, number)),
        draft=source.draft,
        author=source.dossier.one(Provider).name,
    )


def blocks(source: Source, visit: Visit, number: int) -> list[Block]:
    """The form's title and table."""
    return [Paragraph(title(source), Style.FORM_TITLE), _table(source, visit, number)]


def photo_lines(source: Source, photo: Photo, number: int = 0) -> tuple[str, ...]:
    """What stands under a photo: number, kind and caption; time; place.

    Time and place are those that count in judging it, and say where they are not from the file.
    """
    judged = _judged(source, photo)
    name = "　".join(part for part in (photo.kind, photo.caption.strip()) if part)
    head = f"{number}. " if number else ""
    far = distance_text(judged.verdict.distance_m if judged.verdict else None)
    when = "　".join(part for part in (_moment(judged), far) if part)
    return (f"{head}{name or photo.filename}", when, _place(judged))


def _judged(source: Source, photo: Photo) -> Judged:
    return source.photos.get(photo.id) or Judged(photo, None, None)


def _moment(judged: Judged) -> str:
    verdict, at = judged.verdict, judged.taken_at
    if verdict is None or at is None:
        return moment_text(judged.facts)
    here = at.astimezone(BEIJING)
    own = judged.facts is not None and judged.facts.own_clock
    drifted = "校时后" if verdict.drift else "本机时钟" if own else ""
    source = "水印" if verdict.time_source == "watermark" else drifted
    return f"{source}{date_text(here.date())} {here:%H:%M}"


def _place(judged: Judged) -> str:
    verdict, facts, place = judged.verdict, judged.facts, judged.position
    if verdict is None or facts is None or place is None:
        return position_text(facts)
    used = facts.model_copy(update={"latitude": place[0], "longitude": place[1]})
    return ("水印" if verdict.position_source == "watermark" else "") + position_text(used)


def photo_picture(source: Source, photo: Photo, height_mm: float) -> Picture | Placeholder:
    """The photo, or the box that stands for a file that is not there."""
    found = source.photo_file(photo)
    if found is None:
        return Placeholder(f"（照片“{photo.filename}”未随档案提供）", height_mm=30)
    return Picture(found, max_height_mm=height_mm, alt=photo.caption or photo.kind)


def _table(source: Source, visit: Visit, number: int) -> Table:
    """Three columns, so that a label is narrow and two photos share the width."""
    dossier, view = source.dossier, _view(source, visit)
    topics = specs(Visit)["topics"]
    results = Cell(visit.results, colspan=3, top=True)
    rows = [
        _FORM.wide("诊断企业名称", dossier.one(Enterprise).name, 8),
        _FORM.wide("诊断日期", date_text(visit.date), 8),
        _FORM.wide("诊断时间段", periods(dossier.all(Stay, visit.id)), 8),
        _FORM.wide("咨询诊断服务商名称", dossier.one(Provider).name, 8),
        _signed(source, visit),
        _FORM.wide("本次诊断主题", check_boxes(topics.choices, chosen(visit.topics, topics)), 8),
        _whole(f"本次服务成果（第{numeral(number)}次）"),
        Row((results,), min_height_mm=40),
        _whole("本次诊断现场照片"),
        *_glance(source, view),
        *_photo_rows(source, [judged.photo for judged in visit_day.in_order(view.photos)]),
        _counterpart(source, visit),
    ]
    return Table((44, 34, 78), tuple(rows))


def _signed(source: Source, visit: Visit) -> Row:
    """Who of the team was there, above their signatures or the blank for them."""
    team = "、".join(m.name for m in picked(visit.present, source.dossier.all(Member)) if m.name)
    written = signing.signatures(source, "record", Role.TEAM, visit.id)
    cell = _to_sign(f"到场人员：{team}" if team else "", written, colspan=2)
    return Row((_FORM.label("咨询诊断服务人员签字"), cell), min_height_mm=_SIGNATURE_MM)


def _to_sign(words: str, written: tuple[Picture, ...], colspan: int) -> Cell:
    if not written:
        return Cell(words, colspan=colspan, top=True)
    said = (Paragraph(line, Style.CELL) for line in words.split("\n"))
    return Cell((*said, *signing.beside(written)), colspan=colspan, top=True)


def _whole(label: str) -> Row:
    return Row((Cell(label, colspan=3, align=Align.CENTRE, shaded=True),), min_height_mm=8)


def _view(source: Source, visit: Visit) -> VisitView:
    photos = {photo.id: _judged(source, photo) for photo in source.dossier.all(Photo)}
    return next(v for v in view_visits(source.dossier, photos) if v.visit.id == visit.id)


def _glance(source: Source, view: VisitView) -> list[Row]:
    """The visit at a glance: its timeline and its plan, each in a row with its caption."""
    scene = visit_day.Scene(source.dossier, source.pack, view, source.findings)
    day = visit_day.day(scene)
    plan = site_plan.plan(source.dossier, source.pack, view.photos)
    stays = f"{len(day.sessions)}场合计{duration(day.total)}，" if day.sessions else ""
    dashed = "，虚线框为缺少的照片" if any(mark.missing for mark in day.marks) else ""
    places = ((plan.inside, "围栏内"), (plan.outside, "围栏外"), (plan.without, "无位置"))
    counted = "、".join(f"{where}{count}张" for count, where in places if count)
    found = (
        (visit_charts.timeline(day), f"时间线：{stays}可计入的照片{len(view.counted)}张{dashed}。"),
        (
            site_chart.plan(plan),
            f"拍摄位置：{counted}；{plan.note.replace(' ', '')}",
        ),
    )
    return [
        Row((Cell((picture, Paragraph(words, Style.PICTURE_NOTE)), colspan=3, top=True),))
        for picture, words in found
        if picture is not None
    ]


def _photo_rows(source: Source, photos: list[Photo]) -> list[Row]:
    """Two photos a row: a row stays whole, so that a photo never parts from its lines."""
    if not photos:
        return [Row((Cell(asked_photos(source.pack), colspan=3, top=True),), min_height_mm=40)]
    rows = []
    for start in range(0, len(photos), 2):
        pair = [
            _photo_cell(source, photo, number)
            for number, photo in enumerate(photos[start : start + 2], start + 1)
        ]
        first = Cell(pair[0], colspan=2, top=True)
        rows.append(Row((first, *(Cell(content, top=True) for content in pair[1:]))))
    return rows


def _photo_cell(
    source: Source, photo: Photo, number: int
) -> tuple[Picture | Placeholder | Paragraph, ...]:
    lines = photo_lines(source, photo, number)
    notes = (Paragraph(line, Style.PICTURE_NOTE) for line in lines)
    return (photo_picture(source, photo, _PHOTO_HEIGHT_MM), *notes)


def _counterpart(source: Source, visit: Visit) -> Row:
    """The counterpart's line, the name printed small beside the place for the signature."""
    post = f"（{visit.counterpart_post}）" if visit.counterpart_post.strip() else ""
    name = visit.counterpart.strip()
    words = "试点企业对接人签字：" + (f"\n对接人：{name}{post}" if name else "")
    written = signing.signatures(source, "record", Role.COUNTERPART, visit.id)
    return Row((_to_sign(words, written, colspan=3),), min_height_mm=_SIGNATURE_MM + 6)
