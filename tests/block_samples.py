"""A document with every kind of block, for the renderers' tests."""

import io

from PIL import Image

from exporters.blocks import (
    Block,
    Caption,
    Cell,
    Document,
    GridItem,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Row,
    Run,
    Section,
    Table,
    Toc,
    check_boxes,
    head_row,
)
from exporters.style import Align, Style


def _plain(*values: str) -> Row:
    return Row(tuple(Cell(value) for value in values))


PROSE = "企业使用ERP、MES、QMS三套系统，设备联网率为45.7%，关键工序（“粗加工”）已实现在线采集。"


def photo(shade: int = 90, size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """A picture's bytes, different for each shade."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade % 256, 120, 160)).save(buffer, kind)
    return buffer.getvalue()


def scene_table() -> Table:
    """The shape of annex 3's table 8: two head rows, dimensions merged over their scenes."""
    heads = tuple(Cell(name, align=Align.CENTRE) for name in ("一级", "二级", "三级", "四级"))
    rows = [
        Row((Cell("一级指标", rowspan=2), Cell("二级指标（业务场景）", rowspan=2), *heads)),
        Row(tuple(Cell(f"{name}的描述。{PROSE}") for name in ("一级", "二级", "三级", "四级"))),
    ]
    for group, count in (("产品生命周期数字化", 4), ("生产执行数字化", 6), ("供应链数字化", 2)):
        for number in range(count):
            first = (Cell(group, rowspan=count),) if number == 0 else ()
            rows.append(Row((*first, Cell(f"{group}场景{number + 1}"), Cell("√"))))
    return Table((1.2, 1.8, 2, 2, 2, 2), tuple(rows), head_rows=2)


def sample(draft: bool = False) -> Document:
    """Cover, contents, four heading levels, tables with spans, pictures, a landscape section."""
    grid = tuple(GridItem(Picture(photo(n), max_height_mm=55), (f"照片{n}",)) for n in range(7))
    form = Table(
        (2, 3, 2, 3),
        (
            Row((Cell("企业基本情况表", colspan=4, align=Align.CENTRE, bold=True),)),
            _plain("企业名称", "长春示例公司", "所属县（市、区）", "绿园区"),
            Row((Cell("规模"), Cell(check_boxes(["中型", "小型"], ["小型"]), colspan=3))),
            Row((Cell("照片"), Cell((PictureGrid(grid[:3]),), colspan=3)), min_height_mm=20),
        ),
    )
    equipment = [_plain(str(n), f"加工中心{n}", "VMC-850E") for n in range(1, 61)]
    blocks: tuple[Block, ...] = (
        Section(numbered=False),
        Paragraph("咨询诊断报告", Style.TITLE, before_pt=120),
        Section(numbered=False),
        Toc(levels=4),
        Section(restart=True),
        Heading(1, "一、企业基本情况"),
        Caption("表", 1, "企业基本情况表"),
        form,
        Heading(2, "（一）企业简介"),
        *(Paragraph(f"第{n}段。{PROSE * 4}") for n in range(8)),
        Heading(3, "1.数字化基础"),
        Paragraph((Run("得分为"), Run("21.5分", bold=True), Run("（待填写）", marked=True))),
        Heading(4, "（1）设备系统"),
        Placeholder("请添加组织架构图"),
        Caption("图", 1, "组织架构图"),
        Picture(photo(1, (900, 300)), width_mm=400),
        Caption("图", 2, "工艺流程图"),
        PageBreak(),
        Heading(1, "二、诊断分析"),
        Caption("表", 8, "应用场景等级判定"),
        scene_table(),
        Caption("表", 2, "生产设备列表"),
        Table((1, 3, 3), (head_row("序号", "名称", "型号"), *equipment), head_rows=1),
        Section(landscape=True),
        Heading(2, "（二）横向页"),
        Paragraph("落款", Style.SIGNATURE),
        Section(),
        PictureGrid(grid),
    )
    return Document("咨询诊断报告", blocks, header="长春市试点咨询诊断报告", draft=draft)
