"""The script that makes the samples, as a module."""

import importlib.util
from types import ModuleType

from pipelines.settings import HOME


def load_builder() -> ModuleType:
    """samples/build.py: makes inline-XBRL filings, releases and submissions from figures."""
    spec = importlib.util.spec_from_file_location("samples_build", HOME / "samples" / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
