"""What a new record keeps of how its mail was understood: who decided what, how surely, and for which words."""

from classify.classification import Classification, Verdict
from correlate.records import DecidedBy, Reason, Record
from correlate.similarity import telling_words

_NAMES = ("type", "category", "impact", "urgency")
_MOST_WORDS = 3
_LONGEST_WORD = 40
_WHY = ("category decided", "category proposed")


def understood(classification: Classification | None) -> tuple[dict[str, DecidedBy], dict[str, float]]:
    """Who decided what of a new record, and how sure the model is of what it decided or proposed.

    A proposed type and category stand, so that queues work; a proposed impact or urgency does not.
    """
    decided: dict[str, DecidedBy] = {}
    confidence: dict[str, float] = {}
    for name in _NAMES if classification is not None else ():
        verdict: Verdict = getattr(classification, name)
        stands = verdict.value is not None and (verdict.decided or name in ("type", "category"))
        decided[name] = "default" if not stands else "model" if verdict.decided else "proposal"
        if stands:
            confidence[name] = verdict.confidence
    return decided, confidence


def why_category(classification: Classification | None) -> tuple[Reason, ...]:
    """The words that speak most for the category, as a reason; nothing where none does."""
    if classification is None or classification.category.value is None:
        return ()
    verdict = classification.category
    if any(reason.term in classification.rules for reason in verdict.reasons):
        return ()  # a rule decided, and says so itself
    words = [r.term for r in verdict.reasons if r.contribution > 0 and _says_something(r.term)]
    if not words:
        return ()
    evidence = {"name": verdict.value, "words": ", ".join(words[:_MOST_WORDS])}
    return (Reason("category decided", evidence) if verdict.decided else Reason("category proposed", evidence),)


def _says_something(term: str) -> bool:
    """Whether a reader would see why; a model finds something in "my" and "it", too."""
    return term.isalnum() and len(term) < _LONGEST_WORD and bool(telling_words(term))


def words_for(record: Record) -> str | None:
    """The words that spoke for the category that the record still has."""
    for reason in record.reasons:
        if reason.rule in _WHY:
            return str(reason.evidence["words"]) if reason.evidence.get("name") == record.category else None
    return None


def proposed(record: Record) -> list[str]:
    """What of the record a model proposed and nobody has decided."""
    return [name for name, by in record.decided_by.items() if by == "proposal"]
