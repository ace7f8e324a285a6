"""The published schemas of the files that authors write, for editors and other programs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.shapes import shape_of
from scenarios.domain.contrast_set import ContrastSet
from scenarios.domain.scenario import Scenario

FOLDER = Path(__file__).parent
# By the name of the schema's file: what a file of this kind holds.
SCHEMAS: Mapping[str, Any] = {"schema.json": Scenario, "contrast-sets-schema.json": tuple[ContrastSet, ...]}


def schema(name: str) -> str:
    """Return the JSON Schema with this file name, as it is published."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | shape_of(SCHEMAS[name]).json_schema(), indent=2, ensure_ascii=False) + "\n"
