"""`desk correlate fit`: weights of evidence from what people corrected, to be tried before they are switched on."""

import argparse
from pathlib import Path

from desk.commands.console import DONE, FAILED, CommandError, complain, opened_database, say, settings_of

_NEXT = """
Written to {path}. See what it would have changed before it is switched on:

  desk whatif JOURNAL --change {path}       (or paste it on the page /lab)

Then put the table under [policy] of desk.toml as [policy.weights] and reload: the change enters the journal.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    fit = actions.add_parser("fit", help="fit the weights to what people joined, split and moved")
    fit.add_argument("--out", type=Path, default=Path("weights.toml"), help="where the weights are written")


def run(args: argparse.Namespace) -> int:
    """0 where weights were written or nothing is to be changed, 1 where there is too little to learn from."""
    from desk import fitting

    try:
        with opened_database(settings_of(args)) as engine, engine.connect() as connection:
            examples, corrections = fitting.examples_in(connection)
    except CommandError as problem:
        complain(str(problem))
        return FAILED
    if corrections < fitting.FEWEST_CORRECTIONS:
        complain(
            f"There are {corrections} corrections among {len(examples)} decisions: too few to fit weights to "
            f"(at least {fitting.FEWEST_CORRECTIONS}). Join, split and move on the records' pages teach."
        )
        return FAILED
    fit = fitting.fitted(examples, corrections)
    say(f"{fit.examples} decisions, {fit.corrections} of them corrected by people.")
    say(f"Right before: {fit.right_before}, with the fitted weights: {fit.right_after}.")
    for name, factor in sorted(fit.factors.items(), key=lambda pair: -abs(pair[1] - 1)):
        say(f"  {name:<38} × {factor:<6} seen {fit.seen[name]} times")
    text = fitting.settings_text(fit)
    if not text or fit.right_after <= fit.right_before:
        say("They make no decision better: keep the weights as they are.")
        return DONE
    args.out.write_text(text, "utf-8")
    say(_NEXT.format(path=args.out))
    return DONE
