"""附件3 现场诊断记录表: one visit on the bureau's form, time and place below its photos."""

import datetime as dt

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
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import (
    date_text,
    distance_text,
    moment_text,
    numeral,
    periods,
    photo_facts,
    pilot,
    position_text,
)
from forms.dossier import Enterprise, Member, Photo, Provider, Stay, Visit, picked
from forms.fields import chosen
from forms.record import specs

_ASKED_PHOTOS = (
    "咨询诊断服务商每次入场提供的现场诊断照片不少于5张，包括诊断服务团队在诊断入场和离场时"
    "在企业门口的照片各一张，企业办公场所宣贯培训、人员访谈照片不少于2张，"
    "企业生产现场调研指导照片不少于1张。"
)
"""The form's own words, which stand there until photos do (附件3 现场诊断记录表)."""

_PHOTO_HEIGHT_MM = 54
_SIGNATURE_MM = 16


def title(source: Source) -> str:
    """The form's name."""
    return f"{pilot(source.pack)}现场诊断记录表"


def compose(source: Source, visit: Visit, number: int) -> Document:
    """One visit's record as a document by itself; `number` counts visits from 1."""
    name = source.dossier.one(Enterprise).name.strip()
    return Document(
        title=f"{name}现场诊断记录表（第{numeral(number)}次）",
        blocks=tuple(blocks(source, visit, number)),
        draft=source.draft,
        author=source.dossier.one(Provider).name,
    )


def blocks(source: Source, visit: Visit, number: int) -> list[Block]:
    """The form's title and table."""
    return [Paragraph(title(source), Style.FORM_TITLE), _table(source, visit, number)]


def visit_photos(source: Source, visit: Visit) -> list[Photo]:
    """A visit's photos as they were taken; those without a time keep their place at the end."""
    photos = [photo for photo in source.dossier.all(Photo) if photo.visit == visit.id]
    facts = {photo.id: photo_facts(photo) for photo in photos}

    def when(photo: Photo) -> tuple[bool, dt.datetime]:
        found = facts[photo.id]
        taken = found.taken_at if found else None
        return taken is None, taken or dt.datetime.max.replace(tzinfo=dt.UTC)

    return sorted(photos, key=when)


def photo_lines(source: Source, photo: Photo) -> tuple[str, ...]:
    """What stands under a photo: kind and caption, time, place."""
    facts = photo_facts(photo)
    verdict = source.verdicts.get(photo.id)
    name = "　".join(part for part in (photo.kind, photo.caption.strip()) if part)
    far = distance_text(verdict.distance_m if verdict else None)
    when = "　".join(part for part in (moment_text(facts), far) if part)
    return (name or photo.filename, when, position_text(facts))


def photo_picture(source: Source, photo: Photo, height_mm: float) -> Picture | Placeholder:
    """The photo, or the box that stands for a file that is not there."""
    path = source.photo_file(photo)
    if path is None:
        return Placeholder(f"（照片“{photo.filename}”未随档案提供）", height_mm=30)
    return Picture(path, max_height_mm=height_mm, alt=photo.caption or photo.kind)


def _table(source: Source, visit: Visit, number: int) -> Table:
    """Three columns, so that a label is narrow and two photos share the width."""
    dossier = source.dossier
    topics = specs(Visit)["topics"]
    team = "、".join(m.name for m in picked(visit.present, dossier.all(Member)) if m.name)
    results = Cell(visit.results, colspan=3, top=True)
    rows = [
        _line("诊断企业名称", dossier.one(Enterprise).name),
        _line("诊断日期", date_text(visit.date)),
        _line("诊断时间段", periods(dossier.all(Stay, visit.id))),
        _line("咨询诊断服务商名称", dossier.one(Provider).name),
        _line("咨询诊断服务人员签字", f"到场人员：{team}" if team else "", _SIGNATURE_MM),
        _line("本次诊断主题", check_boxes(topics.choices, chosen(visit.topics, topics))),
        _whole(f"本次服务成果（第{numeral(number)}次）"),
        Row((results,), min_height_mm=40),
        _whole("本次诊断现场照片"),
        *_photo_rows(source, visit_photos(source, visit)),
        Row((Cell(_counterpart(visit), colspan=3, top=True),), min_height_mm=_SIGNATURE_MM + 6),
    ]
    return Table((44, 34, 78), tuple(rows))


def _line(label: str, value: str, height: float = 8) -> Row:
    name = Cell(label, align=Align.CENTRE)
    return Row((name, Cell(value, colspan=2, top=height > 10)), min_height_mm=height)


def _whole(label: str) -> Row:
    return Row((Cell(label, colspan=3, align=Align.CENTRE, shaded=True),), min_height_mm=8)


def _photo_rows(source: Source, photos: list[Photo]) -> list[Row]:
    """Two photos a row: a row stays whole, so that a photo never parts from its lines."""
    if not photos:
        return [Row((Cell(_ASKED_PHOTOS, colspan=3, top=True),), min_height_mm=40)]
    rows = []
    for start in range(0, len(photos), 2):
        pair = [_photo_cell(source, photo) for photo in photos[start : start + 2]]
        first = Cell(pair[0], colspan=2, top=True)
        rows.append(Row((first, *(Cell(content, top=True) for content in pair[1:]))))
    return rows


def _photo_cell(source: Source, photo: Photo) -> tuple[Picture | Placeholder | Paragraph, ...]:
    notes = (Paragraph(line, Style.PICTURE_NOTE) for line in photo_lines(source, photo))
    return (photo_picture(source, photo, _PHOTO_HEIGHT_MM), *notes)


def _counterpart(visit: Visit) -> str:
    """The counterpart's line, the name printed small beside the place for the signature."""
    post = f"（{visit.counterpart_post}）" if visit.counterpart_post.strip() else ""
    name = visit.counterpart.strip()
    return "试点企业对接人签字：" + (f"\n对接人：{name}{post}" if name else "")
