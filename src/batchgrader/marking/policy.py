"""What a browser may do with a page: a Content-Security-Policy that allows the page's own scripts.

They are told from a page of the same template without any cell: of what a notebook brings, none
is in it. Each script of the template is allowed by the hash of its text, or by a number used once
where its text is in a file; and those scripts may load others, which MathJax does.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

# Of other types a browser runs nothing.
SCRIPTS = {"", "text/javascript", "application/javascript", "module"}


def secured(page: str, bare: str, hosts: Iterable[str] = ()) -> str:
    """A page of HTML with its policy at the top of its head.

    ``bare`` is the page without cells, made by the same template, and both went through
    BeautifulSoup; ``hosts`` are those that pictures may come from.
    """
    own = BeautifulSoup(bare, "html.parser")
    scripts = [tag for tag in own.find_all("script") if tag.get("type", "") in SCRIPTS]
    once = secrets.token_urlsafe(16)
    files = {str(tag) for tag in scripts if tag.get("src")}
    for tag in files:
        page = page.replace(tag, tag.replace("<script", f'<script nonce="{once}"', 1))
    allowed = sorted({_hash(tag.get_text()) for tag in scripts if not tag.get("src")})
    handlers = sorted({_hash(code) for code in _handlers(own)})
    if handlers:
        allowed += ["'unsafe-hashes'", *handlers]
    if files:
        allowed.append(f"'nonce-{once}'")
    if allowed:
        allowed.append("'strict-dynamic'")
    rules = policy(allowed, _named_hosts(scripts), hosts)
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{rules}"/>\n'
        '<meta name="referrer" content="same-origin"/>'
    )
    return re.sub(r"<head[^>]*>|\A(?!.*<head)", lambda at: at[0] + head, page, count=1, flags=re.S)


def policy(scripts: Iterable[str], own: Iterable[str], pictures: Iterable[str]) -> str:
    """The rules as a browser reads them; ``own`` are hosts that the page's scripts load from."""
    allowed = " ".join(scripts) or "'none'"
    others = "".join(f" {host}" for host in own)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {allowed}",
            f"style-src 'self' 'unsafe-inline'{others}",
            f"font-src 'self' data:{others}",
            "".join(["img-src 'self' data:", *(f" https://{host}" for host in pictures)]),
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode("utf-8", "replace")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _handlers(page: BeautifulSoup) -> Iterable[str]:
    """The code of attributes such as onclick."""
    for tag in page.find_all(True):
        yield from (str(code) for name, code in tag.attrs.items() if name.startswith("on"))


def _named_hosts(scripts: Iterable[Tag]) -> list[str]:
    """The hosts from which scripts load, as they name them."""
    named = "\n".join(f"{tag.get('src', '')} {tag.get_text()}" for tag in scripts)
    return sorted(set(re.findall(r"https://[\w.-]+", named)))
