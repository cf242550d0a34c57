"""The pages on which people read graded notebooks: feedback, and the formgrader's.

Nothing that a notebook prints, shows or attaches runs in the browser of whoever reads them. Two
layers see to it, each enough by itself: the page is made of harmless parts alone, and its
Content-Security-Policy keeps the browser from running anything but the page's own scripts.
"""

import html
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.strings import strip_files_prefix
from nbformat import NotebookNode
from traitlets import List, Unicode, default

from batchgrader.marking.markup import clean
from batchgrader.marking.policy import secured
from batchgrader.marking.room import fit_outputs
from batchgrader.marking.showable import FORMS, harmless

TEMPLATES = Path(__file__).parent / "templates"

# What nbgrader's templates print of a submission beside its notebook.
NAMES = ("student", "first_name", "last_name", "notebook_path", "filename")

_BOXES = {
    '<input class="task-list-item-checkbox" type="checkbox" disabled/>': "☐ ",
    '<input class="task-list-item-checkbox" type="checkbox" disabled checked/>': "☑ ",
}


class SafePage(HTMLExporter):
    """nbconvert's HTML exporter for notebooks of strangers; ``enable`` gives it to nbgrader.

    It reads the settings of ``c.HTMLExporter`` too.
    """

    picture_hosts = List(
        Unicode(),
        help="Hosts from which pages may load pictures, such as example.org. Whoever reads a page "
        "tells them so, wherever a submission wants it.",
    ).tag(config=True)

    @default("sanitize_html")
    def _sanitise(self) -> bool:
        return True

    def default_filters(self) -> Any:
        """nbconvert's filters; those that make HTML of a notebook make it harmless."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "markdown2html", self.markdown2html
        yield "clean_html", self.clean_html
        # Done before cleaning: it can turn what is harmless into what is not.
        yield "strip_files_prefix", lambda markup: markup

    @pass_context
    def markdown2html(self, context: Any, source: str) -> Markup:
        """Markdown of a cell, or of a person who grades, as harmless HTML."""
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = _Renderer(
            escape=False,
            attachments=attachments,
            anchor_link_text=self.anchor_link_text,
            exclude_anchor_links=self.exclude_anchor_links,
            **self.lexer_options,
        )
        made = strip_files_prefix(MarkdownWithMath(renderer=renderer).render(source))
        for box, sign in _BOXES.items():
            made = made.replace(box, sign)
        return clean(made, self._hosts)

    def clean_html(self, element: Any) -> Markup:
        """HTML that a template passes through; outputs are clean already and stay as they are."""
        markup = element.decode("utf-8", "replace") if isinstance(element, bytes) else element
        return clean(markup, self._hosts)

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **options: Any
    ) -> tuple[str, Any]:
        """A notebook as a page, under its policy."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        empty = NotebookNode(cells=[], metadata=NotebookNode())
        bare = self.template.render(nb=empty, resources=resources)
        return secured(page, bare, self.picture_hosts), resources

    @property
    def _hosts(self) -> frozenset[str]:
        return frozenset(self.picture_hosts)

    def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Run the preprocessors, and leave of what they made what a template may print."""
        fit_outputs(nb, FORMS)
        nb, resources = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        for name in NAMES:
            if isinstance(resources.get(name), str):
                resources[name] = html.escape(resources[name])
        return harmless(nb, lambda markup: clean(markup, self._hosts, strip=True)), resources

    def _validate_preprocessor(self, nbc: NotebookNode, preprocessor: Any) -> None:
        """Let a notebook that breaks its format be shown: what is odd in it is left out."""

    @default("template_paths")
    def _template_paths(self, prune: bool = True, root_dirs: Any = None) -> list[str]:
        """Where templates are looked for: the one for formulas is ours."""
        names = self.get_template_names()  # type: ignore[no-untyped-call]
        ours = [TEMPLATES / name for name in names]
        found = super()._template_paths(prune, root_dirs)
        return [*(str(path) for path in ours if path.is_dir()), *found]


class _Renderer(IPythonRenderer):
    """Markdown to HTML; a picture whose attachment is missing does not stop the page."""

    def _embed_image_or_attachment(self, address: str) -> str:
        name = address.removeprefix("attachment:")
        if name != address and not self.attachments.get(name):
            return ""
        return str(super()._embed_image_or_attachment(address))
