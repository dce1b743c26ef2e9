"""Writes the QuickFIX dictionary from the dialect, and the files that brokers get: two for each version of FIX.

QuickFIX answers what the dictionary does not allow before the venue sees it. So the messages that the venue knows
but does not serve are in it too, with the standard's own fields and groups and nothing required: otherwise their
repeating groups would be answered as repeated tags, instead of with BusinessMessageReject. Those bodies come from
the standard dictionary that QuickFIX installs.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from venue.fix.dialect import DIALECTS, Dialect
from venue.fix.dialect_messages import FieldUse, GroupUse, Presence
from venue.fix.rules_of_engagement import rules_of_engagement

_STANDARDS = Path(sys.prefix) / "share" / "quickfix"


def write(directory: Path) -> list[Path]:
    """Writes all of them; gives the paths whose content changed."""
    changed = []
    for name, text in files().items():
        path = directory / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def files() -> dict[str, str]:
    """Name to content: VENUE44.xml, VENUE44.md and so on."""
    texts = {}
    for dialect in DIALECTS.values():
        texts[f"VENUE{dialect.number}.xml"] = dictionary(dialect)
        texts[f"VENUE{dialect.number}.md"] = rules_of_engagement(dialect)
    return texts


def standard(dialect: Dialect) -> Path:
    """The dictionary of the same FIX version that QuickFIX installs."""
    return _STANDARDS / f"FIX{dialect.number}.xml"


def dictionary(dialect: Dialect) -> str:
    """The QuickFIX XML."""
    stock = ElementTree.parse(standard(dialect)).getroot()
    _, major, minor = dialect.begin_string.split(".")
    root = Element("fix", type="FIX", major=major, minor=minor)
    _append_uses(SubElement(root, "header"), dialect.header)
    _append_uses(SubElement(root, "trailer"), dialect.trailer)
    messages = SubElement(root, "messages")
    for message in dialect.messages:
        category = "admin" if message.admin else "app"
        element = SubElement(messages, "message", name=message.name, msgtype=message.type, msgcat=category)
        _append_uses(element, message.fields)
    bodies = {body.get("msgtype"): body for body in stock.iterfind("messages/message")}
    for type_ in dialect.not_supported:
        name = bodies[type_].get("name", "")
        element = SubElement(messages, "message", name=name, msgtype=type_, msgcat="app")
        _append_standard(element, bodies[type_])
    components = SubElement(root, "components")
    for component in stock.iterfind("components/component"):
        _append_standard(SubElement(components, "component", name=component.get("name", "")), component)
    _append_fields(SubElement(root, "fields"), dialect, stock)
    return _text(root)


def _append_uses(parent: Element, uses: Iterable[FieldUse | GroupUse]) -> None:
    for use in uses:
        required = "Y" if use.presence is Presence.REQUIRED else "N"
        kind = "group" if isinstance(use, GroupUse) else "field"
        element = SubElement(parent, kind, name=use.name, required=required)
        if isinstance(use, GroupUse):
            _append_uses(element, use.members)


def _append_standard(parent: Element, body: Element) -> None:
    for part in body:
        _append_standard(SubElement(parent, part.tag, name=part.get("name", ""), required="N"), part)


def _append_fields(parent: Element, dialect: Dialect, stock: Element) -> None:
    """The dialect's fields, and the rest of the standard's without their values: known, and not served."""
    own = {field.tag: field for field in dialect.fields}
    others = {int(field.get("number", "0")): field for field in stock.iterfind("fields/field")}
    for tag in sorted(own.keys() | others.keys()):
        if (field := own.get(tag)) is None:
            other = others[tag]
            SubElement(parent, "field", number=str(tag), name=other.get("name", ""), type=other.get("type", ""))
            continue
        element = SubElement(parent, "field", number=str(tag), name=field.name, type=field.type)
        for code, label in field.values.items():
            SubElement(element, "value", enum=code, description=label)


def _text(root: Element) -> str:
    ElementTree.indent(root, " ")
    note = "<!-- Written by scripts/write_dialect from venue/fix/dialect; do not edit. -->"
    return f"{note}\n{ElementTree.tostring(root, encoding='unicode')}\n"


def main(arguments: list[str]) -> None:
    """arguments: the directory to write into."""
    (directory,) = arguments
    changed = write(Path(directory))
    print("\n".join(f"wrote {path}" for path in changed) or "nothing changed")


if __name__ == "__main__":
    main(sys.argv[1:])
