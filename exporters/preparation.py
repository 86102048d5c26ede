"""现场调研提纲 and 现场调研计划, sent to the enterprise before a visit (方案 三（一）2).

Whom to ask is for the enterprise to name, what is heard for the team to note, both by hand.
"""

from collections.abc import Sequence
from dataclasses import replace

from exporters.blocks import Block, Cell, Document, Heading, Paragraph, Row, Table, head_row
from exporters.evaluation_tables import (
    computed,
    grounds,
    ladder,
    option_boxes,
)
from exporters.form_rows import FormRows, boxes
from exporters.report_tables import numbered
from exporters.source import Source
from exporters.style import Align, Style
from exporters.visit_record import asked_photos
from exporters.wording import clock, date_text, limit_text, lines, pilot
from forms.dossier import AgendaItem, Answer, Enterprise, Member, Plan, Provider, picked
from forms.evaluation import Stage
from forms.fields import chosen
from forms.figures import Figures
from forms.instrument import Kind, points_text
from forms.preparation import DRAFTABLE
from forms.record import specs
from forms.visit import TOPICS
from grading.preparation import focuses
from grading.questions import asked
from grading.sheet import numbers_of

_OUTLINE = "现场调研提纲"
_PLAN = "现场调研计划"
_COLUMNS = (30, 48, 30, 48)
_ASKED_COLUMNS = (23, 60, 73)
_QUESTION_COLUMNS = (12, 56, 26, 62)
_NOTES_MM = 7.5
"""Height in which one notes by hand."""
_ASKED = FormRows((1, 2, 0, 0))
_FOCUS = ("采集项或\n应用场景", "企业自评", "请问", "拟查看", "请备资料")
_FOCUS_COLUMNS = (26, 21, 55, 26, 28)
_NO_SELF = "尚未收到企业自评估情况，调研重点待收到后列明。"
_DATA = ("采集项", "数据名称", "单位", "企业自评\n所填", "说明")
_DATA_COLUMNS = (23, 52, 19, 20, 42)


def compose_plan(source: Source) -> Document:
    """The plan: who comes when, to see what and whom, and what should be ready."""
    found: list[Block] = [
        Heading(1, "一、基本安排"),
        _arrangement(source),
        Heading(1, "二、诊断团队"),
        _team(source),
        Heading(1, "三、日程安排"),
        _agenda(source),
        Heading(1, "四、请企业配合的事项"),
        _requests(source),
        Heading(1, "五、照片和时长要求"),
        *(Paragraph(text, Style.NOTE) for text in _duties(source)),
    ]
    return _document(source, _PLAN, found)


def compose_outline(source: Source) -> Document:
    """The outline: what to look into first, then all that the official table asks, and the data."""
    instrument = source.pack.instrument
    about = (
        f"本提纲按《{instrument.title}》（{instrument.document_number}）的采集项和应用场景编排。"
        "“☑”为企业自评估所选；受访部门及人员请企业填写，现场记录由诊断人员填写。标*为约束性场景。"
    )
    found: list[Block] = [
        _addressed(source),
        Paragraph(about, Style.NOTE),
        Heading(1, "一、调研重点"),
        *_focus(source),
        Heading(1, f"二、{instrument.items_name}"),
        _items(source),
        Heading(1, f"三、{instrument.scenes_name}应用场景"),
        _scenes(source),
        Heading(1, "四、请提前备妥的数据"),
        _data(source),
        Heading(1, "五、请企业介绍的情况"),
        _questions(source),
    ]
    return _document(source, _OUTLINE, found)


def _document(source: Source, name: str, found: Sequence[Block]) -> Document:
    title = (
        Paragraph(pilot(source.pack), Style.FORM_TITLE, after_pt=0),
        Paragraph(name, Style.FORM_TITLE),
    )
    return Document(
        title=f"{source.dossier.one(Enterprise).name.strip()}{name}",
        blocks=(*title, *found),
        draft=source.draft,
        author=source.dossier.one(Provider).name,
    )


def _arrangement(source: Source) -> Table:
    dossier, form = source.dossier, FormRows(marked=source.draft)
    enterprise, provider = dossier.one(Enterprise), dossier.one(Provider)
    plan = dossier.one(Plan)
    topics = boxes(TOPICS, chosen(plan.topics, specs(Plan)["topics"]), (4,))
    rows = (
        form.pair("试点企业", enterprise.name, "注册地址", enterprise.address, 8),
        form.pair("企业联系人", enterprise.contact, "联系方式", enterprise.phone, 8),
        form.pair("咨询诊断服务商", provider.name, "服务商地址", provider.address, 8),
        form.pair("服务商联系人", provider.contact, "联系方式", provider.phone, 8),
        form.pair("调研日期", date_text(plan.date), "到厂离厂时间", _span(plan), 8),
        form.wide("调研主题", topics, 8),
    )
    return Table(_COLUMNS, rows)


def _span(timed: Plan | AgendaItem) -> str:
    """From when to when, with blanks for what is open; nothing where both are."""
    if timed.start is None and timed.end is None:
        return ""
    return f"{clock(timed.start)}-{clock(timed.end)}"


def _team(source: Source) -> Table:
    """Those who are to come."""
    plan = source.dossier.one(Plan)
    rows = [
        (m.name + ("（组长）" if m.lead else ""), m.organisation, m.post, m.duties, m.contact)
        for m in picked(plan.members, source.dossier.all(Member))
    ]
    heads = ("序号", "姓名", "咨询诊断机构", "职位", "工作职责", "联系方式")
    return numbered(heads, (12, 21, 33, 22, 37, 31), rows)


def _agenda(source: Source) -> Table:
    """The timetable; a final copy leaves out what the program drafted and nobody confirmed."""
    rows = [
        (_span(item), item.activity, item.place, item.people)
        for item in source.dossier.all(AgendaItem)
        if source.draft or not item.drafted
    ]
    heads = ("序号", "时间", "工作内容", "地点", "企业参加人员")
    return numbered(heads, (12, 28, 54, 28, 34), rows)


def _requests(source: Source) -> Table:
    plan, form = source.dossier.one(Plan), FormRows((1, 1, 0, 0), marked=source.draft)
    spec = specs(Plan)
    waits = {name for name, mark in DRAFTABLE.items() if plan.drafted.get(mark)}
    rows = []
    for name in ("attendees", "shops", "papers", "rooms"):
        # Words of the program that nobody confirmed are no one's: only a draft shows them.
        text = getattr(plan, name) if source.draft or name not in waits else ""
        rows.append(form.wide(spec[name].label, "\n".join(lines(text)), 12))
    # Remarks may be none: their blank is nothing to be filled in.
    remarks = Cell("\n".join(lines(plan.remarks)))
    rows.append(Row((form.label(spec["remarks"].label), remarks), min_height_mm=12))
    return Table((44, 112), tuple(rows))


def _duties(source: Source) -> tuple[str, ...]:
    """What the plan asks of a visit, in its words, the numbers as the pack has them."""
    rules = source.pack.rules
    photos, length = rules["STAY-LOGO"].clause, rules["VISIT-HOURS"].clause
    counted = rules["VISIT-PHOTOS"].clause
    visits, hours = limit_text(source.pack, "VISIT-COUNT"), limit_text(source.pack, "VISIT-HOURS")
    trainings = limit_text(source.pack, "TRAINING-COUNT")
    training_hours = limit_text(source.pack, "TRAINING-HOURS")
    return (
        f"{photos}：开展咨询诊断服务前后要留存诊断服务图片（含时间戳）及文字材料。每次进出需在企业LOGO前"
        "用水印相机拍照，体现位置、日期、时间等相关信息，拍照场景能够直观反映诊断内容、诊断人员及企业对接"
        "人员。",
        f"{counted}：{asked_photos(source.pack)}",
        f"{length}：每家试点企业诊断次数不少于{visits}次，单次诊断时间不少于{hours}小时；面向试点企业提供"
        f"不少于{trainings}次数字化转型相关主题培训，单次不低于{training_hours}小时。",
    )


def _addressed(source: Source) -> Table:
    dossier, form = source.dossier, FormRows(marked=source.draft)
    enterprise, provider = dossier.one(Enterprise), dossier.one(Provider)
    day = date_text(dossier.one(Plan).date)
    rows = (
        form.pair("试点企业", enterprise.name, "所属细分行业", enterprise.industry, 8),
        form.pair("咨询诊断服务商", provider.name, "服务商联系方式", provider.phone, 8),
        form.pair("调研日期", day, "自评测等级", enterprise.self_level, 8),
    )
    return Table(_COLUMNS, rows)


def _items(source: Source) -> Table:
    rows = [_asked_head("采集项", "调研内容及选项")]
    for dimension in source.pack.instrument.dimensions:
        points = points_text(dimension.points, trim=True)
        rows.append(_ASKED.part(f"{dimension.name}（{points}分）"))
        for indicator in dimension.indicators:
            for item in indicator.items:
                answer = source.dossier.answer(Stage.SELF, item.name)
                kind = "多选" if item.kind is Kind.MULTI else "单选"
                asked = (f"{item.question}：", option_boxes(item, answer))
                rows += _asked_rows(source, f"{item.name}\n（{kind}）", asked, answer)
    return Table(_ASKED_COLUMNS, tuple(rows), head_rows=1)


def _scenes(source: Source) -> Table:
    rows = [_asked_head("应用场景", "等级要求")]
    for group in source.pack.instrument.scene_groups:
        rows.append(_ASKED.part(group.name))
        for scene in group.scenes:
            answer = source.dossier.answer(Stage.SELF, scene.name)
            asked = (ladder(scene, answer.level, gap="　"),)
            rows += _asked_rows(source, scene.name + ("*" if scene.binding else ""), asked, answer)
    return Table(_ASKED_COLUMNS, tuple(rows), head_rows=1)


def _focus(source: Source) -> list[Block]:
    """What the self-assessment shows to be lacking, the heaviest first: whom to ask what, what to
    see, which papers to have ready. Whom and where are the pack's proposal."""
    found = focuses(source.dossier, source.pack)
    if not found:
        return [Paragraph(_NO_SELF, Style.NOTE)]
    note = (
        "按企业自评的短板排列，先列对提升等级影响大的。请问对象按职责拟定，由企业按实际岗位安排；"
        "“请备资料”供企业提前准备。"
    )
    rows = [head_row(*_FOCUS)]
    for each in found:
        asked_of = "\n".join((f"{each.whom}：", *each.questions))
        told = each.own + (f"\n（目标：{each.wanted}）" if each.wanted else "")
        cells = (
            Cell(each.subject, align=Align.CENTRE),
            Cell(told, align=Align.CENTRE),
            Cell(asked_of if each.questions else each.whom),
            Cell(each.where),
            Cell("\n".join(each.papers)),
        )
        rows.append(Row(cells))
    return [Paragraph(note, Style.NOTE), Table(_FOCUS_COLUMNS, tuple(rows), head_rows=1)]


def _asked_head(name: str, asked: str) -> Row:
    first, second = head_row(name, asked).cells
    return Row((first, replace(second, colspan=2)))


def _asked_rows(source: Source, name: str, asked: Sequence[str], answer: Answer) -> list[Row]:
    """What is asked, with the self-assessment and what it rests on; below it, room for notes."""
    said = "\n".join([*asked, *grounds(source, answer, label="企业自评说明：")])
    return [
        Row((_ASKED.label(name, rowspan=2), Cell(said, colspan=2)), keep_with_next=True),
        Row(
            (Cell("受访部门及人员：", top=True), Cell("现场记录：", top=True)),
            min_height_mm=_NOTES_MM,
        ),
    ]


def _questions(source: Source) -> Table:
    """What no table holds and only a person knows; what was said is for the team alone."""
    rows = [head_row("序号", "问题", "相关采集项\n或应用场景", "现场记录")]
    for number, question in enumerate(asked(source.dossier, source.pack), 1):
        about = Cell(question.where, align=Align.CENTRE)
        cells = (Cell(str(number), align=Align.CENTRE), Cell(question.ask), about, Cell(""))
        rows.append(Row(cells, min_height_mm=_NOTES_MM))
    return Table(_QUESTION_COLUMNS, tuple(rows), head_rows=1)


def _data(source: Source) -> Table:
    """The figures that the official form wants, with those that the enterprise gave already."""
    figures = Figures.parse(source.pack.figures, source.pack.instrument)
    typed = numbers_of(source.dossier, Stage.SELF, figures)
    rows = [head_row(*_DATA)]
    for item in source.pack.instrument.items:
        figure = figures.of(item.name)
        wanted = [
            (entry.label_at(retrofitted=False), entry.unit, typed.get(entry.key, ""))
            for entry in figures.inputs
            if entry.item == item.name
        ]
        notes = [item.note]
        if figure is not None:
            notes += [figure.basis, figure.before_retrofit]
            if figure.field:
                value = computed(figure, typed, Stage.SELF)
                wanted.append((f"{figure.field}（计算）", "", value))
        rows += _data_rows(item.name, wanted, "\n".join(filter(None, notes)))
    return Table(_DATA_COLUMNS, tuple(rows), head_rows=1)


def _data_rows(name: str, wanted: Sequence[tuple[str, str, str]], note: str) -> list[Row]:
    rows = []
    for place, (label, unit, value) in enumerate(wanted):
        cells = [Cell(label), Cell(unit, align=Align.CENTRE), Cell(value, align=Align.CENTRE)]
        if not place:
            cells.insert(0, Cell(name, rowspan=len(wanted), align=Align.CENTRE))
            cells.append(Cell(note, rowspan=len(wanted)))
        rows.append(Row(tuple(cells)))
    return rows
