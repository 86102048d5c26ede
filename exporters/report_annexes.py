"""The report's annexes: people, visit records, evaluation tables, satisfaction, the rest."""

from collections.abc import Callable

from exporters import evaluation_tables, satisfaction, visit_record
from exporters.blocks import (
    Block,
    GridItem,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Run,
)
from exporters.report_tables import numbered
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import clock, date_text, duration
from forms.dossier import Answer, Attachment, Dossier, Member, Photo, Training, Visit, picked
from forms.evaluation import Stage
from forms.fields import chosen
from forms.outline import Section
from forms.papers import SCANS
from forms.record import forms, specs
from forms.visit import CONSENT, RETROFIT_KINDS
from grading.rules.numbers import between

_SCREENSHOT = "评测平台截图"
#: Shown where the report calls for them, signed copies of what stands in it already, or about what
#: is done with it.
_SHOWN_ELSEWHERE = ("组织架构图", "生产工艺流程图", _SCREENSHOT, CONSENT, *SCANS)
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp")


def blocks(source: Source, prose: Callable[[Source, Section], list[Block]]) -> list[Block]:
    """The outline's annexes; `prose` gives what people wrote under a heading.

    Each section starts a page but the one right under its chapter's heading.
    """
    found: list[Block] = []
    above = False
    for section in source.pack.outline.annexes:
        found += [*([] if above else [PageBreak()]), Heading(section.level, section.heading)]
        above = section.level == 1
        found += prose(source, section) if section.writable else []
        for name in section.shows:
            found += _SHOWN[name](source)
    return found


def pictures_of(source: Source, *kinds: str) -> list[Attachment]:
    """The attachments of some kinds that are pictures by their names."""
    return [
        each for each in source.dossier.all(Attachment) if each.kind in kinds and is_picture(each)
    ]


def is_picture(attachment: Attachment) -> bool:
    """Whether a document can show it, judged by the file's ending."""
    return attachment.filename.lower().endswith(_PICTURE_ENDINGS)


def picture_of(source: Source, attachment: Attachment, height_mm: float) -> Picture | Placeholder:
    """The attached picture, or the box that stands for a file that is not there."""
    found = source.attachment_file(attachment)
    if found is None:
        return Placeholder(f"（“{attachment.filename}”未随档案提供）")
    return Picture(found, max_height_mm=height_mm, alt=attachment.name)


def missing(source: Source, kind: str) -> Placeholder:
    """The box for a picture that was not given, or was given as a file that cannot be shown."""
    files = [each.name for each in source.dossier.all(Attachment) if each.kind == kind]
    if files:
        return Placeholder(f"（{kind}见随报告提交的文件“{files[0]}”）")
    return Placeholder(f"（尚未提供{kind}）")


def _people(source: Source) -> list[Block]:
    rows = [
        (m.name, m.organisation, m.post, m.duties, m.contact) for m in source.dossier.all(Member)
    ]
    heads = ("序号", "姓名", "咨询诊断机构", "职位", "工作职责", "联系方式")
    return [numbered(heads, (12, 18, 34, 22, 39, 31), rows)]


def _records(source: Source) -> list[Block]:
    """Each visit's form on a page of its own, the first below the heading."""
    found: list[Block] = []
    visits = source.dossier.all(Visit)
    if not visits:
        found.append(Paragraph((Run("（没有现场诊断记录）", marked=source.draft),)))
    for number, visit in enumerate(visits, start=1):
        if number > 1:
            found.append(PageBreak())
        found += visit_record.blocks(source, visit, number)
    return found


def _screenshots(source: Source) -> list[Block]:
    """中小企业数字化水平评测结果截图."""
    held = pictures_of(source, _SCREENSHOT)
    if not held:
        return [missing(source, _SCREENSHOT)]
    return [
        PictureGrid(
            tuple(GridItem(picture_of(source, each, 110), (each.name,)) for each in held),
            columns=1,
        )
    ]


def _trainings(source: Source) -> list[Block]:
    """The trainings of 方案 四（三）, with those photos that no visit record shows."""
    trainings = source.dossier.trainings()
    if not trainings:
        return []
    attachments = source.dossier.all(Attachment)
    rows = [
        (
            t.topic,
            t.trainer,
            f"{date_text(t.date)}\n{clock(t.start)}-{clock(t.end)}",
            training_length(t),
            "" if t.attendees is None else str(t.attendees),
            "、".join(each.name for each in picked(t.sign_in, attachments)),
        )
        for t in trainings
    ]
    heads = ("序号", "培训主题", "讲师", "时间", "时长", "参加人数", "签到表")
    visits = {visit.id for visit in source.dossier.all(Visit)}
    held = {training.id for training in trainings}
    loose = [
        photo
        for photo in source.dossier.all(Photo)
        if photo.training in held and photo.visit not in visits
    ]
    items = tuple(
        GridItem(
            visit_record.photo_picture(source, photo, 54), visit_record.photo_lines(source, photo)
        )
        for photo in loose
    )
    found: list[Block] = [
        _subtitle("主题培训情况"),
        numbered(heads, (12, 36, 18, 34, 18, 14, 24), rows),
    ]
    return [*found, PictureGrid(items)] if items else found


def training_length(training: Training) -> str:
    """A training's length; nothing where its times do not give one."""
    minutes = between(training.start, training.end) or 0
    return duration(minutes) if minutes > 0 else ""


def _attachments(source: Source) -> list[Block]:
    """Every attachment by title, kind and what it proves; then those that can be shown."""
    held = _of_diagnosis(source.dossier)
    if not held:
        return []
    rows = [(each.name, each.kind, each.proves, each.filename) for each in held]
    found: list[Block] = [
        _subtitle("附件清单"),
        numbered(("序号", "标题", "类别", "证明事项", "文件名"), (12, 40, 27, 45, 32), rows),
    ]
    shown = [each for each in held if is_picture(each) and each.kind not in _SHOWN_ELSEWHERE]
    items = tuple(
        GridItem(picture_of(source, each, 90), (f"{each.kind}：{each.name}",)) for each in shown
    )
    return [*found, PictureGrid(items)] if items else found


def _of_diagnosis(dossier: Dossier) -> list[Attachment]:
    """The attachments without those of the retrofit, which comes after the report."""
    used: dict[int, set[str]] = {1: set(), 2: set()}
    for form in forms().values():
        fields = [name for name, spec in specs(form).items() if spec.of == "attachment"]
        for record in dossier.all(form) if fields else ():
            later = isinstance(record, Training) and bool(record.phase)
            later |= isinstance(record, Answer) and record.stage == Stage.RETROFIT
            for name in fields:
                value = getattr(record, name)
                on = chosen(value) if isinstance(value, dict) else [str(value)]
                used[2 if later else form.half].update(on)
    return [
        each
        for each in dossier.all(Attachment)
        if str(each.id) in used[1] or not (str(each.id) in used[2] or each.kind in RETROFIT_KINDS)
    ]


_SHOWN: dict[str, Callable[[Source], list[Block]]] = {
    "people": _people,
    "records": _records,
    "evaluation": lambda source: [*_screenshots(source), *evaluation_tables.blocks(source)],
    "satisfaction": satisfaction.blocks,
    "other": lambda source: [*_trainings(source), *_attachments(source)],
}


def _subtitle(text: str) -> Paragraph:
    return Paragraph(text, Style.PLAIN, align=Align.CENTRE, bold=True, keep_with_next=True)
