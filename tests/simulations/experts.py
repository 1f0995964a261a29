"""What the experts' tools do on worlds whose truth is known: the tables of mapping_and_raters.md.

Run from the project's folder: python -m tests.simulations.experts [share of the full size, 0-1]
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np

from analysis import (
    anchoring_vignettes,
    cohen_kappa,
    colour_thresholds,
    rater_model,
    validate_mapping,
)
from analysis.arrays import Floats, Integers

COLOURS = np.array(["red", "yellow", "green"])
WORLDS = 400


def rater_world(
    rng: np.random.Generator, n: int, each: int, error_sds: Floats
) -> tuple[Floats, Integers, Integers, Floats]:
    truths, severities = rng.normal(55, 12, n), rng.normal(0, 6, error_sds.size)
    items = np.repeat(np.arange(n), each)
    raters = np.concatenate([rng.permutation(error_sds.size)[:each] for _ in range(n)])
    ratings = truths[items] + severities[raters] + rng.normal(0, error_sds[raters])
    return truths, items, raters, ratings


def raters(worlds: int) -> Iterator[str]:
    yield "things raters each | errors | rmse: mean, equal confidence, own | truth in interval: equal, own"
    shapes: dict[str, Callable[[int], Floats]] = {
        "all 7": lambda r: np.full(r, 7.0),
        "4 to 10": lambda r: np.linspace(4, 10, r),
        "3 or 12": lambda r: np.repeat([3.0, 12.0], r // 2),
    }
    for n, r, each in ((20, 6, 2), (60, 8, 2), (150, 10, 3)):
        for name, shape in shapes.items():
            rng = np.random.default_rng(18091)
            rows = []
            for _ in range(worlds):
                truths, items, who, ratings = rater_world(rng, n, each, shape(r))
                equal = rater_model(ratings, items, who, equal_confidence=True)
                own = rater_model(ratings, items, who)
                plain = np.bincount(items, ratings) / each
                found = [np.mean((x - truths) ** 2) for x in (plain, equal.truths, own.truths)]
                for model in (equal, own):
                    interval = model.truth_intervals()
                    found.append(np.mean((interval.low <= truths) & (truths <= interval.high)))
                rows.append(found)
            means = np.mean(rows, axis=0)
            rmse = " ".join(f"{value:.2f}" for value in np.sqrt(means[:3]))
            inside = " ".join(f"{value:.3f}" for value in means[3:])
            yield f"{n} {r} {each} | {name} | {rmse} | {inside}"


def kappas(worlds: int) -> Iterator[str]:
    yield "n | share kept by a rater | truth | interval holds it; that of R's psych"
    grid = np.arange(3)
    for kept in (0.95, 0.8, 0.6):
        turn = np.where(grid[:, None] == grid, kept, (1 - kept) / 2)
        shares = turn.T @ np.diag([0.3, 0.4, 0.3]) @ turn
        weights = 1 - (grid[:, None] - grid) ** 2 / 4
        margins = np.outer(shares.sum(axis=1), shares.sum(axis=0))
        chance = (weights * margins).sum()
        truth = ((weights * shares).sum() - chance) / (1 - chance)
        for n in (20, 50, 100, 200):
            rng = np.random.default_rng(18091)
            held = np.zeros(2)
            for _ in range(worlds):
                cell = rng.choice(9, n, p=shares.ravel())
                found = cohen_kappa(cell // 3, cell % 3, categories=[0, 1, 2], weights="quadratic")
                intervals = found.confidence_interval(), found.normal_interval()
                held += [one.low <= truth <= one.high for one in intervals]
            own, normal = held / worlds
            yield f"{n} | {kept} | {truth:.3f} | {own:.3f}; {normal:.3f}"


def thresholds(worlds: int) -> Iterator[str]:
    yield "references units | unit's shift sd, design effect told | interval holds the cut | width"
    for n, units, shift, told in (
        (60, 60, 0.0, 1.0),
        (120, 120, 0.0, 1.0),
        (300, 300, 0.0, 1.0),
        (120, 12, 8.0, 1.0),
        (120, 12, 8.0, 2.5),
    ):
        rng = np.random.default_rng(18091)
        inside, widths = [], []
        for _ in range(worlds):
            unit = np.arange(n) % units
            x = rng.uniform(0, 100, n)
            latent = x + rng.normal(0, shift, units)[unit] + rng.logistic(0, 9, n)
            found = colour_thresholds(
                x, COLOURS[np.searchsorted([38, 64], latent)], design_effect=told
            )
            for boundary, cut in ((found.red_yellow, 38), (found.yellow_green, 64)):
                if boundary.interval is not None:
                    inside.append(boundary.interval.low <= cut <= boundary.interval.high)
                    widths.append(boundary.interval.high - boundary.interval.low)
        yield f"{n} {units} | {shift} {told} | {np.mean(inside):.3f} | {np.mean(widths):.1f}"


def mappings(worlds: int) -> Iterator[str]:
    yield "units references | truth | accepted | rmse before, after (left out), after (new units)"
    truths: dict[str, Callable[[Floats], Floats]] = {
        "as it is": lambda x: x,
        "5 too high": lambda x: x + 5,
        "15 too high": lambda x: x + 15,
        "curved": lambda x: 100 * (x / 100) ** 0.5,
    }
    for units, each in ((8, 8), (12, 10), (30, 10)):
        for name, bend in truths.items():
            rng = np.random.default_rng(18091)
            rows = []
            for _ in range(worlds):
                unit = np.repeat(np.arange(units + 20), each)
                truth = rng.uniform(5, 80, unit.size)
                shift = rng.normal(0, 5, units + 20)[unit]
                x = np.clip(bend(truth) + shift + rng.normal(0, 6, unit.size), 0, 100)
                seen = unit < units
                found = validate_mapping(
                    x[seen],
                    truth[seen],
                    units=unit[seen],
                    second_references=truth[seen] + rng.normal(0, 5, seen.sum()),
                    rng=rng,
                    draws=1,
                )
                fresh = found.mapping.predict(x[~seen]) - truth[~seen]
                squares = found.current_rmse**2, found.rmse**2, float(np.mean(fresh**2))
                rows.append((float(found.is_accepted), *squares))
            means = np.mean(rows, axis=0)
            rmse = " ".join(f"{value:.2f}" for value in np.sqrt(means[1:]))
            yield f"{units} {units * each} | {name} | {means[0]:.3f} | {rmse}"


def vignettes(worlds: int) -> Iterator[str]:
    yield "share careless | difference of two alike groups: raw codes, recoded (0-100) | usable"
    for careless in (0.0, 0.1, 0.3):
        rng = np.random.default_rng(18091)
        rows = []
        for _ in range(worlds):
            group = np.repeat([0, 1], 300)
            cuts = np.array([-1.2, -0.4, 0.4, 1.2]) - 0.6 * group[:, None]
            cuts = cuts + rng.normal(0, 0.3, (600, 1))
            own = rng.normal(0, 1, 600)
            cases = np.array([-0.9, 0.0, 0.9]) + rng.normal(0, 0.3, (600, 3))
            codes = (np.column_stack([own, cases])[:, :, None] > cuts[:, None, :]).sum(axis=2)
            lost = rng.random(600) < careless
            codes[lost] = rng.integers(0, 5, (int(lost.sum()), 4))
            found = anchoring_vignettes(codes[:, 0], codes[:, 1:])
            raw, recoded = (
                values[group == 1].mean() - values[group == 0].mean()
                for values in (25.0 * codes[:, 0], found.scores)
            )
            rows.append((raw, recoded, found.is_usable))
        means = np.mean(rows, axis=0)
        yield f"{careless} | {means[0]:.1f} {means[1]:.1f} | {means[2]:.2f}"


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    for table in (raters, kappas, thresholds, mappings, vignettes):
        worlds = max(2, int(share * WORLDS * (5 if table is kappas else 1)))
        print(f"{table.__name__}, {worlds} worlds each", flush=True)  # noqa: T201 -- its purpose
        for line in table(worlds):
            print("  " + line, flush=True)  # noqa: T201  the output of a script


if __name__ == "__main__":
    main()
