"""Tables 2 to 11 of the report (附件3), each in the template's own layout."""

from collections.abc import Iterable, Sequence

from exporters.blocks import (
    Block,
    Cell,
    Paragraph,
    Row,
    Table,
    head_row,
)
from exporters.report_results import (
    captioned,
    diagnosis,
    indicator_points,
    scene_levels,
    total_points,
)
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import level_word, lines
from forms.dossier import CloudService, DataResource, Equipment, Need, Product, Project, System
from forms.instrument import NO_LEVEL, SceneGroup, points_text
from forms.inventory import NEED_KINDS


def numbered(
    heads: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[str]], centred: int = 0
) -> Table:
    """A list with 序号 in front; an empty one keeps a row to write in.

    The last `centred` columns of short values are centred, as 序号 is.
    """
    first_centred = len(heads) - centred
    body = [
        Row(
            tuple(
                Cell(value, align=Align.CENTRE if place >= first_centred else Align.LEFT)
                if place
                else Cell(value, align=Align.CENTRE)
                for place, value in enumerate((str(number), *values))
            )
        )
        for number, values in enumerate(rows, start=1)
    ]
    return Table(
        tuple(widths), (head_row(*heads), *(body or [Row((), min_height_mm=7)])), head_rows=1
    )


def equipment(source: Source) -> list[Block]:
    """表2 生产设备列表."""
    heads = ("序号", "设备\n名称", "规格\n型号", "生产\n厂家", "数量", "是否\n联网", "接口\n类型")
    rows = [
        (r.name, r.model, r.maker, _count(r.quantity), r.networked, r.interface, r.deployed)
        for r in source.dossier.all(Equipment)
    ]
    widths = (12, 28, 28, 28, 12, 12, 18, 20)
    return [
        captioned(source, "equipment"),
        numbered((*heads, "部署\n时间"), widths, rows, centred=4),
    ]


def systems(source: Source) -> list[Block]:
    """表3 数字化系统列表."""
    heads = ("序号", "软件/系统\n名称", "使用的功能模块名称及功能概述", "服务商\n名称")
    rows = [(r.name, r.modules, r.vendor, r.amount, r.deployed) for r in source.dossier.all(System)]
    widths = (12, 26, 54, 25, 19, 20)
    table = numbered((*heads, "投入金额\n（万元）", "部署\n时间"), widths, rows, centred=2)
    return [captioned(source, "systems"), table]


def data_resources(source: Source) -> list[Block]:
    """表4 数据资源列表."""
    heads = ("序号", "数据范围", "数据内容", "数据类型", "数据来源", "数据采集方式")
    rows = [
        (r.scope, r.content, r.data_type, r.source, r.method, r.use)
        for r in source.dossier.all(DataResource)
    ]
    widths = (12, 20, 33, 20, 23, 22, 26)
    return [
        captioned(source, "data"),
        numbered((*heads, "数据应用\n场景"), widths, rows),
    ]


def clouds(source: Source) -> list[Block]:
    """表5 “上云用云”情况列表."""
    heads = ("序号", "业务类型", "云服务类别", "云服务提供商")
    rows = [(r.business, r.service, r.vendor) for r in source.dossier.all(CloudService)]
    return [captioned(source, "clouds"), numbered(heads, (12, 69, 30, 45), rows)]


def levels(source: Source) -> list[Block]:
    """表6 企业数字化水平等级: the levels' double condition, as the pack's table has it."""
    instrument = source.pack.instrument
    rows = [
        Row(
            (
                Cell("评测等级", rowspan=2, align=Align.CENTRE, bold=True, shaded=True),
                Cell("要求（同时满足）", colspan=2, align=Align.CENTRE, bold=True, shaded=True),
            )
        ),
        head_row(instrument.items_name, f"{instrument.scenes_name}应用场景"),
    ]
    for rule in instrument.levels:
        word = level_word(rule.level)
        points = f"≥{points_text(rule.min_score, trim=True)}分"
        scenes = (
            f"不少于{rule.min_scenes}个应用场景（其中不少于{rule.min_binding_scenes}个约束性场景）"
            f"等级需达到{word}"
        )
        name = Cell(f"{word}\n（{rule.name}）", align=Align.CENTRE)
        rows.append(Row((name, Cell(points, align=Align.CENTRE), Cell(scenes))))
    none = Cell("如企业无法满足最低级一级相关要求，则归类为无等级。", colspan=2)
    rows.append(Row((Cell(NO_LEVEL, align=Align.CENTRE), none)))
    table = Table((30, 46, 80), tuple(rows), head_rows=2)
    return [captioned(source, "levels"), table]


def scores(source: Source) -> list[Block]:
    """表7: the score of each second-level indicator, and 综合得分."""
    instrument = source.pack.instrument
    total = Cell("综合得分", rowspan=2, align=Align.CENTRE, bold=True, shaded=True)
    first = [Cell("一级指标", align=Align.CENTRE, bold=True, shaded=True)]
    first += [
        Cell(d.name, colspan=len(d.indicators), align=Align.CENTRE, bold=True, shaded=True)
        for d in instrument.dimensions
    ]
    names = [indicator.name for indicator in instrument.indicators]
    points = [indicator_points(source, indicator) for indicator in instrument.indicators]
    held = [Cell(text, align=Align.CENTRE) for text in ("得分", *points, total_points(source))]
    held[-1] = Cell(total_points(source), align=Align.CENTRE, bold=True)
    rows = (Row((*first, total)), head_row("二级指标", *names), Row(tuple(held)))
    widths = (17, *(15.3 for _ in names), 17)
    return [
        captioned(source, "scores"),
        Table(tuple(widths), rows, head_rows=2),
    ]


def scenes(source: Source) -> list[Block]:
    """表8: a √ at the level that each scene reached."""
    instrument = source.pack.instrument
    heads = ["一级指标", "二级指标（业务场景）"]
    count = len(instrument.levels)
    first = [Cell(h, rowspan=2, align=Align.CENTRE, bold=True, shaded=True) for h in heads]
    words = head_row(*(level_word(rule.level) for rule in instrument.levels)).cells
    described = [rule.description for rule in instrument.levels]
    rows = [
        Row((*first, *words)),
        Row(tuple(Cell(text, shaded=True, top=True) for text in described)),
    ]
    reached = scene_levels(source)
    for group in instrument.scene_groups:
        rows += _scene_rows(group, reached, count)
    # The higher the level, the more the head says of it.
    widths = (19, 25, *(19.0 + 6 * place for place in range(count)))
    binding = sum(scene.binding for scene in instrument.scenes)
    note = (
        f"备注：标*为约束性场景（共计{binding}项），是引导企业深度改造的重点场景；"
        f"剩余为指导性场景（共计{len(instrument.scenes) - binding}项）"
    )
    found: list[Block] = [
        captioned(source, "scenes"),
        Table(widths, tuple(rows), head_rows=2),
        Paragraph(note, Style.NOTE),
    ]
    grade = diagnosis(source)
    none = [s.template_name for s in instrument.scenes if reached.get(s.name) == 0]
    if (
        none
        and grade is not None
        and not {s.name for s in instrument.scenes} & set(grade.unanswered)
    ):
        found.append(Paragraph(f"未标√的{'、'.join(none)}判定为无等级。", Style.NOTE))
    return found


def needs(source: Source) -> list[Block]:
    """表9 数字化改造需求表: the needs of each kind one by one."""
    kinds: dict[str, list[str]] = {kind: [] for kind in NEED_KINDS}
    for need in source.dossier.all(Need):
        kinds.get(need.kind, kinds[NEED_KINDS[-1]]).append(" ".join(lines(need.text)))
    label = Cell("试点企业面临的各类数字化需求", rowspan=len(kinds), align=Align.CENTRE)
    rows = []
    for place, (kind, texts) in enumerate(kinds.items()):
        name = f"{kind}（逐条列出）" if kind == NEED_KINDS[-1] else f"{kind}\n（逐条列出）"
        listed = "\n".join(f"{number}.{text}" for number, text in enumerate(texts, start=1))
        cells = (Cell(name, align=Align.CENTRE), Cell(listed))
        rows.append(Row(cells if place else (label, *cells), min_height_mm=14))
    return [captioned(source, "needs"), Table((28, 42, 86), tuple(rows))]


def projects(source: Source) -> list[Block]:
    """表10 数字化改造项目列表."""
    heads = ("序号", "项目名称", "主要建设内容", "实施时间", "成本预估\n（万元）", "预期产出效果")
    rows = [(r.name, r.content, r.period, r.cost, r.outcome) for r in source.dossier.all(Project)]
    widths = (12, 24, 46, 20, 19, 35)
    return [captioned(source, "projects"), numbered(heads, widths, rows)]


def products(source: Source) -> list[Block]:
    """表11 数字化产品和服务推荐列表."""
    heads = ("序号", "产品/服务\n名称", "应用场景", "主要功能/服务内容", "改造目标")
    rows = [(r.name, r.scene, r.function, r.goal) for r in source.dossier.all(Product)]
    widths = (12, 28, 25, 49, 42)
    return [captioned(source, "products"), numbered(heads, widths, rows)]


def _scene_rows(group: SceneGroup, reached: dict[str, int], count: int) -> list[Row]:
    rows = []
    for place, scene in enumerate(group.scenes):
        name = Cell(scene.template_name + ("*" if scene.binding else ""), align=Align.CENTRE)
        marks = [
            Cell("√" if reached.get(scene.name) == level else "", align=Align.CENTRE)
            for level in range(1, count + 1)
        ]
        label = Cell(group.name, rowspan=len(group.scenes), align=Align.CENTRE)
        rows.append(Row((name, *marks) if place else (label, name, *marks)))
    return rows


def _count(value: int | None) -> str:
    return "" if value is None else str(value)
