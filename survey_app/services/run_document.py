"""The document that `survey-app analyse --json` prints, as `docs/interfaces.md` promises it."""

from sqlalchemy.orm import Session

from survey_app.models.campaigns import Wave
from survey_app.models.runs import Run, RunRow
from survey_app.queries import runs

FIGURES = (
    "audience",
    "series",
    "headline",
    "n",
    "dont_know_share",
    "mean",
    "se",
    "df",
    "low",
    "high",
    "self_score",
    "gap",
    "gap_se",
    "p_gap",
    "p_aligned",
    "evidence",
)
MORE_FIGURES = (
    "provisional",
    "relative_gap",
    "explaining_correlation",
    "blended",
    "blended_se",
)

INDIRECT = (
    "place",
    "audience",
    "item",
    "indicator",
    "series",
    "evidence",
    "n_control",
    "n_treated",
    "n_refused",
    "collectors",
    "difference",
    "se",
    "df",
    "share",
    "low",
    "high",
    "p_design",
)


def document(session: Session, wave: Wave, run: Run) -> dict[str, object]:
    codes = {place.unit_id: place.official_code for place in wave.units}
    rows = sorted(
        runs.rows(session, run.id),
        key=lambda row: (
            codes[row.unit_id],
            [int(part) for part in row.indicator.split(".")],
            not row.headline,
            row.audience,
            row.evidence,
        ),
    )
    return {
        "wave": wave.key,
        "dataset": run.dataset_sha256,
        "calibration": f"{wave.campaign.key}/v{run.calibration.version}",
        "run": run.sha256,
        "rows": [_row(codes[row.unit_id], row) for row in rows],
        "indirect": [
            {name: getattr(row, name) for name in INDIRECT}
            for row in runs.indirect_rows(session, run.id)
        ],
    }


def _row(unit: str, row: RunRow) -> dict[str, object]:
    return {
        "unit": unit,
        "indicator": row.indicator,
        **{name: getattr(row, name) for name in FIGURES},
        "class": row.gap_class,
        **{name: getattr(row, name) for name in MORE_FIGURES},
        "blended_range": None if row.blended_low is None else [row.blended_low, row.blended_high],
        "shares": {
            "self": row.share_self,
            "residents": row.share_residents,
            "reference": row.share_reference,
            "pattern": row.share_pattern,
        },
        "assumed": row.blend_assumed,
        "calibrated": row.calibrated,
    }
