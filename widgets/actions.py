"""What can be done, with its keys: named once here, bound once where it is done.

The palette, the key page and the tips of buttons all say what stands here; whoever does a thing
binds it, and holds no keys of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QWidget

from forms.steps import PAGES
from widgets.theme import LOOKS

#: Names of the places that are no step's page.
PLACES = {
    "window": "所有页面",
    "dossier": "档案各页",
    "floor": "车间模式",
    "list": "列表各页",
    "tabs": "分栏的列表",
    "answers": "评测各页",
    "home": "全部档案",
    "statistics": "汇总统计",
    "receiving": "收发文件包",
    "arrival": "收取文件包",
}
_SHOWN = {
    "Return": "回车", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "PgDown": "PgDn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """`key` is the place and a word: ``visits.check``; the place is a page's key or one of PLACES.

    `keys` are Qt's names, the first of them shown. `words` are others that it is looked for by.
    `near`: its keys act only while the focus is within.
    """

    key: str
    name: str
    keys: tuple[str, ...] = ()
    words: str = ""
    near: bool = False

    @property
    def place(self) -> str:
        """Where it is done."""
        return self.key.partition(".")[0]

    @property
    def caps(self) -> str:
        """Its keys as they stand on key caps, ``Ctrl Shift E``; "" without any."""
        return shown(self.keys[0]) if self.keys else ""


ACTIONS: dict[str, Action] = {
    action.key: action
    for action in (
        Action("window.search", "查找", ("Ctrl+K",)),
        Action("window.help", "帮助", ("F1",), "使用指南 规则 依据 条款"),
        Action("window.keys", "按键一览", ("?",), "快捷键 键盘"),
        *(
            Action(f"window.look-{look}", f"外观：{name}", words="界面 颜色 主题")
            for look, name in LOOKS.items()
        ),
        Action("dossier.findings", "待办问题", ("F6",)),
        Action("dossier.block", "去下一处阻断", ("Ctrl+J",), "待办问题 不符合"),
        Action("dossier.return", "回到刚才的页面", ("Alt+Left", "Ctrl+["), "返回 后退"),
        Action("dossier.paper", "看纸面", ("F7",), "预览 文书"),
        Action("dossier.undo", "撤销上一步", ("Ctrl+Z",)),
        Action("dossier.redo", "重做", ("Ctrl+Y", "Ctrl+Shift+Z")),
        Action("dossier.floor", "车间模式", ("F9",), "全屏 触摸 平板 手套 强光"),
        Action("dossier.history", "修改历史", ("Alt+H",)),
        Action("dossier.before", "上一页", ("Ctrl+PgUp",)),
        Action("dossier.after", "下一页", ("Ctrl+PgDown",)),
        Action("floor.before", "上一项", ("Left",)),
        Action("floor.after", "下一项", ("Right",)),
        Action("floor.open", "下一未答", ("F8",)),
        Action("floor.photo", "拍照", ("Ctrl+I",)),
        Action("floor.note", "备注", ("F2",)),
        Action("floor.hints", "取证提示", ("F4",)),
        Action("floor.undo", "撤销刚才的一按", ("Ctrl+Z",)),
        Action("floor.glare", "强光配色", ("F10",)),
        Action("floor.all", "全部采集项和应用场景", ("F6",)),
        Action("floor.leave", "退出车间模式", ("Esc",)),
        Action("list.add", "添加一条", ("Ctrl+N", "Ctrl+Return")),
        Action("list.copy", "复制一条", ("Ctrl+D",)),
        Action("list.up", "上移", ("Alt+Up",)),
        Action("list.down", "下移", ("Alt+Down",)),
        Action("list.leave", "回到表格", ("Esc",), near=True),
        Action("answers.photos", "从文件添加照片", ("Ctrl+I",), "判定依据 导入照片"),
        Action("answers.paste", "粘贴文件为依据", ("Ctrl+V",), "判定依据 照片 附件"),
        Action("answers.leave", "回到选项", ("Esc",), near=True),
        Action("tabs.add", "添加一条", ("Ctrl+N",)),
        Action("preparation.add", "添加日程", ("Ctrl+N",), near=True),
        Action("library.add", "增补场景", ("Ctrl+N",)),
        Action("library.confirm", "确认本条", ("Ctrl+Return",)),
        Action("library.find", "查找场景", ("Ctrl+F",)),
        Action("assignments.give", "分派所选", ("Ctrl+Return", "Ctrl+Enter")),
        Action("assignments.parcel", "写出给同事的工作包", ("Ctrl+E",)),
        Action("walk.pictures", "看图", ("F3",), "雷达图 阶梯图 指标 场景 得分率"),
        Action("visits.check", "离场检查", ("Ctrl+G",)),
        Action("visits.photos", "导入照片", ("Ctrl+I",)),
        Action("visits.add", "登记现场诊断", ("Ctrl+N",), "新增一次"),
        Action("briefing.play", "全屏汇报", ("F5",)),
        Action("report.draft", "拟写本节", ("Ctrl+D",)),
        Action("report.todo", "下一待办", ("F8",)),
        Action("report.insert", "查找并插入", ("Ctrl+L",)),
        Action("report.confirm", "确认本段", ("Ctrl+Return", "Ctrl+Enter")),
        Action("report.section", "确认本节", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")),
        Action("report.adopt", "采用新拟文字", ("Alt+Return", "Alt+Enter")),
        Action("report.up", "上一段", ("Alt+Up",)),
        Action("report.down", "下一段", ("Alt+Down",)),
        Action("report.before", "上一节", ("Alt+PgUp",)),
        Action("report.after", "下一节", ("Alt+PgDown",)),
        Action("adoption.take", "列入报告建议", ("Ctrl+R",)),
        Action("attachments.add", "添加附件", ("Ctrl+N",)),
        Action("papers.scan", "归入扫描件", ("Ctrl+N",), near=True),
        Action("papers.folder", "归入文件夹", ("Ctrl+Shift+N",), near=True),
        Action("papers.print", "打印文书", ("Ctrl+P",), near=True),
        Action("handin.draft", "导出草稿", ("Ctrl+E",), near=True),
        Action("handin.final", "导出终稿", ("Ctrl+Shift+E",), "提交 文件包", near=True),
        Action("filing.add", "添加一条", ("Ctrl+N",)),
        Action("returned.take", "收入退回意见", ("Ctrl+O",)),
        Action("subsidy.scan", "添加扫描件", ("Ctrl+O",)),
        Action("home.list", "返回全部档案", words="一企一档 列表"),
        Action("home.new", "新建档案", ("Ctrl+N",), "企业", near=True),
        Action("home.import", "导入档案文件", ("Ctrl+O",), "企业名单 台账", near=True),
        Action("home.find", "在全部档案中查找", ("Ctrl+F",), near=True),
        Action("home.bring", "收取文件包", words="同事 合并"),
        Action("home.registry", "导出台账", words="一企一档"),
        Action("home.schedule", "导出日程", words="日历"),
        Action("home.needs", "各企业需求", words="供需适配库"),
        Action("home.sample", "打开样例档案", words="示例"),
        Action("home.unsample", "移除样例档案", words="示例 删除"),
        Action("home.backup", "立即备份"),
        Action("home.statistics", "汇总统计", words="图表 报表"),
        Action("home.receiving", "收发文件包", words="核验"),
        Action("home.look", "外观", words="界面 颜色 主题"),
        Action("home.update", "关于与更新", words="版本 升级 安装"),
        Action("home.security", "数据安全", words="设置 密钥 口令 恢复密钥 备份 支持包"),
        Action("statistics.leave", "返回", ("Esc",), near=True),
        Action("receiving.choose", "选择文件包", ("Ctrl+O",), near=True),
        Action("receiving.answer", "退回意见", ("Ctrl+R",), near=True),
        Action("receiving.forget", "移出列表", ("Delete",), near=True),
        Action("receiving.leave", "返回", ("Esc",), near=True),
        Action("arrival.undo", "撤销选择", ("Ctrl+Z",), near=True),
        Action("arrival.take", "收入所选", ("Ctrl+Return",), near=True),
    )
}


def bind(owner: QWidget, key: str, act: Callable[[], object], *buttons: QAbstractButton) -> QAction:
    """Have `owner` do the action of `key`, by its keys while `owner` is in view and from the
    palette; `buttons` that do the same say so in their tips."""
    action = ACTIONS[key]
    made = QAction(action.name, owner)
    made.setObjectName(key)
    made.setShortcuts([QKeySequence(each) for each in action.keys])
    if action.near:
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.triggered.connect(lambda _on=False: act())
    owner.addAction(made)
    for button in buttons:
        tell_keys(button, action)
    return made


def tell_keys(button: QAbstractButton, action: Action) -> None:
    """Name the keys in a button's tip, behind what it says already."""
    tip = button.toolTip() or button.text() or action.name
    if action.caps and action.caps not in tip:
        button.setToolTip(f"{tip}（{action.caps}）")


def live(root: QWidget) -> dict[str, QAction]:
    """What can be done now within `root`: bound to something in view, by key."""
    return {
        each.objectName(): each
        for each in root.findChildren(QAction)
        if each.objectName() in ACTIONS and each.isEnabled() and _in_view(each)
    }


def trigger(root: QWidget, key: str) -> None:
    """Do the action of `key`, where it is bound within `root`; nothing happens elsewhere."""
    made = live(root).get(key)
    if made is not None:
        made.trigger()


def place_name(place: str) -> str:
    """A place's name in the window."""
    return PLACES[place] if place in PLACES else PAGES[place].name


def shown(keys: str) -> str:
    """Qt's name of a key sequence as it stands on key caps."""
    return " ".join(_SHOWN.get(each, each) for each in keys.split("+"))


def _in_view(action: QAction) -> bool:
    owner = action.parent()
    return isinstance(owner, QWidget) and owner.isVisible() and owner.isEnabled()
