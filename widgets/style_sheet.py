"""The one style sheet: what Qt's own controls (fields, tables, menus, scroll bars) look like.

Widgets that paint themselves do not appear here. `$name` stands for a colour token.
"""

from collections.abc import Mapping
from string import Template

_SHEET = Template("""
QMainWindow, QDialog, QScrollArea, QScrollArea > QWidget > QWidget#page { background: $bg; }
QScrollArea { border: none; }
QScrollArea[plain="true"], QScrollArea[plain="true"] > QWidget > QWidget#page {
    background: transparent;
}
QToolTip { color: $ink; background: $surface; border: 1px solid $ctl; padding: 4px 8px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QDateEdit, QTimeEdit,
QDateTimeEdit, QComboBox {
    color: $ink; background: $surface; border: ${border}px solid $ctl; border-radius: 6px;
    placeholder-text-color: $ink3; padding: 5px 11px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QDateEdit:focus, QTimeEdit:focus, QDateTimeEdit:focus, QComboBox:focus {
    border: 2px solid $accent; padding: 4px 10px;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled {
    color: $ink3; background: $sunken; border-color: $line2;
}
QLineEdit[readOnly="true"], QPlainTextEdit[readOnly="true"] { background: $sunken; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] { border-color: $block; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    border: none; width: 22px; subcontrol-origin: border;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 3px 3px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 3px 3px 0; }
QAbstractSpinBox::up-arrow { image: url("$icons/up-$arrow.svg"); width: 11px; height: 11px; }
QAbstractSpinBox::down-arrow { image: url("$icons/down-$arrow.svg"); width: 11px; height: 11px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 28px; }
QDateEdit::down-arrow { image: url("$icons/down-$arrow.svg"); width: 14px; height: 14px; }
QComboBox::down-arrow { image: url("$icons/down-$arrow.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView, QMenu {
    color: $ink; background: $surface; border: 1px solid $ctl; border-radius: 6px; padding: 4px;
    selection-background-color: $accent_bg; selection-color: $accent; outline: none;
}
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { color: $accent; background: $accent_bg; }
QMenu::item:disabled { color: $ink3; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

.QPushButton {
    color: $ink; background: $surface; border: ${border}px solid $ctl; border-radius: 6px;
    padding: 5px 15px; min-height: 20px;
}
.QPushButton:hover { background: $hover; }
.QPushButton:default { color: $on_accent; background: $accent; border-color: $accent; }
.QPushButton:disabled { color: $ink3; background: $sunken; border-color: $line2; }

QCheckBox, QRadioButton { color: $ink; spacing: 8px; min-height: 24px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
    width: ${inside}px; height: ${inside}px; border: ${border}px solid $ctl; background: $surface;
}
QCheckBox::indicator, QAbstractItemView::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: $accent; border-color: $accent; image: url("$icons/check-$shade.svg");
}
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; }

QTableView, QListView, QTreeView {
    color: $ink; background: $surface; border: none; gridline-color: $line;
    selection-background-color: $accent_bg; selection-color: $ink; outline: none;
}
QTableView::item { border-bottom: 1px solid $line; padding: 0 12px; }
QTableView::item:selected { background: $accent_bg; color: $ink; }
QHeaderView { background: $bg; }
QHeaderView::section {
    color: $ink2; background: $bg; border: none; border-bottom: 1px solid $line2;
    padding: 0 8px; font-size: 12px;
}
QHeaderView::section:first { padding-left: 20px; }
QHeaderView::section:last { padding-right: 16px; }
QProgressBar { border: 1px solid $line2; background: $sunken; border-radius: 4px; color: $ink; }
QProgressBar::chunk { background: $ctl; border-radius: 3px; }
QSplitter::handle { background: $line; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $ctl; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def style_sheet(values: Mapping[str, object]) -> str:
    """The sheet with its tokens filled in; raises KeyError for a token that is not given.

    Besides the tokens it takes `icons`, the folder of the pictures whose colours are fixed,
    `shade`, `light` or `dark`, the tick that shows on the accent, `arrow`, the colour of arrows
    without its #, and `inside`, how wide a box to tick is within its border.
    """
    return _SHEET.substitute(values)
