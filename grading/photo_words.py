"""How verdicts on photos speak: moments, spans, metres, and the findings they answer with."""

from datetime import datetime, timedelta

from forms.photo_facts import BEIJING
from grading.finding import Finding, Severity, Target

CONSISTENCY = "一致性核对"
PHOTO_CLAUSE = "方案 四（一）"
"""Photos at every entry and exit, showing position, date and time."""


def told(
    rule: str,
    severity: Severity,
    message: str,
    remedy: str,
    clause: str = CONSISTENCY,
    field: str = "",
) -> Finding:
    """A finding about one photo; `field` of it sets things right. Who asked knows which photo."""
    target = Target("visits", None, field) if field else None
    return Finding(rule, severity, message, clause, remedy, target)


def moment(at: datetime) -> str:
    """2025年6月17日 09:05, in the factory's zone."""
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def clock(at: datetime) -> str:
    """09:05, in the factory's zone."""
    return f"{at.astimezone(BEIJING):%H:%M}"


def span(gap: timedelta) -> str:
    """A duration in the largest units that matter, at least one minute."""
    minutes = max(1, round(gap / timedelta(minutes=1)))
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days:,} 天 {hours} 小时" if hours else f"{days:,} 天"
    if hours:
        return f"{hours} 小时 {left} 分" if left else f"{hours} 小时"
    return f"{left} 分"


def metres(distance: float) -> str:
    """42 米 or 1.9 公里; ready to be followed by a Chinese word."""
    if distance < 1000:
        return f"{distance:,.0f} 米"
    return f"{distance / 1000:,.1f} 公里"
