"""A challenger: trained on everything that people labelled, judged against the model in force on the newest labels.

Judged are the labels that the model in force has never seen. The challenger answers each of them by a model of the
other folds; the model in force as it is. Older labels decide whether a class is broken: there both sides are models of
the other folds, one with the newest labels and one without, so that neither is asked about what it knows by heart.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from classify import contest
from classify.classification import TARGETS
from classify.model import StoredModel
from classify.pipeline import Pipeline
from classify.training import Figures, Settings, TrainingError
from correlate.taxonomies import present_verdict
from desk.learning.dividing import divided
from desk.learning.doubting import contradictory, doubtful_people, overruling_people, without
from desk.learning.folds import Answers, Progress, left_out, trained
from desk.learning.material import Material, Row, starter_rows
from desk.learning.proving import proven, reconsidered
from desk.learning.trial import Broken, TargetTrial, Trial

STARTER_UNTIL = 2_000
"""With so many labelled texts of its own a desk does without the tickets that ship."""
SHIPPED_PROMISE = 0.95
"""What is promised on texts that are mostly those that ship: a desk's own are never quite like them."""
LEAST_NEW = contest.FIRST_LOOK
"""Fewer new labels of a target judge nothing."""
DECIDE_FROM = 10
"""Different examples that a class needs before it is decided; until then it is proposed."""


class Challenger:
    """What came of a training: the trial, and the new pipeline where one was trained."""

    def __init__(
        self,
        trial: Trial,
        pipeline: Pipeline | None = None,
        figures: Sequence[Figures] = (),
        rows: Sequence[Row] = (),
        answers: Answers | None = None,
        card: Mapping[str, object] | None = None,
    ) -> None:
        self.trial = trial
        self.pipeline = pipeline
        self.figures = figures
        self.rows = rows
        self.answers: Answers = answers or {}
        self.card = card
        """The card, where it is that of the model in force with other limits."""


def challenge(
    material: Material,
    champion: StoredModel | None,
    *,
    promise: float,
    asked_by: str,
    progress: Progress = lambda _: None,
    whatever: bool = False,
) -> Challenger:
    """Train and judge. With `whatever` the challenger is put in force though it won nothing, unless it breaks a class.

    Deterministic: the same material and champion give the same challenger.
    """
    settings = quick(Settings(promise=promise, in_order=False, decide_from=DECIDE_FROM))
    since = int(champion.card.get("through", 0)) if champion is not None else 0
    own, untold = divided(material, settings)
    shipped = starter_rows(material.taxonomy) if _few(own) else []
    doubts = doubtful_people(own, shipped, settings, material.verdicts)
    said = _said_by(champion, own, material)
    doubts += overruling_people(without(own, doubts), said, material.verdicts)
    own, unlike = contradictory(without(own, doubts), material.verdicts)
    doubts = [*doubts, *unlike]
    settings = dataclasses.replace(
        settings, promise=max(promise, SHIPPED_PROMISE) if _mostly(shipped, own) else promise
    )
    new = [row for row in own if row.position > since]
    base = [*shipped, *(row for row in own if row.position <= since)]
    about = Trial(
        outcome="no model", why=(), asked_by=asked_by, champion=champion.digest if champion else None,
        through=material.through, untold=untold, doubts=tuple(doubts),
    )  # fmt: skip
    recast = champion is not None and _categories_differ(champion, material, base)
    if not (new or recast or whatever):
        why = "There are no new labels since the model in force was trained."
        return Challenger(replace(about, outcome="nothing new", why=(why,)))
    asked = TARGETS if whatever or champion is None else {*_targets(new), *(("category",) if recast else ())}
    try:
        answers = left_out([*base, *new], settings, asked, progress)
        trial = _judged(
            [*base, *new],
            new,
            said,
            answers,
            recast=recast,
            whatever=whatever,
            about=about,
            looked_at=material.looked_at,
        )
        if trial.outcome == "promoted" and new:
            progress("comparing with what was known before")
            seen_now = {row.key: said[row.key] for row in new if row.key in said}
            known = {**left_out(base, settings, asked), **seen_now}
            trial = _unless_broken(trial, [*base, *new], known, answers)
        if trial.outcome != "promoted":
            lost = Challenger(trial, rows=[*base, *new], answers=answers)
            return _with_other_limits(trial, champion, new, said, promise, _series(material, champion)) or lost
        in_order = len(own) >= STARTER_UNTIL // 10  # later rows then say where the promise holds
        thorough = Settings(promise=settings.promise, in_order=in_order, decide_from=DECIDE_FROM)
        found = trained([*base, *new], thorough, progress)
    except TrainingError as problem:
        return Challenger(replace(about, why=(str(problem),)))
    pipeline, proofs = proven(
        found.pipeline, own, answers, promise, series=_series(material, champion), since=material.through
    )
    trial = replace(trial, proofs=proofs)
    return Challenger(trial, pipeline, found.figures, [*base, *new], answers)


def _with_other_limits(
    trial: Trial, champion: StoredModel | None, new: Sequence[Row], said: Answers, promise: float, series: int
) -> Challenger | None:
    """The model in force stays; what it may decide follows from the labels that it never saw. None: what it may."""
    found = reconsidered(champion, new, said, promise, series) if champion is not None else None
    if found is None:
        return None
    pipeline, card, why = found
    return Challenger(replace(trial, outcome="verified", why=(*trial.why, *why)), pipeline, card=card)


def _series(material: Material, champion: StoredModel | None) -> int:
    """Which model of the desk's life a new one is: the one that ships was the first, and whoever broke its promise and
    began anew counts again."""
    used = [int(proof.get("series", 1)) for proof in (champion.card.get("verified") or {}).values()] if champion else []
    return max([material.promoted + 2, *(each + 1 for each in used)])


def quick(settings: Settings) -> Settings:
    """The same with fewer checks, for models that only judge: they are trained again and again, and none is kept."""
    return dataclasses.replace(settings, folds=2, costs=settings.costs[:1])


def _few(own: Sequence[Row]) -> bool:
    """Whether the desk still needs the tickets that ship."""
    return sum("category" in row.labels for row in own) < STARTER_UNTIL


def _mostly(shipped: Sequence[Row], own: Sequence[Row]) -> bool:
    return len(own) < len(shipped) / 4


def _categories_differ(champion: StoredModel, material: Material, base: Sequence[Row]) -> bool:
    """Whether somebody changed the categories since the model was trained."""
    head = next((head for head in champion.pipeline.heads if head.target == "category"), None)
    trained_with = champion.card.get("categories")
    if trained_with is not None:
        return tuple(trained_with) != material.taxonomy.categories()
    known = {row.labels["category"] for row in base if "category" in row.labels}
    return head is not None and set(head.classes) != known


def _said_by(champion: StoredModel | None, rows: Sequence[Row], material: Material) -> Answers:
    if champion is None or not rows:
        return {}
    said = champion.verdicts([row.text for row in rows], reasons=False)
    found = {}
    for row, each in zip(rows, said, strict=True):
        if "category" in each:
            each = {**each, "category": present_verdict(material.taxonomy, each["category"])}
        found[row.key] = each
    return found


def _judged(
    rows: Sequence[Row],
    new: Sequence[Row],
    said: Answers,
    answers: Answers,
    *,
    recast: bool,
    whatever: bool,
    about: Trial,
    looked_at: Mapping[str, int],
) -> Trial:
    """Both models on the newest labels: promoted, unless a class turns out to be broken."""
    tried, worse = [], []
    for target in _targets(rows):
        # Of a target with one value only there is nothing to learn, and no answer.
        labelled = [row for row in new if target in row.labels and target in answers.get(row.key, ())]
        if len(labelled) >= LEAST_NEW:
            tried.append(_on_newest(labelled, target, said, answers))
            if tried[-1].chance_worse < contest.RISK:
                worse.append(target)
    tried = [
        replace(one, risk=contest.risk_of_look(one.rows, looked_at.get(one.target, 0)) / len(tried)) for one in tried
    ]
    better = [one.target for one in tried if one.chance < one.risk]
    why = list(_reasons(tried, better, worse, recast=recast, whatever=whatever))
    promoted = not worse and bool(better or recast or whatever)
    origins = Counter(row.origin for row in rows)
    return replace(
        about, outcome="promoted" if promoted else "kept back", why=tuple(why), rows=dict(origins),
        new_rows=len(new), targets=tuple(tried),
    )  # fmt: skip


def _unless_broken(trial: Trial, rows: Sequence[Row], known: Answers, answers: Answers) -> Trial:
    """The trial, kept back where a class is known worse than before. It is asked only of winners: it takes as long as
    the challenge itself."""
    pairs = {
        (target, value): pair
        for target in _targets(rows)
        for value, pair in contest.by_class(*_columns(rows, target, known, answers)).items()
    }
    broken = [
        Broken(target=target, value=value, rows=pair.rows, lost=pair.lost, won=pair.won)
        for (target, value), pair in contest.broken(pairs).items()
    ]
    if not broken:
        return trial
    why = [f"It breaks the {each.target} “{each.value}”: {each.lost} answers lost, {each.won} won." for each in broken]
    return replace(trial, outcome="kept back", why=(*trial.why, *why[:5]), broken=tuple(broken))


def _targets(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(target for row in rows for target in row.labels))


def _columns(
    rows: Iterable[Row], target: str, known: Answers, answers: Answers
) -> tuple[list[str | None], list[str | None], list[str]]:
    """What was known, what the challenger says, and what is right, for rows that have a label of the target."""
    labelled = [row for row in rows if target in row.labels and (target in answers.get(row.key, ()))]
    return (
        [_value(known, row, target) for row in labelled],
        [_value(answers, row, target) for row in labelled],
        [row.labels[target] for row in labelled],
    )


def _value(answers: Answers, row: Row, target: str) -> str | None:
    verdict = answers.get(row.key, {}).get(target)
    return None if verdict is None else verdict.value


def _on_newest(labelled: Sequence[Row], target: str, known: Answers, answers: Answers) -> TargetTrial:
    pair = contest.paired(*_columns(labelled, target, known, answers))
    said = [(answers.get(row.key, {}).get(target), row.labels[target]) for row in labelled]
    decided = [v.value == truth for v, truth in said if v is not None and v.decided]
    return TargetTrial(
        target=target, rows=pair.rows, champion_right=pair.old_right, challenger_right=pair.new_right,
        chance=pair.chance, chance_worse=pair.chance_worse, coverage=len(decided) / pair.rows,
        accuracy_decided=sum(decided) / len(decided) if decided else None,
    )  # fmt: skip


def _reasons(
    tried: Sequence[TargetTrial],
    better: Sequence[str],
    worse: Sequence[str],
    *,
    recast: bool,
    whatever: bool,
) -> Iterable[str]:
    for one in tried:
        yield (
            f"On the newest {one.rows} labels of {one.target} it is right {one.challenger_right} times, "
            f"the model in force {one.champion_right} times."
        )
    if not tried:
        yield f"There are fewer than {LEAST_NEW} new labels of each kind: too few to judge by."
    elif not better:
        yield "That is not more than chance gives."
    for target in worse:
        yield f"It is worse in {target}."
    if recast:
        yield "The categories have changed since the model in force was trained."
    if whatever:
        yield "It was asked for whatever the comparison says."
