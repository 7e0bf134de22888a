"""`desk learn`: train a model from what people corrected, and put it in force where it is better; or go back."""

import argparse
import getpass
import os
import sys

import sqlalchemy as sa

from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, CommandError, complain, opened_desk, say, settings_of
from desk.config import Settings
from desk.learning.nightly import LAST_IN_LINE
from desk.learning.trial import Proof, Trial
from ingest.journal import Journal, NotDurableError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk learn`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--back", action="store_true", help="go back to the model that was in force before")
    what.add_argument("--card", action="store_true", help="print the card of the model in force")
    what.add_argument("--anyway", action="store_true", help="put the new model in force though it is not better; not "
                      "where it breaks a class")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """0 where it was done, also where no better model came of it; 1 with a sentence where it could not be."""
    os.nice(LAST_IN_LINE)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from desk.learning.round import NothingBeforeError, Round

    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            if args.card:
                sys.stdout.write(_card(engine, settings))
                return DONE
            catch_up(settings, engine, journal)
            round_ = Round(settings, engine, journal, SystemClock(), _progress)
            if args.back:
                digest = round_.back(_actor())
                catch_up(settings, engine, journal)
                say(f"The model {digest[:12]}… classifies again.")
                say("Nights train and judge as before, and promote nothing until `desk learn` is called.")
                return DONE
            trial = round_.run(_actor(), whatever=args.anyway)
            catch_up(settings, engine, journal)
    except (CommandError, NothingBeforeError, NotDurableError) as error:
        complain(str(error))
        return FAILED
    except sa.exc.DBAPIError as error:
        complain(f"The database refused: {error.orig}")
        return FAILED
    report(trial)
    return FAILED if trial.outcome == "no model" else DONE


def catch_up(settings: Settings, engine: sa.Engine, journal: Journal) -> None:
    """Have everything processed that is in the journal: labels count from then on, and so does a promotion."""
    from desk.alongside import processing
    from desk.publish import publish

    clock = SystemClock()
    publish(settings, engine, journal)
    with processing(settings, engine, journal, clock) as until:
        until(journal.head().position)


def report(trial: Trial) -> None:
    """What came of a round, in plain words."""
    for sentence in trial.why:
        say(sentence)
    texts = ", ".join(f"{count} {origin}" for origin, count in sorted(trial.rows.items()))
    if texts:
        say(f"Learned from {texts} texts in {trial.seconds:.0f} s.")
    for one in trial.targets:
        say(f"  {one.target}: {one.challenger_right} of {one.rows} right (before: {one.champion_right})"
            f"{_decides(trial.proofs.get(one.target))}.")  # fmt: skip
    if trial.doubts:
        labels = sum(len(doubt.labels) for doubt in trial.doubts)
        say(f"{labels} doubtful labels were left out: see the page of labels (Model, Doubtful labels).")
    for name, count in sorted(trial.untold.items()):
        say(f"{count} labels “{name}” fit no present category, or none that can be told: they are kept, and not used.")
    say({
        "promoted": f"The new model {(trial.challenger or '')[:12]}… is in force.",
        "verified": "The model in force stays, with other limits for what it decides by itself.",
        "kept back": "The model in force stays.",
        "nothing new": "The model in force stays.",
        "no model": "No model could be trained; the one in force stays.",
    }[trial.outcome])  # fmt: skip


def _decides(proof: Proof | None) -> str:
    """What a model in force may decide, as labels of the desk prove it; nothing is said of one that is not in force."""
    if proof is None:
        return ""
    if proof.confidence is None:
        return "; it proposes, and decides nothing by itself yet"
    return f"; it decides {proof.decided} of {proof.rows} by itself, {proof.right} of these right"


def _card(engine: sa.Engine, settings: Settings) -> str:
    from classify.model import LoadError
    from desk.learning import cards, shelf

    with engine.connect() as connection:
        digest = shelf.in_force(connection)
    if digest is None:
        raise CommandError("No model is in force: rules alone decide.")
    try:
        return cards.written(digest, shelf.stored_model(engine, settings, digest).card)
    except LoadError as problem:
        raise CommandError(f"{problem}.") from problem


def _progress(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def _actor() -> str:
    return f"{getpass.getuser()} (desk learn)"
