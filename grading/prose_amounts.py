"""What the report's prose counts, spends and dates of the whole enterprise: machines, systems,
people, money by year and in all, the days of visits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from grading.prose_reading import COUNT, MONEY, Claim, Key, Sentence, money, number

_HAVE = "(?:共计|合计|总计|共有|共|总数为|数量为|总数|为|有|已达|达)?"
_NET = "(?:设备联网|已?联网的?(?:生产)?设备|已联网的?|实现联网的?)"
_SYSTEM = "(?:数字化系统|软件和系统|软件、系统|业务系统|系统|软件)"
_LISTED = "(?:所列|列有|登记|列出)?的?"
_TOGETHER = "(?:共|累计|先后|合计)"


def _keyed(rows: Iterable[tuple[str, str]]) -> tuple[tuple[Key, re.Pattern[str]], ...]:
    return tuple(((key,), re.compile(pattern)) for key, pattern in rows)


_COUNTS = _keyed(
    (
        (
            "equipment",
            rf"(?:列入)?表2{_LISTED}(?:生产)?设备(?:{COUNT}种)?{_HAVE}(?P<n>\d+)台",
        ),
        ("equipment", rf"表2{_LISTED}(?P<n>\d+)台(?:生产)?设备"),
        ("equipment", rf"生产设备(?:（表2）)?(?:{COUNT}种)?{_HAVE}(?P<n>\d+)台"),
        ("equipment", r"(?P<n>\d+)台生产设备"),
        ("equipment", r"(?:生产)?设备总数(?:为|是|共)?(?P<n>\d+)台"),
        ("networked", rf"{_NET}{_HAVE}(?P<n>\d+)台"),
        ("networked", r"(?<=其中)(?:已)?联网的?(?P<n>\d+)台"),
        ("networked", r"(?P<n>\d+)台(?:设备)?(?:已实现|已经|实现|已)联网"),
        ("unnetworked", r"未联网的?(?:生产)?设备?(?:共|有|还有|尚有|为)?(?P<n>\d+)台"),
        ("digital", rf"(?:已?实现数字化的|数字化设备){_HAVE}(?P<n>\d+)台"),
        ("systems", rf"表3{_LISTED}{_SYSTEM}?(?:共|合计|计)?(?P<n>{COUNT})[套项]"),
        (
            "systems",
            "(?:数字化系统|业务系统|软件系统)(?:共有|共计|共|合计|总计)" rf"(?P<n>{COUNT})[套项个]",
        ),
        ("visits", rf"现场诊断(?:共|累计|合计|总计|共计|开展|进行|了)+(?P<n>{COUNT})次"),
        (
            "visits",
            rf"{_TOGETHER}(?:开展|组织|进行|实施|完成)?了?(?P<n>{COUNT})次现场诊断",
        ),
        (
            "trainings",
            rf"{_TOGETHER}(?:开展|组织|举办|进行)了?(?P<n>{COUNT})[次场](?:主题)?培训",
        ),
        (
            "digital staff",
            rf"数字化(?:专兼职|相关|岗位)?人员(?:数量|共有|共|有|为|合计)*(?P<n>{COUNT})[人名]",
        ),
    )
)
_PEOPLE = re.compile(
    "(?:从业人员|员工总数|职工总数|企业总人数|在册员工|在职员工|员工)" rf"{_HAVE}(?P<n>\d+)[人名]"
)
_PART = re.compile("中|里|(?:设备)?(?:需|拟|计划|加装|新增)")


def counts(sentence: Sentence) -> Iterator[Claim]:
    """Machines, systems, visits, trainings and people of the whole enterprise."""
    total = False
    for key, pattern in _COUNTS:
        for m in pattern.finditer(sentence.text):
            part = key[0] in ("networked", "digital") and _PART.match(sentence.text[m.end() :])
            if not part and sentence.plain(m) and sentence.bare(m, parts=total):
                total = total or key[0] == "equipment"
                yield Claim(key, number(m.group("n")), m.group())
    for m in _PEOPLE.finditer(sentence.text):
        if sentence.plain(m) and sentence.bare(m):
            years = re.findall(r"(20\d\d)年", sentence.text[: m.start()])
            yield Claim(("employees", *years[-1:]), number(m.group("n")), m.group())


_OF_YEAR = re.compile(
    r"(?:(20\d\d)年度?|上年度|上一年度|(当年|全年|同年))"
    r"(?:末|企业|公司|全年|度|实现|完成|的|，|共|总)*"
    rf"(营业收入|销售收入|利润总额|利润){MONEY}"
)
_SUMS = _keyed(
    (key, pattern + MONEY)
    for key, pattern in (
        ("invested", "(?:已有|累计)的?数字化(?:转型)?(?:建设)?投入(?:资金|金额)?(?:累计)?"),
        ("invested", "累计投入数字化(?:转型|建设)?(?:资金)?"),
        ("budget", "(?:改造|转型|拟投入|企业拟定)的?(?:总)?预算(?:资金)?(?:控制在)?"),
        ("projects", "(?:总投资|投资总额|项目总投资|投资合计|预算合计)(?:估算|控制在)?"),
        (
            "projects",
            "表10(?:所列)?(?:各|全部)?(?:项目)?(?:成本预估|投资|预算)?(?:合计|总计|共计)",
        ),
        (
            "systems money",
            "表3(?:所列|登记)?[^，。；]{0,14}，?(?:投入金额合计|合同金额合计|金额合计)",
        ),
    )
)


def years(sentence: Sentence, paragraph: str) -> Iterator[Claim]:
    """Turnover and profit of a year that is named."""
    for m in _OF_YEAR.finditer(sentence.text):
        year = m.group(1) or ""
        if m.group(2):
            named = set(re.findall(r"(20\d\d)年", paragraph))
            if len(named) != 1:
                continue  # which year 当年 is cannot be told
            year = named.pop()
        if not sentence.hoped(m):
            what = "revenue" if "收入" in m.group(3) else "profit"
            yield money((what, year), m, 4)


def sums(sentence: Sentence) -> Iterator[Claim]:
    """What was spent in all, and what is planned in all."""
    for key, pattern in _SUMS:
        for m in pattern.finditer(sentence.text):
            if key[0] == "systems money" or sentence.bare(m):
                yield money(key, m, 1)


_DAY = r"(?:(20\d\d)年)?(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])日"
_DAYS = _keyed(
    (
        (
            "visit",
            rf"{_DAY}(?:上午|下午)?的?(?:两场|首次|第[一二三四五六七八九]次)?"
            "(?:现场诊断|入场诊断|到厂诊断)",
        ),
        (
            "visit",
            rf"第(?P<nth>[一二三四五六七八九]|\d)次现场诊断(?:于|在|为|时间为|是)*{_DAY}",
        ),
        (
            "training",
            rf"{_DAY}(?:上午|下午)?的?(?:在企业)?(?:举办|组织|开展|进行)?的?主题培训",
        ),
        ("signed", rf"(?:服务)?协议(?:于|在){_DAY}(?:签订|签署)"),
        ("signed", rf"{_DAY}(?:双方)?(?:签订|签署)了?(?:服务)?协议"),
    )
)


def days(sentence: Sentence) -> Iterator[Claim]:
    """The days of visits, trainings and the agreement."""
    for key, pattern in _DAYS:
        for m in pattern.finditer(sentence.text):
            if not sentence.plain(m):
                continue
            nth = m.groupdict().get("nth")
            year, month, day = m.groups()[-3:]
            said = Decimal(int(month) * 100 + int(day))
            which = (*key, str(number(nth))) if nth else key
            yield Claim(which, said, m.group(), year=int(year or 0))
