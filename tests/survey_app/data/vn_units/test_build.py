import gzip
import runpy
from pathlib import Path

import pytest

import survey_app

PACKAGED = Path(survey_app.__file__).parent / "data" / "vn_units"
PUBLISHED = Path(survey_app.__file__).parents[2] / "shared" / "data" / "vn_units"


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason="the published lists are not beside the project"
)
def test_the_packaged_lists_are_made_from_the_published_ones(tmp_path: Path) -> None:
    runpy.run_path(str(PACKAGED / "build.py"))["build"](PUBLISHED, tmp_path)
    for name in ("units.csv.gz", "successions.csv.gz"):
        made, packaged = (tmp_path / name).read_bytes(), (PACKAGED / name).read_bytes()
        assert gzip.decompress(made) == gzip.decompress(packaged)


def test_the_packaged_lists_are_compact() -> None:
    assert sum(file.stat().st_size for file in PACKAGED.glob("*.gz")) < 400_000
