"""Microdata of another survey become a dataset, never answers; and what its respondents think.

Waves are samples of their own; units within a wave are subgroups of its sample, so whoever drew
them apart names a stratum column. Estimates are recomputed from the dataset file.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isnan, nan
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from analysis import Sample
from analysis.score_means import score_means
from survey_app.engine import dataset as files
from survey_app.engine.dataset import DatasetLayout
from survey_app.instrument import answers
from survey_app.instrument.mapping import SourceMapping
from survey_app.instrument.recoding import DONT_KNOW, REFUSED
from survey_app.models.runs import Dataset
from survey_app.services.estimating import SERIES_OF_CHANNEL
from survey_app.services.microdata import item_columns, read_microdata

SOURCE_LENGTH = 200  # also in models/runs.py


@dataclass(frozen=True, slots=True)
class ImportedEstimate:
    """One row of the command's document; null where there is nothing to say."""

    wave: str | None
    unit: str
    indicator: str
    n: int
    dont_know_share: float | None
    mean: float | None
    se: float | None
    df: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ImportedDataset:
    dataset: Dataset
    estimates: tuple[ImportedEstimate, ...]


def import_responses(
    session: Session,
    content: bytes,
    file_name: str,
    mapping: SourceMapping,
    *,
    folder: Path,
    at: datetime,
) -> ImportedDataset:
    """Store the file's answers as a dataset; the same file and mapping give the same one again.

    Raises
    ------
    Refusal
        as `read_microdata` does; nothing is stored then.
    """
    rows = read_microdata(content, file_name, mapping)
    layout = DatasetLayout(
        items=item_columns(mapping),
        about={
            "source": hashlib.sha256(content).hexdigest(),
            "mapping": mapping.sha256,
            "framework": mapping.framework,
            files.SCORES: json.dumps(
                {each.code: mapping.scores_of(each) for each in mapping.indicators}
            ),
        },
        weighted=mapping.columns.weight is not None,
        groups=files.IMPORTED_COLUMNS,
    )
    name, written = files.write(folder, layout, rows, answers.NOT_ASKED)
    dataset = session.get(Dataset, name)
    if dataset is None:
        dataset = Dataset(
            sha256=name,
            wave_id=None,
            source=file_name[:SOURCE_LENGTH],
            responses=written,
            created_at=at,
        )
        session.add(dataset)
        session.flush()
    return ImportedDataset(dataset, estimate_dataset(files.checked_path(folder, name)))


def document(imported: ImportedDataset) -> dict[str, object]:
    """What `import responses --json` prints."""
    return {
        "dataset": imported.dataset.sha256,
        "rows": [asdict(estimate) for estimate in imported.estimates],
    }


def estimate_dataset(path: Path) -> tuple[ImportedEstimate, ...]:
    """Estimate every wave, unit and indicator of a dataset of imported microdata."""
    table, scores = files.read(path), files.scores_of(path)
    estimates: list[ImportedEstimate] = []
    for name in sorted(set(table.column("wave").to_pylist())):
        wave = table.filter(pc.equal(table.column("wave"), name))
        asked = [_asked(wave, indicator, np.array(codes)) for indicator, codes in scores.items()]
        for unit in sorted(set(wave.column("unit").to_pylist())):
            estimates += _estimates(name, unit, asked, _allows_inference(wave))
    return tuple(estimates)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Those of one wave who were asked an indicator: they answered, did not know or refused.

    Whom an item was put to is chance of the design, so these people are the item's sample.
    """

    indicator: str
    sample: Sample
    units: NDArray[np.object_]
    did_not_know: NDArray[np.bool_]
    scores: NDArray[np.float64]  # NaN without an answer

    def scores_in(self, unit: str) -> NDArray[np.float64]:
        return np.where(self.units == unit, self.scores, nan)

    def dont_know_share(self, unit: str) -> float:
        mass = np.where(self.units == unit, self.sample.mass, 0.0)
        total = float(mass.sum())
        return float(mass[self.did_not_know].sum()) / total if total > 0 else nan


def _asked(wave: pa.Table, indicator: str, score_of_code: NDArray[np.float64]) -> _Asked:
    codes = wave.column(indicator).to_numpy()
    rows = np.flatnonzero((codes >= 0) | (codes == DONT_KNOW) | (codes == REFUSED))
    part, codes = wave.take(rows), codes[rows]
    unit, stratum, cluster = (
        np.array(part.column(name).to_pylist(), dtype=object)
        for name in ("unit", "stratum", "cluster")
    )
    has_weights = files.WEIGHT in part.column_names
    weights = part.column(files.WEIGHT).to_numpy() if has_weights else np.ones(rows.size)
    clusters = cluster if cluster.any() else None
    return _Asked(
        indicator,
        Sample(weights, stratum, clusters, singleton="adjust"),
        unit,
        codes == DONT_KNOW,
        np.where(codes >= 0, score_of_code[np.maximum(codes, 0)], nan),
    )


def _allows_inference(wave: pa.Table) -> bool:
    """Nobody knows how those who answer an open link came to do so."""
    channels = set(wave.column("channel").to_pylist())
    return "open" not in {SERIES_OF_CHANNEL[channel] for channel in channels}


def _estimates(
    wave: str, unit: str, asked: Sequence[_Asked], inferred: bool
) -> Iterator[ImportedEstimate]:
    means = score_means([(each.sample, each.scores_in(unit)) for each in asked])
    for each, mean in zip(asked, means, strict=True):
        error, freedom, low, high = (
            (mean.standard_error, mean.degrees_of_freedom, mean.interval.low, mean.interval.high)
            if inferred
            else (nan, nan, nan, nan)
        )
        yield ImportedEstimate(
            wave=wave or None,
            unit=unit,
            indicator=each.indicator,
            n=mean.n,
            dont_know_share=_known(each.dont_know_share(unit)),
            mean=_known(mean.value),
            se=_known(error),
            df=_known(freedom),
            low=_known(low),
            high=_known(high),
        )


def _known(number: float) -> float | None:
    return None if isnan(number) else number
