"""A graded notebook that attacks whoever reads it, for the tests of pages.

Each attack calls ``ran`` with its name where it runs a program, asks the host ``attack.invalid``
for its name where it can load a file, and otherwise hides in a link that says "click".
"""

import base64
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

HOST = "http://attack.invalid"

# A red picture of one dot, and one that runs a program where it is not shown as a picture.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="{run}">'
    '<circle cx="4" cy="4" r="4" fill="green"/><script>{run}</script></svg>'
)

HTML = {
    "script": "<script>{run}</script>",
    "script file": "<script src='{load}'></script>",
    "module": "<script type='module'>{run}</script>",
    "mathjax setting": "<script type='text/x-mathjax-config'>{run}</script>",
    "image error": "<img src=nowhere onerror={run}>",
    "image": "<img src='{load}'>",
    "image set": "<img srcset='{load} 1x'>",
    "link to a script": "<a href='javascript:{run}'>click</a>",
    "link in disguise": "<a href='  java&#x0a;script&colon;{run}'>click</a>",
    "link through files": "<a href='files/javascript:{run}'>click</a>",
    "link twice through files": "<a href='files/files/javascript:{run}'>click</a>",
    "link to data": "<a href='data:text/html,<script>{run}</script>'>click</a>",
    "drawing": "<svg onload={run}>",
    "drawing with a link": "<svg><a xlink:href='javascript:{run}'><text y=9>click</text></a></svg>",
    "drawing that animates": "<svg><animate onbegin={run} attributeName=x dur=1s></svg>",
    "frame with a page": '<iframe srcdoc="<script>parent.{run}</script>"></iframe>',
    "frame": "<iframe src='javascript:parent.{run}'></iframe>",
    "frame of another host": "<iframe src='{load}'></iframe>",
    "object": "<object data='{load}'></object><embed src='{load}'>",
    "refresh": "<meta http-equiv='refresh' content='0;url={load}'>",
    "base": "<base href='{host}/base/'><img src='base.png'>",
    "form": "<form action='{load}'><button>click</button></form>",
    "button": "<form><button formaction='javascript:{run}'>click</button></form>",
    "focus": "<input autofocus onfocus={run}>",
    "details": "<details open ontoggle={run}>x</details>",
    "animation": "<style>@keyframes k{{}}</style><p style='animation:k 1s' "
    "onanimationstart={run}>x",
    "style": "<p style=\"background:url('{load}')\">x</p>",
    "style sheet": "<style>@import '{load}'; body {{ background: url('{load}') }}</style>",
    "style sheet file": "<link rel='stylesheet' href='{load}'>",
    "prefetch": "<link rel='prefetch' href='{load}'>",
    "spying style": "<style>a[href^='#'] {{ list-style-image: url('{load}') }}</style>",
    "video": "<video poster='{load}'><source onerror={run}></video>",
    "audio": "<audio src='{load}' onerror={run}></audio>",
    "table": "<table background='{load}'><tr><td>x</td></tr></table>",
    "confused tree": "<math><mtext><table><mglyph><style></math><img src onerror={run}>",
    "confused form": "<form><math><mtext></form><form><mglyph><style></math>"
    "<img src onerror={run}>",
    "confused comment": "<!--><img src onerror={run}>-->",
    "no script": "<noscript><p title='</noscript><img src onerror={run}>'></noscript>",
    "text area": "<textarea><img title='</textarea><img src onerror={run}>'></textarea>",
    "template": "<template><script>{run}</script></template>",
    "tooltip": "<a data-toggle='tooltip' data-html='true' title='<img src onerror={run}>'>"
    "click</a>",
    "collapse": "<a data-toggle='collapse' data-target='<img src onerror={run}>'>click</a>",
}
MARKDOWN = {
    "markdown link": "[click](javascript:{run})",
    "markdown link in disguise": "[click](jav&#x61;script:{run})",
    "markdown link through files": "[click](files/javascript:{run})",
    "markdown address": "<javascript:{run}>",
    "markdown picture": "![x]({load})",
    "markdown picture name": '![x" onerror="{run}](nowhere)',
    "markdown picture title": "![x](nowhere 'x\" onerror=\"{run}')",
    "markdown code": '```x" onclick="{run}\n<script>{run}</script>\n```',
    "markdown heading": "# x <img src onerror={run}>",
    "formula link": r"$\href{{javascript:{run}}}{{click}}$",
    "formula": r"$$\unicode{{x3c}}img src onerror={run}\unicode{{x3e}}$$ $<img src onerror={run}>$",
    "environment": r"\begin{{x}}<script>{run}</script>\end{{x}}",
}


def written(name: str, text: str) -> str:
    """An attack with its name in it; ``text`` may hold {run}, {load} and {host}."""
    word = name.replace(" ", "-")
    return text.format(run=f"ran(/{word}/.source)", load=f"{HOST}/{word}", host=HOST)


def attacks() -> dict[str, NotebookNode]:
    """Cells that attack, each in its own way, by what they try."""
    made = {
        name: new_markdown_cell(written(name, text)) for name, text in (HTML | MARKDOWN).items()
    }
    for name, text in HTML.items():
        made[f"raw {name}"] = new_raw_cell(written(f"raw {name}", text))
    shown = {f"shown {name}": {"text/html": text} for name, text in HTML.items()}
    shown |= {f"shown {name}": {"text/markdown": text} for name, text in MARKDOWN.items()}
    for name, data in shown.items():
        output = _shown({form: written(name, text) for form, text in data.items()})
        made[name] = new_code_cell("shown", outputs=[output])
    for number, output in enumerate(_odd_outputs()):
        made[f"odd output {number}"] = new_code_cell("odd", outputs=[output])
    for number, cell in enumerate([*_odd_cells(), _attached()]):
        made[f"odd cell {number}"] = cell
    return made


def hostile_notebook(cells: Iterable[NotebookNode]) -> Any:
    """Cells in a notebook whose metadata attacks too, as a student's kernel could leave it."""
    nb = new_notebook()
    nb.cells = list(cells)  # not all of them are valid
    quote = written("language", '"><script>{run}</script>')
    nb.metadata.language_info = {"name": quote, "pygments_lexer": quote}
    nb.metadata.title = written("title", "</title><script>{run}</script>")
    state = {"state": {"x": "</script>" + quote}}
    nb.metadata.widgets = {"application/vnd.jupyter.widget-state+json": state}
    return nb


def _shown(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> Any:
    return new_output("display_data", data, metadata=metadata or {})


def _odd_outputs() -> list[NotebookNode]:
    """Outputs whose forms, numbers and names are the attack."""
    script = written("odd output", "<script>{run}</script><img src onerror={run}>")
    quote = written("odd attribute", "1 onload={run} x")
    close = written("odd quote", '"><script>{run}</script>')
    page = base64.b64encode(written("isolated", "<script>parent.{run}</script>").encode()).decode()
    data: list[NotebookNode] = [
        _shown({"application/javascript": written("javascript", "{run}")}),
        _shown({"text/vnd.mermaid": script}),
        _shown({"text/latex": script}),
        _shown({"image/svg+xml": written("svg", SVG)}),
        _shown({"image/svg+xml": close}),
        _shown({"image/png": DOT}, {"image/png": {"width": quote, "height": quote, "alt": close}}),
        _shown({"image/png": DOT}, {"filenames": {"image/png": close}}),
        _shown({"image/png": f'{DOT}" onload="{quote}'}),
        _shown({"image/jpeg": close}),
        _shown({"text/html": script}, {"text/html": {"isolated": True}}),
        _shown({"text/html": f"<iframe src='data:text/html;base64,{page}'></iframe>"}),
        _shown({"application/vnd.jupyter.widget-view+json": {"model_id": "</script>" + close}}),
        _shown({"application/vnd.plotly.v1+json": {"data": [script]}}),
        _shown({"text/plain": f"{script}\x1b[31m{script}\x1b[38;2;1;2;{close}m"}),
        new_output("stream", name="stdout", text=script),
        new_output("stream", name="stderr", text=script),
        new_output("error", ename=script, evalue=script, traceback=[script, close]),
    ]
    return data


def _odd_cells() -> list[NotebookNode]:
    """Cells whose ids, tags, counts and marks are the attack."""
    close = written("cell", '"><script>{run}</script>')
    counted, named, marked = new_code_cell("1"), new_code_cell("2"), new_code_cell("3")
    counted.execution_count = close
    named.id = close
    named.metadata = NotebookNode(tags=[close], magics_language=close)
    marks = {"grade": True, "solution": True, "locked": False, "task": False, "points": close}
    marks |= {"grade_id": close, "score": close, "comment": close, "schema_version": 3}
    marked.metadata = NotebookNode(nbgrader=NotebookNode(marks))
    return [counted, named, marked]


def _attached() -> Any:
    """A cell with attachments: one that is a page, one that closes its attribute, none at all."""
    cell = new_markdown_cell("![a](attachment:a) ![b](attachment:b) ![c](attachment:missing)")
    cell.attachments = {
        "a": {"text/html": written("attachment", "<script>{run}</script>")},
        "b": {"image/png": written("attachment quote", '"><script>{run}</script>')},
    }
    return cell
