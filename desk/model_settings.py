"""The section of `desk.toml` about what classifies mails, with a description of each setting."""

from typing import Annotated

from msgspec import Meta, Struct


class ModelSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What classifies mails."""

    file: Annotated[
        str | None, Meta(description="A model of `desk train`. Unset: the one that comes with the desk.")
    ] = None
    promise: Annotated[
        float,
        Meta(
            ge=0.5,
            lt=1,
            description="The share of right answers that the model keeps among those that it decides by itself; the "
            "rest is proposed to a person.",
        ),
    ] = 0.9
    learn_nightly: Annotated[
        bool,
        Meta(
            description="Whether a new model is trained every night from what people corrected, and put in force where "
            "it is better. It is trained in a process of its own, after everything else."
        ),
    ] = True
    categories: Annotated[
        tuple[str, ...],
        Meta(
            description="Categories that rules may set beside those in force (page Categories, `desk taxonomy`) and "
            "those that the model knows."
        ),
    ] = ()
