"""Which mails a model is asked about, and what happens when there is none."""

import logging
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from classify.classification import Classification, Model, Text
from correlate.packing import Passed, events_in
from desk.decided import Classified
from ingest.event import Input, Mail

log = logging.getLogger(__name__)

Models = Callable[[str | None], Model | None]
"""Gives the model with this SHA-256 digest, or None where there is none that could be used."""

Recorded = Callable[[Sequence[int]], Classified]
"""Positions to the classifications that were recorded for them: for an audit, which repeats the past."""


def texts_of(inputs: Sequence[Input], events: Sequence[Passed]) -> dict[tuple[int, int], Text]:
    """What a model would be asked, by position and index: every mail of a person. It depends on the mail alone."""
    return {
        (item.position, index): Text(
            subject=event.subject,
            body=event.new_text or event.text,
            sender=event.sender.address if event.sender else None,
            language=event.language,
        )
        for item, each in zip(inputs, events, strict=True)
        for index, event in enumerate(events_in(each))
        if isinstance(event, Mail) and (event.automatic is None or _for_a_person(event))
    }


def _for_a_person(mail: Mail) -> bool:
    """Whether a rule says that it is to be taken for a person's mail."""
    return mail.ruled is not None and mail.ruled.trust == "person"


class Classifier:
    """Asks the model in force once for each batch. Without one the rules decide alone; `trouble` then says why."""

    def __init__(self, models: Models, recorded: Recorded | None = None) -> None:
        self._models = models
        self._recorded = recorded
        self._known: dict[str | None, Model | None] = {}
        self.trouble: str | None = None

    def classify(self, digest: str | None, inputs: Sequence[Input], events: Sequence[Passed]) -> Classified:
        """Classifications of the mails in a batch. `digest` names the model in force."""
        if self._recorded is not None:
            return self._recorded([item.position for item in inputs])
        try:
            return self._ask(digest, texts_of(inputs, events))
        except Exception as error:
            # Rules are better than no desk; what went wrong shows on the health page.
            log.exception("Classifying failed")
            self.trouble = f"Classifying failed ({type(error).__name__}): rules decide alone."
            return {}

    def _ask(self, digest: str | None, texts: Mapping[tuple[int, int], Text]) -> Classified:
        if not texts:
            return {}
        model = self._model(digest)
        if model is None:
            return {}
        answers = model.classify(list(texts.values()))
        self.trouble = None
        found: dict[int, dict[int, Classification]] = {}
        for ((position, index), text), answer in zip(texts.items(), answers, strict=True):
            language = answer.language or text.language
            found.setdefault(position, {})[index] = replace(answer, language=language) if language else answer
        return found

    def _model(self, digest: str | None) -> Model | None:
        if digest not in self._known:
            self._known.clear()
            self.trouble = None
            try:
                self._known[digest] = self._models(digest)
            except Exception as error:
                log.exception("The model %s could not be loaded", digest)
                self._known[digest] = None
                self.trouble = f"The model could not be loaded ({error}): rules decide alone."
        model = self._known[digest]
        if model is None and digest is not None and self.trouble is None:
            self.trouble = f"The model {digest[:12]}… is not on this machine: rules decide alone."
        return model


def always(model: Model | None) -> Models:
    """The same model whatever the journal says is in force: for a what-if replay, and for tests."""
    return lambda _digest: model


def recorded_in(stored: Mapping[tuple[int, int], Classification]) -> Recorded:
    """Recorded classifications from a mapping of (position, index)."""
    by_position: dict[int, dict[int, Classification]] = {}
    for (position, index), classification in stored.items():
        by_position.setdefault(position, {})[index] = classification
    return lambda positions: {p: by_position[p] for p in positions if p in by_position}
