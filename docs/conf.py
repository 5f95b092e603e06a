"""Sphinx configuration of the documentation site (`make docs-site`).

The site is static, without external fonts or scripts.
"""

from pygments.lexers.special import TextLexer
from sphinx.highlighting import lexers

project = "Miners, as disclosed"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "pydata_sphinx_theme"
html_title = project
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_sidebars = {"**": ["globaltoc.html"]}
html_theme_options = {
    "navbar_center": [],
    "navbar_end": ["theme-switcher"],
    "footer_start": [],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
}
# Pygments has no lexer for Mermaid, and drawing it would need a script from another host. Diagrams are shown
# as source.
lexers["mermaid"] = TextLexer()
