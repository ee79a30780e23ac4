"""A form on a page, filled in and sent as a browser without a script would."""

from html.parser import HTMLParser


class FormFields(HTMLParser):
    """The fields that a form with an id would send.

    Parameters
    ----------
    form_id : of the form
    """

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.fields: dict[str, str] = {}
        self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside:
            return
        name = given.get("name", "")
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._text = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        """Leave a field or the form."""
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        """The text of a text area."""
        if self.inside and self._text:
            self.fields[self._text] += data


def fields_of(page: str, form_id: str) -> dict[str, object]:
    """Name and value of all fields of a form, as the page shows them."""
    parser = FormFields(form_id)
    parser.feed(page)
    return dict(parser.fields)
