"""All counts over all dossiers in one go, for the screen and for the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from forms.evaluation import Stage
from forms.pack import Pack
from grading import statistics as counts
from grading.statistics import Counted, FunnelRow, Pair, Progress, Row
from grading.workload import Workload, workloads

UNNAMED = "未命名企业"


@dataclass(frozen=True)
class Overview:
    """The counts of some dossiers; `names` are the enterprises', by dossier.

    `levels` are by what they are grouped by ("industry", "district") and stage.
    """

    total: int
    funnel: Sequence[FunnelRow]
    levels: Mapping[tuple[str, Stage], Sequence[Row]]
    scenes: Sequence[Row]
    scenes_by: Mapping[str, Mapping[str, Sequence[Row]]]
    districts: Sequence[Progress]
    providers: Sequence[Progress]
    workloads: Sequence[Workload]
    pairs: Sequence[Pair]
    names: Mapping[UUID, str]


def overview(entries: Sequence[Counted], pack: Pack) -> Overview:
    """Count these dossiers; groups stand in the pack's order."""
    by_industry = counts.grouped(entries, lambda each: each.industry, pack.industries)
    by_district = counts.grouped(entries, lambda each: each.district, pack.districts)
    by_provider = counts.grouped(entries, lambda each: each.provider)
    places = {"industry": by_industry, "district": by_district}
    return Overview(
        total=len(entries),
        funnel=counts.funnel(entries),
        levels={
            (place, stage): counts.levels_by(groups, stage)
            for place, groups in places.items()
            for stage in Stage
        },
        scenes=counts.scene_levels(entries, pack.instrument),
        scenes_by={
            place: {n: counts.scene_levels(held, pack.instrument) for n, held in groups.items()}
            for place, groups in places.items()
        },
        districts=counts.progress_by(by_district),
        providers=counts.progress_by(by_provider),
        workloads=workloads(entries),
        pairs=counts.pairs(entries),
        names={each.id: each.name or UNNAMED for each in entries},
    )
