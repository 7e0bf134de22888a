"""HTML to text by way of a tree: what browsers make of any HTML, however broken."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.html_writer import CONTAINERS, INLINE, SKIPPED, Writer, enter, leave

_MAX_NODES = 400_000
_READ = CONTAINERS | {"img"}
"""Elements whose attributes matter when they begin."""


def write_tree(source: str, writer: Writer) -> None:
    """Writes the text of a document."""
    # lexbor ends the document at </body></html>; some mails go on behind it, and it takes that in as well.
    root = LexborHTMLParser(source).root
    if root is not None:
        _walk(root, writer)


def _walk(root: LexborNode, writer: Writer) -> None:
    """Depth first without recursion: each node is entered, and left when its children are done."""
    leaving: list[tuple[LexborNode, str, bool]] = []
    node: LexborNode | None = root
    count = 0
    while node is not None:
        count += 1
        if count > _MAX_NODES:
            break
        tag = node.tag or ""
        if tag == "-text":
            writer.text(node.text_content or "")
        elif tag not in SKIPPED and tag != "-comment":
            plain = tag in INLINE
            close = False if plain else enter(tag, node.attributes if tag in _READ else {}, writer)
            child = node.child
            if child is not None:
                leaving.append((node, "" if plain else tag, close))
                node = child
                continue
            if not plain:
                leave(tag, close, _href(tag, node), writer)
        following = node.next
        while following is None and leaving:
            node, tag, close = leaving.pop()
            if tag:
                leave(tag, close, _href(tag, node), writer)
            following = node.next
        node = following


def _href(tag: str, node: LexborNode) -> str:
    return node.attributes.get("href") or "" if tag == "a" else ""
